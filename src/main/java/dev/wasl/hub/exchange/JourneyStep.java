package dev.wasl.hub.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.delivery.ParkedMessage;
import dev.wasl.hub.journal.JournalEntry;
import dev.wasl.hub.journal.MessageJournal;
import dev.wasl.hub.notify.NotificationLog;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened on the way of a message. Which fields are there depends on the step.
 *
 * @param at when the hub did it
 * @param kind RECEIVED: how it came in (WEBHOOK, POLL, BACKFILL, DETAIL, API, HUB)
 * @param outcome RECEIVED: ACCEPTED, DUPLICATE, IGNORED, PARKED, REJECTED; PARKED: PARKED, REPLAYING, RESOLVED,
 *     DISCARDED; NOTIFIED: REQUESTED, SENT, DELIVERED, ...
 * @param reason why, where the outcome is not the usual one
 * @param eventType PUBLISHED: the canonical type
 * @param eventTime PUBLISHED: when it happened out there
 * @param consumer APPLIED: whose effect it is (crm, analytics, notify)
 */
record JourneyStep(
        Instant at,
        Step step,
        String tenant,
        @Schema(example = "bosta") @Nullable String connector,
        @Nullable UUID receiptId,
        @Nullable String messageId,
        @Nullable String kind,
        @Schema(example = "ACCEPTED") @Nullable String outcome,
        @Nullable String code,
        @Nullable String reason,
        @Nullable String eventId,

        @Schema(example = "dev.wasl.delivery.status_changed.v1") @Nullable
        String eventType,

        @Schema(example = "delivery/bosta/90000001") @Nullable
        String subject,

        @Nullable Instant eventTime,
        @Schema(example = "crm") @Nullable String consumer,
        @Nullable UUID parkedId,
        @Nullable String notificationId,
        @Nullable String channel,
        @Nullable String recipient) {

    /** What happened; the order is the order within one moment. */
    enum Step {
        RECEIVED,
        PUBLISHED,
        PARKED,
        APPLIED,
        NOTIFIED
    }

    static JourneyStep received(JournalEntry entry) {
        return new JourneyStep(
                entry.receivedAt(),
                Step.RECEIVED,
                entry.tenant(),
                entry.connector(),
                entry.receiptId(),
                entry.messageId(),
                entry.kind(),
                entry.outcome(),
                null,
                entry.reason(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    static JourneyStep published(JournalEntry entry, JsonNode event) {
        return new JourneyStep(
                entry.receivedAt(),
                Step.PUBLISHED,
                entry.tenant(),
                entry.connector(),
                entry.receiptId(),
                null,
                null,
                null,
                null,
                null,
                text(event, "id"),
                text(event, "type"),
                text(event, "subject"),
                Journey.time(event),
                null,
                null,
                null,
                null,
                null);
    }

    static JourneyStep applied(String tenant, MessageJournal.Effect effect) {
        return new JourneyStep(
                effect.appliedAt(),
                Step.APPLIED,
                tenant,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                effect.eventId(),
                null,
                null,
                null,
                effect.consumer(),
                null,
                null,
                null,
                null);
    }

    static JourneyStep parked(ParkedMessage message) {
        return new JourneyStep(
                message.parkedAt(),
                Step.PARKED,
                message.tenant(),
                message.connector(),
                message.receiptId(),
                message.messageId(),
                null,
                message.state().name(),
                message.code(),
                message.reason(),
                null,
                null,
                null,
                null,
                null,
                message.id(),
                null,
                null,
                null);
    }

    static JourneyStep notified(NotificationLog.Entry entry) {
        return new JourneyStep(
                entry.requestedAt(),
                Step.NOTIFIED,
                entry.tenant(),
                entry.provider(),
                null,
                null,
                null,
                entry.status().name(),
                null,
                entry.error(),
                null,
                null,
                entry.subjectReference(),
                null,
                null,
                null,
                entry.id(),
                entry.channel().name(),
                entry.recipient());
    }

    private static @Nullable String text(JsonNode event, String field) {
        return event.hasNonNull(field) ? event.get(field).asText() : null;
    }
}
