package dev.wasl.hub.connector.orange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.connector.GatewayTokens.Token;
import dev.wasl.hub.connector.OAuthAnswer;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.tenant.Tenants;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Orange Money Web Payment: a page where the customer enters number and one-time code, and a status call by order,
 * amount and pay token. See developer.orange.com, "Orange Money Web Payment / M Payment", API v1.
 */
@Component
final class OrangeGateway implements PaymentGateway {

    static final String PAY_TOKEN = "payToken";
    static final String NOTIF_TOKEN = "notifToken";

    private static final int NOT_FOUND = 404;
    private static final int LONGEST_ORDER = 30;
    private static final int LONGEST_ADDRESS = 120;
    private static final int LONGEST_REFERENCE = 30;

    /** A payment page lives about this long. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Tenants tenants;
    private final GatewayHttp http;
    private final GatewayTokens tokens;
    private final Clock clock;

    OrangeGateway(Tenants tenants, GatewayHttp http, GatewayTokens tokens, Clock clock) {
        this.tenants = tenants;
        this.http = http;
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public String connector() {
        return OrangeWebhook.CONNECTOR;
    }

    /**
     * Makes a payment page. Every call makes a page of its own, under an order id of its own: the tokens of a page whose
     * answer was lost can never be had again, and nobody can pay on a page whose link was never handed out.
     */
    @Override
    public Started start(AskedPayment asked) {
        OrangeSettings settings = settings(asked.tenant());
        String order = orderId(asked.reference());
        ObjectNode body = body(asked, settings, order);
        JsonNode answer = call(
                        asked.tenant(),
                        settings,
                        token -> http.send(
                                post(settings, "webpayment").bearer(token).json(body)))
                .json();
        String payToken = answer.path("pay_token").asText("");
        String notifToken = answer.path("notif_token").asText("");
        String link = answer.path("payment_url").asText("");
        if (payToken.isBlank() || notifToken.isBlank() || link.isBlank()) {
            throw new HubException(
                    ErrorCode.CONNECTOR_ANSWER_UNREADABLE,
                    "Orange answered without pay_token, notif_token or payment_url");
        }
        return new Started(
                order, link, clock.instant().plus(PATIENCE), Map.of(PAY_TOKEN, payToken, NOTIF_TOKEN, notifToken));
    }

    private static ObjectNode body(AskedPayment asked, OrangeSettings settings, String order) {
        String returnUrl = asked.returnUrl() == null ? settings.returnUrl() : asked.returnUrl();
        if (returnUrl == null) {
            throw new HubException(
                    ErrorCode.CONNECTOR_REFUSED, "Orange needs a return URL; give one or set return-url");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("merchant_key", settings.merchantKey());
        body.put("currency", settings.currency() == null ? asked.amount().currency() : settings.currency());
        body.put("order_id", order);
        body.put("amount", amount(asked.amount()));
        body.put("return_url", returnUrl);
        body.put("cancel_url", returnUrl);
        body.put("notif_url", notificationUrl(asked.callbackUrl(), order));
        body.put("lang", settings.language());
        body.put("reference", shortened(asked.reference(), LONGEST_REFERENCE));
        return body;
    }

    /** Unique per call, and still readable: the reference as far as it fits, and the time in 36 digits. */
    private String orderId(String reference) {
        String time = Long.toString(clock.millis(), 36);
        String plain = reference.replaceAll("[^A-Za-z0-9_-]", "");
        return shortened(plain.isEmpty() ? "ORDER" : plain, LONGEST_ORDER - 1 - time.length()) + '-' + time;
    }

    /** The order id makes the address readable in a proxy's log, the token alone makes it work. */
    private static String notificationUrl(String callbackUrl, String order) {
        String readable = callbackUrl + '/' + order;
        if (readable.length() <= LONGEST_ADDRESS) {
            return readable;
        }
        if (callbackUrl.length() > LONGEST_ADDRESS) {
            throw new HubException(
                    ErrorCode.CONFIGURATION,
                    "Orange takes notification addresses of " + LONGEST_ADDRESS + " characters, ours has "
                            + callbackUrl.length() + "; a shorter wasl.public-url is needed");
        }
        return callbackUrl;
    }

    /** A JSON number in major units without needless zeros: 1200, 12.5. */
    private static BigDecimal amount(Money money) {
        BigDecimal plain = money.major().stripTrailingZeros();
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }

    private static String shortened(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    /** Only a payment that the hub started can be asked for: the tokens are part of the question. */
    @Override
    public byte @Nullable [] query(Query query) {
        AskedPayment asked = query.asked();
        String payToken = asked == null ? null : asked.gatewayState().get(PAY_TOKEN);
        if (asked == null || payToken == null || asked.gatewayOrderId() == null) {
            return null;
        }
        OrangeSettings settings = settings(query.tenant());
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("order_id", asked.gatewayOrderId());
        body.put("amount", amount(asked.amount()));
        body.put("pay_token", payToken);
        Answer answer = call(
                query.tenant(),
                settings,
                token -> http.send(
                        post(settings, "transactionstatus").bearer(token).json(body), NOT_FOUND));
        return answer.status() == NOT_FOUND ? null : answer.body();
    }

    private static Request post(OrangeSettings settings, String operation) {
        return Request.post(OrangeWebhook.CONNECTOR, settings.baseUrl())
                .path(segments(settings.apiPath().replace("{country}", settings.country()) + '/' + operation));
    }

    private static String[] segments(String path) {
        return path.replaceAll("^/+", "").split("/+");
    }

    private Answer call(String tenant, OrangeSettings settings, Function<String, Answer> call) {
        String account = OrangeWebhook.CONNECTOR + '/' + tenant + '/' + settings.clientId();
        return tokens.call(account, () -> login(settings), call);
    }

    private Token login(OrangeSettings settings) {
        JsonNode answer = http.send(Request.post(OrangeWebhook.CONNECTOR, settings.baseUrl())
                        .path(segments(settings.tokenPath()))
                        .basic(String.valueOf(settings.clientId()), String.valueOf(settings.clientSecret()))
                        .form(Map.of("grant_type", "client_credentials")))
                .json();
        return OAuthAnswer.token(OrangeWebhook.CONNECTOR, answer);
    }

    private OrangeSettings settings(String tenant) {
        return tenants.settings(tenant, OrangeWebhook.CONNECTOR, OrangeSettings.class)
                .filter(OrangeSettings::isComplete)
                .orElseThrow(() -> new HubException(
                        ErrorCode.CONFIGURATION,
                        "orange-money of " + tenant + " needs client-id, client-secret and merchant-key"));
    }
}
