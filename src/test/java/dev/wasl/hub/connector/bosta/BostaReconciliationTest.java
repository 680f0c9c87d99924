package dev.wasl.hub.connector.bosta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wasl.hub.Projections;
import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.connector.OpenDeliveries;
import dev.wasl.hub.connector.SyncState;
import dev.wasl.hub.crm.CrmProjection;
import dev.wasl.hub.fold.Observation;
import dev.wasl.hub.intake.InboundMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BostaReconciliationTest {

    private static final String DETAIL = "/api/v2/deliveries/business/";

    private BostaBench bench;
    private Projections projections;

    @BeforeEach
    void open() throws Exception {
        bench = new BostaBench();
        bench.sync.register("hvar", "bosta", new ConnectorSync.Participant(200, true, () -> {}));
        projections = new Projections(bench.clock);
    }

    @AfterEach
    void close() throws IOException {
        projections.close();
        bench.close();
    }

    @Test
    void goes_round_all_silent_deliveries_also_when_one_round_takes_longer_than_a_delivery_may_stay_silent()
            throws Exception {
        bench.deliveries(20);
        known(10);
        bench.reconcileBatch = 2;
        bench.clock.pass(Duration.ofHours(2));

        // six an hour, while each may be asked about again after one: an unchanged answer never reaches the CRM
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 10; i++) {
                assertThat(reconciliation().run()).isEqualTo(2);
                bench.details().run(true);
                bench.clock.pass(Duration.ofMinutes(20));
            }
            assertThat(askedFor()).hasSize((round + 1) * 20);
            assertThat(askedFor().subList(round * 20, (round + 1) * 20))
                    .as("round %d", round)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void asks_about_the_longest_silent_first_and_about_none_twice_within_its_time() throws Exception {
        bench.deliveries(6);
        String newcomer = bench.bosta.all().get(5).number();
        known(10);
        bench.clock.pass(Duration.ofMinutes(30));
        tell(Observation.search(newcomer, 24, "2026-01-10T12:20:00Z"));
        bench.clock.pass(Duration.ofMinutes(31));

        assertThat(reconciliation().run()).as("all but the newcomer").isEqualTo(5);
        bench.details().run(true);
        assertThat(reconciliation().run()).as("all were asked about").isZero();
        bench.clock.pass(Duration.ofMinutes(30));
        assertThat(reconciliation().run()).isEqualTo(1);
        bench.details().run(true);
        assertThat(askedFor()).hasSize(6).endsWith(newcomer);
    }

    @Test
    void counts_what_it_repaired() throws Exception {
        bench.deliveries(6);
        known(10);
        bench.bosta.change(0, 45, BostaBench.NOW);
        bench.bosta.change(4, 46, BostaBench.NOW);
        bench.clock.pass(Duration.ofHours(2));
        bench.reconcileBatch = 4;

        assertThat(reconciliation().run()).isEqualTo(4);
        assertThat(reconciliation().run()).as("the batch is still waiting").isZero();
        bench.details().run(true);
        assertThat(reconciliation().run()).isEqualTo(2);
        bench.details().run(true);

        SyncState state = state();
        assertThat(state.repairedToday()).isEqualTo(2);
        assertThat(state.repairedTotal()).isEqualTo(2);
        assertThat(state.details()).isEqualTo(6);
    }

    @Test
    void asks_once_a_day_for_some_weeks_about_cash_that_was_not_paid_out() throws Exception {
        bench.deliveries(3);
        String unpaid = bench.bosta.change(0, 45, BostaBench.NOW).number();
        tell(Observation.detail(unpaid, 45, "2026-01-10T10:00:00Z").cod(75_000));
        tell(Observation.detail(bench.bosta.all().get(1).number(), 45, "2026-01-10T10:00:00Z"));
        tell(Observation.detail(bench.bosta.all().get(2).number(), 46, "2026-01-10T10:00:00Z")
                .cod(75_000));

        int asked = 0;
        for (int hour = 0; hour < 40 * 24; hour++) {
            bench.clock.pass(Duration.ofHours(1));
            asked += reconciliation().run();
            bench.details().run(true);
        }

        assertThat(askedFor()).hasSize(asked).containsOnly(unpaid);
        assertThat(asked).isBetween(26, 28);
        assertThat(state().repairedTotal()).as("a pay-out is no repair").isZero();
    }

    @Test
    void asks_no_more_about_cash_that_was_paid_out() throws Exception {
        bench.deliveries(1);
        String paid = bench.bosta.all().get(0).number();
        tell(Observation.detail(paid, 45, "2026-01-10T10:00:00Z").cod(75_000));
        bench.clock.pass(Duration.ofDays(4));
        assertThat(reconciliation().run()).isEqualTo(1);
        bench.details().run(true);
        // Bosta's own time of the last change is what it was
        tell(Observation.detail(paid, 45, "2026-01-10T10:00:00Z").cod(75_000).paidOut("EX1", "2026-01-14T00:00:00Z"));
        bench.clock.pass(Duration.ofDays(3));

        assertThat(reconciliation().run()).isZero();
    }

    @Test
    void neither_open_nor_unpaid_deliveries_keep_the_others_from_their_turn() throws Exception {
        bench.deliveries(40);
        List<FakeBosta.Parcel> all = bench.bosta.all();
        for (int i = 0; i < 40; i++) {
            tell(Observation.detail(all.get(i).number(), i < 20 ? 45 : 24, "2026-01-10T10:00:00Z")
                    .cod(75_000));
        }
        bench.clock.pass(Duration.ofDays(2));
        bench.reconcileBatch = 10;

        assertThat(reconciliation().run()).isEqualTo(10);
        bench.details().run(true);

        assertThat(askedFor())
                .filteredOn(number -> number.compareTo(all.get(20).number()) < 0)
                .as("unpaid ones")
                .hasSize(2);
        for (int i = 0; i < 3; i++) {
            reconciliation().run();
            bench.details().run(true);
        }
        assertThat(askedFor()).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void leaves_ended_deliveries_and_those_of_others_alone() throws Exception {
        tell(Observation.search("90000001", 48, "2026-01-10T11:00:00Z"));
        projections
                .bean(CrmProjection.class)
                .apply(Projections.messages(
                        "telite",
                        List.of(Observation.search("90000002", 24, "2026-01-10T11:00:00Z")
                                .delivery())));
        bench.clock.pass(Duration.ofHours(2));

        assertThat(reconciliation().run()).isZero();
    }

    @Test
    void a_number_that_cannot_be_asked_for_does_not_keep_the_others_from_their_turn() throws Exception {
        tell(Observation.search("not-a-number", 24, "2026-01-10T11:00:00Z"));
        bench.clock.pass(Duration.ofMinutes(1));
        bench.deliveries(1);
        known(10);
        bench.clock.pass(Duration.ofHours(2));
        bench.reconcileBatch = 1;

        reconciliation().run();
        reconciliation().run();
        bench.details().run(true);

        assertThat(askedFor()).hasSize(1);
    }

    @Test
    void a_tenant_at_work_reconciles_what_its_polls_do_not_show() throws Exception {
        bench.deliveries(30);
        bench.pageSize = 3;
        known(10);
        bench.bosta.change(2, 45, BostaBench.NOW.minus(Duration.ofDays(3)));
        bench.clock.pass(Duration.ofHours(2));
        bench.clock.run();
        BostaTenant tenant = bench.tenant(projections.bean(OpenDeliveries.class));
        tenant.start();
        try {
            await().untilAsserted(() -> assertThat(state().repairedTotal()).isEqualTo(1));
        } finally {
            tenant.stop();
        }
        assertThat(bench.writer.of(InboundMessage.Kind.POLL))
                .extracting(message -> new String(message.body(), StandardCharsets.UTF_8))
                .noneMatch(body -> body.contains("\"code\":45"));
    }

    private BostaReconciliation reconciliation() {
        return new BostaReconciliation(
                "hvar", bench.settings(), bench.memory, projections.bean(OpenDeliveries.class), bench.clock);
    }

    /** The CRM knows what Bosta has, in a state, and heard of it second by second. */
    private void known(int state) {
        for (FakeBosta.Parcel parcel : bench.bosta.all()) {
            tell(Observation.search(parcel.number(), state, "2026-01-10T10:00:00Z"));
            bench.clock.pass(Duration.ofSeconds(1));
        }
    }

    private void tell(Observation observation) {
        projections.bean(CrmProjection.class).apply(Projections.messages("hvar", List.of(observation.delivery())));
    }

    private SyncState state() {
        return bench.sync.state("hvar", "bosta").orElseThrow();
    }

    private List<String> askedFor() {
        return bench.bosta.calls.stream()
                .map(call -> call.path().substring(DETAIL.length()))
                .toList();
    }
}
