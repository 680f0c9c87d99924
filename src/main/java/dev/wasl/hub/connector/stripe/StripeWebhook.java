package dev.wasl.hub.connector.stripe;

import dev.wasl.hub.connector.EventIds;
import dev.wasl.hub.connector.HmacKey;
import dev.wasl.hub.connector.Secrets;
import dev.wasl.hub.connector.TopLevelFields;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.tenant.Tenants;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Stripe's signature scheme: {@code Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>][,v0=...]}, where v1 is the HMAC-SHA256
 * of {@code t + "." + body} keyed by the whole {@code whsec_} text. Only v1 counts. See
 * https://docs.stripe.com/webhooks#verify-manually; where Stripe's libraries differ from each other (a repeated t) the
 * request is refused.
 */
@Component
final class StripeWebhook implements Webhook {

    private static final String HEADER = "stripe-signature";
    private static final byte[] DOT = {'.'};
    private static final Set<String> EVENT_ID = Set.of("id");
    private static final int MAX_TIMESTAMP_DIGITS = 12;

    private final Function<String, Optional<Settings>> settings;
    private final Map<String, Keys> keys = new ConcurrentHashMap<>();

    @Autowired
    StripeWebhook(Tenants tenants) {
        this(tenant -> tenants.settings(tenant, "stripe", Settings.class).map(Settings::trimmed));
    }

    StripeWebhook(Function<String, Optional<Settings>> settings) {
        this.settings = settings;
    }

    @Override
    public String connector() {
        return "stripe";
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        List<String> headers = request.header(HEADER);
        if (headers.isEmpty()) {
            return Verdict.UNSIGNED;
        }
        Keys known = keysOf(request.tenant());
        if (known == null || known.keys.isEmpty()) {
            return Verdict.UNKNOWN_SECRET;
        }
        if (headers.size() > 1) {
            return Verdict.MALFORMED;
        }
        return verify(headers.get(0), request, known);
    }

    private static Verdict verify(String header, WebhookRequest request, Keys known) {
        int timeStart = -1;
        int timeEnd = -1;
        int signatures = 0;
        for (int start = 0; start <= header.length(); ) {
            int end = endOfElement(header, start);
            if (isElement(header, start, end, "t")) {
                if (timeStart >= 0) {
                    return Verdict.MALFORMED;
                }
                timeStart = start + 2;
                timeEnd = end;
            } else if (isElement(header, start, end, "v1")) {
                signatures++;
            } else if (header.startsWith("v1", start) && end == start + 2) {
                return Verdict.MALFORMED;
            }
            start = end + 1;
        }
        long time = seconds(header, timeStart, timeEnd);
        if (time <= 0) {
            return Verdict.MALFORMED;
        }
        if (signatures == 0 || !isSigned(header, header.substring(timeStart, timeEnd), request.body(), known.keys)) {
            return Verdict.BAD_SIGNATURE;
        }
        boolean stale = known.tolerance > 0 && time < request.receivedAt().getEpochSecond() - known.tolerance;
        return stale ? Verdict.STALE : Verdict.VALID;
    }

    /** Every key against every v1: while a secret is rolled, Stripe signs with both. */
    private static boolean isSigned(String header, String time, byte[] body, List<HmacKey> keys) {
        boolean signed = false;
        for (HmacKey key : keys) {
            byte[] code = key.sign(time.getBytes(StandardCharsets.US_ASCII), DOT, body);
            for (int start = 0; start <= header.length(); ) {
                int end = endOfElement(header, start);
                if (isElement(header, start, end, "v1")) {
                    signed |= HmacKey.isHexOf(code, header, start + 3, end);
                }
                start = end + 1;
            }
        }
        return signed;
    }

    private static int endOfElement(String header, int start) {
        int comma = header.indexOf(',', start);
        return comma < 0 ? header.length() : comma;
    }

    private static boolean isElement(String header, int start, int end, String name) {
        return start + name.length() < end
                && header.startsWith(name, start)
                && header.charAt(start + name.length()) == '=';
    }

    /** ASCII digits without sign or leading zero, else -1: what is signed is the text, and it must have one form only. */
    private static long seconds(String header, int start, int end) {
        if (start < 0 || end <= start || end - start > MAX_TIMESTAMP_DIGITS || header.charAt(start) == '0') {
            return -1;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = header.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    @Override
    public String messageId(WebhookRequest request) {
        return EventIds.own(TopLevelFields.of(request.body(), EVENT_ID).get("id"), request.body());
    }

    private @Nullable Keys keysOf(String tenant) {
        return keys.computeIfAbsent(
                tenant, name -> settings.apply(name).map(Keys::of).orElse(null));
    }

    private record Keys(List<HmacKey> keys, long tolerance) {

        static Keys of(Settings settings) {
            return new Keys(
                    HmacKey.all("HmacSHA256", settings.signingSecrets()),
                    settings.tolerance().toSeconds());
        }
    }

    /**
     * What a tenant configures.
     *
     * @param signingSecrets the {@code whsec_} texts of its endpoint: the current one, and the previous one while it is rolled
     * @param tolerance how old a signature may be; zero switches the check off
     */
    record Settings(List<String> signingSecrets, Duration tolerance) {

        Settings {
            signingSecrets = signingSecrets == null ? List.of() : signingSecrets;
            tolerance = tolerance == null ? Duration.ofMinutes(5) : tolerance;
        }

        Settings trimmed() {
            return new Settings(Secrets.trimmed(signingSecrets), tolerance);
        }
    }
}
