package dev.wasl.hub.connector;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a poll that reads the newest changes first has come.
 *
 * @param mark every change up to here was stored; null before the first poll
 * @param gapTop set after a run that ended early: everything newer than the gap, up to here, was stored
 * @param gapOffset how many rows came before the gap when it was left; rows only ever move back, so it is there or later
 */
public record PollCursor(
        @Nullable Instant mark,
        @Nullable Instant gapTop,
        @Nullable Integer gapOffset) {

    public PollCursor {
        if ((gapTop == null) != (gapOffset == null)) {
            throw new IllegalArgumentException("a gap has a top and an offset");
        }
    }

    /** A cursor without gap. */
    public static PollCursor at(@Nullable Instant mark) {
        return new PollCursor(mark, null, null);
    }

    /** The same mark with a gap. */
    public PollCursor withGap(Instant top, int offset) {
        return new PollCursor(mark, top, offset);
    }
}
