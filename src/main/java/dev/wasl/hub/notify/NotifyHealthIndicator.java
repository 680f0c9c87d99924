package dev.wasl.hub.notify;

import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.stereotype.Component;

/**
 * Health of notifications: down when the dispatcher is dead; degraded, which takes no instance out of service, while a
 * provider refuses an account or the last edit of the rules cannot be read.
 */
@Component("notifyHealthIndicator")
class NotifyHealthIndicator implements HealthIndicator {

    private static final Status DEGRADED = new Status("DEGRADED");
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final NotificationDispatcher dispatcher;
    private final NotificationRules rules;
    private final NotificationDesk desk;
    private final Tenants tenants;
    private final NotifySettings settings;
    private final Clock clock;

    NotifyHealthIndicator(
            NotificationDispatcher dispatcher,
            NotificationRules rules,
            NotificationDesk desk,
            Tenants tenants,
            NotifySettings settings,
            Clock clock) {
        this.dispatcher = dispatcher;
        this.rules = rules;
        this.desk = desk;
        this.tenants = tenants;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Health health() {
        if (!settings.enabled()) {
            return Health.up().withDetail("dispatcher", "switched off").build();
        }
        Instant beat = dispatcher.lastBeat();
        if (!dispatcher.isRunning()
                || (beat != null && Duration.between(beat, clock.instant()).compareTo(SILENCE) > 0)) {
            return Health.down()
                    .withDetail("dispatcher", beat == null ? "not running" : "silent since " + beat)
                    .build();
        }
        List<NotificationDesk.Circuit> circuits = desk.openCircuits(tenants.names());
        Health.Builder health = circuits.isEmpty() && rules.problem().isEmpty() ? Health.up() : Health.status(DEGRADED);
        circuits.forEach(circuit -> health.withDetail(
                "circuit " + circuit.tenant() + '/' + circuit.provider(),
                circuit.code() + " since " + circuit.openedAt()));
        rules.problem().ifPresent(problem -> health.withDetail("rules", problem));
        return health.build();
    }
}
