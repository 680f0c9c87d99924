package dev.wasl.hub.journal;

import dev.wasl.hub.journal.Arrival.Outcome;
import java.sql.Timestamp;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
class JournalRepository {

    /** Joins the references of one row inside an array parameter; PostgreSQL has no ragged arrays. */
    private static final String SEPARATOR = "\u001f";

    private final JdbcTemplate jdbc;

    JournalRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Inserts first arrivals; returns the receipt ids that went in. */
    List<UUID> insertArrivals(Collection<Arrival> arrivals) {
        // sorted, so that concurrent transactions wait for each other instead of dead-locking
        List<Arrival> rows = arrivals.stream()
                .sorted(java.util.Comparator.comparing(Arrival::tenant)
                        .thenComparing(Arrival::connector)
                        .thenComparing(Arrival::messageId))
                .toList();
        return jdbc.queryForList(
                """
                INSERT INTO hub.arrival (tenant, connector, message_id, receipt_id, received_at)
                SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::uuid[], ?::timestamptz[])
                ON CONFLICT DO NOTHING RETURNING receipt_id
                """,
                UUID.class,
                texts(rows, Arrival::tenant),
                texts(rows, Arrival::connector),
                texts(rows, Arrival::messageId),
                rows.stream().map(Arrival::receiptId).map(UUID::toString).toArray(String[]::new),
                times(rows));
    }

    /** The receipt ids that hold the place of these events. */
    List<UUID> holders(Collection<Arrival> arrivals) {
        List<Arrival> rows = List.copyOf(arrivals);
        return jdbc.queryForList(
                """
                SELECT a.receipt_id FROM unnest(?::text[], ?::text[], ?::text[]) AS e (tenant, connector, message_id)
                JOIN hub.arrival a USING (tenant, connector, message_id)
                """,
                UUID.class,
                texts(rows, Arrival::tenant),
                texts(rows, Arrival::connector),
                texts(rows, Arrival::messageId));
    }

    /** Inserts journal rows; returns the receipt ids that were not there before. */
    List<UUID> insertMessages(Collection<Arrival> arrivals, Function<Map<String, String>, String> headers) {
        List<Arrival> rows = List.copyOf(arrivals);
        return jdbc.queryForList(
                """
                INSERT INTO hub.message (receipt_id, received_at, message_id, tenant, connector, kind, outcome, reason,
                                         content_type, headers, raw, canonical, refs)
                SELECT receipt_id, received_at, message_id, tenant, connector, kind, outcome, reason,
                       content_type, headers::jsonb, raw, canonical, string_to_array(refs, E'\\x1f')
                FROM unnest(?::uuid[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                            ?::text[], ?::text[], ?::bytea[], ?::text[], ?::text[])
                  AS m (receipt_id, received_at, message_id, tenant, connector, kind, outcome, reason,
                        content_type, headers, raw, canonical, refs)
                ON CONFLICT DO NOTHING RETURNING receipt_id
                """,
                UUID.class,
                rows.stream().map(Arrival::receiptId).map(UUID::toString).toArray(String[]::new),
                times(rows),
                texts(rows, Arrival::messageId),
                texts(rows, Arrival::tenant),
                texts(rows, Arrival::connector),
                texts(rows, Arrival::kind),
                texts(rows, arrival -> arrival.outcome().name()),
                texts(rows, Arrival::reason),
                texts(rows, Arrival::contentType),
                texts(rows, arrival -> arrival.headers().isEmpty() ? null : headers.apply(arrival.headers())),
                rows.stream().map(Arrival::raw).toArray(byte[][]::new),
                texts(rows, JournalRepository::canonicalArray),
                texts(rows, arrival -> String.join(SEPARATOR, arrival.references())));
    }

    void insertInFlight(List<Arrival> arrivals) {
        if (arrivals.isEmpty()) {
            return;
        }
        jdbc.update(
                """
                INSERT INTO hub.in_flight (receipt_id, tenant, connector, parts_left, received_at)
                SELECT * FROM unnest(?::uuid[], ?::text[], ?::text[], ?::int[], ?::timestamptz[])
                ON CONFLICT DO NOTHING
                """,
                arrivals.stream().map(Arrival::receiptId).map(UUID::toString).toArray(String[]::new),
                texts(arrivals, Arrival::tenant),
                texts(arrivals, Arrival::connector),
                arrivals.stream().map(a -> a.canonical().size()).toArray(Integer[]::new),
                times(arrivals));
    }

    /** Writes what became of a message now; returns whether it had been parked. */
    boolean updateOutcome(Arrival arrival) {
        List<String> before = jdbc.queryForList(
                """
                UPDATE hub.message m SET outcome = ?, reason = ?, canonical = ?, refs = string_to_array(?, E'\\x1f')
                FROM (SELECT receipt_id, received_at, outcome FROM hub.message
                      WHERE receipt_id = ? AND received_at = ? FOR UPDATE) old
                WHERE m.receipt_id = old.receipt_id AND m.received_at = old.received_at
                RETURNING old.outcome
                """,
                String.class,
                arrival.outcome().name(),
                arrival.reason(),
                canonicalArray(arrival),
                String.join(SEPARATOR, arrival.references()),
                arrival.receiptId(),
                Timestamp.from(arrival.receivedAt()));
        return before.contains(Outcome.PARKED.name());
    }

    void setParts(UUID receiptId, int parts) {
        jdbc.update("UPDATE hub.in_flight SET parts_left = ? WHERE receipt_id = ?", parts, receiptId);
    }

    /** Keeps the newest rejected requests and forgets the rest. */
    void trimRejected(int keep) {
        jdbc.update("""
                DELETE FROM hub.message WHERE outcome = 'REJECTED' AND received_at < (
                    SELECT received_at FROM hub.message WHERE outcome = 'REJECTED'
                    ORDER BY received_at DESC OFFSET ? LIMIT 1)
                """, keep - 1);
    }

    private static @org.jspecify.annotations.Nullable String canonicalArray(Arrival arrival) {
        return arrival.canonical().isEmpty() ? null : '[' + String.join(",", arrival.canonical()) + ']';
    }

    private static String[] times(List<Arrival> rows) {
        return texts(rows, Arrival::receivedAt);
    }

    private static String[] texts(List<Arrival> rows, Function<Arrival, ?> value) {
        return rows.stream()
                .map(value)
                .map(text -> text == null ? null : text.toString())
                .toArray(String[]::new);
    }
}
