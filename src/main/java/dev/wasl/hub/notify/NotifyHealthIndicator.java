package dev.wasl.hub.notify;

import dev.wasl.hub.ops.DatabaseHealth;
import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;
import org.springframework.stereotype.Component;

/**
 * Health of notifications: down when the dispatcher is dead; degraded, which takes no instance out of service, while a
 * provider refuses an account or the last edit of the rules cannot be read.
 */
@Component("notifyHealthIndicator")
class NotifyHealthIndicator extends AbstractHealthIndicator {

    private static final Status DEGRADED = new Status("DEGRADED");
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final NotificationDispatcher dispatcher;
    private final NotificationRules rules;
    private final NotificationDesk desk;
    private final Tenants tenants;
    private final NotifySettings settings;
    private final DatabaseHealth database;
    private final Clock clock;

    NotifyHealthIndicator(
            NotificationDispatcher dispatcher,
            NotificationRules rules,
            NotificationDesk desk,
            Tenants tenants,
            NotifySettings settings,
            DatabaseHealth database,
            Clock clock) {
        super("The providers' states cannot be read");
        this.dispatcher = dispatcher;
        this.rules = rules;
        this.desk = desk;
        this.tenants = tenants;
        this.settings = settings;
        this.database = database;
        this.clock = clock;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        if (!settings.enabled()) {
            health.up().withDetail("dispatcher", "switched off");
            return;
        }
        Instant beat = dispatcher.lastBeat();
        if (!dispatcher.isRunning()
                || (beat != null && Duration.between(beat, clock.instant()).compareTo(SILENCE) > 0)) {
            health.down().withDetail("dispatcher", beat == null ? "not running" : "silent since " + beat);
            return;
        }
        List<NotificationDesk.Circuit> circuits = database.look(() -> desk.openCircuits(tenants.names()));
        health.status(circuits.isEmpty() && rules.problem().isEmpty() ? Status.UP : DEGRADED);
        circuits.forEach(circuit -> health.withDetail(
                "circuit " + circuit.tenant() + '/' + circuit.provider(),
                circuit.code() + " since " + circuit.openedAt()));
        rules.problem().ifPresent(problem -> health.withDetail("rules", problem));
    }
}
