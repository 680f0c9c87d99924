package dev.wasl.hub.connector.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.NotificationReceipt;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.vectors.GatewayVectors;
import dev.wasl.hub.vectors.Mapped;
import dev.wasl.hub.vectors.VectorRequests;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The vector file of WhatsApp's Cloud API. */
public final class WhatsAppVectors implements GatewayVectors {

    private final Mapped mapped = new Mapped();

    @Override
    public String gateway() {
        return "whatsapp";
    }

    @Override
    public Map<String, Function<JsonNode, VectorCase>> sections() {
        return Map.of("webhooks", this::webhook, "verifyHandshake", WhatsAppVectors::handshake);
    }

    private VectorCase webhook(JsonNode vector) {
        return new VectorCase(vector.get("id").textValue(), () -> {
            Webhook webhook = configured(vector.get("appSecret").textValue(), "");
            byte[] body = Base64.getDecoder().decode(vector.get("rawBodyBase64").textValue());
            WebhookRequest request = new WebhookRequest(
                    VectorRequests.TENANT,
                    "whatsapp",
                    "POST",
                    "",
                    "https://hub.example.com/webhooks/vectors/whatsapp",
                    null,
                    Map.of(
                            "x-hub-signature-256",
                            List.of(vector.at("/header/X-Hub-Signature-256").textValue())),
                    body,
                    Instant.EPOCH);

            assertThat(webhook.verify(request) == Verdict.VALID)
                    .as("%s (%s)", vector.get("id").asText(), vector.get("desc").asText())
                    .isEqualTo(vector.get("expectValid").booleanValue());
            if (vector.has("canonical")) {
                compare(mapped.events("whatsapp-receipt-in", body, Map.of()), vector.get("canonical"));
            }
        });
    }

    private static void compare(List<CanonicalEvent> events, JsonNode expected) {
        if (expected.has("events")) {
            assertThat(events).hasSize(expected.get("events").intValue());
            assertThat(events).extracting(CanonicalEvent::id).doesNotHaveDuplicates();
            return;
        }
        assertThat(events).hasSize(1);
        NotificationReceipt receipt = (NotificationReceipt) events.get(0).data();
        expected.properties().forEach(field -> {
            String value = field.getValue().textValue();
            switch (field.getKey()) {
                case "notificationId" -> assertThat(receipt.notificationId()).isEqualTo(value);
                case "status" -> assertThat(receipt.status().name()).isEqualTo(value);
                case "occurredAt" -> assertThat(receipt.occurredAt()).isEqualTo(Instant.parse(value));
                case "errorCode" -> assertThat(receipt.errorCode()).isEqualTo(value);
                case "errorClass" ->
                    assertThat(receipt.errorCode())
                            .as("the class is derived from the code by whoever decides about a fall-back")
                            .isNotNull();
                default -> fail("a canonical field that nobody compares: " + field.getKey());
            }
        });
    }

    private static VectorCase handshake(JsonNode vector) {
        return new VectorCase("handshake " + vector.get("id").textValue(), () -> {
            Webhook webhook = configured("secret", vector.get("verifyToken").textValue());

            Webhook.Answer answer = webhook.handshake(VectorRequests.request(
                    "whatsapp",
                    "https://hub.example.com/webhooks/vectors/whatsapp?"
                            + vector.get("query").textValue(),
                    Map.of(),
                    "",
                    Instant.EPOCH));

            JsonNode expected = vector.get("expect");
            assertThat(answer).isNotNull();
            assertThat(answer.status()).isEqualTo(expected.get("status").intValue());
            assertThat(answer.body()).isEqualTo(expected.path("body").textValue());
            assertThat(answer.contentType())
                    .isEqualTo(expected.path("contentType").textValue());
        });
    }

    private static Webhook configured(String appSecret, String verifyToken) {
        return new WhatsAppWebhook(
                tenant -> Optional.of(new WhatsAppWebhook.Settings(List.of(appSecret), verifyToken)));
    }
}
