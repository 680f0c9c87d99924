package dev.wasl.hub.connector.stripe;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant configures for asking Stripe; what its webhooks need is in {@link StripeWebhook.Settings}.
 *
 * @param baseUrl where the API is
 * @param apiKey a secret or, better, a restricted key: Checkout Sessions write; PaymentIntents, Charges and Events read
 * @param returnUrl where customers land after paying when a request names no address of its own
 * @param catchUpInterval how often events that were not delivered are looked for; zero for never
 */
record StripeSettings(
        String baseUrl, @Nullable String apiKey, @Nullable String returnUrl, Duration catchUpInterval) {

    StripeSettings {
        baseUrl = baseUrl == null || baseUrl.isBlank() ? "https://api.stripe.com" : baseUrl.strip();
        apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
        returnUrl = returnUrl == null || returnUrl.isBlank() ? null : returnUrl.strip();
        catchUpInterval = catchUpInterval == null ? Duration.ofMinutes(15) : catchUpInterval;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "StripeSettings[" + baseUrl + ']';
    }
}
