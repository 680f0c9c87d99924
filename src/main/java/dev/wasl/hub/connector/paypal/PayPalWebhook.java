package dev.wasl.hub.connector.paypal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.EventIds;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.TopLevelFields;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.mapping.JsonBodies;
import dev.wasl.hub.tenant.Tenants;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * PayPal's proof: {@code PAYPAL-TRANSMISSION-SIG} is the base64 RSA signature (SHA-256, PKCS #1 v1.5) of {@code
 * transmission id|transmission time|webhook id|CRC-32 of the body}, by the key of the certificate at {@code
 * PAYPAL-CERT-URL}. The webhook id is the tenant's own and never on the wire; the checksum is decimal and unsigned. See
 * https://developer.paypal.com/api/rest/webhooks/rest/, "Self verification". The algorithm is fixed here and never taken
 * from the request.
 */
@Component
final class PayPalWebhook implements Webhook {

    private static final Logger LOG = LoggerFactory.getLogger(PayPalWebhook.class);

    static final String TRANSMISSION_ID = "paypal-transmission-id";
    static final String TRANSMISSION_TIME = "paypal-transmission-time";
    static final String TRANSMISSION_SIG = "paypal-transmission-sig";
    static final String CERT_URL = "paypal-cert-url";
    static final String AUTH_ALGO = "paypal-auth-algo";

    /** The note that tells the mapping that an event must be asked for before it is believed. */
    static final String CONFIRM = "confirm";

    private static final String ALGORITHM = "SHA256withRSA";
    private static final List<String> HEADERS =
            List.of(TRANSMISSION_ID, TRANSMISSION_TIME, TRANSMISSION_SIG, CERT_URL, AUTH_ALGO);

    /** PayPal tries for three days. */
    private static final Duration OLDEST = Duration.ofDays(5);

    private static final int MAX_HEADER = 1_024;

    /** Without the separator of what is signed: with it, a part of the id could pass for another part. */
    private static final Pattern ID = Pattern.compile("[!-{}~]{1,100}");

    private static final Set<String> EVENT_ID = Set.of("id");
    private static final Set<String> MONEY_IN =
            Set.of("PAYMENT.CAPTURE.COMPLETED", "PAYMENT.SALE.COMPLETED", "PAYMENT.AUTHORIZATION.CREATED");
    private static final String APPROVED = "CHECKOUT.ORDER.APPROVED";

    private final Function<String, Optional<PayPalSettings>> settings;
    private final SigningCertificates certificates;
    private final List<X509Certificate> intermediates;
    private final EarlierBodies earlier;
    private final SecondOpinion secondOpinion;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    @Autowired
    PayPalWebhook(Tenants tenants, SigningCertificates certificates, EarlierBodies.Journal journal, PayPalApi api) {
        this(
                tenant -> tenants.settings(tenant, "paypal", PayPalSettings.class),
                certificates,
                SigningChain.bundledIntermediates(),
                new EarlierBodies(journal),
                api::verify);
    }

    PayPalWebhook(
            Function<String, Optional<PayPalSettings>> settings,
            SigningCertificates certificates,
            List<X509Certificate> intermediates,
            EarlierBodies earlier,
            SecondOpinion secondOpinion) {
        this.settings = settings;
        this.certificates = certificates;
        this.intermediates = intermediates;
        this.earlier = earlier;
        this.secondOpinion = secondOpinion;
    }

    /** PayPal's own word on a request that is proved already. */
    interface SecondOpinion {

        /**
         * What PayPal says of the request.
         *
         * @throws HubException {@code STORE_UNAVAILABLE} when PayPal could not be asked
         */
        Verdict of(WebhookRequest request, PayPalSettings settings, String webhookId);
    }

    private record Known(PayPalSettings settings, Set<TrustAnchor> anchors) {}

    /** Read when the first tenant needs them; one set for all, so that what led back to it is remembered. */
    private static final class PublicAnchors {
        private static final Set<TrustAnchor> ALL = SigningChain.publicAnchors();
    }

    @Override
    public String connector() {
        return "paypal";
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        Known tenant = known(request.tenant());
        if (tenant == null || tenant.settings.webhookIds().isEmpty()) {
            return Verdict.UNKNOWN_SECRET;
        }
        Map<String, String> headers = new HashMap<>();
        for (String name : HEADERS) {
            List<String> values = request.header(name);
            if (values.size() > 1) {
                return Verdict.MALFORMED;
            }
            if (!values.isEmpty() && !values.get(0).isEmpty()) {
                headers.put(name, values.get(0));
            }
        }
        if (!headers.containsKey(TRANSMISSION_SIG)) {
            return Verdict.UNSIGNED;
        }
        String transmission = headers.get(TRANSMISSION_ID);
        String time = headers.get(TRANSMISSION_TIME);
        String certificate = headers.get(CERT_URL);
        if (transmission == null
                || time == null
                || certificate == null
                || headers.values().stream().anyMatch(value -> value.length() > MAX_HEADER)
                || !ALGORITHM.equals(headers.get(AUTH_ALGO))
                || !ID.matcher(transmission).matches()) {
            return Verdict.MALFORMED;
        }
        Instant sentAt = instant(time);
        byte[] signature = decoded(headers.get(TRANSMISSION_SIG));
        CertificateAddress address = CertificateAddress.of(certificate, tenant.settings);
        if (sentAt == null || signature == null || address == null) {
            return Verdict.MALFORMED;
        }
        SigningChain chain = certificates.at(address, request.receivedAt());
        if (chain == null
                || !chain.isIssuedTo(tenant.settings.environment().commonName())
                || !chain.leadsTo(tenant.anchors, intermediates, request.receivedAt())) {
            return Verdict.BAD_SIGNATURE;
        }
        String webhookId = signedWith(headers, request.body(), signature, chain.key(), tenant.settings);
        if (webhookId == null) {
            return Verdict.BAD_SIGNATURE;
        }
        if (sentAt.isBefore(request.receivedAt().minus(OLDEST))) {
            return Verdict.STALE;
        }
        if (earlier.contradict(request.tenant(), transmission, messageId(request), Fingerprint.of(request.body()))) {
            LOG.warn(
                    "A webhook of {}/paypal has the signature of another body: it is forged, or the journal holds a forged one.",
                    request.tenant());
            return Verdict.BAD_SIGNATURE;
        }
        return tenant.settings.verifyByApi() ? secondOpinion.of(request, tenant.settings, webhookId) : Verdict.VALID;
    }

    /** The webhook id that the signature holds for, null when there is none. */
    private static @Nullable String signedWith(
            Map<String, String> headers, byte[] body, byte[] signature, PublicKey key, PayPalSettings settings) {
        CRC32 sum = new CRC32();
        sum.update(body);
        for (String webhookId : settings.webhookIds()) {
            String message = headers.get(TRANSMISSION_ID)
                    + '|'
                    + headers.get(TRANSMISSION_TIME)
                    + '|'
                    + webhookId
                    + '|'
                    + Long.toUnsignedString(sum.getValue());
            try {
                Signature rsa = Signature.getInstance(ALGORITHM);
                rsa.initVerify(key);
                rsa.update(message.getBytes(StandardCharsets.UTF_8));
                if (rsa.verify(signature)) {
                    return webhookId;
                }
            } catch (GeneralSecurityException e) {
                LOG.debug("A signature of PayPal's scheme cannot be checked.", e);
            }
        }
        return null;
    }

    private static @Nullable Instant instant(String text) {
        try {
            return text.endsWith("Z") ? Instant.parse(text) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static byte @Nullable [] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The event's id: the same when PayPal sends it again, under a new transmission. */
    @Override
    public String messageId(WebhookRequest request) {
        return EventIds.own(TopLevelFields.of(request.body(), EVENT_ID).get("id"), request.body());
    }

    @Override
    public Set<String> keptHeaders() {
        return Set.of(TRANSMISSION_ID, TRANSMISSION_TIME);
    }

    /**
     * The environment, which no body names, and whether PayPal must be asked first: about large amounts, where the
     * operator wants it, and about an order that its payer approved, which nobody captures otherwise.
     */
    @Override
    public Map<String, String> notes(WebhookRequest request) {
        Known tenant = known(request.tenant());
        if (tenant == null) {
            return Map.of();
        }
        Map<String, String> notes = new HashMap<>();
        notes.put("environment", tenant.settings.environment().name().toLowerCase(Locale.ROOT));
        if (tenant.settings.hasCredentials() && mustBeConfirmed(request, tenant.settings.confirmAbove())) {
            notes.put(CONFIRM, "true");
        }
        return notes;
    }

    private static boolean mustBeConfirmed(WebhookRequest request, @Nullable BigDecimal above) {
        try {
            JsonNode event = JsonBodies.parse(request.body());
            String type = event.path("event_type").asText();
            if (type.equals(APPROVED)) {
                return true;
            }
            if (above == null || !MONEY_IN.contains(type)) {
                return false;
            }
            JsonNode amount = event.path("resource").path("amount");
            String value = amount.path("value").asText(amount.path("total").asText());
            return new BigDecimal(value).compareTo(above) >= 0;
        } catch (HubException | NumberFormatException e) {
            return above != null;
        }
    }

    private @Nullable Known known(String tenant) {
        return known.computeIfAbsent(
                tenant, name -> settings.apply(name).map(PayPalWebhook::known).orElse(null));
    }

    private static Known known(PayPalSettings settings) {
        if (settings.trustedCertificates().isEmpty()) {
            return new Known(settings, PublicAnchors.ALL);
        }
        try {
            return new Known(settings, SigningChain.anchors(settings.trustedCertificates()));
        } catch (IllegalArgumentException e) {
            LOG.error("paypal: trusted-certificates holds something that is no certificate, so nothing is believed.");
            return new Known(settings, Set.of());
        }
    }
}
