package dev.wasl.hub.console;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.delivery.ParkedMessages;
import dev.wasl.hub.flow.RouteStatus;
import dev.wasl.hub.journal.LedgerView;
import dev.wasl.hub.journal.MessageJournal;
import dev.wasl.hub.notify.NotificationLog;
import dev.wasl.hub.ops.QueueView;
import dev.wasl.hub.payment.PaymentTroubles;
import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Looks at the whole hub. However many people watch, it looks at most once a second; what does not answer is left out,
 * so that the page still shows the rest.
 */
@Component
class Now {

    static final int MINUTES = 60;

    private static final Logger LOG = LoggerFactory.getLogger(Now.class);
    private static final int CAUSES = 5;
    private static final Duration NOTIFICATIONS_SINCE = Duration.ofHours(24);
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final MessageJournal journal;
    private final LedgerView ledger;
    private final ParkedMessages parked;
    private final QueueView queues;
    private final RouteStatus routes;
    private final ConnectorSync connectors;
    private final PaymentTroubles payments;
    private final NotificationLog notifications;
    private final Tenants tenants;
    private final Clock clock;

    private @Nullable NowSnapshot latest;

    Now(
            MessageJournal journal,
            LedgerView ledger,
            ParkedMessages parked,
            QueueView queues,
            RouteStatus routes,
            ConnectorSync connectors,
            PaymentTroubles payments,
            NotificationLog notifications,
            Tenants tenants,
            Clock clock) {
        this.journal = journal;
        this.ledger = ledger;
        this.parked = parked;
        this.queues = queues;
        this.routes = routes;
        this.connectors = connectors;
        this.payments = payments;
        this.notifications = notifications;
        this.tenants = tenants;
        this.clock = clock;
    }

    synchronized NowSnapshot snapshot() {
        Instant now = clock.instant();
        if (latest == null || !now.isBefore(latest.at().plus(FRESH))) {
            latest = look(now);
        }
        return latest;
    }

    private NowSnapshot look(Instant now) {
        Set<String> all = tenants.names();
        Set<String> work = new TreeSet<>(all);
        work.add(Tenants.UNKNOWN);
        Instant firstMinute = now.truncatedTo(ChronoUnit.MINUTES).minus(MINUTES, ChronoUnit.MINUTES);
        Map<String, Set<String>> configured = new TreeMap<>();
        all.forEach(name -> configured.put(name, new TreeSet<>(tenants.get(name).connectors())));
        return new NowSnapshot(
                now,
                firstMinute,
                part("journal", () -> series(journal.countsByMinute(all, firstMinute), firstMinute)),
                part("ledger", () -> ledger.rows(all)),
                part("parked messages", () -> parked.count(work)),
                part("parked messages", () -> parked.countsByFingerprint(work, CAUSES)),
                part("queues", queues::queues),
                routes.files().stream()
                        .filter(file -> file.error() != null)
                        .map(RouteStatus.RouteFile::name)
                        .toList(),
                configured,
                part("connectors", connectors::states),
                part("payments", () -> payments.of(all)),
                part("notifications", () -> notifications.counts(all, now.minus(NOTIFICATIONS_SINCE))));
    }

    private static List<Long> series(List<MessageJournal.MinuteCount> counts, Instant firstMinute) {
        Long[] series = new Long[MINUTES];
        Arrays.fill(series, 0L);
        for (MessageJournal.MinuteCount count : counts) {
            long index = ChronoUnit.MINUTES.between(firstMinute, count.minute());
            if (index >= 0 && index < MINUTES) {
                series[(int) index] = count.count();
            }
        }
        return List.of(series);
    }

    private static <T> @Nullable T part(String name, Supplier<T> source) {
        try {
            return source.get();
        } catch (DataAccessException | TransactionException | HubException e) {
            LOG.warn("The overview is without {}: {}", name, e.getMessage());
            return null;
        }
    }
}
