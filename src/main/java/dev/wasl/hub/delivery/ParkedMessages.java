package dev.wasl.hub.delivery;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The work list: what failed and waits for a person. Every question names the tenants that the asker may see; no tenant
 * means no answer, never every answer.
 */
public interface ParkedMessages {

    /** Parked messages, newest first. */
    List<ParkedMessage> page(Filter filter);

    /** One parked message in whatever state. */
    Optional<ParkedMessage> find(Collection<String> tenants, UUID id);

    /** The bytes that failed, as they will be sent again. */
    Optional<byte[]> body(Collection<String> tenants, UUID id);

    /** What was parked of these received messages, in whatever state, oldest first. */
    List<ParkedMessage> ofReceipts(Collection<String> tenants, Collection<UUID> receiptIds);

    /** How many wait: states PARKED and REPLAYING. */
    long count(Collection<String> tenants);

    /** What waits, grouped by cause, the largest group first. */
    List<Group> countsByFingerprint(Collection<String> tenants, int limit);

    /**
     * Which parked messages to list.
     *
     * @param tenants of these only
     * @param states in these only
     * @param before continue below this one; null starts at the newest
     * @param limit at most so many
     */
    record Filter(
            Collection<String> tenants,
            @Nullable String connector,
            @Nullable String fingerprint,
            Set<State> states,
            @Nullable Position before,
            int limit) {}

    /** A place in the list of parked messages. */
    record Position(Instant parkedAt, UUID id) {}

    /** How far the work on a parked message is. */
    enum State {
        PARKED,
        REPLAYING,
        RESOLVED,
        DISCARDED
    }

    /**
     * Failures of one cause.
     *
     * @param code the hub's error code, {@code WASL-2002}
     * @param reason the reason of the newest of them
     * @param stage the route that failed
     */
    record Group(
            String fingerprint, String code, String reason, String stage, long count, Instant oldest, Instant newest) {}
}
