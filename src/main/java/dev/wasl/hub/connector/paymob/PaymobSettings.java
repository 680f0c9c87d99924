package dev.wasl.hub.connector.paymob;

import dev.wasl.hub.connector.Secrets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant configures.
 *
 * @param baseUrl where the API and the checkout page are; each country has its own
 * @param hmacSecrets dashboard, Settings, "HMAC secret": the current one, and the one before it was recreated
 * @param integrationIds the payment integrations that are ours; callbacks of others are quarantined, and a payment that is
 *     asked for offers them in this order
 * @param owner the {@code owner} of genuine callbacks; null while it is not known
 * @param apiKey for asking how a transaction stands
 * @param secretKey for making an intention
 * @param publicKey becomes part of the checkout link
 */
record PaymobSettings(
        String baseUrl,
        List<String> hmacSecrets,
        List<Long> integrationIds,
        @Nullable Long owner,
        @Nullable String apiKey,
        @Nullable String secretKey,
        @Nullable String publicKey) {

    static final String EGYPT = "https://accept.paymob.com";

    PaymobSettings {
        baseUrl = baseUrl == null || baseUrl.isBlank() ? EGYPT : baseUrl.strip();
        hmacSecrets = Secrets.trimmed(hmacSecrets);
        integrationIds = integrationIds == null ? List.of() : List.copyOf(integrationIds);
        apiKey = stripped(apiKey);
        secretKey = stripped(secretKey);
        publicKey = stripped(publicKey);
    }

    private static @Nullable String stripped(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "PaymobSettings[" + baseUrl + ']';
    }
}
