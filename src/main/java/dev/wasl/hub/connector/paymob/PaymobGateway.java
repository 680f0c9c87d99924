package dev.wasl.hub.connector.paymob;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.connector.GatewayHttp.RefusedException;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.connector.GatewayTokens.Token;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.tenant.Tenants;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Paymob's intentions and transactions. An intention makes an order at Paymob, whose number is the only signed thing in a
 * callback that leads back to our reference.
 */
@Component
final class PaymobGateway implements PaymentGateway {

    private static final String CONNECTOR = "paymob";

    /** Tokens hold an hour. */
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(50);

    /** Paymob wants every field of the billing data, and takes this for what is not known. */
    private static final String UNKNOWN = "NA";

    private final Function<String, Optional<PaymobSettings>> settings;
    private final GatewayHttp http;
    private final GatewayTokens tokens;
    private final Clock clock;

    @Autowired
    PaymobGateway(Tenants tenants, GatewayHttp http, GatewayTokens tokens, Clock clock) {
        this(tenant -> tenants.settings(tenant, CONNECTOR, PaymobSettings.class), http, tokens, clock);
    }

    PaymobGateway(
            Function<String, Optional<PaymobSettings>> settings, GatewayHttp http, GatewayTokens tokens, Clock clock) {
        this.settings = settings;
        this.http = http;
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public String connector() {
        return CONNECTOR;
    }

    /**
     * Makes an intention. Paymob takes a reference once: when an earlier attempt of which no answer came has used it up,
     * the intention is made under the reference and the request's id. Nobody has the first one's link, so nobody can pay
     * both.
     */
    @Override
    public Started start(AskedPayment asked) {
        PaymobSettings tenant = settings(asked.tenant());
        String secretKey = needed(tenant.secretKey(), "secret-key");
        String publicKey = needed(tenant.publicKey(), "public-key");
        if (tenant.integrationIds().isEmpty()) {
            throw new HubException(ErrorCode.CONFIGURATION, "paymob: integration-ids is not set");
        }
        Answer answer;
        try {
            answer = intention(asked, tenant, secretKey, asked.reference());
        } catch (RefusedException e) {
            if (!isDuplicate(e)) {
                throw e;
            }
            answer = intention(asked, tenant, secretKey, asked.reference() + '.' + asked.id());
        }
        JsonNode intention = answer.json();
        String order = intention.path("intention_order_id").asText("");
        String clientSecret = intention.path("client_secret").asText("");
        if (order.isEmpty() || clientSecret.isEmpty()) {
            throw new HubException(
                    ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "paymob's intention has no order or no client secret");
        }
        String link = tenant.baseUrl() + "/unifiedcheckout/?publicKey=" + encoded(publicKey) + "&clientSecret="
                + encoded(clientSecret);
        return new Started(order, link, asked.expiresAt(), Map.of("intention", text(intention, "id")));
    }

    private Answer intention(AskedPayment asked, PaymobSettings tenant, String secretKey, String reference) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("amount", asked.amount().amountMinor())
                .put("currency", asked.amount().currency());
        ArrayNode methods = body.putArray("payment_methods");
        tenant.integrationIds().forEach(methods::add);
        body.putArray("items")
                .addObject()
                .put("name", asked.reference())
                .put("amount", asked.amount().amountMinor())
                .put("description", asked.description() == null ? asked.reference() : asked.description())
                .put("quantity", 1);
        body.set("billing_data", billing(asked.customer()));
        body.putObject("extras").put("wasl_reference", asked.reference());
        body.put("special_reference", reference);
        // the common address, not the one of this payment: a path token would only make what is signed look secret
        body.put("notification_url", commonAddress(asked));
        if (asked.returnUrl() != null) {
            body.put("redirection_url", asked.returnUrl());
        }
        body.put(
                "expiration",
                Math.max(
                        60, Duration.between(clock.instant(), asked.expiresAt()).toSeconds()));
        return http.send(Request.post(CONNECTOR, tenant.baseUrl())
                .path("v1", "intention", "")
                .header("Authorization", "Token " + secretKey)
                .json(body));
    }

    private static String commonAddress(AskedPayment asked) {
        String own = asked.callbackUrl();
        int token = own.lastIndexOf('/' + asked.callbackToken());
        return token < 0 ? own : own.substring(0, token);
    }

    private static ObjectNode billing(Party customer) {
        String name = customer.name() == null ? "" : customer.name().strip();
        int space = name.indexOf(' ');
        return JsonNodeFactory.instance
                .objectNode()
                .put("first_name", orUnknown(space < 0 ? name : name.substring(0, space)))
                .put("last_name", orUnknown(space < 0 ? "" : name.substring(space + 1)))
                .put("email", orUnknown(customer.email()))
                .put("phone_number", orUnknown(customer.phone()));
    }

    private static String orUnknown(@Nullable String text) {
        return text == null || text.isBlank() ? UNKNOWN : text;
    }

    private static boolean isDuplicate(RefusedException refusal) {
        String said = new String(refusal.body(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        return said.contains("duplicate") || said.contains("already exist");
    }

    /**
     * The transaction that a callback told of, or the last one of the order that was asked for. One of an integration that
     * is not this tenant's is none of its business: several tenants may share an account.
     */
    @Override
    public byte @Nullable [] query(Query query) {
        PaymobSettings tenant = settings(query.tenant());
        String apiKey = needed(tenant.apiKey(), "api-key");
        AskedPayment asked = query.asked();
        String transaction = query.told() == null ? null : query.told().gatewayPaymentId();
        Answer answer = tokens.call(
                CONNECTOR + '/' + query.tenant() + '/' + tenant.baseUrl(), () -> login(tenant, apiKey), token -> {
                    if (transaction != null) {
                        return http.send(
                                Request.get(CONNECTOR, tenant.baseUrl())
                                        .path("api", "acceptance", "transactions", transaction)
                                        .bearer(token),
                                404);
                    }
                    ObjectNode body = JsonNodeFactory.instance.objectNode();
                    if (asked != null && asked.gatewayOrderId() != null) {
                        body.put("order_id", asked.gatewayOrderId());
                    } else if (asked != null) {
                        body.put("merchant_order_id", asked.reference());
                    }
                    return http.send(
                            Request.post(CONNECTOR, tenant.baseUrl())
                                    .path("api", "ecommerce", "orders", "transaction_inquiry")
                                    .bearer(token)
                                    .json(body),
                            404);
                });
        if (answer.status() == 404) {
            return null;
        }
        JsonNode found = answer.json();
        if (!found.path("id").isIntegralNumber()) {
            return null;
        }
        boolean ours =
                tenant.integrationIds().contains(found.path("integration_id").asLong(-1))
                        && (tenant.owner() == null
                                || tenant.owner() == found.path("owner").asLong(-1));
        return ours ? answer.body() : null;
    }

    private Token login(PaymobSettings tenant, String apiKey) {
        String token = text(
                http.send(Request.post(CONNECTOR, tenant.baseUrl())
                                .path("api", "auth", "tokens")
                                .json(JsonNodeFactory.instance.objectNode().put("api_key", apiKey)))
                        .json(),
                "token");
        if (token.isEmpty()) {
            throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "paymob gave no token");
        }
        return new Token(token, TOKEN_LIFE);
    }

    private PaymobSettings settings(String tenant) {
        return settings.apply(tenant)
                .orElseThrow(() -> new HubException(ErrorCode.CONFIGURATION, "paymob is not configured"));
    }

    private static String needed(@Nullable String value, String key) {
        if (value == null) {
            throw new HubException(ErrorCode.CONFIGURATION, "paymob: " + key + " is not set");
        }
        return value;
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).asText("");
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
