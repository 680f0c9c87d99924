package dev.wasl.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.analytics.AnalyticsProjection;
import dev.wasl.hub.canonical.Address;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.crm.CrmProjection;
import dev.wasl.hub.fold.Observation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many rows a second the projections write; run by hand with {@code -Dwasl.rate=100000}. */
@EnabledIfSystemProperty(named = "wasl.rate", matches = "\\d+")
class ProjectionRateIT {

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionRateIT.class);
    private static final int BATCH = 250;
    private static final int[] CODES = {10, 24, 30, 41, 45, 46, 47};

    @Test
    void a_backfill_of_list_rows_and_then_a_webhook_for_each() {
        int count = Integer.getInteger("wasl.rate");
        try (Projections projections = new Projections()) {
            CrmProjection crm = projections.bean(CrmProjection.class);
            AnalyticsProjection analytics = projections.bean(AnalyticsProjection.class);
            measure("crm, new rows", count, false, crm::apply);
            projections.jdbc().execute("ANALYZE");
            measure("analytics, new rows", count, false, analytics::apply);
            projections.jdbc().execute("ANALYZE");
            measure("crm, changed rows", count, true, crm::apply);
            measure("analytics, changed rows", count, true, analytics::apply);

            assertThat(projections.count("crm.delivery")).isEqualTo(count);
            assertThat(projections.count("analytics.fact_delivery")).isEqualTo(count);
        }
    }

    private static void measure(String what, int count, boolean change, Consumer<List<CanonicalMessage>> projection) {
        long spent = 0;
        long ownCpu = cpu();
        Duration serverCpu = serverCpu();
        for (int from = 0; from < count; from += BATCH) {
            List<CanonicalMessage> batch = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + BATCH); i++) {
                batch.add(Projections.message("hvar", change ? change(i) : row(i)));
            }
            long start = System.nanoTime();
            projection.accept(batch);
            spent += System.nanoTime() - start;
        }
        LOG.info(
                "{}: {} rows in {}, {}/s; CPU per row {} us here, {} us in PostgreSQL",
                what,
                count,
                Duration.ofNanos(spent),
                count * 1_000_000_000L / spent,
                (cpu() - ownCpu) / 1_000 / count,
                serverCpu().minus(serverCpu).toNanos() / 1_000 / count);
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** On a box that others use too, CPU tells more than the clock. */
    private static Duration serverCpu() {
        return ProcessHandle.current()
                .descendants()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Delivery row(int i) {
        Instant created = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(i * 60L);
        // three of four deliveries go to a new customer
        int customer = i % 4 == 3 ? i / 2 : i;
        return Observation.search(
                        number(i),
                        CODES[i % CODES.length],
                        created.plusSeconds(90_000).toString())
                .receiver("عميل " + customer, String.format(Locale.ROOT, "+2010%08d", customer), null)
                .dropOff(new Address(
                        "EG",
                        "Cairo",
                        "القاهرة",
                        "Nasr City",
                        null,
                        "District 7",
                        null,
                        "12 Some Street",
                        null,
                        "4",
                        "2",
                        "9",
                        30.05,
                        31.33))
                .cod(i % 3_000 * 100L)
                .fees(5_400)
                .created(created.toString())
                .delivery();
    }

    private static Delivery change(int i) {
        Instant at = Instant.parse("2026-04-01T00:00:00Z").plusSeconds(i * 60L);
        return Observation.webhook(number(i), 45, at.toString())
                .codCollected(100)
                .delivery();
    }

    private static String number(int i) {
        return String.valueOf(90_000_000L + (i * 7919L) % 9_999_991L);
    }
}
