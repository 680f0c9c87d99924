package dev.wasl.hub.connector.orange;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A tenant's account at Orange Money Web Payment: {@code wasl.tenants.<tenant>.connectors.orange-money}.
 *
 * @param baseUrl where the API is, without a path
 * @param tokenPath where the OAuth token is asked for
 * @param apiPath the API's own path; {@code {country}} in it is replaced
 * @param country as Orange writes it in the path: {@code dev}, {@code ci}, {@code ma}
 * @param clientId of the application in Orange's developer portal
 * @param clientSecret its secret
 * @param merchantKey given by Orange for the merchant
 * @param currency what is sent instead of the payment's own currency; Orange's test environment knows {@code OUV} only
 * @param language of the payment page
 * @param returnUrl where customers go when a payment names no address of its own
 */
record OrangeSettings(
        @DefaultValue("https://api.orange.com") String baseUrl,
        @DefaultValue("/oauth/v3/token") String tokenPath,
        @DefaultValue("/orange-money-webpay/{country}/v1") String apiPath,
        @DefaultValue("dev") String country,
        @Nullable String clientId,
        @Nullable String clientSecret,
        @Nullable String merchantKey,
        @Nullable String currency,
        @DefaultValue("fr") String language,
        @Nullable String returnUrl) {

    OrangeSettings {
        baseUrl = baseUrl.strip();
        country = country.strip().toLowerCase(Locale.ROOT);
        clientId = stripped(clientId);
        clientSecret = stripped(clientSecret);
        merchantKey = stripped(merchantKey);
        currency = stripped(currency);
        returnUrl = stripped(returnUrl);
    }

    boolean isComplete() {
        return clientId != null && clientSecret != null && merchantKey != null;
    }

    private static @Nullable String stripped(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "OrangeSettings[" + baseUrl + ", " + country + ']';
    }
}
