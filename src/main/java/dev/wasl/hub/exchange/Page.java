package dev.wasl.hub.exchange;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param nextCursor send it as {@code cursor} for the next part; null at the end
 * @param truncated true when older rows exist that no cursor leads to; absent otherwise
 */
record Page<T>(
        List<T> items,

        @JsonInclude(JsonInclude.Include.ALWAYS)
        @Schema(
                description = "Send it as 'cursor' for the next part; null at the end.",
                nullable = true,
                example = "MjAyNi0xMS0yMFQwODowMDowMFp8NDI")
        @Nullable
        String nextCursor,

        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(description = "True when there is older than is shown, which no cursor leads to; absent otherwise.")
        @Nullable
        Boolean truncated) {

    Page(List<T> items, @Nullable String nextCursor) {
        this(items, nextCursor, null);
    }

    static final int LARGEST = 200;
    static final String LARGEST_TEXT = "200";
    static final String USUAL = "50";

    /**
     * Cuts a list that was read with one row more than was asked for.
     *
     * @param rows at most {@code limit + 1} rows
     * @param position where a row stands in the list
     */
    static <R, T> Page<T> of(List<R> rows, int limit, Function<R, Cursor> position, Function<R, T> view) {
        List<R> shown = rows.size() > limit ? rows.subList(0, limit) : rows;
        String next = rows.size() > limit ? position.apply(shown.get(limit - 1)).text() : null;
        return new Page<>(shown.stream().map(view).toList(), next);
    }
}
