package dev.wasl.hub.connector.paymob;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.HmacKey;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.mapping.FormBodies;
import dev.wasl.hub.tenant.Tenants;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Paymob's proof: the query's {@code hmac} is the lower-case hex HMAC-SHA512 over twenty values of a transaction, run
 * together in a fixed order without anything between them; a saved card has eight values of its own, a subscription's
 * callback carries its {@code hmac} in the body. See https://developers.paymob.com, "HMAC Transaction Callback".
 *
 * <p>Two things follow. Everything else in the body is not proved, so no state changes before the transaction was asked
 * for. And as nothing separates the values, digits can move from one to its neighbour: what {@link #notes} objects to
 * catches that, and the mapping puts it into quarantine.
 */
@Component
final class PaymobWebhook implements Webhook {

    /** The note that tells the mapping why an authentic callback is not believed. */
    static final String OBJECTION = "objection";

    private static final String ALGORITHM = "HmacSHA512";
    private static final Pattern CREATED = Pattern.compile("20\\d\\d-\\d\\d-\\d\\dT.*", Pattern.DOTALL);
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    private final Function<String, Optional<PaymobSettings>> settings;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    @Autowired
    PaymobWebhook(Tenants tenants) {
        this(tenant -> tenants.settings(tenant, "paymob", PaymobSettings.class));
    }

    PaymobWebhook(Function<String, Optional<PaymobSettings>> settings) {
        this.settings = settings;
    }

    private record Known(PaymobSettings settings, List<HmacKey> keys) {}

    @Override
    public String connector() {
        return "paymob";
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        Known tenant = known(request.tenant());
        if (tenant == null || tenant.keys.isEmpty()) {
            return Verdict.UNKNOWN_SECRET;
        }
        if (request.method().equals("GET")) {
            return verifyRedirect(request, tenant);
        }
        PaymobCallback callback = PaymobCallback.of(request.body());
        if (callback == null) {
            return Verdict.MALFORMED;
        }
        if (callback.isObject("subscription_data") && !callback.isObject("obj")) {
            return signed(callback.text("hmac"), List.of(callback.signedSubscription()), tenant);
        }
        String hmac;
        try {
            JsonNode given = FormBodies.parseQuery(request.rawQuery()).path("hmac");
            if (given.isArray()) {
                return Verdict.MALFORMED;
            }
            hmac = given.asText("");
        } catch (HubException e) {
            return Verdict.MALFORMED;
        }
        if (hmac.isEmpty()) {
            return Verdict.UNSIGNED;
        }
        boolean token = callback.text("type").equals("TOKEN");
        if (!callback.isObject("obj")
                || callback.hasStructureAmongSigned(token ? PaymobCallback.TOKEN : PaymobCallback.TRANSACTION)) {
            return Verdict.MALFORMED;
        }
        return signed(hmac, token ? List.of(callback.signedToken()) : callback.signedTransaction(), tenant);
    }

    /**
     * The callback that the customer's browser brings: the same values as query parameters. A plus that was not escaped
     * belongs to an offset or stands for a space, nobody knows which, so both are tried.
     */
    private static Verdict verifyRedirect(WebhookRequest request, Known tenant) {
        String query = request.rawQuery() == null ? "" : request.rawQuery();
        Verdict verdict = Verdict.MALFORMED;
        for (String spelling : List.of(query.replace("+", "%2B"), query)) {
            try {
                ObjectNode parameters = FormBodies.parseQuery(spelling);
                if (!parameters.has("hmac")) {
                    return Verdict.UNSIGNED;
                }
                PaymobCallback callback = callback(parameters);
                if (callback == null) {
                    return Verdict.MALFORMED;
                }
                verdict = signed(parameters.path("hmac").asText(), callback.signedTransaction(), tenant);
                if (verdict == Verdict.VALID) {
                    return verdict;
                }
            } catch (HubException e) {
                verdict = Verdict.MALFORMED;
            }
        }
        return verdict;
    }

    /** The callback in decoded query parameters; null when one came twice. */
    static @Nullable PaymobCallback callback(ObjectNode parameters) {
        Map<String, String> values = new HashMap<>();
        for (String name : PaymobCallback.TRANSACTION) {
            JsonNode value = parameters.path(name);
            if (name.equals("order.id")) {
                value = parameters.has("order") ? parameters.path("order") : parameters.path("order_id");
            } else if (value.isMissingNode()) {
                // what PHP makes of a dot in a name
                value = parameters.path(name.replace('.', '_'));
            }
            if (value.isArray()) {
                return null;
            }
            if (value.isTextual()) {
                values.put("obj." + name, value.asText());
            }
        }
        return parameters.path("hmac").isArray() ? null : new PaymobCallback(values, Map.of());
    }

    private static Verdict signed(String hmac, List<String> texts, Known tenant) {
        if (hmac.isEmpty()) {
            return Verdict.UNSIGNED;
        }
        boolean matches = false;
        for (String text : texts) {
            byte[] message = text.getBytes(StandardCharsets.UTF_8);
            for (HmacKey key : tenant.keys) {
                matches |= HmacKey.isHexOf(key.sign(message), hmac, 0, hmac.length());
            }
        }
        return matches ? Verdict.VALID : Verdict.BAD_SIGNATURE;
    }

    /**
     * A transaction changes its state under one id, and its {@code hmac} stays the same after a second refund: all that
     * may differ is part of the identity.
     */
    @Override
    public String messageId(WebhookRequest request) {
        PaymobCallback callback = PaymobCallback.of(request.body());
        if (callback == null
                || !callback.isObject("obj")
                || callback.text("type").equals("TOKEN")) {
            return Fingerprint.of(request.body());
        }
        return Fingerprint.of(
                callback.text("obj.id"),
                callback.text("obj.success"),
                callback.text("obj.pending"),
                callback.text("obj.is_voided"),
                callback.text("obj.is_refunded"),
                callback.text("obj.refunded_amount_cents"),
                callback.text("obj.captured_amount"),
                callback.text("obj.updated_at"));
    }

    @Override
    public Map<String, String> notes(WebhookRequest request) {
        Known tenant = known(request.tenant());
        PaymobCallback callback = PaymobCallback.of(request.body());
        if (tenant == null || callback == null || !callback.isObject("obj")) {
            return Map.of();
        }
        String objection = callback.text("type").equals("TOKEN") ? null : objection(callback, tenant.settings);
        return objection == null ? Map.of() : Map.of(OBJECTION, objection);
    }

    /** Why a transaction with a good signature cannot be what Paymob sent; null when nothing speaks against it. */
    private static @Nullable String objection(PaymobCallback callback, PaymobSettings settings) {
        if (!NUMBER.matcher(callback.text("obj.id")).matches()
                || !NUMBER.matcher(callback.text("obj.order.id")).matches()
                || !NUMBER.matcher(callback.text("obj.amount_cents")).matches()) {
            return "id, order.id and amount_cents are whole numbers";
        }
        if (!CREATED.matcher(callback.text("obj.created_at")).matches()) {
            return "created_at is no time of this century";
        }
        if (!CURRENCY.matcher(callback.text("obj.currency")).matches()) {
            return "currency has three letters";
        }
        for (String flag : PaymobCallback.FLAGS) {
            JsonToken kind = callback.kinds().get("obj." + flag);
            if (kind != null && !kind.isBoolean()) {
                return flag + " is true or false";
            }
        }
        Set<String> integrations =
                settings.integrationIds().stream().map(String::valueOf).collect(java.util.stream.Collectors.toSet());
        if (!integrations.contains(callback.text("obj.integration_id"))) {
            return "integration_id is none of integration-ids";
        }
        if (settings.owner() != null && !settings.owner().toString().equals(callback.text("obj.owner"))) {
            return "owner is another one";
        }
        return null;
    }

    /** Paymob sends the customer's browser here when the dashboard says so; what it brings changes nothing. */
    @Override
    public Answer handshake(WebhookRequest request) {
        return verify(request) == Verdict.VALID
                ? new Answer(200, "text/plain;charset=UTF-8", "Thank you. Your payment is being confirmed.\n")
                : new Answer(400, "text/plain;charset=UTF-8", "This address is not one that Paymob made.\n");
    }

    private @Nullable Known known(String tenant) {
        return known.computeIfAbsent(tenant, name -> settings.apply(name)
                .map(configured -> new Known(configured, HmacKey.all(ALGORITHM, configured.hmacSecrets())))
                .orElse(null));
    }
}
