package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalTypes;
import dev.wasl.hub.journal.OwnEvents;
import dev.wasl.hub.notify.NotificationRepository.Unpublished;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Tells the rest of the hub what happened to notifications. Every change was stored with its event in one transaction, so
 * a crash can delay the telling or repeat it under the same id, but not lose it.
 */
@Component
class NotificationOutbox {

    private static final int BATCH = 200;
    private static final Duration CLAIM = Duration.ofSeconds(60);

    private final NotificationRepository repository;
    private final OwnEvents events;
    private final Clock clock;

    NotificationOutbox(NotificationRepository repository, OwnEvents events, Clock clock) {
        this.repository = repository;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Publishes what is unpublished, one batch.
     *
     * @return how many were published
     * @throws dev.wasl.hub.canonical.HubException as {@link OwnEvents#publish}; the batch stays unpublished
     */
    int publish() {
        List<Unpublished> batch = repository.claimUnpublished(BATCH, CLAIM, clock.instant());
        if (batch.isEmpty()) {
            return 0;
        }
        List<Long> ids = batch.stream().map(Unpublished::id).toList();
        boolean done = false;
        try {
            // outside of any transaction of ours: publishing has its own, and it must not end with ours
            events.publish(batch.stream().map(NotificationOutbox::event).toList());
            done = true;
        } finally {
            if (!done) {
                repository.unclaim(ids);
            }
        }
        repository.published(ids, clock.instant());
        return batch.size();
    }

    private static CanonicalEvent event(Unpublished change) {
        return new CanonicalEvent(
                "1.0",
                change.eventId(),
                "/" + change.tenant() + "/notify",
                CanonicalTypes.NOTIFICATION_STATUS_CHANGED,
                "notification/" + change.event().notificationId(),
                change.occurredAt(),
                "application/json",
                null,
                change.tenant(),
                change.subject(),
                change.causeId(),
                null,
                change.event());
    }
}
