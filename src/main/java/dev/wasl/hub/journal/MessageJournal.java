package dev.wasl.hub.journal;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was received and what became of it, for people and programs that ask. Every question names the tenants that the
 * asker may see; no tenant means no answer, never every answer.
 */
public interface MessageJournal {

    /**
     * Messages that mention a reference (tracking number, payment id, order number, E.164 phone), oldest first.
     *
     * @param limit at most so many; the newest are kept when there are more
     */
    List<JournalEntry> findByReference(Collection<String> tenants, String reference, int limit);

    /** One message by its receipt. */
    Optional<JournalEntry> find(Collection<String> tenants, UUID receiptId);

    /** The bytes of one message as they came; empty when it is unknown, or said by the hub itself, or forgotten. */
    Optional<Original> original(Collection<String> tenants, UUID receiptId);

    /** Messages, newest first. */
    List<JournalEntry> latest(Filter filter);

    /**
     * Which consumers applied these events, and when.
     *
     * @param eventIds ids of canonical events of this tenant
     */
    List<Effect> effects(String tenant, Collection<String> eventIds);

    /**
     * How many messages arrived in each minute since a time, oldest first; minutes without any are absent.
     *
     * @param since inclusive
     */
    List<MinuteCount> countsByMinute(Collection<String> tenants, Instant since);

    /**
     * Which messages to list.
     *
     * @param tenants of these only
     * @param before continue below this message; null starts at the newest
     * @param limit at most so many
     */
    record Filter(
            Collection<String> tenants,
            @Nullable String connector,
            @Nullable String outcome,
            @Nullable Position before,
            int limit) {}

    /** A place in the list of messages. */
    record Position(Instant receivedAt, UUID receiptId) {}

    /**
     * What came over the wire.
     *
     * @param headers the allow-listed headers that were kept, lower-case names
     */
    record Original(@Nullable String contentType, Map<String, String> headers, byte[] body) {}

    /**
     * A consumer's effect of an event.
     *
     * @param consumer {@code crm}, {@code analytics}, {@code notify}
     * @param eventId the id of the canonical event
     */
    record Effect(String consumer, String eventId, Instant appliedAt) {}

    /**
     * Arrivals in one minute.
     *
     * @param minute its start
     */
    record MinuteCount(Instant minute, long count) {}
}
