package dev.wasl.hub.fold;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a field is known, and where it is kept.
 *
 * @param key as {@link FoldField#key}
 * @param column of the row
 * @param of what a statement says about the field, null when it says nothing
 * @param <S> the statement
 */
record Stored<S>(String key, String column, Column type, Function<S, @Nullable Object> of) {

    void write(Object value, Map<String, Object> row) {
        row.put(column, type.write(value));
    }

    @Nullable
    Object read(Map<String, Object> row) {
        Object json = row.get(column);
        return json == null ? null : type.read(json);
    }
}
