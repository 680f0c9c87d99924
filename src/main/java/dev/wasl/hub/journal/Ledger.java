package dev.wasl.hub.journal;

import dev.wasl.hub.canonical.CanonicalMessage;
import java.time.Instant;
import java.util.Collection;
import java.util.UUID;

/**
 * Proves that nothing is lost: {@code received = applied + duplicate + rejected + parked + pending} for each tenant and
 * connector. Every method must run inside the transaction of what it counts.
 */
public interface Ledger {

    /**
     * Tells that the CRM has applied these messages, or found that they need no effect. Messages without origin and
     * origins that are settled already are ignored.
     */
    void applied(Collection<CanonicalMessage> messages);

    /**
     * Moves a pending message to parked.
     *
     * @return false when it was not pending any more, so that the ledger does not count it as parked
     */
    boolean parked(UUID receiptId);

    /** Moves a parked message back to pending, before it is replayed. */
    void reopened(UUID receiptId, String tenant, String connector, Instant receivedAt);

    /** Moves a parked message to rejected: a person decided that it will never be applied. */
    void discarded(String tenant, String connector);
}
