package dev.wasl.hub.connector.bosta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wasl.hub.connector.Backfill;
import dev.wasl.hub.connector.BackfillRequest;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.SyncState;
import dev.wasl.hub.connector.SyncState.Phase;
import dev.wasl.hub.connector.TestSync;
import dev.wasl.hub.connector.Want;
import dev.wasl.hub.intake.InboundMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BostaTenantTest {

    private BostaBench bench;
    private BostaTenant tenant;

    @BeforeEach
    void open() throws Exception {
        bench = new BostaBench();
        bench.clock.run();
    }

    @AfterEach
    void close() throws IOException {
        if (tenant != null) {
            tenant.stop();
        }
        bench.close();
    }

    @Test
    void polls_fetches_details_and_shows_what_it_is_at() {
        bench.deliveries(5);
        start();

        await().untilAsserted(() -> {
            assertThat(bench.writer.of(InboundMessage.Kind.POLL)).hasSize(5);
            assertThat(bench.writer.of(InboundMessage.Kind.DETAIL)).hasSize(5);
        });
        bench.bosta.change(2, 45, BostaBench.NOW.plusSeconds(5));

        await().untilAsserted(() ->
                assertThat(bench.writer.of(InboundMessage.Kind.DETAIL)).hasSize(6));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            SyncState state = state();
            assertThat(state.phase()).isIn(Phase.IDLE, Phase.RUNNING);
            assertThat(state.lastSuccessAt()).isNotNull();
            assertThat(state.rowsChanged()).isEqualTo(6);
            assertThat(state.details()).isEqualTo(6);
            assertThat(state.calls()).isGreaterThan(6);
            assertThat(state.error()).isNull();
        });
    }

    @Test
    void shows_how_much_of_the_budget_is_used() {
        bench.deliveries(5);
        bench.requestsPerSecond = 1000;
        bench.pollInterval = Duration.ofHours(1);
        bench.bosta.answerNext("/api", 429, null, "{\"success\":false,\"errorCode\":429,\"retryAfter\":1}");
        start();

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            SyncState.Budget budget = state().budget();
            assertThat(budget).isNotNull();
            assertThat(bench.bosta.url()).endsWith(budget.source());
            assertThat(budget.limit()).isEqualTo(1000);
            assertThat(budget.rate()).isLessThan(1000);
            assertThat(budget.usedLastHour())
                    .isEqualTo(bench.bosta.calls.size())
                    .isPositive();
        });
        tenant.stop();
        bench.clock.pass(Duration.ofMinutes(1));
        assertThat(state().budget()).as("nobody knows while nobody works").isNull();
    }

    @Test
    void a_refused_key_stops_the_calls_and_asks_for_attention_until_somebody_orders_a_run() {
        bench.deliveries(3);
        bench.bosta.answerNext("/api", 401, null, "{\"success\":false,\"errorCode\":1028}");
        start();

        await().atMost(Duration.ofSeconds(20)).until(() -> state().phase() == Phase.NEEDS_ATTENTION);
        assertThat(state().error()).contains("1028");
        assertThat(bench.bosta.calls).hasSize(1);
        await().during(Duration.ofSeconds(2)).until(() -> bench.bosta.calls.size() == 1);

        bench.sync.runNow("hvar", "bosta");

        await().untilAsserted(() ->
                assertThat(bench.writer.of(InboundMessage.Kind.DETAIL)).hasSize(3));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(state().phase()).isNotEqualTo(Phase.NEEDS_ATTENTION);
            assertThat(state().error()).isNull();
        });
    }

    @Test
    void polls_that_are_refused_ask_for_attention_while_everything_else_goes_on() {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        bench.bosta.refusedLimit = bench.pageSize;
        start();

        await().atMost(Duration.ofSeconds(20)).until(() -> state().phase() == Phase.NEEDS_ATTENTION);
        assertThat(state().error()).contains("777");
        bench.sync.refresh("hvar", "bosta", parcel.number());
        await().until(() -> bench.writer.of(InboundMessage.Kind.DETAIL).size() == 1);
        bench.sync.startBackfill("hvar", "bosta", new BackfillRequest(null, null, 100, false));
        await().atMost(Duration.ofSeconds(20)).until(() -> backfill().state() == Backfill.State.DONE);

        bench.bosta.refusedLimit = 0;
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(state().phase()).isNotEqualTo(Phase.NEEDS_ATTENTION);
            assertThat(state().error()).isNull();
        });
    }

    @Test
    void a_backfill_whose_pages_are_refused_is_paused_while_polls_go_on() {
        bench.deliveries(3);
        bench.bosta.refusedLimit = 500;
        start();

        bench.sync.startBackfill("hvar", "bosta", new BackfillRequest(null, null, 500, false));

        await().atMost(Duration.ofSeconds(20)).until(() -> backfill().state() == Backfill.State.PAUSED);
        assertThat(backfill().error()).contains("777");
        long calls = bench.bosta.calls.size();
        await().until(() -> bench.bosta.calls.size() > calls + 2);
        assertThat(state().phase()).isNotEqualTo(Phase.NEEDS_ATTENTION);
        assertThat(state().lastSuccessAt()).isNotNull();
    }

    @Test
    void a_missing_key_is_shown_and_nothing_is_called() {
        bench.apiKey = "";
        start();

        await().atMost(Duration.ofSeconds(20))
                .until(() -> state().phase() == Phase.NEEDS_ATTENTION && state().error() != null);
        assertThat(bench.bosta.calls).isEmpty();
    }

    @Test
    void a_block_is_shown_counted_and_kept_across_a_restart() {
        bench.deliveries(3);
        bench.bosta.answerNext("/api", 429, null, "{\"success\":false,\"errorCode\":429,\"retryAfter\":285}");
        start();

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(state().phase()).isEqualTo(Phase.BLOCKED);
            assertThat(state().throttled()).isEqualTo(1);
            assertThat(state().blockedUntil())
                    .isBetween(BostaBench.NOW.plusSeconds(280), BostaBench.NOW.plusSeconds(320));
        });
        tenant.stop();
        assertThat(bench.bosta.calls).hasSize(1);

        var budgets = TestSync.budgets(bench.dataSource, bench.clock);
        var budget = budgets.of(bench.bosta.url(), 0, 3);
        budgets.restore();
        assertThat(budget.blockedUntil()).isAfter(BostaBench.NOW.plusSeconds(270));
        budgets.destroy();
    }

    @Test
    void paused_polling_rests_but_an_order_to_run_is_followed() {
        bench.deliveries(3);
        tenant = bench.tenant(null);
        bench.sync.pausePolling("hvar", "bosta");
        tenant.start();
        await().during(Duration.ofSeconds(2)).until(bench.bosta.calls::isEmpty);
        assertThat(state().paused()).isTrue();

        bench.sync.runNow("hvar", "bosta");
        await().until(() -> bench.writer.of(InboundMessage.Kind.POLL).size() == 3);
        long calls = bench.bosta.count("/api/v2/deliveries/search");
        await().during(Duration.ofSeconds(2)).until(() -> bench.bosta.count("/api/v2/deliveries/search") == calls);

        bench.sync.resumePolling("hvar", "bosta");
        await().until(() -> bench.bosta.count("/api/v2/deliveries/search") > calls);
    }

    @Test
    void somebody_who_waits_for_one_delivery_gets_it() {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        tenant = bench.tenant(null);
        bench.sync.pausePolling("hvar", "bosta");
        tenant.start();

        bench.sync.refresh("hvar", "bosta", parcel.number());

        await().until(() -> bench.writer.of(InboundMessage.Kind.DETAIL).size() == 1);
    }

    @Test
    void somebody_who_waits_is_served_before_everything_else_that_waits() {
        bench.deliveries(200);
        bench.requestsPerSecond = 20;
        bench.pollInterval = Duration.ofHours(1);
        List<String> numbers =
                bench.bosta.all().stream().map(FakeBosta.Parcel::number).toList();
        bench.memory.want(numbers.subList(0, 100).stream()
                .map(number -> Want.of(number, Want.Reason.CHANGED))
                .toList());
        bench.memory.want(numbers.subList(100, 199).stream()
                .map(number -> Want.of(number, Want.Reason.WEBHOOK))
                .toList());
        start();
        await().until(() -> asked().size() > 5);

        int before = asked().size();
        bench.sync.refresh("hvar", "bosta", numbers.get(199));
        int after = asked().size();

        await().until(() -> asked().contains(numbers.get(199)));
        // at most what had its turn already, and one that got it meanwhile
        assertThat(asked().indexOf(numbers.get(199))).isBetween(before, after + 2);
    }

    @Test
    void somebody_who_waits_gets_it_also_where_no_details_are_fetched() {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        bench.fetchDetails = BostaSettings.FetchDetails.NONE;
        bench.memory.want(List.of(Want.of("90009999", Want.Reason.WEBHOOK)));
        start();

        bench.sync.refresh("hvar", "bosta", parcel.number());
        bench.sync.refresh("hvar", "bosta", "no-number");

        await().untilAsserted(() -> {
            assertThat(asked()).containsExactly(parcel.number());
            assertThat(bench.memory.nextWants(Priority.HISTORY, 10))
                    .as("what cannot be asked for is put off")
                    .extracting(Want::reference)
                    .containsExactly("90009999");
        });
    }

    @Test
    void a_backfill_survives_the_loss_of_its_process_and_of_its_leader() {
        bench.deliveries(5000);
        bench.pollInterval = Duration.ofHours(1);
        Set<String> expected = new HashSet<>();
        bench.bosta.all().forEach(parcel -> expected.add(parcel.json()));
        AtomicInteger calls = new AtomicInteger();
        bench.bosta.beforeSearch = () -> {
            bench.bosta.add(BostaBench.NOW.plusSeconds(calls.get()));
            if (calls.incrementAndGet() == 12) {
                // gone in the middle of storing: nothing more reaches the disk, nothing is tidied up
                bench.writer.room = 150;
            }
        };
        start();
        bench.sync.startBackfill("hvar", "bosta", new BackfillRequest(null, null, 100, false));
        await().until(() -> bench.sync.backfills("hvar", "bosta", 1).get(0).error() != null);
        tenant.stop();

        bench.writer.room = Integer.MAX_VALUE;
        start();

        await().atMost(Duration.ofSeconds(60)).until(() -> backfill().state() == Backfill.State.DONE);
        assertThat(bench.writer.bodies()).containsAll(expected);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(state().phase()).isEqualTo(Phase.IDLE));
    }

    @Test
    void details_of_the_past_wait_until_the_backfill_is_done_and_then_come() {
        bench.deliveries(600);
        start();
        bench.sync.startBackfill("hvar", "bosta", new BackfillRequest(null, null, 100, true));

        await().atMost(Duration.ofSeconds(60)).until(() -> backfill().state() == Backfill.State.DONE);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> bench.writer.of(InboundMessage.Kind.DETAIL).size() >= 600);
        assertThat(bench.memory.wantCounts()).doesNotContainKey(Priority.HISTORY);
    }

    @Test
    void does_nothing_while_the_database_does_not_confirm_that_it_leads() {
        bench.deliveries(3);
        bench.leading = false;
        start();
        await().during(Duration.ofSeconds(2)).until(bench.bosta.calls::isEmpty);

        bench.leading = true;

        await().until(() -> bench.writer.of(InboundMessage.Kind.DETAIL).size() == 3);
    }

    @Test
    void ends_its_threads() {
        bench.deliveries(3);
        start();
        await().until(() -> !bench.writer.stored.isEmpty());

        tenant.stop();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("bosta-hvar-"));
        tenant = null;
    }

    private List<String> asked() {
        return bench.bosta.calls.stream()
                .map(FakeBosta.Call::path)
                .filter(path -> path.contains("/business/"))
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .toList();
    }

    private void start() {
        tenant = bench.tenant(null);
        tenant.start();
    }

    private SyncState state() {
        return bench.sync.state("hvar", "bosta").orElseThrow();
    }

    private Backfill backfill() {
        return bench.sync.backfills("hvar", "bosta", 1).get(0);
    }
}
