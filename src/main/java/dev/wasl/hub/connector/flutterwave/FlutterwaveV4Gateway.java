package dev.wasl.hub.connector.flutterwave;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.connector.OAuthAnswer;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.tenant.Tenants;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Starts mobile money payments with {@code POST /orchestration/direct-charges} (a push to the phone, or a link where the
 * network wants one) and asks with {@code GET /charges/<id>}. See https://developer.flutterwave.com/docs/mobile-money.
 */
@Component
final class FlutterwaveV4Gateway implements PaymentGateway {

    static final String NAME = "flutterwave-v4";

    private static final String CHARGE = "charge";

    private final Tenants tenants;
    private final GatewayHttp http;
    private final GatewayTokens tokens;

    FlutterwaveV4Gateway(Tenants tenants, GatewayHttp http, GatewayTokens tokens) {
        this.tenants = tenants;
        this.http = http;
        this.tokens = tokens;
    }

    @Override
    public String connector() {
        return NAME;
    }

    @Override
    public String gateway() {
        return "flutterwave";
    }

    /** {@inheritDoc} Flutterwave gives the same answer again for the same idempotency key. */
    @Override
    public Started start(AskedPayment asked) {
        FlutterwaveV4Settings settings = settings(asked.tenant());
        String id = asked.id().toString();
        ObjectNode body = charge(asked, settings);
        JsonNode data = withToken(
                        asked.tenant(),
                        settings,
                        token -> http.send(Request.post(NAME, settings.baseUrl())
                                .path("orchestration", "direct-charges")
                                .header("X-Idempotency-Key", id)
                                .header("X-Trace-Id", id)
                                .bearer(token)
                                .json(body)))
                .json()
                .path("data");
        String charge = data.path("id").asText("");
        if (charge.isEmpty()) {
            throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "Flutterwave gave no charge");
        }
        String link = data.path("next_action").path("redirect_url").path("url").asText(null);
        return new Started(id, link, null, Map.of(CHARGE, charge));
    }

    private static ObjectNode charge(AskedPayment asked, FlutterwaveV4Settings settings) {
        String e164 = asked.customer().phone();
        PhoneNumber phone = phone(e164);
        String network = settings.networkOf(String.valueOf(e164))
                .orElseThrow(() -> new HubException(
                        ErrorCode.CONNECTOR_REFUSED, "no mobile network is configured for this number; set networks"));
        String countryCode = Integer.toString(phone.getCountryCode());
        String number = PhoneNumberUtil.getInstance().getNationalSignificantNumber(phone);
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("amount", asked.amount().major())
                .put("currency", asked.amount().currency())
                .put("reference", asked.id().toString());
        ObjectNode customer = body.putObject("customer").put("email", Customers.email(asked, settings.fallbackEmail()));
        customer.putObject("phone").put("country_code", countryCode).put("number", number);
        String name = asked.customer().name();
        if (name != null && !name.isBlank()) {
            int space = name.strip().indexOf(' ');
            ObjectNode names = customer.putObject("name");
            names.put("first", space < 0 ? name.strip() : name.strip().substring(0, space));
            if (space >= 0) {
                names.put("last", name.strip().substring(space + 1).strip());
            }
        }
        ObjectNode method = body.putObject("payment_method").put("type", "mobile_money");
        method.putObject("mobile_money")
                .put("network", network)
                .put("country_code", countryCode)
                .put("phone_number", number);
        if (asked.returnUrl() != null) {
            body.put("redirect_url", asked.returnUrl());
        }
        body.putObject("meta").put("wasl_reference", asked.reference());
        return body;
    }

    private static PhoneNumber phone(@Nullable String e164) {
        if (e164 != null) {
            try {
                return PhoneNumberUtil.getInstance().parse(e164, null);
            } catch (NumberParseException e) {
                throw new HubException(ErrorCode.CONNECTOR_REFUSED, "the customer's phone is no number", e);
            }
        }
        throw new HubException(
                ErrorCode.CONNECTOR_REFUSED, "mobile money by Flutterwave wants the customer's phone number");
    }

    /**
     * {@inheritDoc}
     *
     * @return {@code {"live": .., "charge": ..}} with the charge as Flutterwave shows it
     */
    @Override
    public byte @Nullable [] query(Query query) {
        FlutterwaveV4Settings settings = settings(query.tenant());
        JsonNode charge = charge(query, settings);
        if (charge == null) {
            return null;
        }
        ObjectNode answers = JsonNodeFactory.instance.objectNode().put("live", settings.live());
        answers.set("charge", charge);
        return answers.toString().getBytes(StandardCharsets.UTF_8);
    }

    private @Nullable JsonNode charge(Query query, FlutterwaveV4Settings settings) {
        AskedPayment asked = query.asked();
        Payment told = query.told();
        String id = told != null ? told.gatewayPaymentId() : null;
        if (asked != null && asked.gatewayState().containsKey(CHARGE)) {
            id = asked.gatewayState().get(CHARGE);
        }
        if (id != null) {
            String path = id;
            Answer answer = withToken(
                    query.tenant(),
                    settings,
                    token -> http.send(
                            Request.get(NAME, settings.baseUrl())
                                    .path("charges", path)
                                    .bearer(token),
                            404));
            return answer.status() == 404 ? null : answer.json().path("data");
        }
        // the answer to the start was lost: the list knows the charge by our reference
        if (asked == null) {
            return null;
        }
        String reference = asked.id().toString();
        JsonNode found = withToken(
                        query.tenant(),
                        settings,
                        token -> http.send(Request.get(NAME, settings.baseUrl())
                                .path("charges")
                                .query("reference", reference)
                                .bearer(token)))
                .json();
        for (JsonNode charge : found.path("data")) {
            if (charge.path("reference").asText().equals(reference)) {
                return charge;
            }
        }
        return null;
    }

    private Answer withToken(String tenant, FlutterwaveV4Settings settings, Function<String, Answer> call) {
        if (settings.clientId().isEmpty() || settings.clientSecret().isEmpty()) {
            throw new HubException(
                    ErrorCode.CONNECTOR_REFUSED, "no client-id and client-secret are configured for Flutterwave v4");
        }
        return tokens.call(NAME + '/' + tenant + '/' + settings.clientId(), () -> login(settings), call);
    }

    private GatewayTokens.Token login(FlutterwaveV4Settings settings) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("client_id", settings.clientId());
        form.put("client_secret", settings.clientSecret());
        form.put("grant_type", "client_credentials");
        JsonNode answer =
                http.send(Request.post(NAME, settings.tokenUrl()).form(form)).json();
        return OAuthAnswer.token(NAME, answer);
    }

    private FlutterwaveV4Settings settings(String tenant) {
        return tenants.settings(tenant, NAME, FlutterwaveV4Settings.class)
                .orElseThrow(() -> new HubException(
                        ErrorCode.CONNECTOR_REFUSED, "Flutterwave v4 is not configured for tenant " + tenant));
    }
}
