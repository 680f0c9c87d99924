package dev.wasl.hub.payment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.payment.PaymentRequest.Expectation;
import dev.wasl.hub.payment.PaymentRequest.Progress;
import dev.wasl.hub.payment.PaymentRequest.Status;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/** Payments asked for through the hub. */
@Repository
class PaymentRequestRepository {

    private final JdbcTemplate jdbc;
    private final NamedParameterJdbcTemplate named;
    private final ObjectMapper json;

    PaymentRequestRepository(JdbcTemplate jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.named = new NamedParameterJdbcTemplate(jdbc);
        this.json = json;
    }

    /**
     * A row with its encrypted part.
     *
     * @param contentDigest of what was asked
     * @param told what the last callback without proof said
     */
    record Row(
            PaymentRequest request,
            String contentDigest,
            byte[] sealed,
            @Nullable String answerDigest,
            @Nullable Payment told) {}

    /** Adds a request unless its reference is taken. */
    boolean insert(PaymentRequest request, String contentDigest, String callbackHash, byte[] sealed) {
        return jdbc.update(
                        """
                INSERT INTO hub.payment_request (
                    id, tenant, connector, reference, content_digest, amount_minor, currency, expected_minor,
                    expected_currency, expected_reference, customer, description, return_url, callback_hash, sealed,
                    asked_by, created_at, expires_at, status, status_at, next_query_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (tenant, reference) DO NOTHING
                """,
                        request.id(),
                        request.tenant(),
                        request.connector(),
                        request.reference(),
                        contentDigest,
                        request.amount().amountMinor(),
                        request.amount().currency(),
                        request.expected().amount().amountMinor(),
                        request.expected().amount().currency(),
                        request.expected().reference(),
                        write(request.customer()),
                        request.description(),
                        request.returnUrl(),
                        callbackHash,
                        sealed,
                        request.askedBy(),
                        timestamp(request.createdAt()),
                        timestamp(request.expiresAt()),
                        request.status().name(),
                        timestamp(request.progress().statusAt()),
                        timestamp(request.progress().nextQueryAt()))
                == 1;
    }

    Optional<Row> find(UUID id) {
        return jdbc.query("SELECT * FROM hub.payment_request WHERE id = ?", this::row, id).stream()
                .findFirst();
    }

    Optional<Row> byReference(String tenant, String reference) {
        return jdbc
                .query(
                        "SELECT * FROM hub.payment_request WHERE tenant = ? AND reference = ?",
                        this::row,
                        tenant,
                        reference)
                .stream()
                .findFirst();
    }

    Optional<Row> byCallback(String tenant, String connector, String callbackHash) {
        return jdbc.query("""
                SELECT * FROM hub.payment_request WHERE callback_hash = ? AND tenant = ? AND connector = ?
                """, this::row, callbackHash, tenant, connector).stream()
                .findFirst();
    }

    Optional<Row> byGatewayOrder(String tenant, String connector, String gatewayOrderId) {
        // the newest is chosen here: asked to sort, PostgreSQL would walk the tenant's list by time
        return jdbc.query("""
                        SELECT * FROM hub.payment_request WHERE gateway_order_id = ? AND tenant = ? AND connector = ?""", this::row, gatewayOrderId, tenant, connector).stream()
                .max(Comparator.comparing(row -> row.request().createdAt()));
    }

    /** Requests, newest first. */
    List<PaymentRequest> page(PaymentRequests.Filter filter) {
        MapSqlParameterSource parameters = new MapSqlParameterSource()
                .addValue("tenants", filter.tenants().toArray(String[]::new))
                .addValue("limit", filter.limit());
        StringBuilder more = new StringBuilder();
        if (filter.reference() != null) {
            more.append(
                    " AND (reference = :reference OR gateway_order_id = :reference OR gateway_payment_id = :reference)");
            parameters.addValue("reference", filter.reference());
        }
        if (filter.connector() != null) {
            more.append(" AND connector = :connector");
            parameters.addValue("connector", filter.connector());
        }
        if (filter.status() != null) {
            more.append(" AND status = :status");
            parameters.addValue("status", filter.status().name());
        }
        if (filter.quarantined()) {
            more.append(" AND mismatch IS NOT NULL");
        }
        if (filter.before() != null) {
            more.append(" AND (created_at, id) < (:createdAt, :id)");
            parameters
                    .addValue("createdAt", timestamp(filter.before().createdAt()))
                    .addValue("id", filter.before().id());
        }
        return named.query(String.format(Locale.ROOT, """
                SELECT * FROM hub.payment_request WHERE tenant = ANY (:tenants) %s
                ORDER BY created_at DESC, id DESC LIMIT :limit
                """, more), parameters, (row, number) -> request(row));
    }

    // --- talking to the gateway ---------------------------------------------------------------------------------

    /** Reserves a row that has not started for one call, so that nobody else makes it at the same time. */
    boolean claimStart(UUID id, Instant now, Instant until) {
        return jdbc.update("""
                UPDATE hub.payment_request SET claimed_until = ?
                WHERE id = ? AND (claimed_until IS NULL OR claimed_until <= ?) AND status IN ('STARTING', 'REFUSED')
                """, timestamp(until), id, timestamp(now)) == 1;
    }

    /** Reserves the rows of a connector that are due, the longest due first. */
    List<Row> claimDue(String connector, Collection<String> resting, Instant now, Instant until, int limit) {
        return jdbc.query(
                """
                UPDATE hub.payment_request r SET claimed_until = ?
                FROM (
                    SELECT id FROM hub.payment_request
                    WHERE connector = ? AND next_query_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?)
                      AND NOT tenant = ANY (?)
                    ORDER BY next_query_at LIMIT ? FOR UPDATE SKIP LOCKED) due
                WHERE r.id = due.id RETURNING r.*
                """,
                this::row,
                timestamp(until),
                connector,
                timestamp(now),
                timestamp(now),
                resting.toArray(String[]::new),
                limit);
    }

    /** Gives rows back that nobody asked about. */
    void release(Collection<UUID> ids) {
        jdbc.update("UPDATE hub.payment_request SET claimed_until = NULL WHERE id = ANY (?::uuid[])", (Object)
                ids.stream().map(UUID::toString).toArray(String[]::new));
    }

    /** The connectors that have something due. */
    List<String> dueConnectors(Instant now) {
        return jdbc.queryForList("""
                SELECT connector FROM hub.payment_request
                WHERE next_query_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?)
                UNION
                SELECT connector FROM hub.payment_query
                WHERE next_query_at <= ? AND (claimed_until IS NULL OR claimed_until <= ?)
                """, String.class, timestamp(now), timestamp(now), timestamp(now), timestamp(now));
    }

    /** The gateway took it. A confirmation may have been quicker. */
    void started(
            UUID id,
            @Nullable String gatewayOrderId,
            @Nullable String link,
            Instant expiresAt,
            byte[] sealed,
            @Nullable Instant next,
            Instant now) {
        jdbc.update("""
                UPDATE hub.payment_request
                SET gateway_order_id = coalesce(?, gateway_order_id), link = ?, expires_at = ?, sealed = ?,
                    started_at = coalesce(started_at, ?),
                    next_query_at = CASE WHEN status IN ('STARTING', 'REFUSED', 'PENDING') THEN ? ELSE next_query_at END,
                    status = CASE WHEN status IN ('STARTING', 'REFUSED') THEN 'PENDING' ELSE status END,
                    tries = tries + 1, claimed_until = NULL, error_code = NULL, error = NULL
                WHERE id = ?
                """, gatewayOrderId, link, timestamp(expiresAt), sealed, timestamp(now), timestamp(next), id);
    }

    /** The gateway will never take it. */
    void refused(UUID id, String code, String error) {
        jdbc.update("""
                UPDATE hub.payment_request
                SET status = 'REFUSED', next_query_at = NULL, tries = tries + 1, claimed_until = NULL,
                    error_code = ?, error = ?
                WHERE id = ? AND status IN ('STARTING', 'REFUSED')
                """, code, error, id);
    }

    /** A refused request is tried again. */
    void startAgain(UUID id) {
        jdbc.update("UPDATE hub.payment_request SET status = 'STARTING' WHERE id = ? AND status = 'REFUSED'", id);
    }

    /**
     * The gateway answered, or knows no such payment when there is no digest.
     *
     * @param due what the call was due for; when somebody wants another one meanwhile, that stays
     */
    void answered(UUID id, @Nullable String answerDigest, @Nullable Instant due, @Nullable Instant next, Instant now) {
        jdbc.update("""
                UPDATE hub.payment_request
                SET tries = tries + 1, queried_at = ?, answer_digest = coalesce(?, answer_digest), claimed_until = NULL,
                    next_query_at = CASE WHEN next_query_at IS NOT DISTINCT FROM ? THEN ? ELSE next_query_at END,
                    error_code = NULL, error = NULL
                WHERE id = ?
                """, timestamp(now), answerDigest, timestamp(due), timestamp(next), id);
    }

    /** A call failed. */
    void failed(UUID id, String code, String error, @Nullable Instant due, @Nullable Instant next) {
        jdbc.update("""
                UPDATE hub.payment_request
                SET tries = tries + 1, claimed_until = NULL, error_code = ?, error = ?,
                    next_query_at = CASE WHEN next_query_at IS NOT DISTINCT FROM ? THEN ? ELSE next_query_at END
                WHERE id = ?
                """, code, error, timestamp(due), timestamp(next), id);
    }

    // --- what gateways say --------------------------------------------------------------------------------------

    /** Requests that statements may mean, locked in one order by everybody. */
    List<PaymentRequest> lockMatching(
            Collection<String> tenants,
            Collection<UUID> ids,
            Collection<String> references,
            Collection<String> gatewayIds) {
        return jdbc.query(
                """
                WITH found AS (
                    SELECT id FROM hub.payment_request WHERE id = ANY (?::uuid[])
                    UNION SELECT id FROM hub.payment_request WHERE tenant = ANY (?) AND reference = ANY (?)
                    UNION SELECT id FROM hub.payment_request WHERE tenant = ANY (?) AND gateway_order_id = ANY (?)
                    UNION SELECT id FROM hub.payment_request WHERE tenant = ANY (?) AND gateway_payment_id = ANY (?))
                SELECT r.* FROM hub.payment_request r JOIN found USING (id)
                WHERE r.tenant = ANY (?) ORDER BY r.id FOR UPDATE OF r
                """,
                (row, number) -> request(row),
                ids.stream().map(UUID::toString).toArray(String[]::new),
                tenants.toArray(String[]::new),
                references.toArray(String[]::new),
                tenants.toArray(String[]::new),
                gatewayIds.toArray(String[]::new),
                tenants.toArray(String[]::new),
                gatewayIds.toArray(String[]::new),
                tenants.toArray(String[]::new));
    }

    /** A callback proves nothing: the gateway is asked at once. */
    void hint(UUID id, Payment told, Instant now) {
        jdbc.update("""
                UPDATE hub.payment_request
                SET told = ?::jsonb, next_query_at = ? WHERE id = ?
                """, write(told), timestamp(now), id);
    }

    /** Somebody wants to know at once. */
    boolean queryNow(UUID id, Instant now) {
        return jdbc.update("""
                UPDATE hub.payment_request SET next_query_at = ?, answer_digest = NULL
                WHERE id = ? AND status <> 'REFUSED'
                """, timestamp(now), id) == 1;
    }

    /** Wants to know of everything that is not settled, also of what nobody asks about any more. */
    int queryNow(
            Collection<String> tenants,
            @Nullable Collection<String> connectors,
            Instant from,
            Instant to,
            Instant now) {
        return jdbc.update(
                """
                UPDATE hub.payment_request SET next_query_at = ?, answer_digest = NULL
                WHERE tenant = ANY (?) AND (?::text[] IS NULL OR connector = ANY (?::text[]))
                  AND created_at >= ? AND created_at < ?
                  AND (status IN ('STARTING', 'PENDING', 'AUTHORISED', 'FAILED') OR mismatch IS NOT NULL)
                """,
                timestamp(now),
                tenants.toArray(String[]::new),
                connectors == null ? null : connectors.toArray(String[]::new),
                connectors == null ? null : connectors.toArray(String[]::new),
                timestamp(from),
                timestamp(to));
    }

    /** What statements made of it. */
    void move(UUID id, Progress moved) {
        jdbc.update(
                """
                UPDATE hub.payment_request
                SET status = ?, status_at = ?, gateway_order_id = ?, gateway_payment_id = ?, next_query_at = ?,
                    callback_at = ?, confirmed_at = ?, repaired = ?, mismatch = ?, mismatch_at = ?
                WHERE id = ?
                """,
                moved.status().name(),
                timestamp(moved.statusAt()),
                moved.gatewayOrderId(),
                moved.gatewayPaymentId(),
                timestamp(moved.nextQueryAt()),
                timestamp(moved.callbackAt()),
                timestamp(moved.confirmedAt()),
                moved.repaired(),
                moved.mismatch(),
                timestamp(moved.mismatchAt()),
                id);
    }

    /** A person says what a confirmation may say. */
    boolean expect(UUID id, Expectation expected) {
        return jdbc.update(
                        """
                UPDATE hub.payment_request SET expected_minor = ?, expected_currency = ?, expected_reference = ?
                WHERE id = ? AND status <> 'PAID'
                """, expected.amount().amountMinor(), expected.amount().currency(), expected.reference(), id)
                == 1;
    }

    /**
     * How things stand with one tenant's connector.
     *
     * @param open requests that something is still expected of
     * @param overdue of those and of unproved payments, how many should have been asked about before a moment
     * @param oldestDue since when the oldest of them waits
     * @param unresolved requests that never ended and that nobody asks about any more
     * @param quarantined requests with a confirmation in quarantine
     * @param unproved payments that only callbacks without proof told of
     * @param givenUp of those, how many nobody asks about any more
     */
    record Standing(
            String tenant,
            String connector,
            long open,
            long overdue,
            @Nullable Instant oldestDue,
            long unresolved,
            long quarantined,
            long unproved,
            long givenUp) {}

    List<Standing> standings(Instant overdueBefore) {
        return jdbc.query(
                """
                SELECT tenant, connector, sum(open) AS open, sum(overdue) AS overdue, min(oldest_due) AS oldest_due,
                       sum(unresolved) AS unresolved, sum(quarantined) AS quarantined, sum(unproved) AS unproved, sum(given_up) AS given_up
                FROM (
                    SELECT tenant, connector, count(*) FILTER (WHERE next_query_at IS NOT NULL) AS open,
                           count(*) FILTER (WHERE next_query_at < ?) AS overdue,
                           min(next_query_at) FILTER (WHERE next_query_at < ?) AS oldest_due,
                           count(*) FILTER (WHERE next_query_at IS NULL AND status IN ('STARTING', 'PENDING')) AS unresolved,
                           count(*) FILTER (WHERE mismatch IS NOT NULL) AS quarantined, 0 AS unproved, 0 AS given_up
                    FROM hub.payment_request
                    WHERE next_query_at IS NOT NULL OR mismatch IS NOT NULL OR status IN ('STARTING', 'PENDING')
                    GROUP BY tenant, connector
                    UNION ALL
                    SELECT tenant, connector, 0, count(*) FILTER (WHERE next_query_at < ?),
                           min(next_query_at) FILTER (WHERE next_query_at < ?), 0, 0, count(*),
                           count(*) FILTER (WHERE next_query_at IS NULL)
                    FROM hub.payment_query GROUP BY tenant, connector) parts
                GROUP BY tenant, connector ORDER BY tenant, connector
                """,
                (row, number) -> new Standing(
                        row.getString("tenant"),
                        row.getString("connector"),
                        row.getLong("open"),
                        row.getLong("overdue"),
                        instant(row, "oldest_due"),
                        row.getLong("unresolved"),
                        row.getLong("quarantined"),
                        row.getLong("unproved"),
                        row.getLong("given_up")),
                timestamp(overdueBefore),
                timestamp(overdueBefore),
                timestamp(overdueBefore),
                timestamp(overdueBefore));
    }

    // --- rows ---------------------------------------------------------------------------------------------------

    private Row row(ResultSet row, int number) throws SQLException {
        String told = row.getString("told");
        return new Row(
                request(row),
                row.getString("content_digest"),
                row.getBytes("sealed"),
                row.getString("answer_digest"),
                told == null ? null : read(told, Payment.class));
    }

    private PaymentRequest request(ResultSet row) throws SQLException {
        return new PaymentRequest(
                row.getObject("id", UUID.class),
                row.getString("tenant"),
                row.getString("connector"),
                row.getString("reference"),
                new Money(row.getLong("amount_minor"), row.getString("currency")),
                new Expectation(
                        new Money(row.getLong("expected_minor"), row.getString("expected_currency")),
                        row.getString("expected_reference")),
                read(row.getString("customer"), Party.class),
                row.getString("description"),
                row.getString("return_url"),
                row.getString("asked_by"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("expires_at").toInstant(),
                new Progress(
                        Status.valueOf(row.getString("status")),
                        row.getTimestamp("status_at").toInstant(),
                        row.getString("gateway_order_id"),
                        row.getString("gateway_payment_id"),
                        instant(row, "next_query_at"),
                        instant(row, "callback_at"),
                        instant(row, "confirmed_at"),
                        row.getBoolean("repaired"),
                        row.getString("mismatch"),
                        instant(row, "mismatch_at")),
                instant(row, "started_at"),
                row.getString("link"),
                row.getInt("tries"),
                instant(row, "queried_at"),
                row.getString("error_code"),
                row.getString("error"));
    }

    private <T> T read(String text, Class<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a column of a payment request cannot be read", e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static @Nullable Timestamp timestamp(@Nullable Instant instant) {
        return instant == null ? null : Timestamp.from(instant);
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
