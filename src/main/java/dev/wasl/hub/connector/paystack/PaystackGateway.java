package dev.wasl.hub.connector.paystack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.tenant.Tenants;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Starts payments with {@code POST /transaction/initialize} and asks with {@code GET /transaction/verify/<reference>}, the
 * only way to learn of a failure. See https://paystack.com/docs/api/transaction/.
 */
@Component
final class PaystackGateway implements PaymentGateway {

    private static final String NAME = "paystack";
    private static final Set<String> PAID = Set.of("success", "reversed");

    private final Tenants tenants;
    private final GatewayHttp http;

    PaystackGateway(Tenants tenants, GatewayHttp http) {
        this.tenants = tenants;
        this.http = http;
    }

    @Override
    public String connector() {
        return NAME;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A reference that Paystack has seen before is that of a call whose answer was lost: nobody has its link, so nobody can
     * pay it, and the payment is started again under a reference of its own.
     */
    @Override
    public Started start(AskedPayment asked) {
        PaystackSettings settings = settings(asked.tenant());
        String reference = reference(asked);
        JsonNode data = initialize(asked, settings, reference);
        if (data == null) {
            reference = reference + '-' + UUID.randomUUID().toString().substring(0, 8);
            data = initialize(asked, settings, reference);
        }
        String link = data == null ? "" : data.path("authorization_url").asText("");
        if (link.isEmpty()) {
            throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "Paystack gave no link");
        }
        return new Started(reference, link, null, Map.of());
    }

    /** The started transaction, null when the reference is taken. */
    private @Nullable JsonNode initialize(AskedPayment asked, PaystackSettings settings, String reference) {
        String email = asked.customer().email();
        if (email == null || email.isBlank()) {
            email = settings.fallbackEmail();
        }
        if (email == null) {
            throw new HubException(
                    ErrorCode.CONNECTOR_REFUSED,
                    "Paystack takes no payment without the customer's e-mail; send one or set fallback-email");
        }
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("email", email)
                .put("amount", hundredths(asked.amount()))
                .put("currency", asked.amount().currency())
                .put("reference", reference);
        if (asked.returnUrl() != null) {
            body.put("callback_url", asked.returnUrl());
        }
        body.putObject("metadata")
                .put("wasl_reference", asked.reference())
                .put("wasl_id", asked.id().toString());
        Answer answer = http.send(
                Request.post(NAME, settings.baseUrl())
                        .path("transaction", "initialize")
                        .bearer(key(settings))
                        .json(body),
                400);
        if (answer.status() == 400) {
            if (says(answer, "duplicate_reference", "Duplicate Transaction Reference")) {
                return null;
            }
            throw refused(answer);
        }
        return answer.json().path("data");
    }

    /**
     * {@inheritDoc}
     *
     * @return {@code {"verify": .., "refund": .., "preauthorization": ..}} with Paystack's answers; the refunds once there is
     *     something to refund, the preauthorization of a transaction that captured one
     */
    @Override
    public byte @Nullable [] query(Query query) {
        PaystackSettings settings = settings(query.tenant());
        String reference = reference(query);
        if (reference == null) {
            return null;
        }
        JsonNode verify = ask(settings, Request.get(NAME, settings.baseUrl()).path("transaction", "verify", reference));
        if (verify == null) {
            return null;
        }
        ObjectNode answers = JsonNodeFactory.instance.objectNode();
        answers.set("verify", verify);
        JsonNode transaction = verify.path("data");
        if (PAID.contains(transaction.path("status").asText())) {
            Request refunds = Request.get(NAME, settings.baseUrl())
                    .path("refund")
                    .query("transaction", transaction.path("id").asText());
            answers.set("refund", ask(settings, refunds));
        }
        if (transaction.path("channel").asText().equals("preauth")) {
            Request preauthorization =
                    Request.get(NAME, settings.baseUrl()).path("preauthorization", "verify", reference);
            answers.set("preauthorization", ask(settings, preauthorization));
        }
        return answers.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The answer, null when Paystack does not know what was asked for. */
    private @Nullable JsonNode ask(PaystackSettings settings, Request request) {
        Answer answer = http.send(request.bearer(key(settings)), 400, 404);
        if (answer.status() == 404
                || says(answer, "transaction_not_found", "Transaction reference not found.")
                || says(answer, "not_found", "Preauthorization not found")) {
            return null;
        }
        if (answer.status() == 400) {
            throw refused(answer);
        }
        return answer.json();
    }

    private static boolean says(Answer answer, String code, String message) {
        if (answer.status() != 400) {
            return false;
        }
        JsonNode problem = answer.json();
        return problem.path("code").asText().equals(code)
                || problem.path("message").asText().equals(message);
    }

    private static HubException refused(Answer answer) {
        return new HubException(
                ErrorCode.CONNECTOR_REFUSED,
                "Paystack answered " + answer.status() + ' '
                        + answer.json().path("code").asText());
    }

    private static @Nullable String reference(Query query) {
        AskedPayment asked = query.asked();
        if (asked != null) {
            return asked.gatewayOrderId() == null ? reference(asked) : asked.gatewayOrderId();
        }
        Payment told = query.told();
        if (told == null) {
            return null;
        }
        return told.gatewayOrderId() == null ? told.merchantReference() : told.gatewayOrderId();
    }

    /** Our number where Paystack takes its characters; the metadata carries it in any case. */
    private static String reference(AskedPayment asked) {
        return asked.reference().matches("[A-Za-z0-9.=-]{1,80}") ? asked.reference() : "wasl-" + asked.id();
    }

    private static long hundredths(Money money) {
        try {
            return money.major().movePointRight(2).longValueExact();
        } catch (ArithmeticException e) {
            throw new HubException(
                    ErrorCode.CONNECTOR_REFUSED, "Paystack counts in hundredths, " + money.currency() + " does not", e);
        }
    }

    private static String key(PaystackSettings settings) {
        if (settings.secretKeys().isEmpty()) {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "no secret-keys are configured for Paystack");
        }
        return settings.secretKeys().get(0);
    }

    private PaystackSettings settings(String tenant) {
        return tenants.settings(tenant, NAME, PaystackSettings.class)
                .orElseThrow(() -> new HubException(
                        ErrorCode.CONNECTOR_REFUSED, "Paystack is not configured for tenant " + tenant));
    }
}
