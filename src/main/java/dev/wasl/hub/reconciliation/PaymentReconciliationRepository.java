package dev.wasl.hub.reconciliation;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.reconciliation.PaymentReconciliation.Payout;
import dev.wasl.hub.reconciliation.PaymentReconciliation.Row;
import dev.wasl.hub.reconciliation.PaymentReconciliation.Sum;
import dev.wasl.hub.tenant.Tenant;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/** Requests of the hub beside payments of the CRM and recorded payouts. */
@Repository
class PaymentReconciliationRepository {

    private static final int EVERY_CONNECTOR = 1_000;

    private final NamedParameterJdbcTemplate jdbc;

    PaymentReconciliationRepository(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<Row> rows(List<Tenant> tenants, UnaryOperator<String> gatewayOf, LocalDate from, LocalDate to) {
        List<String> connectors = jdbc.queryForList(
                "SELECT DISTINCT connector FROM hub.payment_request WHERE tenant = ANY (:tenants) LIMIT :limit",
                new MapSqlParameterSource()
                        .addValue("tenants", tenants.stream().map(Tenant::key).toArray(String[]::new))
                        .addValue("limit", EVERY_CONNECTOR),
                String.class);
        MapSqlParameterSource parameters = new MapSqlParameterSource()
                .addValue("tenants", tenants.stream().map(Tenant::key).toArray(String[]::new))
                .addValue("starts", starts(tenants, from))
                .addValue("ends", starts(tenants, to.plusDays(1)))
                .addValue("connectors", connectors.toArray(String[]::new))
                .addValue("gateways", connectors.stream().map(gatewayOf).toArray(String[]::new))
                .addValue("from", Date.valueOf(from))
                .addValue("to", Date.valueOf(to));
        return jdbc.query("""
                WITH period (tenant, starts, ends) AS (
                    SELECT * FROM unnest(:tenants::text[], :starts::timestamptz[], :ends::timestamptz[])),
                name (connector, gateway) AS (SELECT * FROM unnest(:connectors::text[], :gateways::text[])),
                asked AS (
                    SELECT r.tenant, n.gateway, r.currency, r.status, r.amount_minor, r.next_query_at, r.mismatch,
                           r.repaired, r.reference
                    FROM hub.payment_request r JOIN period p USING (tenant) JOIN name n USING (connector)
                    WHERE r.created_at >= p.starts AND r.created_at < p.ends AND r.status <> 'REFUSED'),
                twice AS (
                    SELECT a.tenant, a.gateway, a.currency, count(*) AS paid_twice
                    FROM asked a
                    WHERE (SELECT count(*) FROM crm.payment c
                           WHERE c.merchant_reference = a.reference AND c.tenant = a.tenant AND c.gateway = a.gateway
                             AND c.captured_at IS NOT NULL) > 1
                    GROUP BY a.tenant, a.gateway, a.currency),
                expected AS (
                    SELECT tenant, gateway, currency, count(*) AS expected, sum(amount_minor) AS expected_minor,
                           count(*) FILTER (WHERE status = 'PAID') AS paid,
                           sum(amount_minor) FILTER (WHERE status = 'PAID') AS paid_minor,
                           count(*) FILTER (WHERE open) AS open, sum(amount_minor) FILTER (WHERE open) AS open_minor,
                           count(*) FILTER (WHERE unresolved) AS unresolved,
                           sum(amount_minor) FILTER (WHERE unresolved) AS unresolved_minor,
                           count(*) FILTER (WHERE NOT open AND NOT unresolved AND status <> 'PAID') AS failed,
                           sum(amount_minor) FILTER (WHERE NOT open AND NOT unresolved AND status <> 'PAID') AS failed_minor,
                           count(*) FILTER (WHERE mismatch IS NOT NULL) AS quarantined,
                           count(*) FILTER (WHERE repaired) AS repaired
                    FROM (
                        SELECT *, status IN ('STARTING', 'PENDING', 'AUTHORISED') AND next_query_at IS NOT NULL AS open,
                               status IN ('STARTING', 'PENDING', 'AUTHORISED') AND next_query_at IS NULL AS unresolved
                        FROM asked) standing
                    GROUP BY tenant, gateway, currency),
                seen AS (
                    SELECT c.tenant, c.gateway, coalesce(c.currency, '') AS currency, count(*) AS captured,
                           sum(c.amount_minor) AS captured_minor, count(*) FILTER (WHERE r.id IS NULL) AS unasked,
                           sum(c.amount_minor) FILTER (WHERE r.id IS NULL) AS unasked_minor,
                           sum(c.refunded_minor) AS refunded_minor,
                           sum(c.amount_minor - c.refunded_minor) FILTER (WHERE c.status IN ('REVERSED', 'CANCELLED'))
                               AS reversed_minor,
                           sum(c.disputed_minor) FILTER (WHERE c.status IN ('DISPUTED', 'DISPUTE_LOST')) AS disputed_minor,
                           sum(c.fee_minor) AS fee_minor
                    FROM crm.payment c JOIN period p USING (tenant)
                    LEFT JOIN hub.payment_request r ON r.tenant = c.tenant AND r.reference = c.merchant_reference
                        AND r.connector IN (SELECT connector FROM name n WHERE n.gateway = c.gateway)
                    WHERE c.captured_at >= p.starts AND c.captured_at < p.ends
                    GROUP BY c.tenant, c.gateway, coalesce(c.currency, '')),
                settled AS (
                    SELECT tenant, gateway, currency, count(*) AS settled, sum(amount_minor) AS settled_minor,
                           sum(fees_minor) AS settled_fees_minor
                    FROM hub.payment_settlement
                    WHERE tenant = ANY (:tenants) AND paid_on BETWEEN :from AND :to
                    GROUP BY tenant, gateway, currency),
                keys AS (
                    SELECT tenant, gateway, currency FROM expected
                    UNION SELECT tenant, gateway, currency FROM seen
                    UNION SELECT tenant, gateway, currency FROM settled)
                SELECT *
                FROM keys LEFT JOIN expected USING (tenant, gateway, currency)
                LEFT JOIN twice USING (tenant, gateway, currency)
                LEFT JOIN seen USING (tenant, gateway, currency)
                LEFT JOIN settled USING (tenant, gateway, currency)
                ORDER BY tenant, gateway, currency
                """, parameters, (row, number) -> row(row));
    }

    private static String[] starts(List<Tenant> tenants, LocalDate day) {
        return tenants.stream()
                .map(tenant -> day.atStartOfDay(tenant.timeZone()).toInstant().toString())
                .toArray(String[]::new);
    }

    private static Row row(ResultSet row) throws SQLException {
        long difference = row.getLong("captured_minor")
                - row.getLong("refunded_minor")
                - row.getLong("reversed_minor")
                - row.getLong("settled_minor")
                - row.getLong("settled_fees_minor");
        return new Row(
                row.getString("tenant"),
                row.getString("gateway"),
                sum(row, "expected"),
                sum(row, "paid"),
                sum(row, "open"),
                sum(row, "unresolved"),
                sum(row, "failed"),
                row.getLong("quarantined"),
                row.getLong("repaired"),
                row.getLong("paid_twice"),
                sum(row, "captured"),
                sum(row, "unasked"),
                money(row, "refunded_minor"),
                money(row, "reversed_minor"),
                money(row, "disputed_minor"),
                money(row, "fee_minor"),
                sum(row, "settled"),
                money(row, "settled_fees_minor"),
                new Money(difference, row.getString("currency")));
    }

    private static Sum sum(ResultSet row, String name) throws SQLException {
        return new Sum(row.getLong(name), money(row, name + "_minor"));
    }

    private static Money money(ResultSet row, String column) throws SQLException {
        return new Money(row.getLong(column), row.getString("currency"));
    }

    boolean insertPayout(UUID id, Payout payout, String gateway, String digest, Instant now) {
        return jdbc.update(
                        """
                        INSERT INTO hub.payment_settlement (id, tenant, gateway, payout, content_digest, amount_minor,
                                                            fees_minor, currency, paid_on, note, recorded_by, recorded_at)
                        VALUES (:id, :tenant, :gateway, :payout, :digest, :amount, :fees, :currency, :paidOn, :note, :by, :now)
                        ON CONFLICT (tenant, gateway, payout) DO NOTHING
                        """,
                        new MapSqlParameterSource()
                                .addValue("id", id)
                                .addValue("tenant", payout.tenant())
                                .addValue("gateway", gateway)
                                .addValue("payout", payout.payout())
                                .addValue("digest", digest)
                                .addValue("amount", payout.amount().amountMinor())
                                .addValue("fees", payout.fees().amountMinor())
                                .addValue("currency", payout.amount().currency())
                                .addValue("paidOn", Date.valueOf(payout.paidOn()))
                                .addValue("note", payout.note())
                                .addValue("by", payout.recordedBy())
                                .addValue("now", Timestamp.from(now)))
                == 1;
    }

    String payoutDigest(String tenant, String gateway, String payout) {
        return String.valueOf(jdbc.queryForObject(
                """
                SELECT content_digest FROM hub.payment_settlement
                WHERE tenant = :tenant AND gateway = :gateway AND payout = :payout
                """,
                new MapSqlParameterSource()
                        .addValue("tenant", tenant)
                        .addValue("gateway", gateway)
                        .addValue("payout", payout),
                String.class));
    }
}
