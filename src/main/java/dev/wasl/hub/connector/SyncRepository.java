package dev.wasl.hub.connector;

import dev.wasl.hub.connector.SyncState.Phase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** State, cursor and the known rows of connectors that ask. */
@Repository
class SyncRepository {

    private final JdbcTemplate jdbc;

    SyncRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** A row of {@code connector_sync} with its repairs. */
    record Row(
            String tenant,
            String connector,
            Phase phase,
            boolean paused,
            @Nullable Instant runRequestedAt,
            PollCursor cursor,
            @Nullable Instant beatAt,
            @Nullable Instant blockedUntil,
            SyncState.@Nullable Budget budget,
            @Nullable Instant lastRunAt,
            @Nullable Instant lastSuccessAt,
            @Nullable String errorCode,
            @Nullable String error,
            @Nullable Instant errorAt,
            long rowsSeen,
            long rowsChanged,
            long details,
            long inconsistent,
            long calls,
            long throttled,
            long repairedToday,
            long repairedTotal) {}

    void register(String tenant, String connector) {
        jdbc.update(
                "INSERT INTO hub.connector_sync (tenant, connector) VALUES (?, ?) ON CONFLICT DO NOTHING",
                tenant,
                connector);
    }

    List<Row> rows(LocalDate today) {
        return jdbc.query(
                """
                SELECT s.*, coalesce(r.total, 0) AS repaired_total, coalesce(r.today, 0) AS repaired_today
                FROM hub.connector_sync s
                LEFT JOIN (
                    SELECT tenant, connector, sum(repaired) AS total, sum(repaired) FILTER (WHERE day = ?) AS today
                    FROM hub.connector_repair GROUP BY tenant, connector) r USING (tenant, connector)
                ORDER BY tenant, connector
                """,
                (row, number) -> new Row(
                        row.getString("tenant"),
                        row.getString("connector"),
                        Phase.valueOf(row.getString("phase")),
                        row.getBoolean("paused"),
                        instant(row, "run_requested_at"),
                        cursor(row),
                        instant(row, "beat_at"),
                        instant(row, "blocked_until"),
                        budget(row),
                        instant(row, "last_run_at"),
                        instant(row, "last_success_at"),
                        row.getString("error_code"),
                        row.getString("error"),
                        instant(row, "error_at"),
                        row.getLong("rows_seen"),
                        row.getLong("rows_changed"),
                        row.getLong("details"),
                        row.getLong("inconsistent"),
                        row.getLong("calls"),
                        row.getLong("throttled"),
                        row.getLong("repaired_today"),
                        row.getLong("repaired_total")),
                java.sql.Date.valueOf(today));
    }

    ConnectorMemory.Orders orders(String tenant, String connector) {
        return jdbc
                .query(
                        "SELECT paused, run_requested_at FROM hub.connector_sync WHERE tenant = ? AND connector = ?",
                        (row, number) ->
                                new ConnectorMemory.Orders(row.getBoolean(1), instant(row, "run_requested_at")),
                        tenant,
                        connector)
                .stream()
                .findFirst()
                .orElse(new ConnectorMemory.Orders(false, null));
    }

    void requestRun(String tenant, String connector, Instant now) {
        jdbc.update(
                "UPDATE hub.connector_sync SET run_requested_at = ? WHERE tenant = ? AND connector = ?",
                Timestamp.from(now),
                tenant,
                connector);
    }

    void pause(String tenant, String connector, boolean paused) {
        jdbc.update(
                "UPDATE hub.connector_sync SET paused = ? WHERE tenant = ? AND connector = ?",
                paused,
                tenant,
                connector);
    }

    PollCursor readCursor(String tenant, String connector) {
        return jdbc
                .query(
                        "SELECT mark, gap_top, gap_offset FROM hub.connector_sync WHERE tenant = ? AND connector = ?",
                        (row, number) -> cursor(row),
                        tenant,
                        connector)
                .stream()
                .findFirst()
                .orElse(PollCursor.at(null));
    }

    boolean moveCursor(String tenant, String connector, PollCursor from, PollCursor to) {
        return jdbc.update(
                        """
                        UPDATE hub.connector_sync SET mark = ?, gap_top = ?, gap_offset = ?
                        WHERE tenant = ? AND connector = ? AND mark IS NOT DISTINCT FROM ?
                            AND gap_top IS NOT DISTINCT FROM ? AND gap_offset IS NOT DISTINCT FROM ?
                        """,
                        timestamp(to.mark()),
                        timestamp(to.gapTop()),
                        to.gapOffset(),
                        tenant,
                        connector,
                        timestamp(from.mark()),
                        timestamp(from.gapTop()),
                        from.gapOffset())
                == 1;
    }

    void runStarted(String tenant, String connector, Instant now) {
        jdbc.update("""
                UPDATE hub.connector_sync SET last_run_at = ?,
                    run_requested_at = CASE WHEN run_requested_at > ? THEN run_requested_at END
                WHERE tenant = ? AND connector = ?
                """, Timestamp.from(now), Timestamp.from(now), tenant, connector);
    }

    void runSucceeded(String tenant, String connector, Instant now) {
        jdbc.update("""
                UPDATE hub.connector_sync SET last_success_at = ?, error_code = NULL, error = NULL, error_at = NULL
                WHERE tenant = ? AND connector = ?
                """, Timestamp.from(now), tenant, connector);
    }

    void failed(String tenant, String connector, String code, String error, Instant now) {
        jdbc.update("""
                UPDATE hub.connector_sync SET error_code = ?, error = ?, error_at = ?
                WHERE tenant = ? AND connector = ?
                """, code, error, Timestamp.from(now), tenant, connector);
    }

    void beat(
            String tenant,
            String connector,
            Phase phase,
            RequestBudget.View budget,
            ConnectorMemory.Counts counts,
            Instant now) {
        jdbc.update(
                """
                UPDATE hub.connector_sync SET phase = ?, blocked_until = ?, beat_at = ?, calls = calls + ?,
                    throttled = throttled + ?, inconsistent = inconsistent + ?,
                    budget_source = ?, budget_limit = ?, budget_rate = ?, budget_used = ?
                WHERE tenant = ? AND connector = ?
                """,
                phase.name(),
                timestamp(budget.blockedUntil()),
                Timestamp.from(now),
                counts.calls(),
                counts.throttled(),
                counts.inconsistent(),
                budget.source(),
                budget.limit(),
                budget.rate(),
                budget.usedLastHour(),
                tenant,
                connector);
    }

    void countRows(String tenant, String connector, long seen, long changed, long details) {
        jdbc.update("""
                UPDATE hub.connector_sync
                SET rows_seen = rows_seen + ?, rows_changed = rows_changed + ?, details = details + ?
                WHERE tenant = ? AND connector = ?
                """, seen, changed, details, tenant, connector);
    }

    Map<String, String> seen(String tenant, String connector) {
        Map<String, String> seen = new HashMap<>();
        jdbc.query(
                "SELECT external_id, digest FROM hub.connector_seen WHERE tenant = ? AND connector = ?",
                row -> {
                    seen.put(row.getString(1), row.getString(2));
                },
                tenant,
                connector);
        return seen;
    }

    void saveSeen(String tenant, String connector, Collection<ConnectorMemory.Seen> rows) {
        jdbc.update(
                """
                INSERT INTO hub.connector_seen (tenant, connector, external_id, changed_at, digest)
                SELECT ?, ?, r.id, r.changed_at::timestamptz, r.digest
                FROM unnest(?::text[], ?::text[], ?::text[]) AS r (id, changed_at, digest)
                ON CONFLICT ON CONSTRAINT pk_connector_seen
                DO UPDATE SET changed_at = excluded.changed_at, digest = excluded.digest
                WHERE (connector_seen.changed_at, connector_seen.digest) <> (excluded.changed_at, excluded.digest)
                """,
                tenant,
                connector,
                rows.stream().map(ConnectorMemory.Seen::externalId).toArray(String[]::new),
                rows.stream().map(row -> row.changedAt().toString()).toArray(String[]::new),
                rows.stream().map(ConnectorMemory.Seen::digest).toArray(String[]::new));
    }

    void forgetSeen(String tenant, String connector, Instant before) {
        jdbc.update(
                "DELETE FROM hub.connector_seen WHERE tenant = ? AND connector = ? AND changed_at < ?",
                tenant,
                connector,
                Timestamp.from(before));
    }

    void countRepaired(String tenant, String connector, LocalDate day, long repaired) {
        jdbc.update("""
                INSERT INTO hub.connector_repair (tenant, connector, day, repaired) VALUES (?, ?, ?, ?)
                ON CONFLICT ON CONSTRAINT pk_connector_repair
                DO UPDATE SET repaired = connector_repair.repaired + excluded.repaired
                """, tenant, connector, java.sql.Date.valueOf(day), repaired);
    }

    void saveDetails(String tenant, String connector, Map<String, ConnectorMemory.Answer> answers) {
        List<Map.Entry<String, ConnectorMemory.Answer>> rows =
                answers.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
        jdbc.update(
                """
                INSERT INTO hub.connector_detail AS d (tenant, connector, reference, changed_at, state_code)
                SELECT ?, ?, r, c, s FROM unnest(?::text[], ?::timestamptz[], ?::integer[]) AS t (r, c, s)
                ON CONFLICT ON CONSTRAINT pk_connector_detail
                DO UPDATE SET changed_at = excluded.changed_at, state_code = excluded.state_code
                WHERE d.changed_at <= excluded.changed_at
                """,
                tenant,
                connector,
                rows.stream().map(Map.Entry::getKey).toArray(String[]::new),
                rows.stream().map(row -> row.getValue().changedAt().toString()).toArray(String[]::new),
                rows.stream().map(row -> row.getValue().stateCode()).toArray(Integer[]::new));
    }

    Map<String, ConnectorMemory.Answer> details(String tenant, String connector, Collection<String> references) {
        Map<String, ConnectorMemory.Answer> details = new HashMap<>();
        jdbc.query(
                """
                SELECT reference, changed_at, state_code FROM hub.connector_detail
                WHERE tenant = ? AND connector = ? AND reference = ANY (?::text[])
                """,
                row -> {
                    details.put(
                            row.getString("reference"),
                            new ConnectorMemory.Answer(
                                    row.getTimestamp("changed_at").toInstant(),
                                    row.getObject("state_code", Integer.class)));
                },
                tenant,
                connector,
                references.toArray(String[]::new));
        return details;
    }

    void forgetDetails(String tenant, String connector, Instant before) {
        jdbc.update(
                "DELETE FROM hub.connector_detail WHERE tenant = ? AND connector = ? AND changed_at < ?",
                tenant,
                connector,
                Timestamp.from(before));
    }

    private static PollCursor cursor(ResultSet row) throws SQLException {
        return new PollCursor(
                instant(row, "mark"), instant(row, "gap_top"), row.getObject("gap_offset", Integer.class));
    }

    private static SyncState.@Nullable Budget budget(ResultSet row) throws SQLException {
        String source = row.getString("budget_source");
        return source == null
                ? null
                : new SyncState.Budget(
                        source,
                        row.getObject("budget_limit", Double.class),
                        row.getObject("budget_rate", Double.class),
                        row.getLong("budget_used"));
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }

    static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }
}
