package dev.wasl.hub.delivery;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

@Repository
class ParkingRepository {

    private static final RowMapper<Row> ROW = (row, number) -> new Row(
            row.getObject("id", UUID.class),
            row.getString("tenant"),
            row.getString("connector"),
            row.getString("queue"),
            row.getObject("receipt_id", UUID.class),
            row.getString("state"),
            row.getBoolean("in_ledger"),
            row.getString("properties"),
            row.getBytes("body"));

    private final JdbcTemplate jdbc;

    ParkingRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void upsert(UUID id, ParkRequest request, String reason, String fingerprint, String properties) {
        jdbc.update(
                """
                INSERT INTO hub.parked (id, tenant, connector, queue, stage, message_id, receipt_id, code, reason,
                                        fingerprint, properties, body, in_ledger)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)
                ON CONFLICT (queue, tenant, message_id, receipt_id)
                DO UPDATE SET state = 'PARKED', stage = excluded.stage, code = excluded.code, reason = excluded.reason,
                              fingerprint = excluded.fingerprint, parked_at = now(), resolved_at = NULL,
                              in_ledger = hub.parked.in_ledger OR excluded.in_ledger
                """,
                id,
                request.tenant(),
                request.connector(),
                request.queue(),
                request.stage(),
                request.messageId(),
                request.receiptId(),
                request.reason().code().id(),
                reason,
                fingerprint,
                properties,
                request.body(),
                request.inLedger());
    }

    /** Locks an open row for a replay or a decision. */
    Optional<Row> lock(UUID id) {
        return jdbc.query("""
                        SELECT id, tenant, connector, queue, receipt_id, state, in_ledger, properties, body
                        FROM hub.parked WHERE id = ? FOR UPDATE
                        """, ROW, id).stream().findFirst();
    }

    void replaying(UUID id) {
        jdbc.update(
                "UPDATE hub.parked SET state = 'REPLAYING', in_ledger = false, replays = replays + 1 WHERE id = ?", id);
    }

    void discard(UUID id, String note) {
        jdbc.update(
                "UPDATE hub.parked SET state = 'DISCARDED', in_ledger = false, resolved_at = now(), reason = reason || ' | ' || ? WHERE id = ?",
                note,
                id);
    }

    /** Resolves what a replay sent on its way, unless it was parked again meanwhile. */
    void resolve(UUID id) {
        jdbc.update(
                "UPDATE hub.parked SET state = 'RESOLVED', resolved_at = now() WHERE id = ? AND state = 'REPLAYING'",
                id);
    }

    /** Lets wait again what a replay could not send. */
    void putBack(UUID id, boolean inLedger) {
        jdbc.update(
                "UPDATE hub.parked SET state = 'PARKED', in_ledger = ?, replays = replays - 1 WHERE id = ?",
                inLedger,
                id);
    }

    /** Replays that a crash interrupted between their steps, oldest first. */
    List<UUID> interrupted() {
        return jdbc.queryForList("SELECT id FROM hub.parked WHERE state = 'REPLAYING' ORDER BY parked_at", UUID.class);
    }

    /** What a replay of many chooses, oldest first. */
    List<UUID> open(Replay.Selection selection) {
        return jdbc.queryForList(
                """
                SELECT id FROM hub.parked
                WHERE state = 'PARKED' AND tenant = ANY (?)
                  AND (?::uuid[] IS NULL OR id = ANY (?::uuid[])) AND (?::text IS NULL OR fingerprint = ?)
                ORDER BY parked_at LIMIT ?
                """,
                UUID.class,
                selection.tenants().toArray(String[]::new),
                ids(selection),
                ids(selection),
                selection.fingerprint(),
                selection.fingerprint(),
                selection.limit());
    }

    private static String @Nullable [] ids(Replay.Selection selection) {
        return selection.ids() == null
                ? null
                : selection.ids().stream().map(UUID::toString).toArray(String[]::new);
    }

    record Row(
            UUID id,
            String tenant,
            String connector,
            String queue,
            @Nullable UUID receiptId,
            String state,
            boolean inLedger,
            String properties,
            byte[] body) {}
}
