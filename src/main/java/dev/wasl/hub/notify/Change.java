package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Notification.Status;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One line of a notification's history.
 *
 * @param applied false: recorded, but a higher state stood
 * @param detail the provider's word, code or reason
 * @param event what the hub tells the others; null when it concerns nobody else
 */
record Change(
        UUID notificationId,
        int attemptNo,
        Status status,
        Origin origin,
        boolean applied,
        @Nullable String detail,
        Instant occurredAt,
        Instant recordedAt,
        @Nullable Notification event) {

    /** Who said it. */
    enum Origin {
        RULE,
        DISPATCH,
        TIMER,
        RECEIPT,
        PERSON
    }

    /** The id of the event: the same change always has the same. */
    String eventId() {
        return notificationId + "#" + attemptNo + '#' + status;
    }
}
