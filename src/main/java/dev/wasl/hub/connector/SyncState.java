package dev.wasl.hub.connector;

import dev.wasl.hub.connector.RequestBudget.Priority;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a connector that asks does at the moment, for one tenant. The same on every instance.
 *
 * @param paused whether somebody switched polling off
 * @param mark every change up to here was stored; null before the first poll
 * @param catchingUp whether the last run ended early and the next one goes on from there
 * @param lastRunAt start of the last poll
 * @param lastSuccessAt end of the last poll that read everything
 * @param beatAt when the leading instance last worked for this connector
 * @param rowsSeen rows read by polls
 * @param rowsChanged rows passed on by polls
 * @param details details passed on
 * @param inconsistent answers "not found" for what the source itself had listed
 * @param calls calls made
 * @param throttled throttled answers
 * @param blockedUntil when the source's block ends; null when there is none
 * @param budget the request budget of the source, shared with everybody who calls it; null while no instance works for it
 * @param wants how many things wait to be asked for, by urgency
 * @param wantsGivenUp how many were given up because the source does not know or does not show them
 * @param repairedToday changes that only reconciliation found, today (UTC)
 * @param repairedTotal the same, ever
 * @param errorCode {@code WASL-nnnn} of the last failure; null after a success
 * @param backfill the latest backfill; null when there was none
 */
public record SyncState(
        String tenant,
        String connector,
        Phase phase,
        boolean paused,
        @Nullable Instant mark,
        boolean catchingUp,
        @Nullable Instant lastRunAt,
        @Nullable Instant lastSuccessAt,
        @Nullable Instant beatAt,
        long rowsSeen,
        long rowsChanged,
        long details,
        long inconsistent,
        long calls,
        long throttled,
        @Nullable Instant blockedUntil,
        @Nullable Budget budget,
        Map<Priority, Long> wants,
        long wantsGivenUp,
        long repairedToday,
        long repairedTotal,
        @Nullable String errorCode,
        @Nullable String error,
        @Nullable Instant errorAt,
        @Nullable Backfill backfill) {

    /**
     * A request budget.
     *
     * @param source the server, {@code app.bosta.co}
     * @param limit configured calls a second; null when there is no limit
     * @param rate calls a second at the moment, lower than the limit after being throttled; null when there is no limit
     * @param usedLastHour calls in the last hour, since the start of the instance that calls
     */
    public record Budget(
            String source, @Nullable Double limit, @Nullable Double rate, long usedLastHour) {}

    /** What a connector is at. */
    public enum Phase {
        /** Asking right now. */
        RUNNING,
        /** Waiting for its time. */
        IDLE,
        /** The source throttles; nothing is asked until its block ends. */
        BLOCKED,
        /** The source refuses the key, or what polls ask for; somebody must act. Tried again once in a while. */
        NEEDS_ATTENTION,
        /** No instance works for it: none leads at the moment, or the leading one has not begun yet. */
        STANDBY
    }
}
