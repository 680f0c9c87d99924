package dev.wasl.hub.payment;

import dev.wasl.hub.payment.PaymentPolling.Place;
import dev.wasl.hub.payment.PaymentPolling.Rest;
import dev.wasl.hub.payment.PaymentRequestRepository.Standing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;
import org.springframework.stereotype.Component;

/**
 * Shows what is expected of gateways. Down when the loop that asks is dead; degraded, which takes no instance out of
 * service, while a confirmation waits in quarantine, a gateway does not answer, or something is overdue.
 */
@Component("paymentsHealthIndicator")
class PaymentsHealthIndicator extends AbstractHealthIndicator {

    private static final Status DEGRADED = new Status("DEGRADED");
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final PaymentStandings standings;
    private final PaymentPolling polling;
    private final Clock clock;

    PaymentsHealthIndicator(PaymentStandings standings, PaymentPolling polling, Clock clock) {
        super("How payments stand cannot be read");
        this.standings = standings;
        this.polling = polling;
        this.clock = clock;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        Instant beat = polling.lastBeat();
        if (beat != null && Duration.between(beat, clock.instant()).compareTo(SILENCE) > 0) {
            health.down().withDetail("asking", "silent since " + beat);
            return;
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("asking", polling.leads() ? "here" : "another instance");
        boolean degraded = false;
        Map<Place, Rest> resting = polling.resting();
        for (Standing standing : standings.read()) {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("open", standing.open());
            degraded |= put(shown, "quarantined", standing.quarantined());
            degraded |= put(shown, "unresolved", standing.unresolved());
            degraded |= put(shown, "overdue", standing.overdue());
            if (standing.oldestDue() != null) {
                shown.put("oldestDue", standing.oldestDue());
            }
            put(shown, "unproved", standing.unproved());
            put(shown, "givenUp", standing.givenUp());
            details.put(standing.tenant() + "/" + standing.connector(), shown);
        }
        for (Map.Entry<Place, Rest> rest : resting.entrySet()) {
            degraded = true;
            details.put(
                    rest.getKey().tenant() + "/" + rest.getKey().connector() + " does not answer",
                    rest.getValue().code() + ", next try at " + rest.getValue().until());
        }
        health.status(degraded ? DEGRADED : Status.UP).withDetails(details);
    }

    private static boolean put(Map<String, Object> shown, String name, long count) {
        if (count > 0) {
            shown.put(name, count);
        }
        return count > 0;
    }
}
