package dev.wasl.hub.journal;

import dev.wasl.hub.canonical.CanonicalMessage;
import java.util.Collection;

/** Settles received messages: moves them from pending to applied, in the transaction of the effect. */
public interface Ledger {

    /**
     * Tells that the CRM has applied these messages (or found that they need no effect). Messages without origin and
     * origins that are settled already are ignored. Must run inside the transaction of the effect.
     */
    void applied(Collection<CanonicalMessage> messages);
}
