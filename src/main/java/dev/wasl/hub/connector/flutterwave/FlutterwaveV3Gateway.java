package dev.wasl.hub.connector.flutterwave;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.tenant.Tenants;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Starts payments with {@code POST /v3/payments} (a hosted page) and asks with {@code GET /v3/transactions/<id>/verify}, or by
 * our reference. See https://developer.flutterwave.com/v3.0/docs/transaction-verification.
 */
@Component
final class FlutterwaveV3Gateway implements PaymentGateway {

    static final String NAME = "flutterwave-v3";

    private static final long SHORTEST_SESSION = 1;
    private static final long LONGEST_SESSION = 1_440;

    private final Tenants tenants;
    private final GatewayHttp http;
    private final Clock clock;

    FlutterwaveV3Gateway(Tenants tenants, GatewayHttp http, Clock clock) {
        this.tenants = tenants;
        this.http = http;
        this.clock = clock;
    }

    @Override
    public String connector() {
        return NAME;
    }

    @Override
    public String gateway() {
        return "flutterwave";
    }

    /**
     * {@inheritDoc}
     *
     * <p>A second call makes a second page for the same reference; nobody has the link of the first.
     */
    @Override
    public Started start(AskedPayment asked) {
        FlutterwaveV3Settings settings = settings(asked.tenant());
        String redirect = asked.returnUrl() == null ? settings.redirectUrl() : asked.returnUrl();
        if (redirect == null) {
            throw new HubException(
                    ErrorCode.CONNECTOR_REFUSED,
                    "Flutterwave wants to know where the customer goes afterwards; send a return URL or set redirect-url");
        }
        String email = Customers.email(asked, settings.fallbackEmail());
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("tx_ref", asked.reference())
                .put("amount", asked.amount().major())
                .put("currency", asked.amount().currency())
                .put("redirect_url", redirect)
                .put("session_duration", sessionMinutes(asked));
        ObjectNode customer = body.putObject("customer").put("email", email);
        if (asked.customer().name() != null) {
            customer.put("name", asked.customer().name());
        }
        if (asked.customer().phone() != null) {
            customer.put("phonenumber", asked.customer().phone());
        }
        if (asked.description() != null) {
            body.putObject("customizations").put("description", asked.description());
        }
        body.putObject("meta").put("wasl_id", asked.id().toString());
        JsonNode answer = http.send(Request.post(NAME, settings.baseUrl())
                        .path("v3", "payments")
                        .bearer(key(settings))
                        .json(body))
                .json();
        String link = answer.path("data").path("link").asText("");
        if (link.isEmpty()) {
            throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "Flutterwave gave no link");
        }
        return new Started(asked.reference(), link, null, Map.of());
    }

    private long sessionMinutes(AskedPayment asked) {
        long minutes = Duration.between(clock.instant(), asked.expiresAt()).toMinutes();
        return Math.min(LONGEST_SESSION, Math.max(SHORTEST_SESSION, minutes));
    }

    /**
     * {@inheritDoc}
     *
     * @return {@code {"live": .., "verify": .., "refunds": ..}} with Flutterwave's answers; the refunds of the account since the
     *     payment, once it succeeded
     */
    @Override
    public byte @Nullable [] query(Query query) {
        FlutterwaveV3Settings settings = settings(query.tenant());
        JsonNode verify = verify(settings, query);
        if (verify == null) {
            return null;
        }
        ObjectNode answers = JsonNodeFactory.instance.objectNode().put("live", settings.live());
        answers.set("verify", verify);
        JsonNode transaction = verify.path("data");
        String created = transaction.path("created_at").asText("");
        if (transaction.path("status").asText().equals("successful") && created.length() >= 10) {
            Answer refunds = http.send(
                    Request.get(NAME, settings.baseUrl())
                            .path("v3", "refunds")
                            .query("from", created.substring(0, 10))
                            .bearer(key(settings)),
                    400,
                    404);
            if (refunds.status() == 200) {
                answers.set("refunds", refunds.json());
            }
        }
        return answers.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The transaction that was told of, else the one with our reference; null when there is none, or none yet. */
    private @Nullable JsonNode verify(FlutterwaveV3Settings settings, Query query) {
        Payment told = query.told();
        AskedPayment asked = query.asked();
        Request request = Request.get(NAME, settings.baseUrl());
        if (told != null && told.gatewayPaymentId().matches("[0-9]{1,19}")) {
            request.path("v3", "transactions", told.gatewayPaymentId(), "verify");
        } else {
            String reference = asked != null ? asked.reference() : told == null ? null : told.merchantReference();
            if (reference == null) {
                return null;
            }
            request.path("v3", "transactions", "verify_by_reference").query("tx_ref", reference);
        }
        Answer answer = http.send(request.bearer(key(settings)), 400, 404);
        if (answer.status() == 404) {
            return null;
        }
        JsonNode json = answer.json();
        if (answer.status() == 400) {
            if (json.path("message").asText().startsWith("No transaction was found")) {
                return null;
            }
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "Flutterwave answered 400");
        }
        return json;
    }

    private static String key(FlutterwaveV3Settings settings) {
        if (settings.secretKey().isEmpty()) {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "no secret-key is configured for Flutterwave v3");
        }
        return settings.secretKey();
    }

    private FlutterwaveV3Settings settings(String tenant) {
        return tenants.settings(tenant, NAME, FlutterwaveV3Settings.class)
                .orElseThrow(() -> new HubException(
                        ErrorCode.CONNECTOR_REFUSED, "Flutterwave v3 is not configured for tenant " + tenant));
    }
}
