package dev.wasl.hub.connector.mtn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.connector.GatewayTokens.Token;
import dev.wasl.hub.connector.OAuthAnswer;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Collections of MTN MoMo: a request to pay appears on the customer's phone, and its state is asked for by the reference
 * id, which is the hub's own id of the payment. See momodeveloper.mtn.com, product Collections, API v1_0.
 */
@Component
final class MtnGateway implements PaymentGateway {

    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;
    private static final int LONGEST_NOTE = 160;

    /** MTN gives up when the customer did not enter the PIN in about this time. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Tenants tenants;
    private final GatewayHttp http;
    private final GatewayTokens tokens;
    private final Clock clock;

    MtnGateway(Tenants tenants, GatewayHttp http, GatewayTokens tokens, Clock clock) {
        this.tenants = tenants;
        this.http = http;
        this.tokens = tokens;
        this.clock = clock;
    }

    @Override
    public String connector() {
        return MtnWebhook.CONNECTOR;
    }

    @Override
    public Started start(AskedPayment asked) {
        MtnSettings settings = settings(asked.tenant());
        ObjectNode body = body(asked);
        // 409: this reference id was taken before, so an earlier call arrived although its answer did not
        call(
                asked.tenant(),
                settings,
                token -> http.send(
                        authorised(Request.post(MtnWebhook.CONNECTOR, settings.baseUrl()), settings, token)
                                .path("collection", "v1_0", "requesttopay")
                                .header("X-Reference-Id", asked.id().toString())
                                .header("X-Callback-Url", asked.callbackUrl() + '/' + asked.id())
                                .json(body),
                        CONFLICT));
        return new Started(asked.id().toString(), null, clock.instant().plus(PATIENCE), Map.of());
    }

    private static ObjectNode body(AskedPayment asked) {
        String phone = asked.customer().phone();
        if (phone == null) {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "MTN MoMo needs the customer's phone number");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("amount", asked.amount().major().toPlainString());
        body.put("currency", asked.amount().currency());
        body.put("externalId", asked.reference());
        body.putObject("payer").put("partyIdType", "MSISDN").put("partyId", phone.substring(1));
        String description = asked.description();
        body.put("payerMessage", note(description == null ? asked.reference() : description));
        body.put("payeeNote", note(asked.reference()));
        return body;
    }

    /** MTN refuses apostrophes and other marks in notes, and more than 160 characters. */
    private static String note(String text) {
        String plain = text.replaceAll("[^\\p{L}\\p{M}\\p{N} .,:/#()-]", " ")
                .replaceAll(" {2,}", " ")
                .strip();
        int end = Math.min(plain.length(), LONGEST_NOTE);
        return plain.substring(0, end > 0 && Character.isHighSurrogate(plain.charAt(end - 1)) ? end - 1 : end);
    }

    @Override
    public byte @Nullable [] query(Query query) {
        String reference = reference(query);
        if (reference == null) {
            return null;
        }
        MtnSettings settings = settings(query.tenant());
        Answer answer = call(
                query.tenant(),
                settings,
                token -> http.send(
                        authorised(Request.get(MtnWebhook.CONNECTOR, settings.baseUrl()), settings, token)
                                .path("collection", "v1_0", "requesttopay", reference),
                        NOT_FOUND));
        return answer.status() == NOT_FOUND ? null : answer.body();
    }

    /** The reference id: the hub's own, else what the callback's address said, if it can be one. */
    private static @Nullable String reference(Query query) {
        if (query.asked() != null) {
            return query.asked().id().toString();
        }
        String told = query.told() == null ? null : query.told().gatewayPaymentId();
        try {
            return told == null ? null : UUID.fromString(told).toString();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Request authorised(Request request, MtnSettings settings, String token) {
        return request.bearer(token)
                .header("X-Target-Environment", String.valueOf(settings.targetEnvironment()))
                .header("Ocp-Apim-Subscription-Key", String.valueOf(settings.subscriptionKey()));
    }

    private Answer call(String tenant, MtnSettings settings, Function<String, Answer> call) {
        String account = MtnWebhook.CONNECTOR + '/' + tenant + '/' + settings.apiUser();
        return tokens.call(account, () -> login(settings), call);
    }

    private Token login(MtnSettings settings) {
        JsonNode answer = http.send(Request.post(MtnWebhook.CONNECTOR, settings.baseUrl())
                        .path("collection", "token", "")
                        .basic(String.valueOf(settings.apiUser()), String.valueOf(settings.apiKey()))
                        .header("Ocp-Apim-Subscription-Key", String.valueOf(settings.subscriptionKey())))
                .json();
        return OAuthAnswer.token(MtnWebhook.CONNECTOR, answer);
    }

    private MtnSettings settings(String tenant) {
        return tenants.settings(tenant, MtnWebhook.CONNECTOR, MtnSettings.class)
                .filter(MtnSettings::isComplete)
                .orElseThrow(() -> new HubException(
                        ErrorCode.CONFIGURATION,
                        "mtn-momo of " + tenant + " needs subscription-key, api-user, api-key and target-environment"));
    }
}
