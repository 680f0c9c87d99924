package dev.wasl.hub.connector;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One reading of the past.
 *
 * @param createdFrom only what was created at or after this; null for everything
 * @param createdTo only what was created at or before this; null for everything
 * @param beginsAt creation time of the source's very first row, as a complete reading found it; null before there was one
 * @param pageSize rows asked for a page
 * @param withDetails whether each row's detail is fetched afterwards
 * @param nextPage where it goes on, 1-based: every page before is stored
 * @param pages pages stored
 * @param rows rows stored
 * @param calls calls made
 * @param newestAt creation time of the first row; null before the first page
 * @param reachedAt creation time of the last row stored; null before the first page
 * @param sourceTotal what the source says it has; null when it does not say. Shown, never relied upon.
 * @param busy time spent
 * @param error why it does not go on at the moment; null when it does, and when somebody paused it
 */
public record Backfill(
        UUID id,
        String tenant,
        String connector,
        State state,
        @Nullable Instant createdFrom,
        @Nullable Instant createdTo,
        @Nullable Instant beginsAt,
        int pageSize,
        boolean withDetails,
        int nextPage,
        long pages,
        long rows,
        long calls,
        @Nullable Instant newestAt,
        @Nullable Instant reachedAt,
        @Nullable Long sourceTotal,
        Duration busy,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String error) {

    /** Where a backfill is. */
    public enum State {
        RUNNING,
        PAUSED,
        CANCELLED,
        DONE
    }

    /** Rows a second while it was busy; 0 before the first page. */
    public double rowsPerSecond() {
        return busy.isZero() ? 0 : rows * 1000.0 / Math.max(1, busy.toMillis());
    }

    /** About how many rows are left; null when nothing allows a guess. */
    public @Nullable Long estimatedRowsLeft() {
        if (state == State.DONE || state == State.CANCELLED) {
            return 0L;
        }
        if (sourceTotal != null) {
            return Math.max(0, sourceTotal - rows);
        }
        Instant from = createdFrom == null ? beginsAt : createdFrom;
        if (from != null && newestAt != null && reachedAt != null && reachedAt.isBefore(newestAt)) {
            double done = Duration.between(reachedAt, newestAt).toMillis();
            double left = Math.max(0, Duration.between(from, reachedAt).toMillis());
            return Math.round(rows * left / done);
        }
        return null;
    }

    /** About how long it will still take; null when nothing allows a guess. */
    public @Nullable Duration estimatedTimeLeft() {
        Long left = estimatedRowsLeft();
        double speed = rowsPerSecond();
        return left == null || speed == 0 ? null : Duration.ofMillis(Math.round(left * 1000 / speed));
    }
}
