package dev.wasl.hub.intake;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one provider's webhooks need in Java: the proof, the identity, and the answer. One bean per connector, found by
 * {@link #connector()}. Implementations never throw for what a request holds: whatever cannot be read is {@link
 * Verdict#MALFORMED}. Only what must be looked up may fail, with a {@link dev.wasl.hub.canonical.HubException}; the request is
 * answered 503 then.
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

    /**
     * What a mapping must know of a valid request that stands neither in its body nor in its query, by name: the order
     * that a path token belongs to, for example. Kept like a header, and {@code $headers} in the mapping. Short values
     * without secrets.
     */
    default Map<String, String> notes(WebhookRequest request) {
        return Map.of();
    }

    /** Other names that the connector has in the path. */
    default Set<String> aliases() {
        return Set.of();
    }

    /** Whether something may follow the connector in the path, a token of a single payment for example; else it is 404. */
    default boolean hasSubaddresses() {
        return false;
    }

    /** The HTTP methods that the provider sends with. */
    default Set<String> methods() {
        return Set.of("POST");
    }

    /**
     * What a provider expects after a stored message; 202 without a body unless the provider wants otherwise.
     *
     * @param notes what {@link #notes} said of the request, so that the answer and the stored message say the same
     */
    default Answer accepted(Map<String, String> notes) {
        return Answer.of(202);
    }

    /**
     * What a provider expects after a request that was not {@link Verdict#VALID}, where its protocol has a word for it.
     *
     * @return null for the hub's own answer: 400, 401 or 503 with a problem document
     */
    default @Nullable Answer refused(Verdict verdict, WebhookRequest request) {
        return null;
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
