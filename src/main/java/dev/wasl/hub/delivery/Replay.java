package dev.wasl.hub.delivery;

import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sends parked messages again with the identity they had, or gives them up. */
public interface Replay {

    /**
     * Sends one parked message to the queue it failed in; returns once it is on disk there.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code PARKED_NOT_FOUND}; {@code NOT_REPLAYABLE} when it does not
     *     wait any more; {@code BROKER_UNAVAILABLE}, and it waits as before
     */
    void replay(UUID id);

    /**
     * Sends many parked messages again, oldest first. Those that do not wait any more are skipped.
     *
     * @return how many were sent
     * @throws dev.wasl.hub.canonical.HubException {@code BROKER_UNAVAILABLE}; what was sent before stays sent, the rest waits
     */
    int replayAll(Selection selection);

    /**
     * Gives one parked message up: it is kept, but does not wait any more. The ledger then counts it as rejected.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code PARKED_NOT_FOUND}; {@code NOT_REPLAYABLE} when it does not
     *     wait any more
     */
    void discard(UUID id, String reason);

    /**
     * Which parked messages to send again.
     *
     * @param tenants of these only
     * @param ids these, or null for all that match the fingerprint
     * @param fingerprint of this cause, or null for any; ids and fingerprint together must both match
     * @param limit at most so many
     */
    record Selection(
            Collection<String> tenants,
            @Nullable Collection<UUID> ids,
            @Nullable String fingerprint,
            int limit) {}
}
