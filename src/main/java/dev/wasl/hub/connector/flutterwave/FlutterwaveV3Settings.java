package dev.wasl.hub.connector.flutterwave;

import dev.wasl.hub.connector.Secrets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant configures of v3.
 *
 * @param baseUrl of the API, without {@code /v3}
 * @param secretHashes the texts typed as "Secret hash" in the dashboard: the current one, and the former while it is changed
 * @param secretKey {@code FLWSECK-...}, with which the hub asks
 * @param redirectUrl where the customer goes after paying when the request for the payment does not say; Flutterwave wants one
 * @param fallbackEmail what Flutterwave is told when the customer has no e-mail; it takes no payment without one
 */
record FlutterwaveV3Settings(
        String baseUrl,
        List<String> secretHashes,
        String secretKey,
        @Nullable String redirectUrl,
        @Nullable String fallbackEmail) {

    FlutterwaveV3Settings {
        baseUrl = baseUrl == null || baseUrl.isBlank() ? "https://api.flutterwave.com" : baseUrl.strip();
        secretHashes = Secrets.trimmed(secretHashes);
        secretKey = secretKey == null ? "" : secretKey.strip();
        redirectUrl = redirectUrl == null || redirectUrl.isBlank() ? null : redirectUrl.strip();
        fallbackEmail = fallbackEmail == null || fallbackEmail.isBlank() ? null : fallbackEmail.strip();
    }

    /** Whether the account is no test account. */
    boolean live() {
        return !secretKey.startsWith("FLWSECK_TEST");
    }

    /** Without the secrets, which a log must not show. */
    @Override
    public String toString() {
        return "FlutterwaveV3Settings[" + baseUrl + ", " + secretHashes.size() + " hashes]";
    }
}
