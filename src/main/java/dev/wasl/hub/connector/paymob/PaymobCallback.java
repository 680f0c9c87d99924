package dev.wasl.hub.connector.paymob;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The values of a callback as they were written, by their path: {@code obj.order.id}. What is signed is the text of a
 * number, so no number is ever computed here.
 *
 * @param values texts as they are, numbers and booleans as written; null and what is not there is missing
 * @param kinds what each value is in JSON; empty for a callback by query, where everything is text
 */
record PaymobCallback(Map<String, String> values, Map<String, JsonToken> kinds) {

    private static final int MAX_DEPTH = 64;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    /** The signed values of a transaction, in their order; {@code error_occured} is how Paymob writes it. */
    static final List<String> TRANSACTION = List.of(
            "amount_cents",
            "created_at",
            "currency",
            "error_occured",
            "has_parent_transaction",
            "id",
            "integration_id",
            "is_3d_secure",
            "is_auth",
            "is_capture",
            "is_refunded",
            "is_standalone_payment",
            "is_voided",
            "order.id",
            "owner",
            "pending",
            "source_data.pan",
            "source_data.sub_type",
            "source_data.type",
            "success");

    /** The signed values of a saved card. */
    static final List<String> TOKEN =
            List.of("card_subtype", "created_at", "email", "id", "masked_pan", "merchant_id", "order_id", "token");

    /** Those of the twenty that are true or false; see {@link #signedTransaction()} for one that is missing. */
    static final Set<String> FLAGS = Set.of(
            "error_occured",
            "has_parent_transaction",
            "is_3d_secure",
            "is_auth",
            "is_capture",
            "is_refunded",
            "is_standalone_payment",
            "is_voided",
            "pending",
            "success");

    private static final Set<String> STRUCTURES = Set.of("obj", "obj.order", "obj.source_data", "subscription_data");

    /** Reads a body; null when it is not an object in strict JSON, or holds the same name twice. */
    static @Nullable PaymobCallback of(byte[] body) {
        PaymobCallback callback = new PaymobCallback(new HashMap<>(), new HashMap<>());
        try (JsonParser parser = FACTORY.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            callback.readObject(parser, "");
            return parser.nextToken() == null ? callback : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private void readObject(JsonParser parser, String prefix) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String path = prefix + parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == null) {
                return;
            }
            if (value == JsonToken.START_OBJECT && STRUCTURES.contains(path)) {
                kinds.put(path, value);
                readObject(parser, path + '.');
            } else if (value.isStructStart()) {
                kinds.put(path, value);
                parser.skipChildren();
            } else if (value != JsonToken.VALUE_NULL) {
                kinds.put(path, value);
                values.put(path, parser.getText());
            }
        }
    }

    /** A value, empty when it is missing. */
    String text(String path) {
        return values.getOrDefault(path, "");
    }

    /**
     * The text that a transaction's {@code hmac} is over. Paymob's documents leave a value out that is missing, its own PHP
     * code writes false for a missing flag: where one is missing there are two texts, else one.
     */
    List<String> signedTransaction() {
        return Stream.of("", "false").map(this::signedTransaction).distinct().toList();
    }

    private String signedTransaction(String missingFlag) {
        StringBuilder text = new StringBuilder();
        for (String name : TRANSACTION) {
            text.append(values.getOrDefault("obj." + name, FLAGS.contains(name) ? missingFlag : ""));
        }
        return text.toString();
    }

    /** The text that a saved card's {@code hmac} is over. */
    String signedToken() {
        StringBuilder text = new StringBuilder();
        for (String name : TOKEN) {
            text.append(text("obj." + name));
        }
        return text.toString();
    }

    /** The text that the {@code hmac} of a subscription's callback is over. */
    String signedSubscription() {
        return text("trigger_type") + "for" + text("subscription_data.id");
    }

    /** Whether a signed value is an array or an object, which has no text. */
    boolean hasStructureAmongSigned(List<String> names) {
        return names.stream()
                .map(name -> kinds.get("obj." + name))
                .anyMatch(kind -> kind != null && kind.isStructStart());
    }

    boolean isObject(String path) {
        return kinds.get(path) == JsonToken.START_OBJECT;
    }
}
