package dev.wasl.hub.analytics;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Proves analytics: facts against the CRM, sums of days against facts. Reads only; meant for the ledger page. */
public interface AnalyticsAudit {

    /**
     * How many deliveries, payments and notifications each side has. While messages are under way the sides may differ;
     * once every queue is empty they must not.
     *
     * @param tenant null for all tenants together
     */
    List<Total> totals(@Nullable String tenant);

    /**
     * Days whose sums are not what a recount of the facts gives; empty when all is well. Reads every fact of the tenant.
     *
     * @param tenant null for all tenants
     */
    List<Difference> differences(@Nullable String tenant);

    /**
     * The number of things of one entity.
     *
     * @param entity {@code delivery}, {@code payment}, {@code notification}
     * @param crm rows in the CRM
     * @param analytics facts
     * @param daily the sum over all days
     */
    record Total(String entity, long crm, long analytics, long daily) {}

    /**
     * A row of a daily table that is wrong.
     *
     * @param table {@code daily_delivery}, {@code daily_payment}, {@code daily_notification}
     * @param kept the row as it is, JSON; null when it is missing
     * @param recounted the row as it should be, JSON; null when there should be none
     */
    record Difference(
            String table,
            String tenant,
            LocalDate day,
            @Nullable String kept,
            @Nullable String recounted) {}
}
