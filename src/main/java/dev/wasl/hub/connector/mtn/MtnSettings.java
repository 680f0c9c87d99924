package dev.wasl.hub.connector.mtn;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A tenant's account at MTN MoMo Collections: {@code wasl.tenants.<tenant>.connectors.mtn-momo}.
 *
 * @param baseUrl where the API is, without a path
 * @param subscriptionKey of the product Collections, from the developer portal
 * @param apiUser a UUID, made once for the subscription
 * @param apiKey the password of the API user
 * @param targetEnvironment {@code sandbox}, or what MTN calls the country: {@code mtnuganda}
 */
record MtnSettings(
        @DefaultValue("https://proxy.momoapi.mtn.com") String baseUrl,
        @Nullable String subscriptionKey,
        @Nullable String apiUser,
        @Nullable String apiKey,
        @Nullable String targetEnvironment) {

    MtnSettings {
        baseUrl = baseUrl.strip();
        subscriptionKey = stripped(subscriptionKey);
        apiUser = stripped(apiUser);
        apiKey = stripped(apiKey);
        targetEnvironment = stripped(targetEnvironment);
    }

    boolean isComplete() {
        return subscriptionKey != null && apiUser != null && apiKey != null && targetEnvironment != null;
    }

    private static @Nullable String stripped(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "MtnSettings[" + baseUrl + ", " + targetEnvironment + ']';
    }
}
