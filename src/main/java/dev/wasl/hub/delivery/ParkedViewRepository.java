package dev.wasl.hub.delivery;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/** The work list as people read it. */
@Repository
class ParkedViewRepository {

    private static final String COLUMNS =
            "id, parked_at, tenant, connector, queue, stage, message_id, receipt_id, code, reason, fingerprint, state,"
                    + " replays, resolved_at";

    private static final RowMapper<ParkedMessage> ROW = (row, number) -> new ParkedMessage(
            row.getObject("id", UUID.class),
            row.getTimestamp("parked_at").toInstant(),
            row.getString("tenant"),
            row.getString("connector"),
            row.getString("queue"),
            row.getString("stage"),
            row.getString("message_id"),
            row.getObject("receipt_id", UUID.class),
            row.getString("code"),
            row.getString("reason"),
            row.getString("fingerprint"),
            ParkedMessages.State.valueOf(row.getString("state")),
            row.getInt("replays"),
            instant(row.getTimestamp("resolved_at")));

    private final NamedParameterJdbcTemplate jdbc;

    ParkedViewRepository(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<ParkedMessage> page(ParkedMessages.Filter filter) {
        MapSqlParameterSource parameters = tenants(filter.tenants())
                .addValue("connector", filter.connector())
                .addValue("fingerprint", filter.fingerprint())
                .addValue("states", filter.states().stream().map(Enum::name).toArray(String[]::new))
                .addValue("limit", filter.limit());
        String below = "";
        if (filter.before() != null) {
            below = "AND (parked_at, id) < (:parkedAt, :id)";
            parameters
                    .addValue("parkedAt", Timestamp.from(filter.before().parkedAt()))
                    .addValue("id", filter.before().id());
        }
        return jdbc.query(String.format(Locale.ROOT, """
                SELECT %s FROM hub.parked
                WHERE tenant = ANY (:tenants) AND state = ANY (:states)
                  AND (:connector::text IS NULL OR connector = :connector)
                  AND (:fingerprint::text IS NULL OR fingerprint = :fingerprint) %s
                ORDER BY parked_at DESC, id DESC LIMIT :limit
                """, COLUMNS, below), parameters, ROW);
    }

    Optional<ParkedMessage> find(Collection<String> tenants, UUID id) {
        return jdbc
                .query(
                        "SELECT " + COLUMNS + " FROM hub.parked WHERE id = :id AND tenant = ANY (:tenants)",
                        tenants(tenants).addValue("id", id),
                        ROW)
                .stream()
                .findFirst();
    }

    Optional<byte[]> body(Collection<String> tenants, UUID id) {
        return jdbc
                .query(
                        "SELECT body FROM hub.parked WHERE id = :id AND tenant = ANY (:tenants)",
                        tenants(tenants).addValue("id", id),
                        (row, number) -> row.getBytes(1))
                .stream()
                .findFirst();
    }

    List<ParkedMessage> ofReceipts(Collection<String> tenants, Collection<UUID> receipts) {
        return jdbc.query(
                "SELECT " + COLUMNS
                        + " FROM hub.parked WHERE receipt_id = ANY (:receipts::uuid[]) AND tenant = ANY (:tenants) ORDER BY parked_at",
                tenants(tenants)
                        .addValue(
                                "receipts",
                                receipts.stream().map(UUID::toString).toArray(String[]::new)),
                ROW);
    }

    long count(Collection<String> tenants) {
        Long count = jdbc.queryForObject(
                "SELECT count(*) FROM hub.parked WHERE state IN ('PARKED', 'REPLAYING') AND tenant = ANY (:tenants)",
                tenants(tenants),
                Long.class);
        return count == null ? 0 : count;
    }

    List<ParkedMessages.Group> groups(Collection<String> tenants, int limit) {
        return jdbc.query(
                """
                SELECT fingerprint, max(code), (array_agg(reason ORDER BY parked_at DESC))[1], max(stage),
                       count(*), min(parked_at), max(parked_at)
                FROM hub.parked WHERE state IN ('PARKED', 'REPLAYING') AND tenant = ANY (:tenants)
                GROUP BY fingerprint ORDER BY count(*) DESC, fingerprint LIMIT :limit
                """,
                tenants(tenants).addValue("limit", limit),
                (row, number) -> new ParkedMessages.Group(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getLong(5),
                        row.getTimestamp(6).toInstant(),
                        row.getTimestamp(7).toInstant()));
    }

    private static MapSqlParameterSource tenants(Collection<String> tenants) {
        return new MapSqlParameterSource(Map.of("tenants", tenants.toArray(String[]::new)));
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
