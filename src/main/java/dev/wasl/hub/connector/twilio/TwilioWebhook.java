package dev.wasl.hub.connector.twilio;

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
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Twilio's signature scheme: {@code X-Twilio-Signature} is the base64 HMAC-SHA1, keyed by the auth token, of the URL that
 * Twilio called followed by every form field, sorted by key, key and value run together. A JSON body is bound by its
 * SHA-256 in the URL's parameter {@code bodySHA256} instead. See
 * https://www.twilio.com/docs/usage/security#validating-requests.
 */
@Component
final class TwilioWebhook implements Webhook {

    private static final String HEADER = "x-twilio-signature";
    private static final String BODY_HASH = "bodySHA256";

    private final Function<String, Optional<Settings>> settings;
    private final Map<String, List<HmacKey>> keys = new ConcurrentHashMap<>();

    @Autowired
    TwilioWebhook(Tenants tenants) {
        this(tenant -> tenants.settings(tenant, "twilio", Settings.class).map(Settings::trimmed));
    }

    TwilioWebhook(Function<String, Optional<Settings>> settings) {
        this.settings = settings;
    }

    @Override
    public String connector() {
        return "twilio";
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        List<String> headers = request.header(HEADER);
        if (headers.isEmpty()) {
            return Verdict.UNSIGNED;
        }
        List<HmacKey> known = keysOf(request.tenant());
        if (known.isEmpty()) {
            return Verdict.UNKNOWN_SECRET;
        }
        if (headers.size() > 1) {
            return Verdict.MALFORMED;
        }
        String signed;
        try {
            JsonNode bodyHash = FormBodies.parseQuery(request.rawQuery()).get(BODY_HASH);
            if (bodyHash == null) {
                signed = sortedFields(FormBodies.parse(request.body()));
            } else if (Fingerprint.of(request.body()).equals(bodyHash.asText())) {
                signed = "";
            } else {
                return Verdict.BAD_SIGNATURE;
            }
        } catch (HubException e) {
            return Verdict.MALFORMED;
        }
        byte[] given = headers.get(0).getBytes(StandardCharsets.ISO_8859_1);
        boolean matches = false;
        for (HmacKey key : known) {
            for (String url : spellings(request.url())) {
                byte[] code = key.sign((url + signed).getBytes(StandardCharsets.UTF_8));
                matches |= MessageDigest.isEqual(Base64.getEncoder().encode(code), given);
            }
        }
        return matches ? Verdict.VALID : Verdict.BAD_SIGNATURE;
    }

    /** A repeated field counts once per different value. */
    private static String sortedFields(ObjectNode form) {
        Map<String, Set<String>> sorted = new TreeMap<>();
        form.properties().forEach(field -> {
            Set<String> values = sorted.computeIfAbsent(field.getKey(), key -> new TreeSet<>());
            if (field.getValue().isArray()) {
                field.getValue().forEach(value -> values.add(value.asText()));
            } else {
                values.add(field.getValue().asText());
            }
        });
        StringBuilder text = new StringBuilder();
        sorted.forEach((key, values) -> values.forEach(value -> text.append(key).append(value)));
        return text.toString();
    }

    /** Whether Twilio signs the default port with the URL has changed over time: both spellings are its own. */
    private static Set<String> spellings(String called) {
        int fragment = called.indexOf('#');
        String url = fragment < 0 ? called : called.substring(0, fragment);
        int scheme = url.indexOf("://");
        if (scheme < 0) {
            return Set.of(url);
        }
        int pathStart = firstOf(url, scheme + 3);
        String authority = url.substring(scheme + 3, pathStart);
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        String host = hasPort ? authority.substring(0, colon) : authority;
        String port = url.startsWith("https") ? ":443" : ":80";
        Set<String> spellings = new LinkedHashSet<>();
        spellings.add(url);
        spellings.add(url.substring(0, scheme + 3) + host + url.substring(pathStart));
        if (!hasPort) {
            spellings.add(url.substring(0, scheme + 3) + host + port + url.substring(pathStart));
        }
        return spellings;
    }

    private static int firstOf(String url, int start) {
        for (int i = start; i < url.length(); i++) {
            if (url.charAt(i) == '/' || url.charAt(i) == '?') {
                return i;
            }
        }
        return url.length();
    }

    /** One message in one status is one event; Twilio repeats a callback that it got no answer to. */
    @Override
    public String messageId(WebhookRequest request) {
        try {
            ObjectNode form = FormBodies.parse(request.body());
            String sid = first(form, "MessageSid", "SmsSid");
            String status = first(form, "MessageStatus", "SmsStatus");
            if (sid != null && status != null && sid.length() <= 64 && status.length() <= 64) {
                String error = first(form, "ErrorCode");
                return String.join(":", error == null ? List.of(sid, status) : List.of(sid, status, error));
            }
        } catch (HubException e) {
            // not a form: told apart by its bytes
        }
        return Fingerprint.of(request.body());
    }

    private static @Nullable String first(ObjectNode form, String... names) {
        for (String name : names) {
            JsonNode value = form.get(name);
            if (value != null && value.isTextual() && !value.textValue().isEmpty()) {
                return value.textValue();
            }
        }
        return null;
    }

    /** Any text would be sent to the customer as an answer. */
    @Override
    public Answer accepted(Map<String, String> notes) {
        return Answer.of(204);
    }

    private List<HmacKey> keysOf(String tenant) {
        List<HmacKey> known = keys.computeIfAbsent(tenant, name -> settings.apply(name)
                .map(s -> HmacKey.all("HmacSHA1", s.authTokens()))
                .orElse(null));
        return known == null ? List.of() : known;
    }

    /**
     * What a tenant configures for webhooks.
     *
     * @param authTokens the account's auth token, and the previous one while it is rotated
     */
    record Settings(List<String> authTokens) {

        Settings {
            authTokens = authTokens == null ? List.of() : authTokens;
        }

        Settings trimmed() {
            return new Settings(Secrets.trimmed(authTokens));
        }
    }
}
