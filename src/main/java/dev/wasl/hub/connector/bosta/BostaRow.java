package dev.wasl.hub.connector.bosta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.ReceiptIds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as Bosta wrote it, with what is needed to tell it from others.
 *
 * @param id Bosta's id, else the tracking number, else the digest
 * @param trackingNumber digits; null when it has none that can be asked for
 * @param updatedAt by Bosta's clock; null when unreadable
 * @param createdAt by Bosta's clock; null when unreadable
 * @param stateCode null when unreadable
 * @param body the delivery's JSON, UTF-8, keys in the order they came
 * @param digest of id and body: the same content has the same digest
 */
record BostaRow(
        String id,
        @Nullable String trackingNumber,
        @Nullable Instant updatedAt,
        @Nullable Instant createdAt,
        @Nullable Integer stateCode,
        byte[] body,
        String digest) {

    private static final JsonMapper WRITER = new JsonMapper();

    static BostaRow of(String tenant, JsonNode delivery) {
        byte[] body;
        try {
            body = WRITER.writeValueAsBytes(delivery);
        } catch (JsonProcessingException e) {
            throw new HubException(ErrorCode.UNEXPECTED, "a JSON tree could not be written", e);
        }
        String number = text(delivery.get("trackingNumber"));
        String trackingNumber = BostaTransport.isTrackingNumber(number) ? number : null;
        String id = text(delivery.get("_id"));
        if (id == null) {
            id = number == null ? "" : number;
        }
        Instant createdAt = BostaTimes.read(delivery.get("creationTimestamp"));
        String digest = digest(tenant, id, body);
        return new BostaRow(
                id.isEmpty() ? digest : id,
                trackingNumber,
                BostaTimes.read(delivery.get("updatedAt")),
                createdAt == null ? BostaTimes.read(delivery.get("createdAt")) : createdAt,
                code(delivery.path("state").path("code")),
                body,
                digest);
    }

    /** The row as a message whose identity is its content: the same content is the same message, however often it is read. */
    InboundMessage message(String tenant, InboundMessage.Kind kind, Instant receivedAt) {
        return new InboundMessage(
                ReceiptIds.next(receivedAt),
                digest,
                tenant,
                "bosta",
                kind,
                receivedAt,
                "application/json",
                Map.of(),
                body);
    }

    private static @Nullable String text(@Nullable JsonNode node) {
        if (node == null || !(node.isTextual() || node.isIntegralNumber())) {
            return null;
        }
        String text = node.asText().strip();
        return text.isEmpty() ? null : text;
    }

    private static @Nullable Integer code(JsonNode node) {
        if (node.canConvertToInt() && node.isIntegralNumber()) {
            return node.intValue();
        }
        try {
            return node.isTextual() ? Integer.valueOf(node.asText().strip()) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static String digest(String tenant, String id, byte[] body) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update((tenant + "|bosta|" + id + '|').getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
