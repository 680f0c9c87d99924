package dev.wasl.hub.connector.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.HmacKey;
import dev.wasl.hub.connector.Secrets;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.mapping.FormBodies;
import dev.wasl.hub.tenant.Tenants;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Meta's scheme: {@code X-Hub-Signature-256: sha256=<hex>} is the HMAC-SHA256 of the body keyed by the app secret (not by
 * the verify token, which only serves the handshake by GET). See
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started.
 */
@Component
final class WhatsAppWebhook implements Webhook {

    private static final String HEADER = "x-hub-signature-256";
    private static final String PREFIX = "sha256=";
    private static final int MAX_CHALLENGE = 1024;

    private final Function<String, Optional<Settings>> settings;
    private final Map<String, Prepared> prepared = new ConcurrentHashMap<>();

    @Autowired
    WhatsAppWebhook(Tenants tenants) {
        this(tenant -> tenants.settings(tenant, "whatsapp", Settings.class).map(Settings::trimmed));
    }

    WhatsAppWebhook(Function<String, Optional<Settings>> settings) {
        this.settings = settings;
    }

    @Override
    public String connector() {
        return "whatsapp";
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        List<String> headers = request.header(HEADER);
        if (headers.isEmpty()) {
            return Verdict.UNSIGNED;
        }
        Prepared known = preparedFor(request.tenant());
        if (known == null || known.keys.isEmpty()) {
            return Verdict.UNKNOWN_SECRET;
        }
        String header = headers.get(0);
        if (headers.size() > 1 || !header.startsWith(PREFIX)) {
            return Verdict.MALFORMED;
        }
        boolean matches = false;
        for (HmacKey key : known.keys) {
            matches |= HmacKey.isHexOf(key.sign(request.body()), header, PREFIX.length(), header.length());
        }
        return matches ? Verdict.VALID : Verdict.BAD_SIGNATURE;
    }

    /** A batch has no id of its own; its parts have. */
    @Override
    public String messageId(WebhookRequest request) {
        return Fingerprint.of(request.body());
    }

    @Override
    public Answer accepted(Map<String, String> notes) {
        return Answer.of(200);
    }

    /** 200 with the challenge for who knows the verify token, 403 for who does not, 503 when there is none to know. */
    @Override
    public Answer handshake(WebhookRequest request) {
        ObjectNode query;
        try {
            query = FormBodies.parseQuery(request.rawQuery());
        } catch (HubException e) {
            return Answer.of(400);
        }
        String challenge = single(query, "hub.challenge");
        String token = single(query, "hub.verify_token");
        if (!"subscribe".equals(single(query, "hub.mode")) || challenge == null || token == null) {
            return Answer.of(400);
        }
        if (challenge.length() > MAX_CHALLENGE || challenge.chars().anyMatch(Character::isISOControl)) {
            return Answer.of(400);
        }
        Prepared known = preparedFor(request.tenant());
        if (known == null || known.verifyToken.isBlank()) {
            return Answer.of(503);
        }
        boolean matches = MessageDigest.isEqual(
                known.verifyToken.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
        return matches ? new Answer(200, "text/plain", challenge) : Answer.of(403);
    }

    private static @Nullable String single(ObjectNode query, String name) {
        JsonNode value = query.get(name);
        return value != null && value.isTextual() ? value.textValue() : null;
    }

    private @Nullable Prepared preparedFor(String tenant) {
        return prepared.computeIfAbsent(tenant, name -> settings.apply(name)
                .map(s -> new Prepared(HmacKey.all("HmacSHA256", s.appSecrets()), s.verifyToken()))
                .orElse(null));
    }

    private record Prepared(List<HmacKey> keys, String verifyToken) {}

    /**
     * What a tenant configures for webhooks.
     *
     * @param appSecrets the secret of the Meta app, and the previous one while it is reset
     * @param verifyToken the text that Meta's dashboard is told for the handshake
     */
    record Settings(List<String> appSecrets, String verifyToken) {

        Settings {
            appSecrets = appSecrets == null ? List.of() : appSecrets;
            verifyToken = verifyToken == null ? "" : verifyToken;
        }

        Settings trimmed() {
            return new Settings(Secrets.trimmed(appSecrets), verifyToken.strip());
        }
    }
}
