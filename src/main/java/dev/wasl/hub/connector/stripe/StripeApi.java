package dev.wasl.hub.connector.stripe;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.connector.GatewayHttp.Request;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.springframework.stereotype.Component;

/** Calls of Stripe's API in one version of it, whatever the account's own is. */
@Component
final class StripeApi {

    static final String CONNECTOR = "stripe";

    /** The version that the mapping was written against; answers of others have other fields. */
    static final String VERSION = "2025-03-31.basil";

    private final GatewayHttp http;

    StripeApi(GatewayHttp http) {
        this.http = http;
    }

    Answer get(StripeSettings settings, UnaryOperator<Request> call, int... alsoAnswers) {
        return http.send(call.apply(authorized(settings, Request.get(CONNECTOR, settings.baseUrl()))), alsoAnswers);
    }

    Answer post(StripeSettings settings, UnaryOperator<Request> call, Map<String, String> form) {
        return http.send(call.apply(authorized(settings, Request.post(CONNECTOR, settings.baseUrl())))
                .form(form));
    }

    private static Request authorized(StripeSettings settings, Request request) {
        if (settings.apiKey() == null) {
            throw new HubException(ErrorCode.CONFIGURATION, "stripe: api-key is not set");
        }
        return request.bearer(settings.apiKey()).header("Stripe-Version", VERSION);
    }
}
