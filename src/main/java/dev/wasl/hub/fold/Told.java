package dev.wasl.hub.fold;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A value with the moment it was told for. The newest statement wins; at the same moment the weightier one; and between
 * equals the text decides, so that the winner never depends on who came first.
 *
 * @param value what was said
 * @param at the event time of the statement, in microseconds at most (what PostgreSQL keeps)
 * @param weight how much the channel knows; a detail call outweighs a list row
 */
public record Told<T>(T value, Instant at, int weight) {

    /** Of two statements the one that holds. */
    public static <T> Told<T> newest(@Nullable Told<T> one, Told<T> other) {
        return one == null || other.beats(one) ? other : one;
    }

    private boolean beats(Told<T> other) {
        int order = at.compareTo(other.at);
        if (order == 0) {
            order = Integer.compare(weight, other.weight);
        }
        if (order == 0) {
            order = value.toString().compareTo(other.value.toString());
        }
        return order > 0;
    }

    /** An instant as the database will give it back; finer digits would make a reloaded row differ from a fresh one. */
    static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
