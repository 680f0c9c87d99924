package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.Secrets;
import dev.wasl.hub.connector.TopLevelFields;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.tenant.Tenants;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Bosta signs nothing: it sends the merchant's own secret in a header of the merchant's choice, verbatim and without
 * {@code Bearer}; settings that were copied from elsewhere may have the prefix. That proves who sent the request, not what
 * is in it, so a webhook stays a hint.
 */
@Component
final class BostaWebhook implements Webhook {

    private static final String BEARER = "bearer ";
    private static final Set<String> IDENTITY = Set.of("_id", "trackingNumber", "state", "timeStamp");

    private final Function<String, Optional<Settings>> settings;
    private final Map<String, Settings> known = new ConcurrentHashMap<>();

    @Autowired
    BostaWebhook(Tenants tenants) {
        this(tenant -> tenants.settings(tenant, "bosta", Settings.class).map(Settings::trimmed));
    }

    BostaWebhook(Function<String, Optional<Settings>> settings) {
        this.settings = settings;
    }

    @Override
    public String connector() {
        return "bosta";
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        Settings expected = settingsOf(request.tenant());
        if (expected == null || expected.webhookSecrets().stream().allMatch(String::isBlank)) {
            return Verdict.UNKNOWN_SECRET;
        }
        List<String> values = request.header(expected.webhookHeader());
        if (values.isEmpty()) {
            return Verdict.UNSIGNED;
        }
        if (values.size() > 1) {
            return Verdict.MALFORMED;
        }
        String value = values.get(0);
        boolean prefixed = value.regionMatches(true, 0, BEARER, 0, BEARER.length());
        // both are compared in any case, so that the time it takes tells nothing
        boolean bare = Secrets.contains(expected.webhookSecrets(), value);
        boolean bearer =
                Secrets.contains(expected.webhookSecrets(), prefixed ? value.substring(BEARER.length()) : value);
        return bare || bearer ? Verdict.VALID : Verdict.BAD_SIGNATURE;
    }

    /** Bosta gives no event id: one state of one delivery at one moment is one event. */
    @Override
    public String messageId(WebhookRequest request) {
        Map<String, String> fields = TopLevelFields.of(request.body(), IDENTITY);
        String delivery = fields.getOrDefault("_id", fields.get("trackingNumber"));
        String state = fields.get("state");
        String time = fields.get("timeStamp");
        return delivery == null || state == null || time == null
                ? Fingerprint.of(request.body())
                : Fingerprint.of(request.tenant(), delivery, state, time);
    }

    private @Nullable Settings settingsOf(String tenant) {
        return known.computeIfAbsent(tenant, name -> settings.apply(name).orElse(null));
    }

    /**
     * What a tenant configures for webhooks.
     *
     * @param webhookHeader the header that holds the secret, lower case
     * @param webhookSecrets the values that are accepted
     */
    record Settings(String webhookHeader, List<String> webhookSecrets) {

        Settings {
            webhookHeader = webhookHeader == null || webhookHeader.isBlank()
                    ? "authorization"
                    : webhookHeader.strip().toLowerCase(Locale.ROOT);
            webhookSecrets = webhookSecrets == null ? List.of() : webhookSecrets;
        }

        Settings trimmed() {
            return new Settings(webhookHeader, Secrets.trimmed(webhookSecrets));
        }
    }
}
