package dev.wasl.hub.analytics;

import dev.wasl.hub.analytics.DailyTotals.Table;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Recounts in SQL what the projection keeps up to date in Java, so that one cannot hide the other's mistake. */
@Repository
class TotalsRepository implements AnalyticsAudit {

    private static final String DELIVERY = """
            SELECT f.tenant, e.day, f.courier, f.kind, f.currency,
                count(*) FILTER (WHERE e.what = 'created') AS created,
                coalesce(sum(f.cod_minor) FILTER (WHERE e.what = 'created' AND f.cod_minor > 0), 0)
                    AS cod_expected_minor,
                coalesce(-sum(f.cod_minor) FILTER (WHERE e.what = 'created' AND f.cod_minor < 0), 0)
                    AS cod_refund_minor,
                count(*) FILTER (WHERE e.what = 'ended' AND f.status = 'DELIVERED') AS delivered,
                count(*) FILTER (WHERE e.what = 'ended' AND f.status = 'RETURNED') AS returned,
                count(*) FILTER (WHERE e.what = 'ended' AND f.status IN ('CANCELLED', 'TERMINATED')) AS cancelled,
                count(*) FILTER (WHERE e.what = 'ended' AND f.status IN ('LOST', 'DAMAGED')) AS lost,
                count(*) FILTER (WHERE e.what = 'ended' AND f.succeeded) AS succeeded,
                coalesce(sum(f.fees_minor) FILTER (WHERE e.what = 'ended'), 0) AS fees_minor,
                count(*) FILTER (WHERE e.what = 'failed') AS failed_attempts,
                coalesce(sum(f.cod_collected_minor) FILTER (WHERE e.what = 'collected'), 0) AS cod_collected_minor,
                coalesce(sum(f.net_deposited_minor) FILTER (WHERE e.what = 'deposited'), 0) AS net_deposited_minor
            FROM analytics.fact_delivery f
            CROSS JOIN LATERAL (
                VALUES ('created', f.created_day), ('ended', f.ended_day), ('collected', f.collected_day),
                    ('deposited', f.deposited_day)
                UNION ALL
                SELECT 'failed', a.attempted_day FROM analytics.fact_attempt a
                WHERE a.tenant = f.tenant AND a.courier = f.courier AND a.tracking_number = f.tracking_number
                    AND a.outcome = 'FAILED'
            ) AS e(what, day)
            WHERE e.day IS NOT NULL AND f.tenant = coalesce(?, f.tenant)
            GROUP BY f.tenant, e.day, f.courier, f.kind, f.currency""";

    private static final String PAYMENT = """
            SELECT f.tenant, e.day, f.gateway, f.currency, f.live,
                count(*) FILTER (WHERE e.what = 'first') AS created,
                count(*) FILTER (WHERE e.what = 'captured') AS captured,
                coalesce(sum(f.amount_minor) FILTER (WHERE e.what = 'captured'), 0) AS captured_minor,
                coalesce(sum(f.fee_minor) FILTER (WHERE e.what = 'captured'), 0) AS fees_minor,
                count(*) FILTER (WHERE e.what = 'status' AND f.status = 'FAILED') AS failed,
                coalesce(sum(e.minor) FILTER (WHERE e.what = 'refund'), 0) AS refunded_minor,
                count(*) FILTER (WHERE e.what = 'status'
                    AND f.status IN ('DISPUTED', 'DISPUTE_WON', 'DISPUTE_LOST', 'REVERSED')) AS disputed
            FROM analytics.fact_payment f
            CROSS JOIN LATERAL (
                VALUES ('first', f.first_day, NULL::bigint), ('captured', f.captured_day, NULL),
                    ('status', f.status_day, NULL)
                UNION ALL
                SELECT 'refund', r.key::date, r.value::bigint FROM jsonb_each_text(f.refund_days) r
            ) AS e(what, day, minor)
            WHERE e.day IS NOT NULL AND f.tenant = coalesce(?, f.tenant)
            GROUP BY f.tenant, e.day, f.gateway, f.currency, f.live""";

    private static final String NOTIFICATION = """
            SELECT f.tenant, e.day, f.channel, f.rule,
                count(*) FILTER (WHERE e.what = 'requested') AS requested,
                count(*) FILTER (WHERE e.what = 'delivered') AS delivered,
                count(*) FILTER (WHERE e.what = 'read') AS read,
                count(*) FILTER (WHERE e.what = 'status' AND f.status = 'FAILED') AS failed
            FROM analytics.fact_notification f
            CROSS JOIN LATERAL (
                VALUES ('requested', f.requested_day), ('delivered', f.delivered_day), ('read', f.read_day),
                    ('status', f.status_day)
            ) AS e(what, day)
            WHERE e.day IS NOT NULL AND f.tenant = coalesce(?, f.tenant)
            GROUP BY f.tenant, e.day, f.channel, f.rule""";

    private final JdbcTemplate jdbc;

    TotalsRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public List<Total> totals(@Nullable String tenant) {
        return jdbc.query(
                """
                SELECT 'delivery' AS entity,
                    (SELECT count(*) FROM crm.delivery c WHERE c.tenant = coalesce(t.tenant, c.tenant)) AS crm,
                    (SELECT count(*) FROM analytics.fact_delivery f WHERE f.tenant = coalesce(t.tenant, f.tenant))
                        AS analytics,
                    (SELECT coalesce(sum(d.created), 0) FROM analytics.daily_delivery d
                        WHERE d.tenant = coalesce(t.tenant, d.tenant)) AS daily
                FROM (SELECT ?::text AS tenant) t
                UNION ALL
                SELECT 'payment',
                    (SELECT count(*) FROM crm.payment c WHERE c.tenant = coalesce(t.tenant, c.tenant)),
                    (SELECT count(*) FROM analytics.fact_payment f WHERE f.tenant = coalesce(t.tenant, f.tenant)),
                    (SELECT coalesce(sum(d.created), 0) FROM analytics.daily_payment d
                        WHERE d.tenant = coalesce(t.tenant, d.tenant))
                FROM (SELECT ?::text AS tenant) t
                UNION ALL
                SELECT 'notification',
                    (SELECT count(*) FROM crm.interaction c
                        WHERE c.direction = 'OUT' AND c.tenant = coalesce(t.tenant, c.tenant)),
                    (SELECT count(*) FROM analytics.fact_notification f
                        WHERE f.tenant = coalesce(t.tenant, f.tenant)),
                    (SELECT coalesce(sum(d.requested), 0) FROM analytics.daily_notification d
                        WHERE d.tenant = coalesce(t.tenant, d.tenant))
                FROM (SELECT ?::text AS tenant) t""",
                (rs, n) -> new Total(
                        rs.getString("entity"), rs.getLong("crm"), rs.getLong("analytics"), rs.getLong("daily")),
                tenant,
                tenant,
                tenant);
    }

    @Override
    public List<Difference> differences(@Nullable String tenant) {
        List<Difference> differences = new ArrayList<>();
        differences.addAll(differences(Table.DELIVERY, DELIVERY, tenant));
        differences.addAll(differences(Table.PAYMENT, PAYMENT, tenant));
        differences.addAll(differences(Table.NOTIFICATION, NOTIFICATION, tenant));
        return differences;
    }

    /** A row of zeros is the same as no row: a day that lost its last number keeps its row. */
    private List<Difference> differences(Table table, String recount, @Nullable String tenant) {
        String keys = String.join(", ", table.dimensions());
        String columns = keys + ", " + String.join(", ", table.sums());
        String numbers = table.sums().stream()
                .map(sum -> "coalesce(k." + sum + ", 0) <> coalesce(r." + sum + ", 0)")
                .collect(Collectors.joining(" OR "));
        String name = table.tableName();
        return jdbc.query(
                "SELECT tenant, day, to_jsonb(k)::text AS kept, to_jsonb(r)::text AS recounted FROM (SELECT " + columns
                        + " FROM " + name + " WHERE tenant = coalesce(?, tenant)) k FULL JOIN (" + recount
                        + ") r USING (" + keys + ") WHERE " + numbers + " ORDER BY tenant, day",
                (rs, n) -> new Difference(
                        name.substring(name.indexOf('.') + 1),
                        rs.getString("tenant"),
                        rs.getObject("day", LocalDate.class),
                        rs.getString("kept"),
                        rs.getString("recounted")),
                tenant,
                tenant);
    }
}
