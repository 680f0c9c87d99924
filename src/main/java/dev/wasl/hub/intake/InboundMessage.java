package dev.wasl.hub.intake;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * A received message, before anybody looked inside it.
 *
 * @param receiptId one per arrival: two arrivals of one event have two
 * @param messageId deterministic identity of the event within tenant and connector; what duplicates are judged by
 * @param tenant the tenant's name
 * @param connector the connector's name; the message goes to the queue {@code inbound.<connector>}
 * @param kind how it came
 * @param receivedAt when
 * @param contentType as it came; informational, never a reason to parse differently
 * @param headers the allow-listed headers, lower-case names
 * @param body the bytes as received
 */
public record InboundMessage(
        UUID receiptId,
        String messageId,
        String tenant,
        String connector,
        Kind kind,
        Instant receivedAt,
        String contentType,
        Map<String, String> headers,
        byte[] body) {

    /** How a message entered the hub. */
    public enum Kind {
        WEBHOOK,
        POLL,
        BACKFILL,
        DETAIL,
        API
    }
}
