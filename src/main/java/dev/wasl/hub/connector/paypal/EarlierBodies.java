package dev.wasl.hub.connector.paypal;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which body came under which transmission and which event. PayPal signs a 32-bit checksum of a body, not the body: who
 * has seen one genuine request can write another body with the same sum and send it with the same headers. He cannot make
 * it the first.
 */
final class EarlierBodies {

    private static final int MOST_KEPT = 20_000;

    private final Journal journal;
    private final Map<String, String> fingerprints = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST_KEPT;
        }
    };

    EarlierBodies(Journal journal) {
        this.journal = journal;
    }

    /** What was received before this process started, or by another one. */
    interface Journal {

        /**
         * Lower-case hex SHA-256 of the body that first came as an event; null when none did.
         *
         * @throws dev.wasl.hub.canonical.HubException {@code STORE_UNAVAILABLE} when nobody can tell now
         */
        @Nullable
        String fingerprint(String tenant, String messageId);
    }

    /**
     * Whether a transmission or an event came before with another body. Remembers this one when neither did.
     *
     * @param fingerprint lower-case hex SHA-256 of the body
     */
    boolean contradict(String tenant, String transmissionId, String messageId, String fingerprint) {
        String transmission = tenant + "|t|" + transmissionId;
        String event = tenant + "|e|" + messageId;
        synchronized (this) {
            String sent = fingerprints.get(transmission);
            if (sent != null && !sent.equals(fingerprint)) {
                return true;
            }
            String said = fingerprints.get(event);
            if (said != null) {
                fingerprints.putIfAbsent(transmission, fingerprint);
                return !said.equals(fingerprint);
            }
        }
        String journaled = journal.fingerprint(tenant, messageId);
        if (journaled != null && !journaled.equals(fingerprint)) {
            return true;
        }
        synchronized (this) {
            String sent = fingerprints.putIfAbsent(transmission, fingerprint);
            String said = fingerprints.putIfAbsent(event, fingerprint);
            return (sent != null && !sent.equals(fingerprint)) || (said != null && !said.equals(fingerprint));
        }
    }
}
