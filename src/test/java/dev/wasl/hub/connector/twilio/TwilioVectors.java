package dev.wasl.hub.connector.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.vectors.GatewayVectors;
import dev.wasl.hub.vectors.VectorRequests;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The vector file of Twilio: forms, and JSON bodies bound by a hash in the URL. */
public final class TwilioVectors implements GatewayVectors {

    @Override
    public String gateway() {
        return "twilio";
    }

    @Override
    public Map<String, Function<JsonNode, VectorCase>> sections() {
        return Map.of("form", TwilioVectors::signature, "jsonBody", TwilioVectors::signature);
    }

    private static VectorCase signature(JsonNode vector) {
        return new VectorCase(vector.get("id").textValue(), () -> {
            Webhook webhook = new TwilioWebhook(tenant -> Optional.of(
                    new TwilioWebhook.Settings(List.of(vector.get("authToken").textValue()))));
            WebhookRequest request = VectorRequests.request(
                    "twilio",
                    vector.get("url").textValue(),
                    Map.of("x-twilio-signature", List.of(vector.get("signature").textValue())),
                    vector.get("rawBody").textValue(),
                    Instant.EPOCH);

            Verdict verdict = webhook.verify(request);

            assertThat(verdict == Verdict.VALID)
                    .as(
                            "%s (%s): %s",
                            vector.get("id").asText(), vector.get("desc").asText(), verdict)
                    .isEqualTo(vector.get("expectValid").booleanValue());
            assertThat(webhook.messageId(request)).isNotBlank();
        });
    }
}
