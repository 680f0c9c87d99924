package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What was told to whom, and what became of it: for the API and the console. Holds personal data; mask by role. */
@Component
public class NotificationLog {

    private static final int MAX_PAGE = 500;
    private static final Duration SILENT_AFTER = Duration.ofHours(24);

    private final NotificationLogRepository repository;
    private final Clock clock;

    NotificationLog(NotificationLogRepository repository, Clock clock) {
        this.repository = repository;
        this.clock = clock;
    }

    /**
     * A page of notifications, newest first.
     *
     * @param tenant null for all
     * @param state null for all
     * @param reference tracking number, payment id, phone (E.164), e-mail, notification id or provider's message id;
     *     null for all
     * @param cursor of the page before; null for the first page
     * @param limit at most 500
     * @throws HubException {@code MALFORMED_REQUEST} for a cursor that is none
     */
    public Page page(
            @Nullable String tenant,
            @Nullable Status state,
            @Nullable String reference,
            @Nullable String cursor,
            int limit) {
        int size = Math.max(1, Math.min(MAX_PAGE, limit));
        Cursor after = cursor == null ? null : Cursor.parse(cursor);
        List<Entry> found = repository.page(
                tenant,
                state,
                reference,
                after == null ? null : after.createdAt(),
                after == null ? null : after.id(),
                size + 1);
        if (found.size() <= size) {
            return new Page(found, null);
        }
        Entry last = found.get(size - 1);
        return new Page(found.subList(0, size), new Cursor(last.createdAt(), last.id()).text());
    }

    /** One notification with every attempt and everything that was ever said about it. */
    public Optional<Journey> find(UUID id) {
        return repository.entry(id).map(entry -> new Journey(entry, repository.attempts(id), repository.history(id)));
    }

    /**
     * How many notifications are in each state.
     *
     * @param tenant null for all
     */
    public Map<Status, Long> counts(@Nullable String tenant) {
        return repository.counts(tenant);
    }

    /**
     * What needs somebody.
     *
     * @param tenant null for all
     */
    public Attention attention(@Nullable String tenant) {
        return repository.attention(tenant, clock.instant().minus(SILENT_AFTER));
    }

    /** Senders that a provider refuses: nothing goes out there until somebody acts. */
    public List<Circuit> openCircuits() {
        return repository.openCircuits();
    }

    /**
     * A page.
     *
     * @param next the cursor of the next page; null on the last
     */
    public record Page(List<Entry> entries, @Nullable String next) {}

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
     * @param unpublished changes that the rest of the hub was not told yet
     */
    public record Attention(
            long held, long waitingForRecipient, long unknown, long silent, long circuits, long unpublished) {}

    /** A sender that a provider refuses. */
    public record Circuit(String tenant, String provider, String code, Instant openedAt, Instant nextProbeAt) {}

    private record Cursor(Instant createdAt, UUID id) {

        String text() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((createdAt + "|" + id).getBytes(StandardCharsets.UTF_8));
        }

        static Cursor parse(String text) {
            try {
                String[] parts =
                        new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\\|", 2);
                return new Cursor(Instant.parse(parts[0]), UUID.fromString(parts.length < 2 ? "" : parts[1]));
            } catch (IllegalArgumentException | DateTimeException e) {
                throw new HubException(ErrorCode.MALFORMED_REQUEST, "that is no cursor of ours", e);
            }
        }
    }
}
