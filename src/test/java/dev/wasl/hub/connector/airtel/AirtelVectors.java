package dev.wasl.hub.connector.airtel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.vectors.GatewayVectors;
import dev.wasl.hub.vectors.Mapped;
import dev.wasl.hub.vectors.VectorRequests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The vector file of Airtel Money: which form was signed, and what a callback and the enquiry after it mean. A callback is a
 * hint in every case; amount and currency of what is published are those of the stored request.
 */
public final class AirtelVectors implements GatewayVectors {

    private static final String MAPPING = "airtel-payment-in";
    private static final String STORED = "from stored request";
    private static final Money ASKED = new Money(5_000, "UGX");
    private static final Set<String> VECTOR_FIELDS = Set.of(
            "id",
            "body",
            "headers",
            "headerLines",
            "query",
            "method",
            "config",
            "now",
            "valid",
            "form",
            "note",
            "reject",
            "mustRequery",
            "implementationDefined",
            "provenance",
            "signedMessage");
    private static final Set<String> CONFIG_FIELDS = Set.of("privateKeys", "canonicalForms");
    private static final Set<String> SAMPLE_FIELDS = Set.of("body", "canonical", "enquiry", "note", "provenance");

    private final Mapped mapped = new Mapped();

    @Override
    public String gateway() {
        return "airtel";
    }

    @Override
    public Map<String, Function<JsonNode, VectorCase>> sections() {
        return Map.of("vectors", this::vector, "samples", this::sample);
    }

    private VectorCase vector(JsonNode vector) {
        WebhookRequest request = VectorRequests.payment("airtel", vector);
        AirtelWebhook webhook = webhook(vector.get("config"));
        String id = vector.get("id").textValue();
        Verdict verdict = webhook.verify(request);
        boolean open = vector.path("implementationDefined").asBoolean();
        return new VectorCase(open ? id + " (left open by the scheme, ours: " + verdict + ")" : id, () -> {
            assertThat(unknown(vector, VECTOR_FIELDS)).isEmpty();
            assertThat(unknown(vector.get("config"), CONFIG_FIELDS)).isEmpty();
            if (!open) {
                assertThat(verdict == Verdict.VALID)
                        .as("%s (%s): %s", id, vector.path("note").asText(), verdict)
                        .isEqualTo(vector.get("valid").booleanValue());
            }
            if (verdict == Verdict.VALID) {
                checkForm(vector, webhook.matched(VectorRequests.TENANT));
                assertThat(webhook.messageId(request)).isNotBlank();
                assertThat(payments(request.body(), "WEBHOOK"))
                        .as("no callback is believed before Airtel was asked")
                        .isNotEmpty()
                        .noneMatch(payment ->
                                Set.of("SIGNED_BODY", "REQUERIED").contains(String.valueOf(payment.authenticity())))
                        .allMatch(payment -> payment.amount() == null);
            }
        });
    }

    private static void checkForm(JsonNode vector, @Nullable CanonicalForm matched) {
        JsonNode keys = vector.get("config").get("privateKeys");
        if (keys.isEmpty()) {
            assertThat(matched).as("nothing was signed").isNull();
            return;
        }
        assertThat(matched).isNotNull();
        if (vector.has("form")) {
            assertThat(matched).isEqualTo(form(vector.get("form").textValue()));
        }
        if (vector.has("signedMessage")) {
            byte[] body = vector.get("body").textValue().getBytes(StandardCharsets.UTF_8);
            assertThat(new String(matched.of(AirtelBody.of(body).orElseThrow()), StandardCharsets.UTF_8))
                    .isEqualTo(vector.get("signedMessage").textValue());
        }
    }

    /** A case without any key is a market without callback authentication; an empty text is a key that is missing. */
    private static AirtelWebhook webhook(JsonNode config) {
        List<String> keys = new ArrayList<>();
        config.path("privateKeys").forEach(key -> keys.add(key.asText()));
        List<CanonicalForm> forms = new ArrayList<>();
        config.path("canonicalForms").forEach(name -> forms.add(form(name.textValue())));
        if (!config.has("canonicalForms")) {
            forms.addAll(List.of(
                    CanonicalForm.COMPACT_ENVELOPE, CanonicalForm.RAW_MINUS_HASH, CanonicalForm.INDENTED2_ENVELOPE));
        }
        return new AirtelWebhook(tenant -> Optional.of(new AirtelSettings(
                "http://localhost", null, null, null, null, keys, !keys.isEmpty(), forms, List.of())));
    }

    private static CanonicalForm form(String name) {
        return CanonicalForm.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private VectorCase sample(JsonNode sample) {
        JsonNode expected = sample.get("canonical");
        byte[] body = sample.get("body").textValue().getBytes(StandardCharsets.UTF_8);
        return new VectorCase("sample " + expected.path("gatewayEventId").asText(), () -> {
            assertThat(unknown(sample, SAMPLE_FIELDS)).isEmpty();
            List<Payment> told = payments(body, "WEBHOOK");
            assertThat(told).hasSize(1);
            expected.properties().forEach(field -> compare(told.get(0), field.getKey(), field.getValue()));
            if (sample.path("enquiry").isObject()) {
                compareAnswer(sample.get("enquiry"), expected);
            }
        });
    }

    private static void compare(Payment payment, String field, JsonNode expected) {
        switch (field) {
            case "note" -> {}
            case "gateway" -> assertThat(payment.gateway()).isEqualTo(expected.asText());
            case "gatewayEventId" -> assertThat(payment.gatewayEventId()).isEqualTo(expected.asText());
            case "merchantReference" -> assertThat(payment.merchantReference()).isEqualTo(expected.asText());
            case "status" -> assertThat(payment.status().name()).isEqualTo(expected.asText());
            // a payment is known by something in any case; ours stands where Airtel gave no number
            case "gatewayPaymentId" ->
                assertThat(payment.gatewayPaymentId())
                        .isEqualTo(expected.isNull() ? payment.merchantReference() : expected.asText());
            case "amount", "currency" -> {
                assertThat(expected.asText()).isEqualTo(STORED);
                assertThat(payment.amount()).isNull();
            }
            default -> fail("a canonical field that nobody compares: " + field);
        }
    }

    /** The answer to the enquiry says the same of the payment that was asked for, with its amount. */
    private void compareAnswer(JsonNode enquiry, JsonNode expected) {
        String id = expected.get("merchantReference").textValue();
        ObjectNode poll = JsonNodeFactory.instance.objectNode();
        poll.putObject("asked")
                .put("id", "5b1de0c4-7f30-4f64-8d53-90a9a2f9d1aa")
                .put("reference", "ORD-8001")
                .put("amountMinor", ASKED.amountMinor())
                .put("currency", ASKED.currency())
                .put("gatewayOrderId", id);
        poll.set("answer", enquiry);
        assertThat(payments(poll.toString().getBytes(StandardCharsets.UTF_8), "POLL"))
                .singleElement()
                .satisfies(payment -> {
                    assertThat(payment.status().name())
                            .isEqualTo(expected.get("status").textValue());
                    assertThat(payment.amount()).isEqualTo(ASKED);
                    assertThat(payment.merchantReference()).isEqualTo("ORD-8001");
                    assertThat(payment.gatewayPaymentId()).isEqualTo(id);
                    assertThat(payment.gatewayOrderId())
                            .isEqualTo(expected.get("gatewayPaymentId").textValue());
                    assertThat(payment.gatewayEventId())
                            .isEqualTo(expected.get("gatewayEventId").textValue());
                    assertThat(payment.authenticity()).isEqualTo("REQUERIED");
                });
    }

    private List<Payment> payments(byte[] body, String kind) {
        return mapped.events(MAPPING, body, Map.of("kind", TextNode.valueOf(kind))).stream()
                .map(event -> (Payment) event.data())
                .toList();
    }

    private static List<String> unknown(JsonNode node, Set<String> known) {
        return GatewayVectors.names(node).filter(name -> !known.contains(name)).toList();
    }
}
