package dev.wasl.hub.journal;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A received message and what was made of it, as the journal keeps it.
 *
 * @param kind how it came: {@code WEBHOOK}, {@code POLL}, {@code BACKFILL}, {@code DETAIL}, {@code API}; {@code HUB} for what
 *     the hub says itself
 * @param raw the bytes as received; null for {@code HUB}
 * @param canonical the canonical events as JSON texts
 * @param references what it can be found by
 * @param reason why it was ignored, parked or rejected
 */
public record Arrival(
        UUID receiptId,
        String messageId,
        String tenant,
        String connector,
        String kind,
        Instant receivedAt,
        @Nullable String contentType,
        Map<String, String> headers,
        byte @Nullable [] raw,
        Outcome outcome,
        @Nullable String reason,
        List<String> canonical,
        Set<String> references) {

    /** What became of a message when it was looked at first. */
    public enum Outcome {
        /** Mapped and published; the CRM settles it. */
        ACCEPTED,
        /** The same event arrived before. */
        DUPLICATE,
        /** Read, and nothing is to be said about it; counts as applied. */
        IGNORED,
        /** Waits for a person. */
        PARKED,
        /** Not proved to come from the provider. */
        REJECTED
    }

    /** The same arrival with another outcome. */
    public Arrival with(Outcome outcome, @Nullable String reason) {
        return new Arrival(
                receiptId,
                messageId,
                tenant,
                connector,
                kind,
                receivedAt,
                contentType,
                headers,
                raw,
                outcome,
                reason,
                canonical,
                references);
    }
}
