package dev.wasl.hub.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.Array;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/** The journal as people read it. */
@Repository
class JournalViewRepository {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private static final String COLUMNS =
            "receipt_id, message_id, tenant, connector, kind, received_at, outcome, reason, content_type, canonical, refs";

    private static final RowMapper<JournalEntry> ROW = (row, number) -> new JournalEntry(
            row.getObject("receipt_id", UUID.class),
            row.getString("message_id"),
            row.getString("tenant"),
            row.getString("connector"),
            row.getString("kind"),
            row.getTimestamp("received_at").toInstant(),
            row.getString("outcome"),
            row.getString("reason"),
            row.getString("content_type"),
            row.getString("canonical"),
            references(row.getArray("refs")));

    private final NamedParameterJdbcTemplate jdbc;

    JournalViewRepository(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<JournalEntry> byReference(Collection<String> tenants, String reference, int limit) {
        return jdbc.query(
                String.format(Locale.ROOT, """
                SELECT * FROM (
                    SELECT %s FROM hub.message
                    WHERE refs @> ARRAY[:reference]::text[] AND tenant = ANY (:tenants)
                    ORDER BY received_at DESC, receipt_id DESC LIMIT :limit
                ) newest ORDER BY received_at, receipt_id
                """, COLUMNS),
                tenants(tenants).addValue("reference", reference).addValue("limit", limit),
                ROW);
    }

    Optional<JournalEntry> find(Collection<String> tenants, UUID receiptId) {
        return jdbc
                .query(
                        "SELECT " + COLUMNS
                                + " FROM hub.message WHERE receipt_id = :receipt AND tenant = ANY (:tenants)",
                        tenants(tenants).addValue("receipt", receiptId),
                        ROW)
                .stream()
                .findFirst();
    }

    Optional<MessageJournal.Original> original(Collection<String> tenants, UUID receiptId) {
        return jdbc
                .query(
                        """
                        SELECT content_type, headers, raw FROM hub.message
                        WHERE receipt_id = :receipt AND tenant = ANY (:tenants) AND raw IS NOT NULL
                        """,
                        tenants(tenants).addValue("receipt", receiptId),
                        (row, number) -> new MessageJournal.Original(
                                row.getString(1), headers(row.getString(2)), row.getBytes(3)))
                .stream()
                .findFirst();
    }

    List<JournalEntry> latest(MessageJournal.Filter filter) {
        MapSqlParameterSource parameters = tenants(filter.tenants())
                .addValue("connector", filter.connector())
                .addValue("outcome", filter.outcome())
                .addValue("limit", filter.limit());
        String below = "";
        if (filter.before() != null) {
            below = "AND (received_at, receipt_id) < (:receivedAt, :receipt)";
            parameters
                    .addValue("receivedAt", Timestamp.from(filter.before().receivedAt()))
                    .addValue("receipt", filter.before().receiptId());
        }
        return jdbc.query(String.format(Locale.ROOT, """
                SELECT %s FROM hub.message
                WHERE tenant = ANY (:tenants) AND (:connector::text IS NULL OR connector = :connector)
                  AND (:outcome::text IS NULL OR outcome = :outcome) %s
                ORDER BY received_at DESC, receipt_id DESC LIMIT :limit
                """, COLUMNS, below), parameters, ROW);
    }

    List<MessageJournal.Effect> effects(String tenant, Collection<String> eventIds) {
        return jdbc.query(
                """
                SELECT consumer, substr(message_id, :prefix), applied_at FROM hub.inbox
                WHERE consumer IN ('crm', 'analytics', 'notify') AND message_id = ANY (:keys)
                ORDER BY applied_at, consumer
                """,
                new MapSqlParameterSource()
                        .addValue("prefix", tenant.length() + 2)
                        .addValue(
                                "keys",
                                eventIds.stream()
                                        .map(id -> Inbox.key(tenant, id))
                                        .toArray(String[]::new)),
                (row, number) -> new MessageJournal.Effect(
                        row.getString(1), row.getString(2), row.getTimestamp(3).toInstant()));
    }

    List<MessageJournal.MinuteCount> countsByMinute(Collection<String> tenants, Instant since) {
        return jdbc.query(
                """
                SELECT date_trunc('minute', received_at), count(*) FROM hub.message
                WHERE received_at >= :since AND tenant = ANY (:tenants) GROUP BY 1 ORDER BY 1
                """,
                tenants(tenants).addValue("since", Timestamp.from(since)),
                (row, number) ->
                        new MessageJournal.MinuteCount(row.getTimestamp(1).toInstant(), row.getLong(2)));
    }

    private static Set<String> references(Array array) throws java.sql.SQLException {
        return new LinkedHashSet<>(List.of((String[]) array.getArray()));
    }

    private static Map<String, String> headers(@Nullable String json) {
        try {
            return json == null ? Map.of() : JSON.readValue(json, TEXTS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MapSqlParameterSource tenants(Collection<String> tenants) {
        return new MapSqlParameterSource(Map.of("tenants", tenants.toArray(String[]::new)));
    }
}
