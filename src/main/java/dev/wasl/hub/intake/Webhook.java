package dev.wasl.hub.intake;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one provider's webhooks need in Java: the proof, the identity, and the answer. One bean per connector, found by
 * {@link #connector()}. Implementations never throw: whatever cannot be read is {@link Verdict#MALFORMED}.
 */
public interface Webhook {

    /** The connector's name as in the path, {@code stripe}. */
    String connector();

    /** Decides on the raw bytes, in constant time, with every configured secret, before anything is parsed. */
    Verdict verify(WebhookRequest request);

    /**
     * The event's identity within tenant and connector: the provider's event id, else a hash of what makes the event
     * unique. Called for valid requests only; must cope with any body.
     */
    String messageId(WebhookRequest request);

    /** Headers that the mapping or a person may need later; everything else is dropped. Lower case. */
    default Set<String> keptHeaders() {
        return Set.of();
    }

    /** What a provider expects after a stored message; 202 without a body unless the provider wants otherwise. */
    default Answer accepted() {
        return Answer.of(202);
    }

    /**
     * Answers a handshake by {@code GET}.
     *
     * @return null when this provider has none (405)
     */
    default @Nullable Answer handshake(WebhookRequest request) {
        return null;
    }

    /** A finished answer. */
    record Answer(
            int status,
            @Nullable String contentType,
            @Nullable String body) {

        public static Answer of(int status) {
            return new Answer(status, null, null);
        }
    }
}
