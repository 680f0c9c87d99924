package dev.wasl.hub.fold;

import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A field of which the newest statement holds, and which a statement without it does not erase.
 *
 * @param <S> the statement
 */
interface FoldField<S> {

    /** How the field is known, and where it is kept. */
    Stored<S> stored();

    /** Two characters that name the field in {@link #stamps}; never given to another field. */
    default String key() {
        return stored().key();
    }

    /** What the statement says about the field; null when it says nothing. */
    default @Nullable Object in(S statement) {
        return stored().of().apply(statement);
    }

    /** Writes a value into its column. */
    default void write(Object value, Map<String, Object> row) {
        stored().write(value, row);
    }

    /** The value in a row; null when there is none. */
    default @Nullable Object read(Map<String, Object> row) {
        return stored().read(row);
    }

    /** The fields after one more statement. */
    static <S, F extends Enum<F> & FoldField<S>> Map<F, Told<Object>> fold(
            Map<F, Told<Object>> told, Class<F> type, S statement, Instant at, int weight) {
        Map<F, Told<Object>> folded = copy(type, told);
        for (F field : type.getEnumConstants()) {
            Object value = field.in(statement);
            if (value instanceof String text && text.isBlank()) {
                continue;
            }
            if (value instanceof Instant instant) {
                value = Told.micros(instant);
            }
            if (value != null) {
                folded.merge(field, new Told<>(value, at, weight), Told::newest);
            }
        }
        return folded;
    }

    static <F extends Enum<F>> Map<F, Told<Object>> copy(Class<F> type, Map<F, Told<Object>> told) {
        Map<F, Told<Object>> copy = new EnumMap<>(type);
        copy.putAll(told);
        return copy;
    }

    /**
     * When and with which weight each field was told, grouped because most fields come from one statement:
     * {@code <microseconds>.<weight>:<keys>}, separated by semicolons.
     */
    static <S, F extends Enum<F> & FoldField<S>> String stamps(Map<F, Told<Object>> told) {
        record Stamp(Instant at, int weight) {}

        Map<Stamp, StringBuilder> groups = new LinkedHashMap<>();
        told.forEach((field, value) -> groups.computeIfAbsent(
                        new Stamp(value.at(), value.weight()), stamp -> new StringBuilder())
                .append(field.key()));
        StringBuilder text = new StringBuilder();
        groups.forEach((stamp, keys) -> {
            Instant at = stamp.at();
            long micros = at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
            text.append(text.isEmpty() ? "" : ";").append(micros).append('.').append(stamp.weight());
            text.append(':').append(keys);
        });
        return text.toString();
    }

    /** The fields of a row; a column without stamp was derived, not told, and is left out. */
    static <S, F extends Enum<F> & FoldField<S>> Map<F, Told<Object>> read(
            Class<F> type, Map<String, F> byKey, Map<String, Object> row, String stamps) {
        Map<F, Told<Object>> told = new EnumMap<>(type);
        if (stamps.isEmpty()) {
            return told;
        }
        for (String group : stamps.split(";", -1)) {
            int dot = group.indexOf('.');
            int colon = group.indexOf(':');
            long micros = Long.parseLong(group.substring(0, dot));
            Instant at =
                    Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
            int weight = Integer.parseInt(group.substring(dot + 1, colon));
            for (int i = colon + 1; i < group.length(); i += 2) {
                F field = byKey.get(group.substring(i, i + 2));
                Object value = field == null ? null : field.read(row);
                if (field != null && value != null) {
                    told.put(field, new Told<>(value, at, weight));
                }
            }
        }
        return told;
    }
}
