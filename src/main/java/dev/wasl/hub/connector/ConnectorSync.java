package dev.wasl.hub.connector;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one connector fetches by itself, and how to steer it; one bean per connector that polls. Connectors that only
 * receive have none.
 */
public interface ConnectorSync {

    /** The connector's name, {@code bosta}. */
    String connector();

    /** How one tenant's connector stands. */
    State state(String tenant);

    /**
     * Fetches what is new now instead of at the next interval.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code CONNECTOR_NOT_FOUND}
     */
    void runNow(String tenant);

    /**
     * Starts to fetch everything of a period.
     *
     * @param from inclusive; null for the beginning
     * @param to exclusive; null for now
     * @throws dev.wasl.hub.canonical.HubException {@code CONNECTOR_NOT_FOUND}; {@code BACKFILL_CONFLICT} when one is
     *     open already
     */
    Backfill startBackfill(String tenant, @Nullable Instant from, @Nullable Instant to);

    /** The backfills of a tenant, newest first. */
    List<Backfill> backfills(String tenant);

    /** One backfill. */
    Optional<Backfill> backfill(String tenant, UUID id);

    /**
     * Changes a backfill.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code CONNECTOR_NOT_FOUND} for an unknown one; {@code
     *     BACKFILL_CONFLICT} when its state does not allow it
     */
    Backfill command(String tenant, UUID id, Command command);

    /** What can be done to a backfill. */
    enum Command {
        PAUSE,
        RESUME,
        CANCEL
    }

    /** How a connector stands. */
    enum Health {
        OK,
        WAITING,
        THROTTLED,
        FAILING,
        PAUSED
    }

    /** How far a backfill is. */
    enum BackfillState {
        RUNNING,
        PAUSED,
        DONE,
        CANCELLED,
        FAILED
    }

    /**
     * How one tenant's connector stands.
     *
     * @param lastSyncAt when it last fetched everything new; null before the first time
     * @param problem what stops it, in words for people
     * @param backfill the open backfill, if any
     */
    record State(
            String tenant,
            String connector,
            Health health,
            @Nullable Instant lastSyncAt,
            @Nullable Instant nextRunAt,
            @Nullable String problem,
            @Nullable Backfill backfill) {}

    /**
     * A backfill.
     *
     * @param rows fetched so far
     * @param total how many there are; null when the source does not tell
     * @param calls requests used so far
     * @param estimatedEnd null when it cannot be told
     */
    record Backfill(
            UUID id,
            String tenant,
            String connector,
            BackfillState state,
            @Nullable Instant from,
            @Nullable Instant to,
            long pages,
            long rows,
            @Nullable Long total,
            long calls,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable Instant estimatedEnd,
            @Nullable String problem) {}
}
