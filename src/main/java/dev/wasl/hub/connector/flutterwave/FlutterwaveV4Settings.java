package dev.wasl.hub.connector.flutterwave;

import dev.wasl.hub.connector.Secrets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant configures of v4.
 *
 * @param baseUrl of the API
 * @param tokenUrl where the client's credentials are exchanged for a token
 * @param clientId of the API client
 * @param clientSecret of the API client
 * @param secretHashes the texts typed as "Secret hash" in the dashboard: the current one, and the former while it is changed
 * @param legacyPlainHash whether the header may hold the secret hash itself, as old accounts send it: it proves no body
 * @param networks mobile networks by the beginning of the number with its country code, {@code 25677: MTN}; the longest counts
 * @param network the mobile network of every other number
 * @param fallbackEmail what Flutterwave is told when the customer has no e-mail; it takes no payment without one
 */
record FlutterwaveV4Settings(
        String baseUrl,
        String tokenUrl,
        String clientId,
        String clientSecret,
        List<String> secretHashes,
        boolean legacyPlainHash,
        Map<String, String> networks,
        @Nullable String network,
        @Nullable String fallbackEmail) {

    FlutterwaveV4Settings {
        baseUrl =
                baseUrl == null || baseUrl.isBlank() ? "https://api.flutterwave.cloud/f4b/production" : baseUrl.strip();
        tokenUrl = tokenUrl == null || tokenUrl.isBlank()
                ? "https://idp.flutterwave.com/realms/flutterwave/protocol/openid-connect/token"
                : tokenUrl.strip();
        clientId = clientId == null ? "" : clientId.strip();
        clientSecret = clientSecret == null ? "" : clientSecret.strip();
        secretHashes = Secrets.trimmed(secretHashes);
        networks = networks == null ? Map.of() : Map.copyOf(networks);
        network = network == null || network.isBlank() ? null : network.strip();
        fallbackEmail = fallbackEmail == null || fallbackEmail.isBlank() ? null : fallbackEmail.strip();
    }

    /** Whether the account is no test account. */
    boolean live() {
        return baseUrl.startsWith("https://") && !baseUrl.contains("sandbox");
    }

    /** The mobile network of a number. */
    Optional<String> networkOf(String e164) {
        String digits = e164.startsWith("+") ? e164.substring(1) : e164;
        return networks.entrySet().stream()
                .filter(entry -> digits.startsWith(entry.getKey()))
                .max(Comparator.comparingInt(entry -> entry.getKey().length()))
                .map(Map.Entry::getValue)
                .or(() -> Optional.ofNullable(network));
    }

    /** Without the secrets, which a log must not show. */
    @Override
    public String toString() {
        return "FlutterwaveV4Settings[" + baseUrl + ", " + secretHashes.size() + " hashes]";
    }
}
