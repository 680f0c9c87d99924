package dev.wasl.hub.journal;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sums that prove that nothing was lost or doubled. */
public interface LedgerView {

    /** One row per tenant and connector that ever received something, sorted by both; read in one snapshot. */
    List<Row> rows(Collection<String> tenants);

    /**
     * What became of what one connector of one tenant received.
     *
     * @param pending accepted and not yet applied
     * @param oldestPendingSince when the oldest of these was received; null when nothing is pending
     */
    record Row(
            String tenant,
            String connector,
            long received,
            long applied,
            long duplicate,
            long rejected,
            long parked,
            long pending,
            @Nullable Instant oldestPendingSince) {

        /** Whether everything received is accounted for, exactly once. */
        public boolean balanced() {
            return received == applied + duplicate + rejected + parked + pending;
        }
    }
}
