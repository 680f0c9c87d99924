package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What was sent to people. No tenant means no answer, never every answer. */
public interface NotificationLog {

    /** Notifications, newest first. */
    List<Entry> page(Filter filter);

    /** One notification. */
    Optional<Entry> find(Collection<String> tenants, UUID id);

    /** Notifications about a tracking number or payment, or to a phone or e-mail address, oldest first. */
    List<Entry> findByReference(Collection<String> tenants, String reference, int limit);

    /** How many notifications of each channel are in each state, of those requested since a time. */
    List<Count> counts(Collection<String> tenants, Instant since);

    /**
     * Which notifications to list.
     *
     * @param held only those that wait for a person or for their recipient's address
     */
    record Filter(
            Collection<String> tenants,
            @Nullable Channel channel,
            @Nullable Status status,
            boolean held,
            @Nullable Position before,
            int limit) {}

    /** A place in the list. */
    record Position(Instant requestedAt, String id) {}

    /**
     * A notification.
     *
     * @param recipient phone in E.164 or e-mail address; empty while nobody knows how the person is reached
     * @param subjectReference the tracking number or payment id it is about
     */
    record Entry(
            String id,
            String tenant,
            String rule,
            Channel channel,
            @Nullable String provider,
            Status status,
            int attempts,
            String recipient,
            @Nullable String language,
            @Nullable String subjectReference,
            @Nullable String error,
            Instant requestedAt,
            Instant updatedAt) {}

    /**
     * So many of one channel and state.
     *
     * @param withdrawn whether they were given up because something later made them pointless, which is no failure
     */
    record Count(Channel channel, Status status, boolean withdrawn, long count) {}
}
