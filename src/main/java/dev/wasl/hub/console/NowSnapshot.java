package dev.wasl.hub.console;

import dev.wasl.hub.connector.SyncState;
import dev.wasl.hub.delivery.ParkedMessages;
import dev.wasl.hub.journal.LedgerView;
import dev.wasl.hub.notify.NotificationLog;
import dev.wasl.hub.ops.QueueView;
import dev.wasl.hub.payment.PaymentTroubles;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hub at one moment, before it is put into words. A part is null when what it comes from does not answer.
 *
 * @param at the moment
 * @param firstMinute the start of the first minute of {@code perMinute}
 * @param perMinute messages of each of the last full minutes
 * @param brokenRoutes the names of route files that do not run, or whose last edit does not
 * @param configured connectors by tenant
 * @param payments what about payments needs somebody
 */
record NowSnapshot(
        Instant at,
        Instant firstMinute,
        @Nullable List<Long> perMinute,
        @Nullable List<LedgerView.Row> ledger,
        @Nullable Long parked,
        @Nullable List<ParkedMessages.Group> causes,
        @Nullable List<QueueView.Queue> queues,
        List<String> brokenRoutes,
        Map<String, Set<String>> configured,
        @Nullable List<SyncState> syncs,
        @Nullable List<PaymentTroubles.Trouble> payments,
        @Nullable List<NotificationLog.Count> notifications) {

    /** The last full minute; null when unknown. */
    @Nullable
    Long lastMinute() {
        return perMinute == null ? null : perMinute.get(perMinute.size() - 1);
    }

    /** Whether both say the same, whenever they were taken. */
    boolean sameAs(@Nullable NowSnapshot other) {
        return other != null
                && new NowSnapshot(
                                other.at,
                                firstMinute,
                                perMinute,
                                ledger,
                                parked,
                                causes,
                                queues,
                                brokenRoutes,
                                configured,
                                syncs,
                                payments,
                                notifications)
                        .equals(other);
    }
}
