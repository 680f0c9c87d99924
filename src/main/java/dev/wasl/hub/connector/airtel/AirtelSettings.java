package dev.wasl.hub.connector.airtel;

import dev.wasl.hub.connector.Secrets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A tenant's account at Airtel Money: {@code wasl.tenants.<tenant>.connectors.airtel}.
 *
 * @param baseUrl where the API is, without a path; some countries have their own
 * @param clientId of the application in Airtel's developer portal
 * @param clientSecret its secret
 * @param country of the market, ISO 3166-1 alpha-2; null for the tenant's
 * @param currency of the market, ISO 4217; null for the tenant's
 * @param privateKeys keys of the callback authentication, from the application's settings; the current one and, while it
 *     is changed, the previous one
 * @param callbackAuthentication whether the portal signs callbacks; without it every callback is a hint that anybody
 *     could have sent
 * @param canonicalForms what the hash may have been computed over, in the order tried; Airtel does not say
 * @param callbackTokens unguessable last parts of the address, {@code /webhooks/<tenant>/airtel/<token>}; when there are
 *     any, no other address is taken
 */
record AirtelSettings(
        @DefaultValue("https://openapi.airtel.africa") String baseUrl,
        @Nullable String clientId,
        @Nullable String clientSecret,
        @Nullable String country,
        @Nullable String currency,
        @DefaultValue List<String> privateKeys,
        @DefaultValue("true") boolean callbackAuthentication,

        @DefaultValue({"compact-envelope", "raw-minus-hash", "indented2-envelope"})
        List<CanonicalForm> canonicalForms,

        @DefaultValue List<String> callbackTokens) {

    AirtelSettings {
        baseUrl = baseUrl.strip();
        clientId = stripped(clientId);
        clientSecret = stripped(clientSecret);
        country = country == null || country.isBlank() ? null : country.strip().toUpperCase(Locale.ROOT);
        currency =
                currency == null || currency.isBlank() ? null : currency.strip().toUpperCase(Locale.ROOT);
        canonicalForms = List.copyOf(canonicalForms);
    }

    /** Secrets as they are used; the configured ones may bring white space along. */
    AirtelSettings trimmed() {
        return new AirtelSettings(
                baseUrl,
                clientId,
                clientSecret,
                country,
                currency,
                Secrets.trimmed(privateKeys),
                callbackAuthentication,
                canonicalForms,
                Secrets.trimmed(callbackTokens));
    }

    private static @Nullable String stripped(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "AirtelSettings[" + baseUrl + ", " + country + ", " + currency + ']';
    }
}
