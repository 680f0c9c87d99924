package dev.wasl.hub.journal;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One arrival.
 *
 * @param receiptId one per arrival
 * @param messageId the identity of the event within tenant and connector
 * @param kind WEBHOOK, POLL, BACKFILL, DETAIL, API, HUB
 * @param outcome at arrival: ACCEPTED, DUPLICATE, IGNORED, PARKED, REJECTED
 * @param reason why it was rejected, ignored or parked
 * @param canonical the canonical events it became: a JSON array of CloudEvents; null when it became none
 * @param references everything a person might search it by
 */
public record JournalEntry(
        UUID receiptId,
        String messageId,
        String tenant,
        String connector,
        String kind,
        Instant receivedAt,
        String outcome,
        @Nullable String reason,
        @Nullable String contentType,
        @Nullable String canonical,
        Set<String> references) {}
