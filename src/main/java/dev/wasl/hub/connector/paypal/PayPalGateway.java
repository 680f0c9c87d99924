package dev.wasl.hub.connector.paypal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.tenant.Tenants;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * PayPal's orders. The payer approves an order, and nobody has paid before it is captured: that happens when an approved
 * order that the hub made is seen, on the approval's webhook or on the schedule.
 */
@Component
final class PayPalGateway implements PaymentGateway {

    private static final String CONNECTOR = "paypal";

    /** Without decimals at PayPal, with two by ISO 4217. */
    private static final Set<String> WHOLE = Set.of("HUF", "TWD");

    private static final int LONGEST_REFERENCE = 127;
    private static final String REQUEST_ID = "PayPal-Request-Id";

    private final Function<String, Optional<PayPalSettings>> settings;
    private final PayPalApi api;
    private final Clock clock;

    @Autowired
    PayPalGateway(Tenants tenants, PayPalApi api, Clock clock) {
        this(tenant -> tenants.settings(tenant, CONNECTOR, PayPalSettings.class), api, clock);
    }

    PayPalGateway(Function<String, Optional<PayPalSettings>> settings, PayPalApi api, Clock clock) {
        this.settings = settings;
        this.api = api;
        this.clock = clock;
    }

    @Override
    public String connector() {
        return CONNECTOR;
    }

    /** Makes an order; PayPal answers a repeated request id with the same order. */
    @Override
    public Started start(AskedPayment asked) {
        if (asked.reference().length() > LONGEST_REFERENCE) {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "paypal takes references of up to 127 characters");
        }
        ObjectNode order = JsonNodeFactory.instance.objectNode().put("intent", "CAPTURE");
        ObjectNode unit = order.putArray("purchase_units").addObject().put("custom_id", asked.reference());
        if (asked.description() != null) {
            unit.put("description", shortened(asked.description()));
        }
        unit.putObject("amount").put("currency_code", asked.amount().currency()).put("value", value(asked.amount()));
        ObjectNode experience = order.putObject("payment_source")
                .putObject("paypal")
                .putObject("experience_context")
                .put("user_action", "PAY_NOW")
                .put("shipping_preference", "NO_SHIPPING");
        if (asked.returnUrl() != null) {
            experience.put("return_url", asked.returnUrl()).put("cancel_url", asked.returnUrl());
        }
        JsonNode made = api.post(asked.tenant(), settings(asked.tenant()), call -> call.path("v2", "checkout", "orders")
                        .header(REQUEST_ID, asked.id().toString())
                        .json(order))
                .json();
        String id = made.path("id").asText("");
        String link = link(made);
        if (id.isEmpty() || link == null) {
            throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "paypal's order has no id or no link");
        }
        return new Started(id, link, asked.expiresAt(), Map.of());
    }

    private static @Nullable String link(JsonNode order) {
        for (JsonNode link : order.path("links")) {
            String rel = link.path("rel").asText();
            if (rel.equals("payer-action") || rel.equals("approve")) {
                return link.path("href").asText();
            }
        }
        return null;
    }

    private static String value(Money amount) {
        BigDecimal major = amount.major();
        if (WHOLE.contains(amount.currency())) {
            try {
                major = major.setScale(0, RoundingMode.UNNECESSARY);
            } catch (ArithmeticException e) {
                throw new HubException(
                        ErrorCode.CONNECTOR_REFUSED, "paypal takes whole amounts only in " + amount.currency());
            }
        }
        return major.toPlainString();
    }

    /** Cut where it may be cut, never inside of a character. */
    private static String shortened(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_REFERENCE
                ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_REFERENCE));
    }

    /**
     * The order with its captures and refunds where it is known, else the capture alone. An order that the hub made, its
     * payer approved and that has not expired here is captured first.
     */
    @Override
    public byte @Nullable [] query(Query query) {
        PayPalSettings tenant = settings(query.tenant());
        AskedPayment asked = query.asked();
        Payment told = query.told();
        String order = asked != null && asked.gatewayOrderId() != null
                ? asked.gatewayOrderId()
                : told == null ? null : told.gatewayOrderId();
        if (order == null) {
            return told == null
                    ? null
                    : found(api.get(
                            query.tenant(),
                            tenant,
                            call -> call.path("v2", "payments", "captures", told.gatewayPaymentId()),
                            404));
        }
        Answer answer = order(query.tenant(), tenant, order);
        if (answer.status() != 404
                && asked != null
                && order.equals(asked.gatewayOrderId())
                && answer.json().path("status").asText().equals("APPROVED")
                && clock.instant().isBefore(asked.expiresAt())) {
            // 422: the payer's bank declined, or somebody captured it meanwhile; the order says which
            api.post(
                    query.tenant(),
                    tenant,
                    call -> call.path("v2", "checkout", "orders", order, "capture")
                            .header(REQUEST_ID, asked.id() + "-capture")
                            .json(JsonNodeFactory.instance.objectNode()),
                    422);
            answer = order(query.tenant(), tenant, order);
        }
        return found(answer);
    }

    private Answer order(String tenant, PayPalSettings settings, String order) {
        return api.get(tenant, settings, call -> call.path("v2", "checkout", "orders", order), 404);
    }

    private static byte @Nullable [] found(Answer answer) {
        return answer.status() == 404 ? null : answer.body();
    }

    private PayPalSettings settings(String tenant) {
        return settings.apply(tenant)
                .orElseThrow(() -> new HubException(ErrorCode.CONFIGURATION, "paypal is not configured"));
    }
}
