package dev.wasl.hub.connector.paystack;

import dev.wasl.hub.connector.Secrets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant configures.
 *
 * @param baseUrl of Paystack's API, without a path
 * @param secretKeys the {@code sk_} keys of the account: the current one, with which the hub asks, and those whose webhooks
 *     are still under way
 * @param fallbackEmail what Paystack is told when the customer has no e-mail; it takes no payment without one
 */
record PaystackSettings(
        String baseUrl, List<String> secretKeys, @Nullable String fallbackEmail) {

    PaystackSettings {
        baseUrl = baseUrl == null || baseUrl.isBlank() ? "https://api.paystack.co" : baseUrl.strip();
        secretKeys = Secrets.trimmed(secretKeys);
        fallbackEmail = fallbackEmail == null || fallbackEmail.isBlank() ? null : fallbackEmail.strip();
    }

    /** Without the keys, which a log must not show. */
    @Override
    public String toString() {
        return "PaystackSettings[" + baseUrl + ", " + secretKeys.size() + " keys]";
    }
}
