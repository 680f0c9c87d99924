package dev.wasl.hub.connector.cmi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.AskedPayments;
import dev.wasl.hub.vectors.PaymentVectors;
import dev.wasl.hub.vectors.VectorRequests;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The vector file of CMI. Every order that a case tells of was asked for, with the amount of the genuine case. */
public final class CmiVectors extends PaymentVectors {

    private static final String FAILURE = "FAILURE";
    private static final Money ORDERED = Money.ofMajor(new BigDecimal("10.60"), "MAD");

    @Override
    public String gateway() {
        return "cmi";
    }

    @Override
    protected Set<String> moreFields() {
        return Set.of("params", "signedString", "canonicalStatus");
    }

    @Override
    protected Webhook webhook(JsonNode config) {
        List<String> keys = new ArrayList<>();
        config.path("storeKeys").forEach(key -> keys.add(key.asText()));
        return new CmiWebhook(
                tenant -> Optional.of(new CmiSettings("", "", keys, "", "", null, "")),
                new AskedForWhatIsTold(),
                Clock.systemUTC());
    }

    @Override
    protected String mapping() {
        return "cmi-payment-in";
    }

    /** What differs from the order is parked, see {@code PAYMENT_MISMATCH}; nothing else of CMI is ever rejected. */
    @Override
    protected boolean changesNoState(Webhook webhook, WebhookRequest request) {
        return super.changesNoState(webhook, request)
                || payments(webhook, request).stream().noneMatch(payment -> ORDERED.equals(payment.amount()));
    }

    @Override
    protected void checkMore(JsonNode vector, Webhook webhook, WebhookRequest request, Verdict verdict) {
        Optional<CmiForm> form = CmiForm.of(request.body());
        if (vector.has("params") && form.isPresent()) {
            Map<String, String> params = new ObjectMapper()
                    .convertValue(vector.get("params"), new com.fasterxml.jackson.core.type.TypeReference<>() {});
            assertThat(form.get().fields()).as("the fields of the body").isEqualTo(params);
        }
        if (vector.has("signedString")) {
            String key = vector.at("/config/storeKeys/0").asText();
            String signed = CmiHash.text(form.orElseThrow().fields())
                    + key.replace("\\", "\\\\").replace("|", "\\|");
            assertThat(signed)
                    .as("what is hashed")
                    .isEqualTo(vector.get("signedString").asText());
        }
        if (vector.has("canonicalStatus")) {
            assertThat(payments(webhook, request))
                    .extracting(Payment::status)
                    .extracting(Enum::name)
                    .containsExactly(vector.get("canonicalStatus").asText());
        }
        if (verdict == Verdict.VALID) {
            CmiForm told = form.orElseThrow();
            boolean taken = told.isApproved()
                    && told.field("currency").equals("504")
                    && new BigDecimal(told.field("amount")).compareTo(ORDERED.major()) == 0;
            assertThat(webhook.accepted(webhook.notes(request)).body())
                    .isEqualTo(taken ? "ACTION=POSTAUTH" : "APPROVED");
        } else if (verdict == Verdict.UNKNOWN_SECRET) {
            assertThat(webhook.refused(verdict, request))
                    .as("who holds no store key cannot judge")
                    .isNull();
        } else {
            assertThat(webhook.refused(verdict, request))
                    .satisfies(answer -> assertThat(answer.body()).isEqualTo(FAILURE));
        }
    }

    private static final class AskedForWhatIsTold implements AskedPayments {

        private final Map<String, AskedPayment> none = new HashMap<>();

        @Override
        public Optional<AskedPayment> byCallbackToken(String tenant, String connector, String token) {
            return Optional.ofNullable(none.get(token));
        }

        @Override
        public Optional<AskedPayment> byGatewayOrder(String tenant, String connector, String gatewayOrderId) {
            return Optional.of(new AskedPayment(
                    UUID.randomUUID(),
                    VectorRequests.TENANT,
                    "cmi",
                    gatewayOrderId,
                    ORDERED,
                    new Party(null, null, null, null, null),
                    null,
                    null,
                    "https://hub.example.com/webhooks/vectors/cmi/token",
                    "token",
                    Instant.EPOCH,
                    Instant.EPOCH,
                    gatewayOrderId,
                    Map.of()));
        }

        @Override
        public Optional<AskedPayment> byReference(String tenant, String connector, String reference) {
            return Optional.empty();
        }
    }
}
