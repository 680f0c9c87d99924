package dev.wasl.hub.connector.paypal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.connector.GatewayHttp.RefusedException;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.connector.GatewayTokens.Token;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.mapping.JsonBodies;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Calls of PayPal's REST API with the tenant's own token. */
@Component
final class PayPalApi {

    private static final String CONNECTOR = "paypal";

    private final GatewayHttp http;
    private final GatewayTokens tokens;

    PayPalApi(GatewayHttp http, GatewayTokens tokens) {
        this.http = http;
        this.tokens = tokens;
    }

    /** A call in the making, before it has its token. */
    interface Call {
        Request with(Request authorized);
    }

    Answer get(String tenant, PayPalSettings settings, Call call, int... alsoAnswers) {
        return send(tenant, settings, "GET", call, alsoAnswers);
    }

    Answer post(String tenant, PayPalSettings settings, Call call, int... alsoAnswers) {
        return send(tenant, settings, "POST", call, alsoAnswers);
    }

    private Answer send(String tenant, PayPalSettings settings, String method, Call call, int... alsoAnswers) {
        if (!settings.hasCredentials()) {
            throw new HubException(ErrorCode.CONFIGURATION, "paypal: client-id or client-secret is not set");
        }
        return tokens.call(CONNECTOR + '/' + tenant + '/' + settings.clientId(), () -> login(settings), token -> {
            Request request = method.equals("GET")
                    ? Request.get(CONNECTOR, settings.baseUrl())
                    : Request.post(CONNECTOR, settings.baseUrl());
            return http.send(call.with(request.bearer(token)), alsoAnswers);
        });
    }

    private Token login(PayPalSettings settings) {
        JsonNode answer = http.send(Request.post(CONNECTOR, settings.baseUrl())
                        .path("v1", "oauth2", "token")
                        .basic(String.valueOf(settings.clientId()), String.valueOf(settings.clientSecret()))
                        .form(Map.of("grant_type", "client_credentials")))
                .json();
        String token = answer.path("access_token").asText("");
        long seconds = answer.path("expires_in").asLong(0);
        if (token.isEmpty() || seconds <= 0) {
            throw new HubException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, "paypal gave no token");
        }
        return new Token(token, Duration.ofSeconds(seconds));
    }

    /**
     * PayPal's own word on a webhook ({@code POST /v1/notifications/verify-webhook-signature}). The body goes back byte for
     * byte: written again, its numbers and escapes would differ.
     *
     * @throws HubException {@code STORE_UNAVAILABLE} when PayPal could not be asked
     */
    Verdict verify(WebhookRequest request, PayPalSettings settings, String webhookId) {
        byte[] question;
        try {
            JsonBodies.parse(request.body());
            question = question(request, webhookId);
        } catch (HubException e) {
            return Verdict.MALFORMED;
        }
        try {
            Answer answer = post(
                    request.tenant(),
                    settings,
                    call -> call.path("v1", "notifications", "verify-webhook-signature")
                            .body("application/json", question),
                    400,
                    422);
            boolean success = answer.status() == 200
                    && answer.json().path("verification_status").asText().equals("SUCCESS");
            return success ? Verdict.VALID : Verdict.BAD_SIGNATURE;
        } catch (RefusedException e) {
            // wrong credentials say nothing about the event
            throw new HubException(ErrorCode.STORE_UNAVAILABLE, "PayPal does not let itself be asked", e);
        } catch (HubException e) {
            throw new HubException(ErrorCode.STORE_UNAVAILABLE, "PayPal cannot be asked now", e);
        }
    }

    private static byte[] question(WebhookRequest request, String webhookId) {
        String head = JsonNodeFactory.instance
                .objectNode()
                .put("auth_algo", first(request, PayPalWebhook.AUTH_ALGO))
                .put("cert_url", first(request, PayPalWebhook.CERT_URL))
                .put("transmission_id", first(request, PayPalWebhook.TRANSMISSION_ID))
                .put("transmission_sig", first(request, PayPalWebhook.TRANSMISSION_SIG))
                .put("transmission_time", first(request, PayPalWebhook.TRANSMISSION_TIME))
                .put("webhook_id", webhookId)
                .toString();
        ByteArrayOutputStream question = new ByteArrayOutputStream();
        question.writeBytes(head.substring(0, head.length() - 1).getBytes(StandardCharsets.UTF_8));
        question.writeBytes(",\"webhook_event\":".getBytes(StandardCharsets.US_ASCII));
        question.writeBytes(request.body());
        question.write('}');
        return question.toByteArray();
    }

    private static String first(WebhookRequest request, String header) {
        return request.header(header).get(0);
    }
}
