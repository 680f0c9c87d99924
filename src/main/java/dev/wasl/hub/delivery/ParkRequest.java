package dev.wasl.hub.delivery;

import dev.wasl.hub.canonical.HubException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message that could not be processed.
 *
 * @param queue where it came from and where a replay sends it
 * @param stage the route that failed
 * @param properties everything needed to send it again exactly as it was
 * @param body the original bytes
 * @param inLedger whether the ledger counts it as parked
 */
public record ParkRequest(
        String tenant,
        String connector,
        String queue,
        String stage,
        String messageId,
        @Nullable UUID receiptId,
        HubException reason,
        Map<String, String> properties,
        byte[] body,
        boolean inLedger) {}
