package dev.wasl.hub.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
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
            "mustRequery",
            "implementationDefined",
            "provenance",
            "signedMessage");

    private static final Set<String> SAMPLE_FIELDS = Set.of("body", "canonical", "note", "provenance");

    private final Mapped mapped = new Mapped();

    /** The connector with the secrets of a case. */
    protected abstract Webhook webhook(JsonNode config);

    /** The stem of the mapping. */
    protected abstract String mapping();

    /** The connector's name, where it differs from the gateway's. */
    protected String connector() {
        return gateway();
    }

    /** The fields of a vector that only this gateway's file has; {@link #checkMore} judges them. */
    protected Set<String> moreFields() {
        return Set.of();
    }

    /** Judges the fields that only this gateway's file has. */
    protected void checkMore(JsonNode vector, Webhook webhook, WebhookRequest request, Verdict verdict) {}

    /** The fields of a sample that only this gateway's file has; {@link #checkMoreOfSample} judges them. */
    protected Set<String> moreSampleFields() {
        return Set.of();
    }

    /** Judges the fields of a sample that only this gateway's file has. */
    protected void checkMoreOfSample(JsonNode sample) {}

    /** What the mapping makes of a request, with the notes that the connector took. */
    protected final List<Payment> payments(Webhook webhook, WebhookRequest request) {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        webhook.notes(request).forEach(headers::put);
        return mapped.events(mapping(), request.body(), Map.of("headers", headers)).stream()
                .map(event -> (Payment) event.data())
                .toList();
    }

    @Override
    public Map<String, Function<JsonNode, VectorCase>> sections() {
        return Map.of("vectors", this::vector, "samples", this::sample);
    }

    private VectorCase vector(JsonNode vector) {
        List<String> unknown = GatewayVectors.names(vector)
                .filter(name -> !VECTOR_FIELDS.contains(name) && !moreFields().contains(name))
                .toList();
        WebhookRequest request = VectorRequests.payment(connector(), vector);
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
            // what is authentic but too old was proved before its age counted, and is refused as reject demands
            boolean tooOld = verdict == Verdict.STALE && vector.has("reject");
            assertThat(verdict == Verdict.VALID || tooOld)
                    .as("%s (%s): %s", id, vector.path("note").asText(), verdict)
                    .isEqualTo(vector.get("valid").booleanValue());
            if (verdict == Verdict.VALID) {
                assertThat(webhook.messageId(request)).isNotBlank();
            }
            if (vector.has("reject") && !tooOld) {
                assertThat(changesNoState(webhook, request))
                        .as("changes no state: %s", vector.get("reject").asText())
                        .isTrue();
            }
            if (vector.path("mustRequery").asBoolean()) {
                assertThat(payments(webhook, request))
                        .as("is not believed before the gateway was asked")
                        .isNotEmpty()
                        .noneMatch(payment ->
                                Set.of("SIGNED_BODY", "REQUERIED").contains(String.valueOf(payment.authenticity())));
            }
            checkMore(vector, webhook, request, verdict);
        });
    }

    /** Whether nothing is published because of an authentic request: it says nothing, is refused, or is only a hint. */
    protected boolean changesNoState(Webhook webhook, WebhookRequest request) {
        try {
            return payments(webhook, request).stream().noneMatch(payment -> Set.of("SIGNED_BODY", "REQUERIED")
                    .contains(String.valueOf(payment.authenticity())));
        } catch (HubException e) {
            return true;
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
            checkMoreOfSample(sample);
            List<CanonicalEvent> events =
                    mapped.events(mapping(), body, Map.of("messageId", TextNode.valueOf("vector")));
            if (expected.isNull() || expected.path("status").isNull()) {
                assertThat(events).isEmpty();
                return;
            }
            assertThat(events).hasSize(1);
            Payment payment = (Payment) events.get(0).data();
            expected.properties().forEach(field -> compare(payment, field.getKey(), field.getValue()));
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
        if (field.equals("gatewayPaymentId") && expected.isNull()) {
            // a payment is known by something in any case; the order or our own number stands where it has no id yet
            assertThat(payment.gatewayPaymentId())
                    .as(field)
                    .isIn(payment.gatewayOrderId(), payment.merchantReference());
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
            case "refundAmount" ->
                payment.status() == PaymentStatus.REVERSED ? payment.disputeAmount() : payment.refundAmount();
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
            case "customerPhone" -> phone(payment.customer());
            case "customerName" ->
                payment.customer() == null ? null : payment.customer().name();
            case "failureCode" -> payment.failureCode();
            case "failureMessage" -> payment.failureMessage();
            case "authenticity" -> payment.authenticity();
            default -> fail("a canonical field that nobody compares: " + field);
        };
    }

    /** A number that no country has is kept as it was told. */
    private static @Nullable String phone(@Nullable Party customer) {
        return customer == null || customer.phone() != null || customer.phoneRaw() == null
                ? customer == null ? null : customer.phone()
                : customer.phoneRaw().startsWith("+") ? customer.phoneRaw() : null;
    }

    private static String instant(Instant instant) {
        return instant.toString();
    }
}
