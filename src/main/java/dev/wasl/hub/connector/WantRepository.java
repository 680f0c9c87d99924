package dev.wasl.hub.connector;

import dev.wasl.hub.connector.RequestBudget.Priority;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** What connectors still have to ask for. */
@Repository
class WantRepository {

    private final JdbcTemplate jdbc;

    WantRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Adds wishes, all of one reason. A state as known stays while only a backfill wants the same, which is no sign that
     * anything changed. Reconciliation does not bring back what was given up: it would never end.
     */
    void save(String tenant, String connector, Want.Reason reason, Collection<Want> wants, Instant now) {
        jdbc.update(
                """
                INSERT INTO hub.connector_want AS w
                    (tenant, connector, reference, priority, reason, known_state, wanted_at, next_at)
                SELECT ?, ?, n.reference, ?, ?, n.known_state, ?, ?
                FROM unnest(?::text[], ?::integer[]) AS n (reference, known_state)
                ON CONFLICT ON CONSTRAINT pk_connector_want DO UPDATE SET
                    priority = CASE WHEN w.given_up_at IS NULL
                        THEN least(w.priority, excluded.priority) ELSE excluded.priority END,
                    reason = CASE WHEN w.given_up_at IS NULL AND w.priority <= excluded.priority
                        THEN w.reason ELSE excluded.reason END,
                    known_state = CASE WHEN excluded.reason = 'BACKFILL' THEN w.known_state
                        WHEN w.reason IN (excluded.reason, 'BACKFILL') THEN excluded.known_state END,
                    wanted_at = CASE WHEN w.given_up_at IS NULL THEN w.wanted_at ELSE excluded.wanted_at END,
                    generation = w.generation + 1,
                    next_at = least(w.next_at, excluded.next_at),
                    misses = CASE WHEN w.given_up_at IS NULL THEN w.misses ELSE 0 END,
                    given_up_at = NULL
                WHERE w.given_up_at IS NULL OR excluded.reason <> 'RECONCILE'
                """,
                tenant,
                connector,
                reason.priority().rank(),
                reason.name(),
                Timestamp.from(now),
                Timestamp.from(now),
                wants.stream().map(Want::reference).toArray(String[]::new),
                wants.stream().map(Want::knownState).toArray(Integer[]::new));
    }

    List<Want> next(String tenant, String connector, Priority leastUrgent, Instant now, int limit) {
        return jdbc.query(
                """
                SELECT reference, reason, known_state, generation, attempts, misses
                FROM hub.connector_want
                WHERE tenant = ? AND connector = ? AND given_up_at IS NULL AND next_at <= ? AND priority <= ?
                ORDER BY priority, wanted_at LIMIT ?
                """,
                (row, number) -> new Want(
                        row.getString(1),
                        Want.Reason.valueOf(row.getString(2)),
                        row.getObject(3, Integer.class),
                        row.getInt(4),
                        row.getInt(5),
                        row.getInt(6)),
                tenant,
                connector,
                Timestamp.from(now),
                leastUrgent.rank(),
                limit);
    }

    void delete(String tenant, String connector, Collection<Want> answered) {
        jdbc.update(
                """
                DELETE FROM hub.connector_want w
                USING unnest(?::text[], ?::integer[]) AS a (reference, generation)
                WHERE w.tenant = ? AND w.connector = ? AND w.reference = a.reference AND w.generation = a.generation
                """,
                answered.stream().map(Want::reference).toArray(String[]::new),
                answered.stream().map(Want::generation).toArray(Integer[]::new),
                tenant,
                connector);
    }

    void postpone(
            String tenant,
            String connector,
            Want want,
            boolean missed,
            Instant nextAt,
            String error,
            @Nullable Instant givenUpAt) {
        jdbc.update(
                """
                UPDATE hub.connector_want
                SET attempts = attempts + 1, misses = misses + ?, next_at = ?, error = ?, given_up_at = ?
                WHERE tenant = ? AND connector = ? AND reference = ? AND generation = ?
                """,
                missed ? 1 : 0,
                Timestamp.from(nextAt),
                error,
                SyncRepository.timestamp(givenUpAt),
                tenant,
                connector,
                want.reference(),
                want.generation());
    }

    Map<Priority, Long> count(String tenant, String connector) {
        Map<Priority, Long> counts = new EnumMap<>(Priority.class);
        jdbc.query(
                """
                SELECT priority, count(*) FROM hub.connector_want
                WHERE tenant = ? AND connector = ? AND given_up_at IS NULL GROUP BY priority
                """,
                row -> {
                    counts.put(Priority.ofRank(row.getInt(1)), row.getLong(2));
                },
                tenant,
                connector);
        return counts;
    }

    long countGivenUp(String tenant, String connector) {
        Long count = jdbc.queryForObject("""
                SELECT count(*) FROM hub.connector_want
                WHERE tenant = ? AND connector = ? AND given_up_at IS NOT NULL
                """, Long.class, tenant, connector);
        return count == null ? 0 : count;
    }
}
