package dev.wasl.hub.connector;

import dev.wasl.hub.connector.Backfill.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Readings of the past and how far they are. */
@Repository
class BackfillRepository {

    private static final String SELECT = """
            SELECT b.*, (
                SELECT min(reached_at) FROM hub.connector_backfill whole
                WHERE whole.tenant = b.tenant AND whole.connector = b.connector AND whole.state = 'DONE'
                    AND whole.created_from IS NULL) AS begins_at
            FROM hub.connector_backfill b
            """;

    private final JdbcTemplate jdbc;

    BackfillRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Throws {@code DuplicateKeyException} when one is active. */
    void start(
            UUID id,
            String tenant,
            String connector,
            BackfillRequest request,
            int pageSize,
            boolean withDetails,
            Instant now) {
        jdbc.update(
                """
                INSERT INTO hub.connector_backfill
                    (id, tenant, connector, state, created_from, created_to, page_size, with_details, started_at)
                VALUES (?, ?, ?, 'RUNNING', ?, ?, ?, ?, ?)
                """,
                id,
                tenant,
                connector,
                SyncRepository.timestamp(request.createdFrom()),
                SyncRepository.timestamp(request.createdTo()),
                pageSize,
                withDetails,
                Timestamp.from(now));
    }

    Optional<Backfill> active(String tenant, String connector) {
        return jdbc.query(SELECT + """
                        WHERE tenant = ? AND connector = ? AND state IN ('RUNNING', 'PAUSED')
                        """, (row, number) -> backfill(row), tenant, connector).stream()
                .findFirst();
    }

    List<Backfill> latest(String tenant, String connector, int limit) {
        return jdbc.query(SELECT + """
                WHERE tenant = ? AND connector = ?
                ORDER BY started_at DESC, id LIMIT ?
                """, (row, number) -> backfill(row), tenant, connector, limit);
    }

    boolean change(UUID id, State from, State to, @Nullable Instant endedAt) {
        return jdbc.update("""
                        UPDATE hub.connector_backfill SET state = ?, ended_at = ?, error = NULL
                        WHERE id = ? AND state = ?
                        """, to.name(), SyncRepository.timestamp(endedAt), id, from.name()) == 1;
    }

    boolean stored(UUID id, ConnectorMemory.StoredPage page) {
        return jdbc.update(
                        """
                        UPDATE hub.connector_backfill
                        SET next_page = ? + 1, pages = pages + 1, rows_stored = rows_stored + ?,
                            newest_at = coalesce(newest_at, ?), reached_at = coalesce(?, reached_at),
                            source_total = coalesce(?, source_total), calls = calls + ?, busy_ms = busy_ms + ?,
                            error = NULL
                        WHERE id = ? AND next_page = ? AND state IN ('RUNNING', 'PAUSED')
                        """,
                        page.number(),
                        page.rows(),
                        SyncRepository.timestamp(page.newestAt()),
                        SyncRepository.timestamp(page.oldestAt()),
                        page.sourceTotal(),
                        page.calls(),
                        page.busy().toMillis(),
                        id,
                        page.number())
                == 1;
    }

    void countCalls(UUID id, long calls) {
        jdbc.update("UPDATE hub.connector_backfill SET calls = calls + ? WHERE id = ?", calls, id);
    }

    void failed(UUID id, String error) {
        jdbc.update("UPDATE hub.connector_backfill SET error = ? WHERE id = ?", error, id);
    }

    void paused(UUID id, String error) {
        jdbc.update(
                "UPDATE hub.connector_backfill SET state = 'PAUSED', error = ? WHERE id = ? AND state = 'RUNNING'",
                error,
                id);
    }

    private static Backfill backfill(ResultSet row) throws SQLException {
        return new Backfill(
                row.getObject("id", UUID.class),
                row.getString("tenant"),
                row.getString("connector"),
                State.valueOf(row.getString("state")),
                SyncRepository.instant(row, "created_from"),
                SyncRepository.instant(row, "created_to"),
                SyncRepository.instant(row, "begins_at"),
                row.getInt("page_size"),
                row.getBoolean("with_details"),
                row.getInt("next_page"),
                row.getLong("pages"),
                row.getLong("rows_stored"),
                row.getLong("calls"),
                SyncRepository.instant(row, "newest_at"),
                SyncRepository.instant(row, "reached_at"),
                row.getObject("source_total", Long.class),
                Duration.ofMillis(row.getLong("busy_ms")),
                row.getTimestamp("started_at").toInstant(),
                SyncRepository.instant(row, "ended_at"),
                row.getString("error"));
    }
}
