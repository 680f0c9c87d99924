package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What needs somebody among the notifications, and everything about one of them. Holds personal data; mask by role.
 * {@link NotificationLog} lists them.
 */
@Component
public class NotificationDesk {

    private static final Duration SILENT_AFTER = Duration.ofHours(24);

    private final NotificationLogRepository repository;
    private final Clock clock;

    NotificationDesk(NotificationLogRepository repository, Clock clock) {
        this.repository = repository;
        this.clock = clock;
    }

    /** One notification of these tenants with every attempt and everything that was ever said about it. */
    public Optional<Journey> find(Collection<String> tenants, UUID id) {
        return repository
                .entry(id)
                .filter(entry -> tenants.contains(entry.tenant()))
                .map(entry -> new Journey(entry, repository.attempts(id), repository.history(id)));
    }

    /** What needs somebody. */
    public Attention attention(Collection<String> tenants) {
        return repository.attention(tenants, clock.instant().minus(SILENT_AFTER));
    }

    /** Senders that a provider refuses: nothing goes out there until somebody acts. */
    public List<Circuit> openCircuits(Collection<String> tenants) {
        return repository.openCircuits(tenants);
    }

    /**
     * One notification.
     *
     * @param heldCode the WASL code of why it waits for a person, or for its recipient's address; null: it does not
     * @param address phone or e-mail of the current channel; null while none is known
     * @param dueAt when it is sent next; null: nothing to send
     */
    public record Entry(
            UUID id,
            String tenant,
            String rule,
            String cause,
            String subject,
            @Nullable String reference,
            Channel channel,
            @Nullable String provider,
            Status state,
            int attemptNo,
            String language,
            @Nullable String recipientName,
            @Nullable String address,
            @Nullable String heldCode,
            @Nullable String errorCode,
            @Nullable String errorDetail,
            @Nullable String providerMessageId,
            @Nullable Instant dueAt,
            Instant expiresAt,
            Instant createdAt,
            Instant updatedAt) {}

    /** One call of a provider. */
    public record AttemptEntry(
            int attemptNo,
            Channel channel,
            String provider,
            Status state,
            @Nullable String providerMessageId,
            @Nullable String errorCode,
            @Nullable String errorDetail,
            @Nullable Integer segments,
            Instant createdAt,
            Instant updatedAt) {}

    /**
     * One line of history.
     *
     * @param origin RULE, DISPATCH, TIMER, RECEIPT or PERSON
     * @param applied false: recorded, but a higher state stood
     */
    public record HistoryEntry(
            int attemptNo,
            Status status,
            String origin,
            boolean applied,
            @Nullable String detail,
            Instant occurredAt,
            Instant recordedAt) {}

    /** A notification with all that belongs to it. */
    public record Journey(Entry entry, List<AttemptEntry> attempts, List<HistoryEntry> history) {}

    /**
     * What needs somebody.
     *
     * @param held wait for a person
     * @param waitingForRecipient wait until an event says how the person is reached
     * @param unknown nobody can tell whether they were sent
     * @param silent given to a provider that reports receipts, and none came for a day
     * @param circuits senders that a provider refuses
     * @param unpublished changes of any tenant that the rest of the hub was not told yet
     */
    public record Attention(
            long held, long waitingForRecipient, long unknown, long silent, long circuits, long unpublished) {}

    /** A sender that a provider refuses. */
    public record Circuit(String tenant, String provider, String code, Instant openedAt, Instant nextProbeAt) {}
}
