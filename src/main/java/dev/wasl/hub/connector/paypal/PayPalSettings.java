package dev.wasl.hub.connector.paypal;

import dev.wasl.hub.connector.Secrets;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant configures.
 *
 * @param environment whose events are accepted; decides the name that the signing certificate must have
 * @param baseUrl where the API is; by default the environment's own
 * @param webhookIds the ids of the webhook in the developer dashboard; they are part of what is signed
 * @param clientId of the REST app
 * @param clientSecret of the REST app
 * @param trustedCertificates PEM texts of what the signing certificate must lead back to, instead of the JDK's trust store
 * @param verifyByApi whether PayPal is also asked whether it sent an event
 * @param confirmAbove payments of at least this many units of their currency are asked for before they are believed; null for none
 */
record PayPalSettings(
        Environment environment,
        String baseUrl,
        List<String> webhookIds,
        @Nullable String clientId,
        @Nullable String clientSecret,
        List<String> trustedCertificates,
        boolean verifyByApi,
        @Nullable BigDecimal confirmAbove) {

    /** PayPal's simulator signs with this in place of an id; anybody can make it sign. */
    private static final String SIMULATOR = "WEBHOOK_ID";

    /** PayPal's two worlds. */
    enum Environment {
        LIVE("https://api-m.paypal.com", "messageverificationcerts.paypal.com"),
        SANDBOX("https://api-m.sandbox.paypal.com", "messageverificationcerts.sandbox.paypal.com");

        private final String baseUrl;
        private final String commonName;

        Environment(String baseUrl, String commonName) {
            this.baseUrl = baseUrl;
            this.commonName = commonName;
        }

        /** The name in the certificate that signs this world's events. */
        String commonName() {
            return commonName;
        }
    }

    PayPalSettings {
        environment = environment == null ? Environment.LIVE : environment;
        baseUrl = baseUrl == null || baseUrl.isBlank() ? environment.baseUrl : baseUrl.strip();
        webhookIds = Secrets.trimmed(webhookIds).stream()
                .filter(id -> !id.equals(SIMULATOR))
                .toList();
        clientId = stripped(clientId);
        clientSecret = stripped(clientSecret);
        trustedCertificates = Secrets.trimmed(trustedCertificates);
    }

    /** Whether the API can be asked. */
    boolean hasCredentials() {
        return clientId != null && clientSecret != null;
    }

    /** Whether the operator pointed this tenant at a PayPal of his own, a sandbox for example. */
    boolean hasOwnAddress() {
        return !baseUrl.equals(environment.baseUrl);
    }

    private static @Nullable String stripped(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "PayPalSettings[" + environment + ", " + baseUrl + ']';
    }
}
