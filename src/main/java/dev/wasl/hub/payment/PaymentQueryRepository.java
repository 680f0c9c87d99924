package dev.wasl.hub.payment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.canonical.Payment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Payments that a callback without proof told of and nobody asked for through the hub: the gateway is asked. */
@Repository
class PaymentQueryRepository {

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;

    PaymentQueryRepository(JdbcTemplate jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** One of them. */
    record Row(
            UUID id,
            String tenant,
            String connector,
            Payment told,
            Instant createdAt,
            @Nullable Instant due,
            int tries,
            @Nullable String answerDigest) {}

    /** Asks about a payment at once, also when it had been given up. */
    void want(String tenant, String connector, Payment told, Instant now) {
        jdbc.update(
                """
                INSERT INTO hub.payment_query (id, tenant, connector, payment_key, told, created_at, next_query_at)
                VALUES (?, ?, ?, ?, ?::jsonb, ?, ?)
                ON CONFLICT (tenant, connector, payment_key)
                DO UPDATE SET told = excluded.told, created_at = excluded.created_at, next_query_at = excluded.next_query_at
                """,
                UUID.randomUUID(),
                tenant,
                connector,
                told.gatewayPaymentId(),
                write(told),
                PaymentRequestRepository.timestamp(now),
                PaymentRequestRepository.timestamp(now));
    }

    /** Whether a payment is asked about or has room to be. */
    boolean hasRoom(String tenant, String connector, String key, int limit) {
        Boolean room = jdbc.queryForObject("""
                SELECT count(*) < ? OR bool_or(payment_key = ?)
                FROM hub.payment_query WHERE tenant = ? AND connector = ? AND next_query_at IS NOT NULL
                """, Boolean.class, limit, key, tenant, connector);
        return Boolean.TRUE.equals(room);
    }

    List<Row> claimDue(String connector, Collection<String> resting, Instant now, Instant until, int limit) {
        return jdbc.query(
                """
                UPDATE hub.payment_query q SET claimed_until = ?
                FROM (
                    SELECT id FROM hub.payment_query
                    WHERE connector = ? AND next_query_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?)
                      AND NOT tenant = ANY (?)
                    ORDER BY next_query_at LIMIT ? FOR UPDATE SKIP LOCKED) due
                WHERE q.id = due.id RETURNING q.*
                """,
                this::row,
                PaymentRequestRepository.timestamp(until),
                connector,
                PaymentRequestRepository.timestamp(now),
                PaymentRequestRepository.timestamp(now),
                resting.toArray(String[]::new),
                limit);
    }

    /** Gives rows back that nobody asked about. */
    void release(Collection<UUID> ids) {
        jdbc.update("UPDATE hub.payment_query SET claimed_until = NULL WHERE id = ANY (?::uuid[])", (Object)
                ids.stream().map(UUID::toString).toArray(String[]::new));
    }

    /** The gateway answered; a callback that came meanwhile wants another call. */
    void answered(Row row, @Nullable String answerDigest, @Nullable Instant next, Instant now) {
        jdbc.update(
                """
                UPDATE hub.payment_query
                SET tries = tries + 1, queried_at = ?, answer_digest = coalesce(?, answer_digest), claimed_until = NULL,
                    next_query_at = CASE WHEN next_query_at IS NOT DISTINCT FROM ? THEN ? ELSE next_query_at END,
                    error_code = NULL, error = NULL
                WHERE id = ?
                """,
                PaymentRequestRepository.timestamp(now),
                answerDigest,
                PaymentRequestRepository.timestamp(row.due()),
                PaymentRequestRepository.timestamp(next),
                row.id());
    }

    /** A call failed. */
    void failed(Row row, String code, String error, @Nullable Instant next) {
        jdbc.update(
                """
                UPDATE hub.payment_query
                SET tries = tries + 1, claimed_until = NULL, error_code = ?, error = ?,
                    next_query_at = CASE WHEN next_query_at IS NOT DISTINCT FROM ? THEN ? ELSE next_query_at END
                WHERE id = ?
                """,
                code,
                error,
                PaymentRequestRepository.timestamp(row.due()),
                PaymentRequestRepository.timestamp(next),
                row.id());
    }

    /** The gateway said how it ended. */
    void done(UUID id) {
        jdbc.update("DELETE FROM hub.payment_query WHERE id = ?", id);
    }

    /** Forgets what was given up before a moment. */
    int forget(Instant before) {
        return jdbc.update(
                "DELETE FROM hub.payment_query WHERE next_query_at IS NULL AND coalesce(queried_at, created_at) < ?",
                PaymentRequestRepository.timestamp(before));
    }

    /** Asks about all of some tenants again, also about those given up. */
    int queryNow(Collection<String> tenants, @Nullable Collection<String> connectors, Instant now) {
        String[] only = connectors == null ? null : connectors.toArray(String[]::new);
        return jdbc.update(
                """
                UPDATE hub.payment_query SET next_query_at = ?, created_at = ?, answer_digest = NULL
                WHERE tenant = ANY (?) AND (?::text[] IS NULL OR connector = ANY (?::text[]))
                """,
                PaymentRequestRepository.timestamp(now),
                PaymentRequestRepository.timestamp(now),
                tenants.toArray(String[]::new),
                only,
                only);
    }

    private Row row(ResultSet row, int number) throws SQLException {
        try {
            return new Row(
                    row.getObject("id", UUID.class),
                    row.getString("tenant"),
                    row.getString("connector"),
                    json.readValue(row.getString("told"), Payment.class),
                    row.getTimestamp("created_at").toInstant(),
                    PaymentRequestRepository.instant(row, "next_query_at"),
                    row.getInt("tries"),
                    row.getString("answer_digest"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a column of a payment query cannot be read", e);
        }
    }

    private String write(Payment payment) {
        try {
            return json.writeValueAsString(payment);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
