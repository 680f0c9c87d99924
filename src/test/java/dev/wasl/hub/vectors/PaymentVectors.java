package dev.wasl.hub.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs the format that all payment gateways share: {@code vectors} for the signature, {@code samples} for the meaning. */
public abstract class PaymentVectors implements GatewayVectors {

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
            "note",
            "reject",
            "implementationDefined",
            "provenance",
            "signedMessage");

    private static final Set<String> SAMPLE_FIELDS = Set.of("body", "canonical", "note");

    private final Mapped mapped = new Mapped();

    /** The connector with the secrets of a case. */
    protected abstract Webhook webhook(JsonNode config);

    /** Fields of a vector beside those of every gateway, each of which {@link #alsoCheck} must look at. */
    protected Set<String> moreVectorFields() {
        return Set.of();
    }

    /** Fields of a sample beside {@code body} and {@code canonical}. */
    protected Set<String> moreSampleFields() {
        return Set.of();
    }

    /** What only this gateway's vectors ask for; after the verdict was judged. */
    protected void alsoCheck(JsonNode vector, Webhook webhook, WebhookRequest request) {}

    /** What only this gateway's samples ask for. */
    protected void alsoCheckSample(JsonNode sample) {}

    /** The stem of the mapping. */
    protected abstract String mapping();

    @Override
    public Map<String, Function<JsonNode, VectorCase>> sections() {
        return Map.of("vectors", this::vector, "samples", this::sample);
    }

    private VectorCase vector(JsonNode vector) {
        List<String> unknown = GatewayVectors.names(vector)
                .filter(name ->
                        !VECTOR_FIELDS.contains(name) && !moreVectorFields().contains(name))
                .toList();
        WebhookRequest request = VectorRequests.payment(gateway(), vector);
        Webhook webhook = webhook(vector.get("config"));
        String id = vector.get("id").textValue();
        if (vector.path("implementationDefined").asBoolean()) {
            Verdict ours = webhook.verify(request);
            return new VectorCase(id + " (left open by the scheme, ours: " + ours + ")", () -> assertThat(unknown)
                    .isEmpty());
        }
        return new VectorCase(id, () -> {
            assertThat(unknown).as("fields that nobody checks").isEmpty();
            Verdict verdict = webhook.verify(request);
            assertThat(verdict == Verdict.VALID)
                    .as("%s (%s): %s", id, vector.path("note").asText(), verdict)
                    .isEqualTo(vector.get("valid").booleanValue());
            if (verdict == Verdict.VALID) {
                assertThat(webhook.messageId(request)).isNotBlank();
            }
            if (vector.has("reject")) {
                assertThat(refusedSilentOrOnlyAHint(request, webhook))
                        .as("changes no state: %s", vector.get("reject").asText())
                        .isTrue();
            }
            alsoCheck(vector, webhook, request);
        });
    }

    /** What is not proved as a whole is never published: it causes a query of the gateway. */
    private boolean refusedSilentOrOnlyAHint(WebhookRequest request, Webhook webhook) {
        return events(request, webhook).stream()
                .map(event -> (Payment) event.data())
                .noneMatch(payment -> Set.of("SIGNED_BODY", "REQUERIED").contains(payment.authenticity()));
    }

    /** What a verified request says; nothing when its mapping refuses it. */
    protected final List<CanonicalEvent> events(WebhookRequest request, Webhook webhook) {
        ObjectNode notes = JsonNodeFactory.instance.objectNode();
        webhook.notes(request).forEach(notes::put);
        try {
            return mapped.events(
                    mapping(), request.body(), Map.of("headers", notes.isEmpty() ? NullNode.instance : notes));
        } catch (HubException e) {
            return List.of();
        }
    }

    private VectorCase sample(JsonNode sample) {
        JsonNode expected = sample.get("canonical");
        byte[] body = sample.get("body").textValue().getBytes(StandardCharsets.UTF_8);
        String name = "sample " + expected.path("gatewayEventId").asText("without event") + " "
                + expected.path("status").asText("");
        return new VectorCase(name.strip(), () -> {
            assertThat(GatewayVectors.names(sample)
                            .filter(field -> !SAMPLE_FIELDS.contains(field)
                                    && !moreSampleFields().contains(field)))
                    .as("fields that nobody checks")
                    .isEmpty();
            alsoCheckSample(sample);
            List<CanonicalEvent> events =
                    mapped.events(mapping(), body, Map.of("messageId", TextNode.valueOf("vector")));
            if (expected.isNull()) {
                assertThat(events).isEmpty();
                return;
            }
            assertThat(events).hasSize(1);
            Payment payment = (Payment) events.get(0).data();
            expected.fields().forEachRemaining(field -> compare(payment, field.getKey(), field.getValue()));
        });
    }

    private static void compare(Payment payment, String field, JsonNode expected) {
        if (field.equals("note")) {
            return;
        }
        if (Set.of("amount", "refundedTotal", "refundAmount", "disputeAmount", "feeAmount")
                .contains(field)) {
            Money money = money(payment, field);
            if (expected.isNull()) {
                assertThat(money).as(field).isNull();
            } else {
                assertThat(money).as(field).isNotNull();
                assertThat(money.major()).as(field).isEqualByComparingTo(new BigDecimal(expected.asText()));
            }
            return;
        }
        assertThat(value(payment, field)).as(field).isEqualTo(expected.isNull() ? null : expected.asText());
    }

    /** A dispute or a refund tells its own amount; our payment keeps it apart from the amount that was paid. */
    private static @Nullable Money money(Payment payment, String field) {
        return switch (field) {
            case "amount" ->
                Stream.of(
                                Stream.ofNullable(payment.amount()),
                                Stream.ofNullable(payment.disputeAmount()),
                                Stream.ofNullable(payment.refundAmount()))
                        .flatMap(amounts -> amounts)
                        .findFirst()
                        .orElse(null);
            case "refundedTotal" -> payment.refundedTotal();
            case "refundAmount" -> payment.refundAmount();
            case "disputeAmount" -> payment.disputeAmount();
            default -> payment.fee();
        };
    }

    private static @Nullable String value(Payment payment, String field) {
        Money amount = money(payment, "amount");
        return switch (field) {
            case "gateway" -> payment.gateway();
            case "gatewayEventId" -> payment.gatewayEventId();
            case "gatewayEventType" -> payment.gatewayEventType();
            case "gatewayPaymentId" -> payment.gatewayPaymentId();
            case "gatewayOrderId" -> payment.gatewayOrderId();
            case "merchantReference" -> payment.merchantReference();
            case "status" -> payment.status().name();
            case "currency" -> amount == null ? null : amount.currency();
            case "amountMinor" -> amount == null ? null : String.valueOf(amount.amountMinor());
            case "occurredAt" -> instant(payment.occurredAt());
            case "environment" -> payment.live() ? "live" : "test";
            case "method" -> payment.method();
            case "customerEmail" ->
                payment.customer() == null ? null : payment.customer().email();
            case "customerPhone" ->
                payment.customer() == null ? null : payment.customer().phone();
            case "customerName" ->
                payment.customer() == null ? null : payment.customer().name();
            case "failureCode" -> payment.failureCode();
            case "failureMessage" -> payment.failureMessage();
            case "authenticity" -> payment.authenticity();
            default -> fail("a canonical field that nobody compares: " + field);
        };
    }

    private static String instant(Instant instant) {
        return instant.toString();
    }
}
