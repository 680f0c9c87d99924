package dev.wasl.hub.journal;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
class LedgerRepository {

    private final JdbcTemplate jdbc;

    LedgerRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds to counters; call it last in a transaction, the rows are hot. */
    void add(Map<LedgerKey, Long> amounts) {
        TreeMap<LedgerKey, Long> sorted = new TreeMap<>(amounts);
        sorted.values().removeIf(amount -> amount == 0);
        if (sorted.isEmpty()) {
            return;
        }
        List<LedgerKey> keys = List.copyOf(sorted.keySet());
        jdbc.update(
                """
                INSERT INTO hub.ledger AS l (tenant, connector, bucket, total)
                SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[])
                ON CONFLICT ON CONSTRAINT pk_ledger DO UPDATE SET total = l.total + excluded.total
                """,
                keys.stream().map(LedgerKey::tenant).toArray(String[]::new),
                keys.stream().map(LedgerKey::connector).toArray(String[]::new),
                keys.stream().map(key -> key.bucket().column()).toArray(String[]::new),
                sorted.values().toArray(Long[]::new));
    }

    /** Takes parts off messages and returns the messages that have none left. */
    List<Settled> settle(Map<UUID, Integer> parts) {
        List<UUID> ids = parts.keySet().stream().sorted().toList();
        return jdbc.query(
                """
                WITH done AS (
                    SELECT * FROM unnest(?::uuid[], ?::int[]) AS d (receipt_id, parts)
                ), partly AS (
                    UPDATE hub.in_flight f SET parts_left = f.parts_left - d.parts
                    FROM done d WHERE f.receipt_id = d.receipt_id AND f.parts_left > d.parts
                )
                DELETE FROM hub.in_flight f USING done d
                WHERE f.receipt_id = d.receipt_id AND f.parts_left <= d.parts
                RETURNING f.tenant, f.connector
                """,
                (row, number) -> new Settled(row.getString(1), row.getString(2)),
                ids.stream().map(UUID::toString).toArray(String[]::new),
                ids.stream().map(parts::get).toArray(Integer[]::new));
    }

    /** Takes a message out of flight, whatever parts it has left. */
    Optional<Settled> remove(UUID receiptId) {
        return jdbc
                .query(
                        "DELETE FROM hub.in_flight WHERE receipt_id = ? RETURNING tenant, connector",
                        (row, number) -> new Settled(row.getString(1), row.getString(2)),
                        receiptId)
                .stream()
                .findFirst();
    }

    void insertInFlight(UUID receiptId, String tenant, String connector, Instant receivedAt) {
        jdbc.update("""
                INSERT INTO hub.in_flight (receipt_id, tenant, connector, parts_left, received_at)
                VALUES (?, ?, ?, 1, ?) ON CONFLICT DO NOTHING
                """, receiptId, tenant, connector, Timestamp.from(receivedAt));
    }

    List<Line> lines() {
        return jdbc.query(
                """
                SELECT coalesce(l.tenant, f.tenant), coalesce(l.connector, f.connector),
                       coalesce(l.received, 0), coalesce(l.applied, 0), coalesce(l.duplicate, 0),
                       coalesce(l.rejected, 0), coalesce(l.parked, 0), coalesce(f.pending, 0), f.oldest
                FROM (
                    SELECT tenant, connector,
                           sum(total) FILTER (WHERE bucket = 'received') AS received,
                           sum(total) FILTER (WHERE bucket = 'applied') AS applied,
                           sum(total) FILTER (WHERE bucket = 'duplicate') AS duplicate,
                           sum(total) FILTER (WHERE bucket = 'rejected') AS rejected,
                           sum(total) FILTER (WHERE bucket = 'parked') AS parked
                    FROM hub.ledger GROUP BY tenant, connector
                ) l FULL JOIN (
                    SELECT tenant, connector, count(*) AS pending, min(received_at) AS oldest
                    FROM hub.in_flight GROUP BY tenant, connector
                ) f ON f.tenant = l.tenant AND f.connector = l.connector
                ORDER BY 1, 2
                """,
                (row, number) -> new Line(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8),
                        row.getTimestamp(9) == null ? null : row.getTimestamp(9).toInstant()));
    }

    record Settled(String tenant, String connector) {}

    record Line(
            String tenant,
            String connector,
            long received,
            long applied,
            long duplicate,
            long rejected,
            long parked,
            long pending,
            @Nullable Instant oldestPending) {}
}
