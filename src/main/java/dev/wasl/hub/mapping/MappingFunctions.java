package dev.wasl.hub.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.Function;
import com.schibsted.spt.data.jslt.JsltException;
import dev.wasl.hub.canonical.Money;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The functions that every mapping file may call beside JSLT's own. Absent in, absent out: null and blank text give null.
 * Anything else that cannot be understood fails the mapping, unless the last argument is what to answer instead.
 * <ul>
 *   <li>{@code phone(text, country)}: E.164, or null when it is not a valid number
 *   <li>{@code wa-phone(id)}: E.164 of a WhatsApp id
 *   <li>{@code money-major(value, currency)}: money from a number or a decimal string in major units, exactly
 *   <li>{@code money-float(value, currency)}: the same from a number that its sender computed in floating point
 *   <li>{@code stripe-money(amount, currency)}: money from Stripe's smallest unit
 *   <li>{@code instant(text [, otherwise])}: from ISO-8601 with an offset or a JavaScript date
 *   <li>{@code epoch-seconds(value [, otherwise])}, {@code epoch-millis(value [, otherwise])}
 *   <li>{@code date(text, pattern [, otherwise])}: a calendar date
 *   <li>{@code latest(a, b, ...)}: the latest of instants and of arrays of them
 *   <li>{@code integer(value [, otherwise])}: a whole number from a number or its digits
 *   <li>{@code text(value)}: text as it came, a number or boolean as text; null when blank
 *   <li>{@code sha256(a, b, ...)}: lower-case hex of the texts joined by {@code |}
 * </ul>
 * {@code now}, {@code random} and {@code uuid} are taken away: the same message must map to the same result when it is
 * replayed.
 */
final class MappingFunctions {

    private static final int LONGEST_SCALE = 100;

    private MappingFunctions() {}

    static List<Function> all() {
        return List.of(
                new Named("phone", 2, 2, MappingFunctions::phone),
                new Named("wa-phone", 1, 1, MappingFunctions::whatsAppPhone),
                new Named("money-major", 2, 2, a -> money("money-major", a, Amounts::ofMajor)),
                new Named("money-float", 2, 2, a -> money("money-float", a, Amounts::ofFloat)),
                new Named("stripe-money", 2, 2, a -> money("stripe-money", a, Amounts::ofStripe)),
                new Named("instant", 1, 2, MappingFunctions::instant),
                new Named("epoch-seconds", 1, 2, a -> epoch("epoch-seconds", a, Instants::ofEpochSecond)),
                new Named("epoch-millis", 1, 2, a -> epoch("epoch-millis", a, Instants::ofEpochMilli)),
                new Named("date", 2, 3, MappingFunctions::date),
                new Named("latest", 1, 64, MappingFunctions::latest),
                new Named("integer", 1, 2, MappingFunctions::integer),
                new Named("text", 1, 1, MappingFunctions::asText),
                new Named("sha256", 1, 64, MappingFunctions::sha256),
                unrepeatable("now"),
                unrepeatable("random"),
                unrepeatable("uuid"));
    }

    private static JsonNode phone(JsonNode[] arguments) {
        String written = text(arguments[0]);
        String e164 = written == null ? null : Phones.toE164(written, text(arguments[1]));
        return e164 == null ? NullNode.instance : new TextNode(e164);
    }

    private static JsonNode whatsAppPhone(JsonNode[] arguments) {
        String id = text(arguments[0]);
        String e164 = id == null ? null : Phones.fromWhatsAppId(id);
        return e164 == null ? NullNode.instance : new TextNode(e164);
    }

    private interface Conversion {
        Money convert(BigDecimal amount, String currency);
    }

    private static JsonNode money(String name, JsonNode[] arguments, Conversion conversion) {
        JsonNode value = arguments[0];
        if (isAbsent(value)) {
            return NullNode.instance;
        }
        String currency = text(arguments[1]);
        if (currency == null) {
            throw new JsltException(name + ": no currency given");
        }
        try {
            Money money = conversion.convert(decimal(value), currency);
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("amountMinor", money.amountMinor())
                    .put("currency", money.currency());
        } catch (ArithmeticException | IllegalArgumentException e) {
            throw new JsltException(name + ": an amount in " + currency + " cannot be used: " + e.getMessage());
        }
    }

    private static JsonNode instant(JsonNode[] arguments) {
        JsonNode value = arguments[0];
        if (isAbsent(value)) {
            return otherwise(arguments, 1);
        }
        if (value.isTextual()) {
            try {
                String text = value.textValue();
                Instant instant = Instants.parse(text);
                return Instants.isCanonical(text) ? value : new TextNode(instant.toString());
            } catch (DateTimeException e) {
                return otherwise(arguments, 1, "instant: " + e.getMessage());
            }
        }
        return otherwise(arguments, 1, "instant: text is due; for numbers there are epoch-seconds and epoch-millis");
    }

    private static JsonNode epoch(String name, JsonNode[] arguments, LongFunction<Instant> reader) {
        JsonNode value = arguments[0];
        if (isAbsent(value)) {
            return otherwise(arguments, 1);
        }
        try {
            return new TextNode(reader.apply(whole(value)).toString());
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return otherwise(arguments, 1, name + ": " + e.getMessage());
        }
    }

    private static JsonNode date(JsonNode[] arguments) {
        String text = text(arguments[0]);
        if (text == null) {
            return otherwise(arguments, 2);
        }
        try {
            return new TextNode(Instants.date(text, arguments[1].asText()).toString());
        } catch (DateTimeException | IllegalArgumentException e) {
            return otherwise(arguments, 2, "date: " + e.getMessage());
        }
    }

    private static JsonNode latest(JsonNode[] arguments) {
        Latest latest = new Latest();
        for (JsonNode argument : arguments) {
            if (argument.isArray()) {
                argument.forEach(latest::offer);
            } else {
                latest.offer(argument);
            }
        }
        return latest.instant == null ? NullNode.instance : new TextNode(latest.instant.toString());
    }

    private static final class Latest {
        private @Nullable Instant instant;

        void offer(JsonNode value) {
            String text = text(value);
            if (text == null) {
                return;
            }
            try {
                Instant offered = Instants.parse(text);
                if (instant == null || offered.isAfter(instant)) {
                    instant = offered;
                }
            } catch (DateTimeException e) {
                throw new JsltException("latest: " + e.getMessage());
            }
        }
    }

    private static JsonNode integer(JsonNode[] arguments) {
        JsonNode value = arguments[0];
        if (isAbsent(value)) {
            return otherwise(arguments, 1);
        }
        try {
            if (value.isInt()) {
                return value;
            }
            // the engine's contains() tells an int from a long of the same value: the smaller one is what literals are
            long whole = whole(value);
            return whole == (int) whole ? IntNode.valueOf((int) whole) : LongNode.valueOf(whole);
        } catch (ArithmeticException | NumberFormatException e) {
            return otherwise(arguments, 1, "integer: a whole number is due");
        }
    }

    private static JsonNode asText(JsonNode[] arguments) {
        JsonNode value = arguments[0];
        if (isAbsent(value)) {
            return NullNode.instance;
        }
        if (value.isContainerNode()) {
            throw new JsltException("text: a single value is due");
        }
        if (value.isTextual()) {
            return value;
        }
        if (!value.isBigDecimal()) {
            return new TextNode(value.asText());
        }
        BigDecimal number = value.decimalValue();
        // a few bytes can name a number whose digits fill the memory
        if (Math.abs((long) number.scale()) > LONGEST_SCALE) {
            throw new JsltException("text: a number with too many digits");
        }
        return new TextNode(number.toPlainString());
    }

    private static JsonNode sha256(JsonNode[] arguments) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        for (int i = 0; i < arguments.length; i++) {
            if (i > 0) {
                digest.update((byte) '|');
            }
            digest.update((arguments[i].isNull() ? "" : arguments[i].asText()).getBytes(StandardCharsets.UTF_8));
        }
        return new TextNode(HexFormat.of().formatHex(digest.digest()));
    }

    private static Function unrepeatable(String name) {
        return new Named(name, 0, 9, arguments -> {
            throw new JsltException(name + ": not available, a mapping must give the same result when it is replayed");
        });
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isNull() || (value.isTextual() && value.textValue().isBlank());
    }

    /** A text or a number as text; null when absent. */
    private static @Nullable String text(JsonNode value) {
        if (isAbsent(value)) {
            return null;
        }
        if (value.isTextual()) {
            return value.textValue().strip();
        }
        return value.isIntegralNumber() ? value.asText() : null;
    }

    private static BigDecimal decimal(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue();
        }
        if (value.isTextual()) {
            return Amounts.decimal(value.textValue().strip());
        }
        throw new NumberFormatException("neither a number nor a decimal string");
    }

    /** A whole number, exactly: 45, 45.0 and "45" are the same. */
    private static long whole(JsonNode value) {
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        BigDecimal decimal = decimal(value);
        if (decimal.precision() - (long) decimal.scale() > 19) {
            throw new ArithmeticException("out of range");
        }
        return decimal.longValueExact();
    }

    private static JsonNode otherwise(JsonNode[] arguments, int at) {
        return arguments.length > at ? arguments[at] : NullNode.instance;
    }

    private static JsonNode otherwise(JsonNode[] arguments, int at, String problem) {
        if (arguments.length > at) {
            return arguments[at];
        }
        throw new JsltException(problem);
    }

    private interface Body {
        JsonNode call(JsonNode[] arguments);
    }

    private record Named(String name, int min, int max, Body body) implements Function {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public int getMinArguments() {
            return min;
        }

        @Override
        public int getMaxArguments() {
            return max;
        }

        @Override
        public JsonNode call(JsonNode input, JsonNode[] arguments) {
            return body.call(arguments);
        }
    }
}
