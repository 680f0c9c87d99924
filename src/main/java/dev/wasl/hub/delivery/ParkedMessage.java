package dev.wasl.hub.delivery;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message that failed and waits for a person.
 *
 * @param queue where a replay sends it
 * @param stage the route that failed
 * @param messageId its identity, which a replay keeps
 * @param receiptId the received message it came from; null for what the hub says itself
 * @param code the hub's error code, {@code WASL-2002}
 * @param fingerprint groups failures of one cause
 * @param replays how often it was sent again
 * @param resolvedAt when it was applied or discarded; null while it waits
 */
public record ParkedMessage(
        UUID id,
        Instant parkedAt,
        String tenant,
        String connector,
        String queue,
        String stage,
        String messageId,
        @Nullable UUID receiptId,
        String code,
        String reason,
        String fingerprint,
        ParkedMessages.State state,
        int replays,
        @Nullable Instant resolvedAt) {}
