package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/** Reads notifications for people. */
@Repository
class NotificationLogRepository {

    private static final String ENTRY = """
            SELECT n.*, n.recipient ->> 'name' AS recipient_name, n.plan -> n.step ->> 'address' AS address
            FROM hub.notification n
            """;

    private final NamedParameterJdbcTemplate jdbc;

    NotificationLogRepository(JdbcTemplate jdbc) {
        this.jdbc = new NamedParameterJdbcTemplate(jdbc);
    }

    List<NotificationLog.Entry> page(
            @Nullable String tenant,
            @Nullable Status state,
            @Nullable String reference,
            @Nullable Instant before,
            @Nullable UUID beforeId,
            int limit) {
        StringBuilder sql = new StringBuilder(ENTRY).append("WHERE true\n");
        MapSqlParameterSource parameters = new MapSqlParameterSource("limit", limit);
        if (tenant != null) {
            sql.append("AND n.tenant = :tenant\n");
            parameters.addValue("tenant", tenant);
        }
        if (state != null) {
            sql.append("AND n.state = :state\n");
            parameters.addValue("state", state.name());
        }
        if (reference != null) {
            sql.append("AND n.refs @> ARRAY[CAST(:reference AS text)]\n");
            parameters.addValue("reference", reference);
        }
        if (before != null) {
            sql.append("AND (n.created_at, n.id) < (:before, :beforeId)\n");
            parameters.addValue("before", before.atOffset(ZoneOffset.UTC)).addValue("beforeId", beforeId);
        }
        sql.append("ORDER BY n.created_at DESC, n.id DESC LIMIT :limit");
        return jdbc.query(sql.toString(), parameters, (rs, n) -> entry(rs));
    }

    Optional<NotificationLog.Entry> entry(UUID id) {
        return jdbc.query(ENTRY + "WHERE n.id = :id", Map.of("id", id), (rs, n) -> entry(rs)).stream()
                .findFirst();
    }

    List<NotificationLog.AttemptEntry> attempts(UUID id) {
        return jdbc.query(
                "SELECT * FROM hub.notification_attempt WHERE notification_id = :id ORDER BY attempt_no",
                Map.of("id", id),
                (rs, n) -> new NotificationLog.AttemptEntry(
                        rs.getInt("attempt_no"),
                        Channel.valueOf(rs.getString("channel")),
                        rs.getString("provider"),
                        Status.valueOf(rs.getString("state")),
                        rs.getString("provider_message_id"),
                        rs.getString("error_code"),
                        rs.getString("error_detail"),
                        rs.getObject("segments", Integer.class),
                        instant(rs, "created_at"),
                        instant(rs, "updated_at")));
    }

    List<NotificationLog.HistoryEntry> history(UUID id) {
        return jdbc.query(
                "SELECT * FROM hub.notification_change WHERE notification_id = :id ORDER BY id",
                Map.of("id", id),
                (rs, n) -> new NotificationLog.HistoryEntry(
                        rs.getInt("attempt_no"),
                        Status.valueOf(rs.getString("status")),
                        rs.getString("origin"),
                        rs.getBoolean("applied"),
                        rs.getString("detail"),
                        instant(rs, "occurred_at"),
                        instant(rs, "recorded_at")));
    }

    Map<Status, Long> counts(@Nullable String tenant) {
        Map<Status, Long> counts = new EnumMap<>(Status.class);
        jdbc.query("""
                SELECT state, count(*) FROM hub.notification
                WHERE CAST(:tenant AS text) IS NULL OR tenant = :tenant
                GROUP BY state
                """, tenant(tenant), rs -> {
            counts.put(Status.valueOf(rs.getString(1)), rs.getLong(2));
        });
        return counts;
    }

    NotificationLog.Attention attention(@Nullable String tenant, Instant silentBefore) {
        return jdbc.queryForObject(
                """
                SELECT count(*) FILTER (WHERE held_code <> :noRoute) AS held,
                       count(*) FILTER (WHERE held_code = :noRoute) AS waiting,
                       count(*) FILTER (WHERE state = 'UNKNOWN') AS unknown,
                       count(*) FILTER (WHERE state IN ('ACCEPTED', 'SENT') AND channel <> 'EMAIL'
                                          AND updated_at < :silentBefore) AS silent,
                       (SELECT count(*) FROM hub.notification_sender
                        WHERE circuit_code IS NOT NULL AND (CAST(:tenant AS text) IS NULL OR tenant = :tenant))
                           AS circuits,
                       (SELECT count(*) FROM hub.notification_change
                        WHERE event_id IS NOT NULL AND published_at IS NULL) AS unpublished
                FROM hub.notification
                WHERE state NOT IN ('FAILED', 'DELIVERED', 'READ') AND (CAST(:tenant AS text) IS NULL OR tenant = :tenant)
                """,
                tenant(tenant)
                        .addValue("noRoute", ErrorCode.NO_ROUTE_TO_RECIPIENT.id())
                        .addValue("silentBefore", silentBefore.atOffset(ZoneOffset.UTC)),
                (rs, n) -> new NotificationLog.Attention(
                        rs.getLong("held"),
                        rs.getLong("waiting"),
                        rs.getLong("unknown"),
                        rs.getLong("silent"),
                        rs.getLong("circuits"),
                        rs.getLong("unpublished")));
    }

    List<NotificationLog.Circuit> openCircuits() {
        return jdbc.query(
                """
                SELECT * FROM hub.notification_sender WHERE circuit_code IS NOT NULL ORDER BY tenant, provider
                """,
                Map.of(),
                (rs, n) -> new NotificationLog.Circuit(
                        rs.getString("tenant"),
                        rs.getString("provider"),
                        rs.getString("circuit_code"),
                        instant(rs, "opened_at"),
                        instant(rs, "probe_at")));
    }

    private static MapSqlParameterSource tenant(@Nullable String tenant) {
        return new MapSqlParameterSource().addValue("tenant", tenant, Types.VARCHAR);
    }

    private static NotificationLog.Entry entry(ResultSet rs) throws SQLException {
        OffsetDateTime due = rs.getObject("due_at", OffsetDateTime.class);
        return new NotificationLog.Entry(
                rs.getObject("id", UUID.class),
                rs.getString("tenant"),
                rs.getString("rule"),
                rs.getString("cause"),
                rs.getString("subject"),
                rs.getString("subject_reference"),
                Channel.valueOf(rs.getString("channel")),
                rs.getString("provider"),
                Status.valueOf(rs.getString("state")),
                rs.getInt("attempt_no"),
                rs.getString("language"),
                rs.getString("recipient_name"),
                rs.getString("address"),
                rs.getString("held_code"),
                rs.getString("error_code"),
                rs.getString("error_detail"),
                rs.getString("provider_message_id"),
                due == null ? null : due.toInstant(),
                instant(rs, "expires_at"),
                instant(rs, "created_at"),
                instant(rs, "updated_at"));
    }

    private static Instant instant(ResultSet rs, String column) throws SQLException {
        return rs.getObject(column, OffsetDateTime.class).toInstant();
    }
}
