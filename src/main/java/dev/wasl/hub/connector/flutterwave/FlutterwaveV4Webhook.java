package dev.wasl.hub.connector.flutterwave;

import dev.wasl.hub.connector.EventIds;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.HmacKey;
import dev.wasl.hub.connector.Secrets;
import dev.wasl.hub.connector.TopLevelFields;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.tenant.Tenants;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Flutterwave v4's signature scheme: {@code flutterwave-signature} is the base64 HMAC-SHA256 of the raw body, keyed by the
 * dashboard's secret hash. See https://developer.flutterwave.com/docs/webhooks. Older accounts send the secret hash itself;
 * that is taken only where the tenant's settings say so, and then it proves no more than in v3. {@code verif-hash} is never read.
 */
@Component
final class FlutterwaveV4Webhook implements Webhook {

    /** The note that tells the mapping that no body was signed. */
    static final String PLAIN = "flutterwave-plain-hash";

    private static final String HEADER = "flutterwave-signature";
    private static final Set<String> EVENT_ID = Set.of("webhook_id");

    private final Function<String, Optional<FlutterwaveV4Settings>> settings;
    private final Map<String, List<HmacKey>> keys = new ConcurrentHashMap<>();

    @Autowired
    FlutterwaveV4Webhook(Tenants tenants) {
        this(tenant -> tenants.settings(tenant, FlutterwaveV4Gateway.NAME, FlutterwaveV4Settings.class));
    }

    FlutterwaveV4Webhook(Function<String, Optional<FlutterwaveV4Settings>> settings) {
        this.settings = settings;
    }

    @Override
    public String connector() {
        return FlutterwaveV4Gateway.NAME;
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        List<String> headers = request.header(HEADER);
        if (headers.isEmpty()) {
            return Verdict.UNSIGNED;
        }
        FlutterwaveV4Settings known = settings.apply(request.tenant()).orElse(null);
        if (known == null || known.secretHashes().isEmpty()) {
            return Verdict.UNKNOWN_SECRET;
        }
        if (headers.size() > 1) {
            return Verdict.MALFORMED;
        }
        boolean proved = isSigned(request, headers.get(0), known) || isPlain(headers.get(0), known);
        return proved ? Verdict.VALID : Verdict.BAD_SIGNATURE;
    }

    private boolean isSigned(WebhookRequest request, String header, FlutterwaveV4Settings known) {
        byte[] given = header.getBytes(StandardCharsets.ISO_8859_1);
        boolean signed = false;
        for (HmacKey key :
                keys.computeIfAbsent(request.tenant(), tenant -> HmacKey.all("HmacSHA256", known.secretHashes()))) {
            signed |= MessageDigest.isEqual(Base64.getEncoder().encode(key.sign(request.body())), given);
        }
        return signed;
    }

    private static boolean isPlain(String header, FlutterwaveV4Settings known) {
        return known.legacyPlainHash() && Secrets.contains(known.secretHashes(), header);
    }

    @Override
    public String messageId(WebhookRequest request) {
        String id = TopLevelFields.of(request.body(), EVENT_ID).get("webhook_id");
        return id == null || id.isEmpty() ? Fingerprint.of(request.body()) : EventIds.own("v4:" + id, request.body());
    }

    @Override
    public Map<String, String> notes(WebhookRequest request) {
        FlutterwaveV4Settings known = settings.apply(request.tenant()).orElse(null);
        if (known == null) {
            return Map.of();
        }
        Map<String, String> notes = new HashMap<>();
        notes.put(FlutterwaveV3Webhook.LIVE, Boolean.toString(known.live()));
        if (known.legacyPlainHash() && !isSigned(request, request.header(HEADER).get(0), known)) {
            notes.put(PLAIN, "true");
        }
        return notes;
    }

    @Override
    public Answer accepted(Map<String, String> notes) {
        return Answer.of(200);
    }
}
