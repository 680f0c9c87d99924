package dev.wasl.hub.payment;

import dev.wasl.hub.ops.DatabaseHealth;
import dev.wasl.hub.payment.PaymentRequestRepository.Standing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** How payments stand, for health and metrics; read from the database at most every few seconds. */
@Component
class PaymentStandings {

    private static final Logger LOG = LoggerFactory.getLogger(PaymentStandings.class);
    private static final Duration FRESH = Duration.ofSeconds(10);

    /** What is due is asked within seconds; a gateway that rests may take this long. */
    private static final Duration OVERDUE = Duration.ofMinutes(2);

    private final PaymentRequestRepository requests;
    private final DatabaseHealth database;
    private final Clock clock;
    private Snapshot last = new Snapshot(Instant.EPOCH, List.of());

    PaymentStandings(PaymentRequestRepository requests, DatabaseHealth database, MeterRegistry meters, Clock clock) {
        this.requests = requests;
        this.database = database;
        this.clock = clock;
        gauge(meters, "wasl.payments.open", "Payments asked for that something is still expected of", Standing::open);
        gauge(meters, "wasl.payments.overdue", "Payments that should have been asked about by now", Standing::overdue);
        gauge(
                meters,
                "wasl.payments.unresolved",
                "Payments that never ended and that nobody asks about any more",
                Standing::unresolved);
        gauge(
                meters,
                "wasl.payments.quarantine",
                "Payments with a confirmation that does not fit and waits for a person",
                Standing::quarantined);
        gauge(
                meters,
                "wasl.payments.unproved",
                "Payments that only callbacks without proof told of",
                Standing::unproved);
    }

    private record Snapshot(Instant at, List<Standing> standings) {}

    /** Each tenant's connector that has anything to tell. */
    synchronized List<Standing> read() {
        Instant now = clock.instant();
        if (Duration.between(last.at(), now).compareTo(FRESH) >= 0) {
            last = new Snapshot(now, database.look(() -> requests.standings(now.minus(OVERDUE))));
        }
        return last.standings();
    }

    private void gauge(MeterRegistry meters, String name, String description, ToLongFunction<Standing> number) {
        Gauge.builder(name, this, standings -> standings.sum(number))
                .description(description)
                .register(meters);
    }

    private double sum(ToLongFunction<Standing> number) {
        try {
            return read().stream().mapToLong(number).sum();
        } catch (DataAccessException e) {
            LOG.debug("How payments stand cannot be read now.", e);
            return Double.NaN;
        }
    }
}
