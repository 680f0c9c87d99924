package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/** Reads notifications for people. */
@Repository
class NotificationLogRepository implements NotificationLog {

    private static final String ENTRY = """
            SELECT n.*, n.recipient ->> 'name' AS recipient_name, n.plan -> n.step ->> 'address' AS address
            FROM hub.notification n
            """;

    private final NamedParameterJdbcTemplate jdbc;

    NotificationLogRepository(JdbcTemplate jdbc) {
        this.jdbc = new NamedParameterJdbcTemplate(jdbc);
    }

    @Override
    public List<Entry> page(Filter filter) {
        if (filter.tenants().isEmpty()) {
            return List.of();
        }
        StringBuilder sql = new StringBuilder(ENTRY).append("WHERE n.tenant IN (:tenants)\n");
        MapSqlParameterSource parameters =
                new MapSqlParameterSource("tenants", filter.tenants()).addValue("limit", filter.limit());
        if (filter.channel() != null) {
            sql.append("AND n.channel = :channel\n");
            parameters.addValue("channel", filter.channel().name());
        }
        if (filter.status() != null) {
            sql.append("AND n.state = :state\n");
            parameters.addValue("state", filter.status().name());
        }
        if (filter.held()) {
            sql.append("AND n.held_code IS NOT NULL AND n.state IN ('REQUESTED', 'UNKNOWN')\n");
        }
        if (filter.before() != null) {
            sql.append("AND (n.created_at, n.id) < (:before, CAST(:beforeId AS uuid))\n");
            parameters
                    .addValue("before", filter.before().requestedAt().atOffset(ZoneOffset.UTC))
                    .addValue("beforeId", uuid(filter.before().id()));
        }
        sql.append("ORDER BY n.created_at DESC, n.id DESC LIMIT :limit");
        return jdbc.query(sql.toString(), parameters, (rs, n) -> logEntry(rs));
    }

    @Override
    public Optional<Entry> find(Collection<String> tenants, UUID id) {
        if (tenants.isEmpty()) {
            return Optional.empty();
        }
        return jdbc
                .query(
                        ENTRY + "WHERE n.id = :id AND n.tenant IN (:tenants)",
                        new MapSqlParameterSource("tenants", tenants).addValue("id", id),
                        (rs, n) -> logEntry(rs))
                .stream()
                .findFirst();
    }

    @Override
    public List<Entry> findByReference(Collection<String> tenants, String reference, int limit) {
        if (tenants.isEmpty()) {
            return List.of();
        }
        return jdbc.query(
                ENTRY + """
                          WHERE n.tenant IN (:tenants) AND n.refs @> ARRAY[CAST(:reference AS text)]
                          ORDER BY n.created_at, n.id LIMIT :limit
                          """,
                new MapSqlParameterSource("tenants", tenants)
                        .addValue("reference", reference)
                        .addValue("limit", limit),
                (rs, n) -> logEntry(rs));
    }

    @Override
    public List<Count> counts(Collection<String> tenants, Instant since) {
        if (tenants.isEmpty()) {
            return List.of();
        }
        return jdbc.query(
                """
                SELECT channel, state, state = 'FAILED' AND error_code IS NOT DISTINCT FROM :overtaken AS withdrawn, count(*)
                FROM hub.notification
                WHERE tenant IN (:tenants) AND created_at >= :since
                GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
                """,
                new MapSqlParameterSource("tenants", tenants)
                        .addValue("since", since.atOffset(ZoneOffset.UTC))
                        .addValue("overtaken", Notice.OVERTAKEN),
                (rs, n) -> new Count(
                        Channel.valueOf(rs.getString(1)),
                        Status.valueOf(rs.getString(2)),
                        rs.getBoolean(3),
                        rs.getLong(4)));
    }

    Optional<NotificationDesk.Entry> entry(UUID id) {
        return jdbc.query(ENTRY + "WHERE n.id = :id", Map.of("id", id), (rs, n) -> entry(rs)).stream()
                .findFirst();
    }

    List<NotificationDesk.AttemptEntry> attempts(UUID id) {
        return jdbc.query(
                "SELECT * FROM hub.notification_attempt WHERE notification_id = :id ORDER BY attempt_no",
                Map.of("id", id),
                (rs, n) -> new NotificationDesk.AttemptEntry(
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

    List<NotificationDesk.HistoryEntry> history(UUID id) {
        return jdbc.query(
                "SELECT * FROM hub.notification_change WHERE notification_id = :id ORDER BY id",
                Map.of("id", id),
                (rs, n) -> new NotificationDesk.HistoryEntry(
                        rs.getInt("attempt_no"),
                        Status.valueOf(rs.getString("status")),
                        rs.getString("origin"),
                        rs.getBoolean("applied"),
                        rs.getString("detail"),
                        instant(rs, "occurred_at"),
                        instant(rs, "recorded_at")));
    }

    NotificationDesk.Attention attention(Collection<String> tenants, Instant silentBefore) {
        if (tenants.isEmpty()) {
            return new NotificationDesk.Attention(0, 0, 0, 0, 0, 0);
        }
        return Objects.requireNonNull(jdbc.queryForObject(
                """
                SELECT count(*) FILTER (WHERE held_code <> :noRoute) AS held,
                       count(*) FILTER (WHERE held_code = :noRoute) AS waiting,
                       count(*) FILTER (WHERE state = 'UNKNOWN') AS unknown,
                       count(*) FILTER (WHERE state IN ('ACCEPTED', 'SENT') AND channel <> 'EMAIL'
                                          AND updated_at < :silentBefore) AS silent,
                       (SELECT count(*) FROM hub.notification_sender
                        WHERE circuit_code IS NOT NULL AND tenant IN (:tenants)) AS circuits,
                       (SELECT count(*) FROM hub.notification_change
                        WHERE event_id IS NOT NULL AND published_at IS NULL) AS unpublished
                FROM hub.notification
                WHERE tenant IN (:tenants) AND state NOT IN ('FAILED', 'DELIVERED', 'READ')
                """,
                new MapSqlParameterSource("tenants", tenants)
                        .addValue("noRoute", ErrorCode.NO_ROUTE_TO_RECIPIENT.id())
                        .addValue("silentBefore", silentBefore.atOffset(ZoneOffset.UTC)),
                (rs, n) -> new NotificationDesk.Attention(
                        rs.getLong("held"),
                        rs.getLong("waiting"),
                        rs.getLong("unknown"),
                        rs.getLong("silent"),
                        rs.getLong("circuits"),
                        rs.getLong("unpublished"))));
    }

    List<NotificationDesk.Circuit> openCircuits(Collection<String> tenants) {
        if (tenants.isEmpty()) {
            return List.of();
        }
        return jdbc.query(
                """
                SELECT * FROM hub.notification_sender
                WHERE circuit_code IS NOT NULL AND tenant IN (:tenants) ORDER BY tenant, provider
                """,
                Map.of("tenants", tenants),
                (rs, n) -> new NotificationDesk.Circuit(
                        rs.getString("tenant"),
                        rs.getString("provider"),
                        rs.getString("circuit_code"),
                        instant(rs, "opened_at"),
                        instant(rs, "probe_at")));
    }

    private static Entry logEntry(ResultSet rs) throws SQLException {
        String address = rs.getString("address");
        String code = rs.getString("held_code") == null ? rs.getString("error_code") : rs.getString("held_code");
        String detail = rs.getString("error_detail");
        return new Entry(
                rs.getString("id"),
                rs.getString("tenant"),
                rs.getString("rule"),
                Channel.valueOf(rs.getString("channel")),
                rs.getString("provider"),
                Status.valueOf(rs.getString("state")),
                rs.getInt("attempt_no"),
                address == null ? "" : address,
                rs.getString("language"),
                rs.getString("subject_reference"),
                code == null ? null : detail == null ? code : code + ": " + detail,
                instant(rs, "created_at"),
                instant(rs, "updated_at"));
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new HubException(ErrorCode.MALFORMED_REQUEST, "that is no place in the list", e);
        }
    }

    private static NotificationDesk.Entry entry(ResultSet rs) throws SQLException {
        OffsetDateTime due = rs.getObject("due_at", OffsetDateTime.class);
        return new NotificationDesk.Entry(
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
