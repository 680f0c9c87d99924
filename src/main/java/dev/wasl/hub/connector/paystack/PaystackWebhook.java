package dev.wasl.hub.connector.paystack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.EventIds;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.HmacKey;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.mapping.JsonBodies;
import dev.wasl.hub.tenant.Tenants;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Paystack's signature scheme: {@code x-paystack-signature} is the lower-case hex HMAC-SHA512 of the raw body, keyed by the
 * secret API key itself; no time is signed. See https://paystack.com/docs/payments/webhooks/#verify-event-origin. Only the
 * status 200 acknowledges.
 */
@Component
final class PaystackWebhook implements Webhook {

    /** The note that tells the mapping of which mode the key is: {@code test} or {@code live}. */
    static final String MODE = "paystack-mode";

    private static final String HEADER = "x-paystack-signature";

    private final Function<String, Optional<PaystackSettings>> settings;
    private final Map<String, Keys> keys = new ConcurrentHashMap<>();

    @Autowired
    PaystackWebhook(Tenants tenants) {
        this(tenant -> tenants.settings(tenant, "paystack", PaystackSettings.class));
    }

    PaystackWebhook(Function<String, Optional<PaystackSettings>> settings) {
        this.settings = settings;
    }

    @Override
    public String connector() {
        return "paystack";
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        List<String> headers = request.header(HEADER);
        if (headers.isEmpty()) {
            return Verdict.UNSIGNED;
        }
        Keys known = keysOf(request.tenant());
        if (known.all().isEmpty()) {
            return Verdict.UNKNOWN_SECRET;
        }
        if (headers.size() > 1) {
            return Verdict.MALFORMED;
        }
        boolean signed = false;
        for (HmacKey key : known.all()) {
            signed |= isSigned(headers.get(0), key, request.body());
        }
        return signed ? Verdict.VALID : Verdict.BAD_SIGNATURE;
    }

    private static boolean isSigned(String header, HmacKey key, byte[] body) {
        return HmacKey.isHexOf(key.sign(body), header, 0, header.length());
    }

    /**
     * The identity of an event, of which Paystack gives none: the object and what happened to it; of a refund, which has no
     * id yet, what it is for and how much; of a dispute also when it changed.
     */
    @Override
    public String messageId(WebhookRequest request) {
        try {
            return EventIds.own(identity(JsonBodies.parse(request.body())), request.body());
        } catch (HubException e) {
            // what cannot be read is known by its bytes
            return Fingerprint.of(request.body());
        }
    }

    private static @Nullable String identity(JsonNode body) {
        String event = text(body.path("event"));
        JsonNode data = body.path("data");
        if (event == null) {
            return null;
        }
        String id = text(data.path("id"));
        String reference = text(data.path("transaction_reference"));
        if (event.startsWith("refund.") && reference != null) {
            String refund = text(data.path("refund_reference"));
            return event + ':' + reference + ':' + (refund == null ? "-" : refund) + ':' + text(data.path("amount"));
        }
        if (id == null) {
            return null;
        }
        return event.startsWith("charge.dispute.")
                ? event + ':' + id + ':' + text(data.path("updated_at"))
                : event + ':' + id;
    }

    private static @Nullable String text(JsonNode node) {
        return (node.isTextual() && !node.textValue().isEmpty()) || node.isIntegralNumber() ? node.asText() : null;
    }

    /** An event of the other mode is proved when the list holds keys of both; the mapping refuses it. */
    @Override
    public Map<String, String> notes(WebhookRequest request) {
        Keys known = keysOf(request.tenant());
        if (known.live().isEmpty()) {
            return known.test().isEmpty() ? Map.of() : Map.of(MODE, "test");
        }
        if (known.test().isEmpty()) {
            return Map.of(MODE, "live");
        }
        String header = request.header(HEADER).get(0);
        return Map.of(
                MODE, known.live().stream().anyMatch(key -> isSigned(header, key, request.body())) ? "live" : "test");
    }

    @Override
    public Answer accepted(Map<String, String> notes) {
        return Answer.of(200);
    }

    private Keys keysOf(String tenant) {
        Keys known = keys.computeIfAbsent(
                tenant,
                name -> settings.apply(name).map(s -> Keys.of(s.secretKeys())).orElse(null));
        return known == null ? Keys.of(List.of()) : known;
    }

    /**
     * The keys of an account.
     *
     * @param other keys that say nothing of their mode
     */
    private record Keys(List<HmacKey> test, List<HmacKey> live, List<HmacKey> other, List<HmacKey> all) {

        static Keys of(List<String> secrets) {
            List<HmacKey> test = keys(secrets.stream().filter(key -> key.startsWith("sk_test_")));
            List<HmacKey> live = keys(secrets.stream().filter(key -> key.startsWith("sk_live_")));
            List<HmacKey> other = keys(secrets.stream().filter(key -> !key.matches("(?s)sk_(test|live)_.*")));
            List<HmacKey> all = new ArrayList<>(test);
            all.addAll(live);
            all.addAll(other);
            return new Keys(test, live, other, List.copyOf(all));
        }

        private static List<HmacKey> keys(java.util.stream.Stream<String> secrets) {
            return HmacKey.all("HmacSHA512", secrets.toList());
        }
    }
}
