package dev.wasl.hub.connector.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.mapping.Amounts;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.tenant.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Stripe's Checkout Sessions, and what became of their PaymentIntents. */
@Component
final class StripeGateway implements PaymentGateway {

    /** A session lives 30 minutes to 24 hours; the margins are for the time that a repeated call takes. */
    private static final Duration SHORTEST_LIFE = Duration.ofMinutes(45);

    private static final Duration LONGEST_LIFE = Duration.ofHours(23);

    private static final int LONGEST_REFERENCE = 200;
    private static final int LONGEST_NAME = 250;

    private final Function<String, Optional<StripeSettings>> settings;
    private final StripeApi api;

    @Autowired
    StripeGateway(Tenants tenants, StripeApi api) {
        this(tenant -> tenants.settings(tenant, StripeApi.CONNECTOR, StripeSettings.class), api);
    }

    StripeGateway(Function<String, Optional<StripeSettings>> settings, StripeApi api) {
        this.settings = settings;
        this.api = api;
    }

    @Override
    public String connector() {
        return StripeApi.CONNECTOR;
    }

    /**
     * Makes a Checkout Session. Everything in it follows from the request and nothing from the clock: Stripe takes a
     * repeated idempotency key only with the same parameters.
     */
    @Override
    public Started start(AskedPayment asked) {
        StripeSettings tenant = settings(asked.tenant());
        String returnUrl = asked.returnUrl() == null ? tenant.returnUrl() : asked.returnUrl();
        if (returnUrl == null) {
            throw new HubException(
                    ErrorCode.CONFIGURATION, "stripe: the request names no return URL and return-url is not set");
        }
        if (asked.reference().length() > LONGEST_REFERENCE) {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "stripe takes references of up to 200 characters");
        }
        Map<String, String> form = new LinkedHashMap<>();
        form.put("mode", "payment");
        form.put("client_reference_id", asked.reference());
        form.put("line_items[0][quantity]", "1");
        form.put(
                "line_items[0][price_data][currency]", asked.amount().currency().toLowerCase(Locale.ROOT));
        form.put("line_items[0][price_data][unit_amount]", String.valueOf(amount(asked)));
        form.put(
                "line_items[0][price_data][product_data][name]",
                shortened(asked.description() == null ? asked.reference() : asked.description()));
        // a session's metadata is not copied to its PaymentIntent, whose events drive the state
        form.put("payment_intent_data[metadata][order_id]", asked.reference());
        form.put("payment_intent_data[metadata][wasl_request]", asked.id().toString());
        form.put("metadata[order_id]", asked.reference());
        form.put("success_url", returnUrl);
        form.put("cancel_url", returnUrl);
        form.put("expires_at", String.valueOf(expiry(asked).getEpochSecond()));
        if (asked.customer().email() != null) {
            form.put("customer_email", asked.customer().email());
        }
        JsonNode session = api.post(
                        tenant,
                        request -> request.path("v1", "checkout", "sessions")
                                .header("Idempotency-Key", asked.id().toString()),
                        form)
                .json();
        String id = session.path("id").asText("");
        String link = session.path("url").asText("");
        if (id.isEmpty() || link.isEmpty()) {
            throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "stripe's session has no id or no url");
        }
        return new Started(id, link, expiry(asked), Map.of());
    }

    private static long amount(AskedPayment asked) {
        try {
            return Amounts.toStripe(asked.amount());
        } catch (ArithmeticException e) {
            throw new HubException(
                    ErrorCode.CONNECTOR_REFUSED,
                    "stripe cannot take this amount in " + asked.amount().currency());
        }
    }

    private static Instant expiry(AskedPayment asked) {
        Instant earliest = asked.createdAt().plus(SHORTEST_LIFE);
        Instant latest = asked.createdAt().plus(LONGEST_LIFE);
        Instant wanted = asked.expiresAt();
        return wanted.isBefore(earliest) ? earliest : wanted.isAfter(latest) ? latest : wanted;
    }

    private static String shortened(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_NAME
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_NAME));
    }

    /** The session with its PaymentIntent and charge, or what a callback named, which tells itself apart by its prefix. */
    @Override
    public byte @Nullable [] query(Query query) {
        StripeSettings tenant = settings(query.tenant());
        AskedPayment asked = query.asked();
        String id = asked != null && asked.gatewayOrderId() != null
                ? asked.gatewayOrderId()
                : query.told() == null ? null : query.told().gatewayPaymentId();
        if (id == null) {
            return null;
        }
        UnaryOperator<Request> call;
        if (id.startsWith("cs_")) {
            call = request -> request.path("v1", "checkout", "sessions", id)
                    .query("expand[]", "payment_intent.latest_charge.refunds");
        } else if (id.startsWith("ch_") || id.startsWith("py_")) {
            call = request -> request.path("v1", "charges", id).query("expand[]", "refunds");
        } else {
            call = request -> request.path("v1", "payment_intents", id).query("expand[]", "latest_charge.refunds");
        }
        Answer answer = api.get(tenant, call, 404);
        return answer.status() == 404 ? null : answer.body();
    }

    private StripeSettings settings(String tenant) {
        return settings.apply(tenant)
                .orElseThrow(() -> new HubException(ErrorCode.CONFIGURATION, "stripe is not configured"));
    }
}
