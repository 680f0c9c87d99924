package dev.wasl.hub.connector.paymob;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.connector.HmacKey;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.mapping.FormBodies;
import dev.wasl.hub.vectors.GatewayVectors;
import dev.wasl.hub.vectors.PaymentVectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The vector file of Paymob. */
public final class PaymobVectors extends PaymentVectors {

    /** Samples carry no configuration; they are signed with the secret of the vectors. */
    private static final String SAMPLE_SECRET = "SYNTHETIC0HMAC0SECRET0PAYMOB0001";

    @Override
    public String gateway() {
        return "paymob";
    }

    @Override
    protected String mapping() {
        return "paymob-payment-in";
    }

    @Override
    protected Webhook webhook(JsonNode config) {
        assertThat(GatewayVectors.names(config)).isSubsetOf("secrets", "integrationIds", "owner");
        List<String> secrets = new ArrayList<>();
        config.path("secrets").forEach(secret -> secrets.add(secret.asText()));
        List<Long> integrations = new ArrayList<>();
        config.path("integrationIds").forEach(id -> integrations.add(id.longValue()));
        Long owner = config.has("owner") ? config.get("owner").longValue() : null;
        PaymobSettings settings = new PaymobSettings(null, secrets, integrations, owner, null, null, null);
        return new PaymobWebhook(tenant -> Optional.of(settings));
    }

    @Override
    public Map<String, Function<JsonNode, VectorCase>> sections() {
        Map<String, Function<JsonNode, VectorCase>> sections = new HashMap<>(super.sections());
        List<String> listed = new ArrayList<>();
        sections.put("fieldOrder", field -> {
            int at = listed.size();
            listed.add(field.asText());
            return new VectorCase(
                    "signed value " + (at + 1) + " is " + field.asText(),
                    () -> assertThat(PaymobCallback.TRANSACTION.get(at)).isEqualTo(field.asText()));
        });
        return sections;
    }

    @Override
    protected Set<String> moreFields() {
        return Set.of("concatenated");
    }

    @Override
    protected Set<String> moreSampleFields() {
        return Set.of("hmac");
    }

    @Override
    protected void checkMore(JsonNode vector, Webhook webhook, WebhookRequest request, Verdict verdict) {
        if (!vector.has("concatenated")) {
            return;
        }
        PaymobCallback callback = request.method().equals("GET")
                ? PaymobWebhook.callback(FormBodies.parseQuery(request.rawQuery()))
                : PaymobCallback.of(request.body());
        assertThat(callback).isNotNull();
        List<String> texts = new ArrayList<>(callback.signedTransaction());
        texts.addAll(List.of(callback.signedToken(), callback.signedSubscription()));
        assertThat(texts).contains(vector.get("concatenated").textValue());
    }

    @Override
    protected void checkMoreOfSample(JsonNode sample) {
        if (sample.has("hmac")) {
            PaymobCallback callback =
                    PaymobCallback.of(sample.get("body").textValue().getBytes(StandardCharsets.UTF_8));
            assertThat(callback).isNotNull();
            HmacKey key = HmacKey.all("HmacSHA512", List.of(SAMPLE_SECRET)).get(0);
            assertThat(callback.signedTransaction())
                    .extracting(text -> HexFormat.of().formatHex(key.sign(text.getBytes(StandardCharsets.UTF_8))))
                    .contains(sample.get("hmac").textValue());
        }
    }
}
