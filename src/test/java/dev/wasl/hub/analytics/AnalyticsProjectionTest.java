package dev.wasl.hub.analytics;

import static dev.wasl.hub.Projections.message;
import static dev.wasl.hub.Projections.messages;
import static dev.wasl.hub.fold.Observation.detail;
import static dev.wasl.hub.fold.Observation.search;
import static dev.wasl.hub.fold.Observation.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.AtOnce;
import dev.wasl.hub.Projections;
import dev.wasl.hub.canonical.CanonicalData;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.crm.CrmProjection;
import dev.wasl.hub.fold.Observation;
import dev.wasl.hub.fold.Statements;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnalyticsProjectionTest {

    private final Projections projections = new Projections();
    private final AnalyticsProjection analytics = projections.bean(AnalyticsProjection.class);
    private final AnalyticsAudit audit = projections.bean(AnalyticsAudit.class);

    @AfterEach
    void close() {
        projections.close();
    }

    @Test
    void counts_each_number_on_the_day_of_its_own_event_in_the_tenants_time_zone() {
        apply(detail("1", 45, "2026-01-12T10:00:00Z")
                .created("2026-01-10T22:30:00Z")
                .delivered("2026-01-12T09:00:00Z")
                .cod(185_000)
                .codCollected(180_000)
                .fees(5_400)
                .deposited(118_000, "2026-01-15T09:00:00Z")
                .attempt("a1", Delivery.Attempt.Outcome.FAILED, "2026-01-11T10:00:00Z")
                .attempt("a2", Delivery.Attempt.Outcome.SUCCEEDED, "2026-01-12T09:00:00Z"));

        assertThat(strings("""
                                SELECT concat_ws(' ', day, courier, kind, currency, created, cod_expected_minor, delivered,
                                    succeeded, fees_minor, failed_attempts, cod_collected_minor, net_deposited_minor)
                                FROM analytics.daily_delivery ORDER BY day"""))
                .containsExactly(
                        "2026-01-11 bosta SEND EGP 1 185000 0 0 0 1 0 0",
                        "2026-01-12 bosta SEND EGP 0 0 1 1 5400 0 180000 0",
                        "2026-01-15 bosta SEND EGP 0 0 0 0 0 0 0 118000");
    }

    @Test
    void a_late_statement_reopens_the_day_it_belongs_to() {
        apply(search("1", 45, "2026-01-19T10:00:00Z").created("2026-01-10T10:00:00Z"));
        apply(webhook("1", 45, "2026-01-12T10:00:00Z"));
        apply(webhook("1", 46, "2026-01-20T10:00:00Z").kind(DeliveryKind.SEND));

        assertThat(strings("""
                                SELECT concat_ws(' ', day, created, delivered, returned) FROM analytics.daily_delivery
                                WHERE created + delivered + returned <> 0 ORDER BY day""")).containsExactly("2026-01-10 1 0 0", "2026-01-20 0 0 1");
        assertThat(audit.differences("hvar")).isEmpty();
    }

    @Test
    void what_was_really_collected_takes_the_place_of_what_was_to_be() {
        String collected = "SELECT cod_collected_minor FROM analytics.daily_delivery WHERE cod_collected_minor <> 0";

        apply(search("1", 45, "2026-01-12T10:00:00.200Z").cod(75_000));
        assertThat(strings(collected)).containsExactly("75000");

        apply(webhook("1", 45, "2026-01-12T10:00:00Z").codCollected(70_000));
        assertThat(strings(collected)).containsExactly("70000");
        assertThat(audit.differences("hvar")).isEmpty();
    }

    @Test
    void a_kind_learned_late_moves_the_numbers() {
        apply(search("1", 10, "2026-01-10T10:00:00Z").kind(null).created("2026-01-10T10:00:00Z"));
        apply(webhook("1", 24, "2026-01-11T10:00:00Z").kind(DeliveryKind.EXCHANGE));

        assertThat(strings("SELECT kind FROM analytics.daily_delivery WHERE created = 1"))
                .containsExactly("EXCHANGE");
        assertThat(audit.differences("hvar")).isEmpty();
    }

    @Test
    void a_message_counts_once() {
        CanonicalMessage message = message(
                "hvar", "evt-1", webhook("1", 45, "2026-01-12T10:00:00Z").delivery());
        analytics.apply(List.of(message, message));
        analytics.apply(List.of(message));

        assertThat(strings("SELECT concat_ws(' ', created, delivered) FROM analytics.daily_delivery"))
                .containsExactly("1 1");
    }

    @Test
    void facts_hold_no_personal_data() {
        apply(detail("1", 45, "2026-01-12T10:00:00Z")
                .receiver("Mona", "+201000000001", null)
                .attempt("a1", Delivery.Attempt.Outcome.FAILED, "2026-01-11T10:00:00Z"));
        analytics.apply(messages("hvar", new Statements(3).payments("pi_1", 20)));
        analytics.apply(messages("hvar", new Statements(3).notifications("n-1", 20)));

        for (String table : List.of("fact_delivery", "fact_attempt", "fact_payment", "fact_notification")) {
            assertThat(strings("SELECT to_jsonb(f) FROM analytics." + table + " f"))
                    .as(table)
                    .isNotEmpty()
                    .noneMatch(row -> row.contains("+2010")
                            || row.contains("Mona")
                            || row.contains("example.com")
                            || row.contains("\"courier\": \"courier\""));
        }
    }

    @Test
    void days_equal_a_recount_and_facts_equal_the_crm_after_any_order() {
        CrmProjection crm = projections.bean(CrmProjection.class);
        for (long seed = 0; seed < 10; seed++) {
            String tenant = "t" + seed;
            List<CanonicalMessage> messages = messages(tenant, random(seed));
            applyInBatches(messages, new Random(seed), analytics::apply);
            applyInBatches(new Statements(seed).shuffled(messages), new Random(seed), crm::apply);
            applyInBatches(new Statements(seed + 1).shuffled(messages), new Random(seed), analytics::apply);

            assertThat(audit.differences(tenant)).as("seed %s", seed).isEmpty();
            assertThat(audit.totals(tenant)).as("seed %s", seed).hasSize(3).allSatisfy(total -> {
                assertThat(total.crm()).isPositive();
                assertThat(total.analytics()).isEqualTo(total.crm());
                assertThat(total.daily()).isEqualTo(total.crm());
            });
        }
    }

    @Test
    void the_audit_sees_a_wrong_day() {
        apply(webhook("1", 45, "2026-01-12T10:00:00Z"));
        projections.jdbc().update("UPDATE analytics.daily_delivery SET delivered = delivered + 1");

        assertThat(audit.differences("hvar")).singleElement().satisfies(difference -> {
            assertThat(difference.table()).isEqualTo("daily_delivery");
            assertThat(difference.day()).isEqualTo("2026-01-12");
        });
    }

    @Test
    void consumers_that_meet_on_the_same_day_add_up() throws Exception {
        List<CanonicalMessage> messages = messages("hvar", random(42));
        AtOnce.run(4, consumer -> {
            for (int i = consumer; i < messages.size(); i += 4) {
                analytics.apply(List.of(messages.get(i), messages.get((i + 1) % messages.size())));
            }
        });

        assertThat(audit.differences("hvar")).isEmpty();
    }

    private static List<CanonicalData> random(long seed) {
        Statements statements = new Statements(seed);
        List<CanonicalData> told = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            told.addAll(statements.deliveries("T" + i, 6));
            told.addAll(statements.payments("pi_" + i, 6));
            told.addAll(statements.notifications("n-" + i, 4));
        }
        return statements.shuffled(told);
    }

    private static void applyInBatches(
            List<CanonicalMessage> messages, Random random, Consumer<List<CanonicalMessage>> projection) {
        int from = 0;
        while (from < messages.size()) {
            int to = Math.min(messages.size(), from + 1 + random.nextInt(15));
            projection.accept(messages.subList(from, to));
            from = to;
        }
    }

    private void apply(Observation observation) {
        analytics.apply(List.of(message("hvar", observation.delivery())));
    }

    private List<String> strings(String sql) {
        return projections.jdbc().queryForList(sql, String.class);
    }
}
