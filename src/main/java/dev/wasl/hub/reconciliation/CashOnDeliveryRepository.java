package dev.wasl.hub.reconciliation;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.reconciliation.CashOnDelivery.Day;
import dev.wasl.hub.reconciliation.CashOnDelivery.Late;
import dev.wasl.hub.tenant.Tenant;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

/** Sums of cash on delivery from the CRM's deliveries. */
@Repository
class CashOnDeliveryRepository {

    /** Each delivery with the days of its tenant's calendar; a settlement without the cash in it has it in its parts. */
    private static final String CASH = """
            WITH zone (tenant, zone, currency) AS (
                SELECT * FROM unnest(:tenants::text[], :zones::text[], :currencies::text[])),
            cash AS (
                SELECT d.tenant, d.courier, d.tracking_number, coalesce(d.currency, z.currency) AS currency,
                       (coalesce(d.delivered_at, d.returned_at, d.status_at) AT TIME ZONE z.zone)::date AS collected_day,
                       coalesce(d.cod_collected_minor, 0) AS taken,
                       (d.deposited_at AT TIME ZONE z.zone)::date AS deposited_day,
                       coalesce(d.settled_cod_minor, d.net_deposited_minor + coalesce(d.settled_fees_minor, 0), 0) AS settled,
                       coalesce(d.settled_fees_minor, d.settled_cod_minor - d.net_deposited_minor, 0) AS fees,
                       coalesce(d.net_deposited_minor, d.settled_cod_minor - d.settled_fees_minor, 0) AS remitted,
                       d.deposited_at IS NULL AS open,
                       (:now::timestamptz AT TIME ZONE z.zone)::date AS today
                FROM crm.delivery d JOIN zone z USING (tenant)
                WHERE coalesce(d.cod_collected_minor, 0) <> 0 OR d.deposited_at IS NOT NULL)
            """;

    private final NamedParameterJdbcTemplate jdbc;

    CashOnDeliveryRepository(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<Day> days(List<Tenant> tenants, LocalDate from, LocalDate to, Instant now, long lateDays) {
        return jdbc.query(
                CASH + """
                , moves AS (
                    SELECT tenant, courier, currency, collected_day AS day, 1 AS deliveries, greatest(taken, 0) AS collected,
                           greatest(-taken, 0) AS paid_out, 0 AS settlements, 0 AS settled, 0 AS fees, 0 AS remitted,
                           CASE WHEN open THEN taken ELSE 0 END AS open,
                           CASE WHEN open AND taken > 0 AND today - collected_day > :lateDays THEN taken ELSE 0 END AS late
                    FROM cash WHERE taken <> 0
                    UNION ALL
                    SELECT tenant, courier, currency, deposited_day, 0, 0, 0, 1, settled, fees, remitted, 0, 0
                    FROM cash WHERE deposited_day IS NOT NULL),
                days AS (
                    SELECT tenant, courier, currency, day, sum(deliveries) AS deliveries, sum(collected) AS collected,
                           sum(paid_out) AS paid_out, sum(settlements) AS settlements, sum(settled) AS settled,
                           sum(fees) AS fees, sum(remitted) AS remitted, sum(open) AS open, sum(late) AS late,
                           sum(sum(collected - paid_out - settled))
                               OVER (PARTITION BY tenant, courier, currency ORDER BY day) AS outstanding
                    FROM moves GROUP BY tenant, courier, currency, day)
                SELECT * FROM days WHERE day BETWEEN :from AND :to ORDER BY day, tenant, courier, currency
                """,
                parameters(tenants, now, lateDays)
                        .addValue("from", Date.valueOf(from))
                        .addValue("to", Date.valueOf(to)),
                (row, number) -> new Day(
                        row.getString("tenant"),
                        row.getObject("day", LocalDate.class),
                        row.getString("courier"),
                        row.getLong("deliveries"),
                        money(row, "collected"),
                        money(row, "paid_out"),
                        row.getLong("settlements"),
                        money(row, "settled"),
                        money(row, "fees"),
                        money(row, "remitted"),
                        money(row, "outstanding"),
                        money(row, "open"),
                        money(row, "late")));
    }

    List<Late> late(List<Tenant> tenants, Instant now, long lateDays, int limit) {
        return jdbc.query(
                CASH + """
                SELECT tenant, courier, tracking_number, collected_day, currency, taken, today - collected_day AS days
                FROM cash WHERE open AND taken > 0 AND today - collected_day > :lateDays
                ORDER BY collected_day, tenant, tracking_number LIMIT :limit
                """,
                parameters(tenants, now, lateDays).addValue("limit", limit),
                (row, number) -> new Late(
                        row.getString("tenant"),
                        row.getString("courier"),
                        row.getString("tracking_number"),
                        row.getObject("collected_day", LocalDate.class),
                        money(row, "taken"),
                        row.getLong("days")));
    }

    private static MapSqlParameterSource parameters(List<Tenant> tenants, Instant now, long lateDays) {
        return new MapSqlParameterSource()
                .addValue("tenants", tenants.stream().map(Tenant::key).toArray(String[]::new))
                .addValue(
                        "zones",
                        tenants.stream()
                                .map(tenant -> tenant.timeZone().getId())
                                .toArray(String[]::new))
                .addValue("currencies", tenants.stream().map(Tenant::currency).toArray(String[]::new))
                .addValue("now", Timestamp.from(now))
                .addValue("lateDays", lateDays);
    }

    private static Money money(ResultSet row, String column) throws SQLException {
        return new Money(row.getLong(column), row.getString("currency"));
    }
}
