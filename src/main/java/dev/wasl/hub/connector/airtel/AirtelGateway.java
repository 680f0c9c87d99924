package dev.wasl.hub.connector.airtel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.connector.GatewayTokens.Token;
import dev.wasl.hub.connector.OAuthAnswer;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.tenant.Tenant;
import dev.wasl.hub.tenant.Tenants;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Collections of Airtel Money: a push to the customer's phone, and an enquiry by our own transaction id. See
 * developers.airtel.africa, Collection-APIs, version 1 (without message signing).
 */
@Component
final class AirtelGateway implements PaymentGateway {

    private static final int NOT_FOUND = 404;
    private static final int LONGEST_ID = 32;
    private static final int LONGEST_REFERENCE = 64;

    /** An id out of a callback becomes part of a path; dots alone would lead out of it. */
    private static final Pattern CALLED_BACK = Pattern.compile("(?!\\.+$)[!-~]{1,80}");

    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();

    private final Tenants tenants;
    private final GatewayHttp http;
    private final GatewayTokens tokens;

    AirtelGateway(Tenants tenants, GatewayHttp http, GatewayTokens tokens) {
        this.tenants = tenants;
        this.http = http;
        this.tokens = tokens;
    }

    @Override
    public String connector() {
        return AirtelWebhook.CONNECTOR;
    }

    /**
     * Pushes a payment to the phone. The transaction id is made of the payment, so a second push is refused by Airtel as
     * a repeated id; whether an earlier one arrived is then told by the enquiry.
     */
    @Override
    public Started start(AskedPayment asked) {
        Account account = account(asked.tenant());
        if (!account.currency().equals(asked.amount().currency())) {
            throw new HubException(
                    ErrorCode.CONNECTOR_REFUSED,
                    "airtel of " + asked.tenant() + " takes " + account.currency() + ", not "
                            + asked.amount().currency());
        }
        String id = transactionId(asked);
        ObjectNode body = body(asked, account, id);
        JsonNode status = status(asked, account, id, body);
        if (!status.path("success").asBoolean(false) && query(asked.tenant(), id) == null) {
            throw new HubException(
                    ErrorCode.CONNECTOR_REFUSED,
                    "Airtel did not take the payment: "
                            + code(status.path("response_code").asText("")));
        }
        return new Started(id, null, null, Map.of());
    }

    private JsonNode status(AskedPayment asked, Account account, String id, ObjectNode body) {
        try {
            return call(
                            asked.tenant(),
                            account,
                            token -> http.send(
                                    authorised(Request.post(AirtelWebhook.CONNECTOR, account.baseUrl()), account, token)
                                            .path("merchant", "v1", "payments", "")
                                            .json(body)))
                    .json()
                    .path("status");
        } catch (GatewayHttp.RefusedException e) {
            if (query(asked.tenant(), id) == null) {
                throw e;
            }
            return JsonNodeFactory.instance.objectNode().put("success", true);
        }
    }

    private static ObjectNode body(AskedPayment asked, Account account, String id) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("reference", reference(asked));
        body.putObject("subscriber")
                .put("country", account.country())
                .put("currency", account.currency())
                .put("msisdn", national(asked.customer().phone(), account.country()));
        body.putObject("transaction")
                .put("amount", amount(asked))
                .put("country", account.country())
                .put("currency", account.currency())
                .put("id", id);
        return body;
    }

    /** A JSON number in major units without needless zeros. */
    private static BigDecimal amount(AskedPayment asked) {
        BigDecimal plain = asked.amount().major().stripTrailingZeros();
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }

    /** Readable, unique, and the same for every call about one payment. */
    private static String transactionId(AskedPayment asked) {
        String readable = asked.reference().replaceAll("[^A-Za-z0-9-]", "");
        String plain = readable.isEmpty() ? "ORDER" : readable;
        String unique = '-' + asked.id().toString().substring(0, 8);
        return plain.substring(0, Math.min(plain.length(), LONGEST_ID - unique.length())) + unique;
    }

    private static String reference(AskedPayment asked) {
        String text = asked.description() == null ? asked.reference() : asked.description();
        String plain =
                text.replaceAll("[^A-Za-z0-9 -]", " ").replaceAll(" {2,}", " ").strip();
        String shown = plain.length() < 4 ? "Payment " + plain : plain;
        return shown.substring(0, Math.min(shown.length(), LONGEST_REFERENCE)).strip();
    }

    /** The number as Airtel wants it: without country code. */
    private static String national(@Nullable String e164, String country) {
        if (e164 == null) {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "Airtel Money needs the customer's phone number");
        }
        try {
            var number = NUMBERS.parse(e164, null);
            if (number.getCountryCode() == NUMBERS.getCountryCodeForRegion(country)) {
                return NUMBERS.getNationalSignificantNumber(number);
            }
        } catch (NumberParseException e) {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "the customer's phone number is none");
        }
        throw new HubException(
                ErrorCode.CONNECTOR_REFUSED, "the customer's phone number belongs to another country than " + country);
    }

    /** Airtel's own code for a refusal, if it is one; anything else stays out of logs. */
    private static String code(String told) {
        return told.matches("[A-Z0-9]{1,20}") ? told.toUpperCase(Locale.ROOT) : "without a code";
    }

    @Override
    public byte @Nullable [] query(Query query) {
        String id = id(query);
        return id == null ? null : query(query.tenant(), id);
    }

    private static @Nullable String id(Query query) {
        if (query.asked() != null && query.asked().gatewayOrderId() != null) {
            return query.asked().gatewayOrderId();
        }
        if (query.asked() != null) {
            return transactionId(query.asked());
        }
        Payment told = query.told();
        String id = told == null ? null : told.gatewayOrderId();
        return id != null && CALLED_BACK.matcher(id).matches() ? id : null;
    }

    private byte @Nullable [] query(String tenant, String id) {
        Account account = account(tenant);
        Answer answer = call(
                tenant,
                account,
                token -> http.send(
                        authorised(Request.get(AirtelWebhook.CONNECTOR, account.baseUrl()), account, token)
                                .path("standard", "v1", "payments", id),
                        NOT_FOUND));
        if (answer.status() == NOT_FOUND) {
            return null;
        }
        // an id that Airtel does not know is told by 200 without a transaction
        return answer.json().path("data").path("transaction").path("status").isTextual() ? answer.body() : null;
    }

    private static Request authorised(Request request, Account account, String token) {
        return request.bearer(token).header("X-Country", account.country()).header("X-Currency", account.currency());
    }

    private Answer call(String tenant, Account account, Function<String, Answer> call) {
        String key = AirtelWebhook.CONNECTOR + '/' + tenant + '/' + account.clientId();
        return tokens.call(key, () -> login(account), call);
    }

    private Token login(Account account) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("client_id", account.clientId());
        body.put("client_secret", account.clientSecret());
        body.put("grant_type", "client_credentials");
        JsonNode answer = http.send(Request.post(AirtelWebhook.CONNECTOR, account.baseUrl())
                        .path("auth", "oauth2", "token")
                        .json(body))
                .json();
        return OAuthAnswer.token(AirtelWebhook.CONNECTOR, answer);
    }

    private Account account(String tenant) {
        AirtelSettings settings = tenants.settings(tenant, AirtelWebhook.CONNECTOR, AirtelSettings.class)
                .orElseThrow(() -> incomplete(tenant));
        if (settings.clientId() == null || settings.clientSecret() == null) {
            throw incomplete(tenant);
        }
        Tenant business = tenants.get(tenant);
        return new Account(
                settings.baseUrl(),
                settings.clientId(),
                settings.clientSecret(),
                settings.country() == null ? business.country() : settings.country(),
                settings.currency() == null ? business.currency() : settings.currency());
    }

    private static HubException incomplete(String tenant) {
        return new HubException(ErrorCode.CONFIGURATION, "airtel of " + tenant + " needs client-id and client-secret");
    }

    private record Account(String baseUrl, String clientId, String clientSecret, String country, String currency) {

        @Override
        public String toString() {
            return "Account[" + baseUrl + ", " + country + ", " + currency + ']';
        }
    }
}
