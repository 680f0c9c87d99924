package dev.wasl.hub.connector.airtel;

import dev.wasl.hub.connector.CallbackPath;
import dev.wasl.hub.connector.EventIds;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.HmacKey;
import dev.wasl.hub.connector.Secrets;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.tenant.Tenants;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Airtel's callback authentication: the member {@code hash} of the body is the base64 of the HMAC-SHA256 of the body
 * without it, keyed by the text of the application's private key. Airtel does not say which white space it signs, so the
 * configured forms are tried in order; which one matched is logged, so that an operator can pin it. A callback tells no
 * amount, so even a proved one is a hint.
 */
@Component
final class AirtelWebhook implements Webhook {

    static final String CONNECTOR = "airtel";

    private static final Logger LOG = LoggerFactory.getLogger(AirtelWebhook.class);

    private final Function<String, Optional<AirtelSettings>> settings;
    private final Map<String, Keys> keys = new ConcurrentHashMap<>();
    private final Map<String, CanonicalForm> matched = new ConcurrentHashMap<>();

    @Autowired
    AirtelWebhook(Tenants tenants) {
        this(tenant -> tenants.settings(tenant, CONNECTOR, AirtelSettings.class).map(AirtelSettings::trimmed));
    }

    AirtelWebhook(Function<String, Optional<AirtelSettings>> settings) {
        this.settings = settings;
    }

    @Override
    public String connector() {
        return CONNECTOR;
    }

    @Override
    public boolean hasSubaddresses() {
        return true;
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        Keys known = keysOf(request.tenant());
        if (known == null) {
            return Verdict.UNKNOWN_SECRET;
        }
        if (!isAtItsAddress(request, known)) {
            return Verdict.BAD_SIGNATURE;
        }
        if (known.authenticated && known.keys.isEmpty()) {
            return Verdict.UNKNOWN_SECRET;
        }
        Optional<AirtelBody> body = AirtelBody.of(request.body());
        if (body.isEmpty()) {
            return Verdict.MALFORMED;
        }
        if (!known.authenticated) {
            // nothing is proved; the status query decides, and it needs the id
            return body.get().transactionId() == null ? Verdict.MALFORMED : Verdict.VALID;
        }
        String hash = body.get().hash();
        if (hash == null) {
            return Verdict.UNSIGNED;
        }
        try {
            return isSigned(request.tenant(), body.get(), hash, known) ? Verdict.VALID : Verdict.BAD_SIGNATURE;
        } catch (UncheckedIOException e) {
            return Verdict.MALFORMED;
        }
    }

    /** An address with another token, or with one where none is configured, does not exist. */
    @Override
    public @Nullable Answer refused(Verdict verdict, WebhookRequest request) {
        Keys known = keysOf(request.tenant());
        return known != null && !isAtItsAddress(request, known) ? Answer.of(404) : null;
    }

    /** The address has no token when none is configured, and else one of them. */
    private static boolean isAtItsAddress(WebhookRequest request, Keys known) {
        CallbackPath path = CallbackPath.of(request.subaddress());
        return known.tokens.isEmpty()
                ? request.subaddress().isEmpty()
                : path.id().isEmpty() && Secrets.contains(known.tokens, path.token());
    }

    private boolean isSigned(String tenant, AirtelBody body, String hash, Keys known) {
        byte[] given = hash.getBytes(StandardCharsets.UTF_8);
        for (CanonicalForm form : known.forms) {
            byte[] text = form.of(body);
            for (int i = 0; i < known.keys.size(); i++) {
                byte[] code = Base64.getEncoder().encode(known.keys.get(i).sign(text));
                if (MessageDigest.isEqual(code, given)) {
                    tell(tenant, form, i);
                    return true;
                }
            }
        }
        return false;
    }

    /** Once for each change: the form belongs to Airtel's side and stays the same for months. */
    private void tell(String tenant, CanonicalForm form, int key) {
        if (matched.put(tenant, form) != form) {
            LOG.info("Airtel signs the callbacks of {} as {}, with key number {} of the list.", tenant, form, key + 1);
        }
    }

    /** Which form proved the last callback of a tenant, null before the first. */
    @Nullable
    CanonicalForm matched(String tenant) {
        return matched.get(tenant);
    }

    /** {@code <transaction id>:<status>:<Airtel's id>}. */
    @Override
    public String messageId(WebhookRequest request) {
        return AirtelBody.of(request.body())
                .map(body -> EventIds.of(body.transactionId(), body.text("status_code"), body.text("airtel_money_id")))
                .orElseGet(() -> Fingerprint.of(request.body()));
    }

    @Override
    public Answer accepted(Map<String, String> notes) {
        return Answer.of(200);
    }

    private @Nullable Keys keysOf(String tenant) {
        return keys.computeIfAbsent(
                tenant, name -> settings.apply(name).map(Keys::of).orElse(null));
    }

    private record Keys(boolean authenticated, List<HmacKey> keys, List<CanonicalForm> forms, List<String> tokens) {

        static Keys of(AirtelSettings settings) {
            return new Keys(
                    settings.callbackAuthentication(),
                    HmacKey.all("HmacSHA256", settings.privateKeys()),
                    settings.canonicalForms(),
                    settings.callbackTokens());
        }
    }
}
