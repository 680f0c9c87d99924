package dev.wasl.hub.connector.cmi;

import dev.wasl.hub.connector.Secrets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant configures.
 *
 * @param baseUrl of CMI's platform, without {@code /fim}
 * @param clientId the merchant's number
 * @param storeKeys the store keys: the first one hashes what the hub sends, any of them proves a callback
 * @param apiUser of the status query, empty when CMI gave none
 * @param apiPassword of the status query
 * @param shopUrl where customers go who have no other address to go to
 * @param language of CMI's page: {@code fr}, {@code ar}, {@code en}
 */
record CmiSettings(
        String baseUrl,
        String clientId,
        List<String> storeKeys,
        String apiUser,
        String apiPassword,
        @Nullable String shopUrl,
        String language) {

    CmiSettings {
        baseUrl = baseUrl == null || baseUrl.isBlank() ? "https://payment.cmi.co.ma" : baseUrl.strip();
        baseUrl = baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl;
        clientId = clientId == null ? "" : clientId.strip();
        storeKeys = Secrets.trimmed(storeKeys);
        apiUser = apiUser == null ? "" : apiUser.strip();
        apiPassword = apiPassword == null ? "" : apiPassword.strip();
        shopUrl = shopUrl == null || shopUrl.isBlank() ? null : shopUrl.strip();
        language = language == null || language.isBlank() ? "fr" : language.strip();
    }

    /** Without the secrets, which a log must not show. */
    @Override
    public String toString() {
        return "CmiSettings[" + baseUrl + ", " + clientId + ", " + storeKeys.size() + " keys]";
    }
}
