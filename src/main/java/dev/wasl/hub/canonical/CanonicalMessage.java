package dev.wasl.hub.canonical;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A canonical event on its way through the hub.
 *
 * @param event the parsed event
 * @param json the bytes it was parsed from, UTF-8
 * @param origin the received message that it came from; null for what the hub says itself
 */
public record CanonicalMessage(
        CanonicalEvent event, byte[] json, @Nullable Origin origin) {

    /**
     * The received message that a canonical message came from.
     *
     * @param receiptId one per received message, the key of the journal
     * @param connector the connector that received it
     * @param parts how many canonical messages the received message became
     */
    public record Origin(UUID receiptId, String connector, int parts) {}
}
