package dev.wasl.hub.connector.bosta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.SyncState;
import dev.wasl.hub.connector.Want;
import dev.wasl.hub.connector.Want.Reason;
import dev.wasl.hub.intake.InboundMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class BostaDetailsTest {

    private static final String DETAIL = "/api/v2/deliveries/business/";

    private BostaBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new BostaBench();
        bench.sync.register("hvar", "bosta", new ConnectorSync.Participant(200, true, () -> {}));
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void passes_on_the_detail_and_ends_the_wish() throws Exception {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        want(parcel.number(), Reason.WEBHOOK);

        bench.details().run(true);

        List<InboundMessage> details = bench.writer.of(InboundMessage.Kind.DETAIL);
        assertThat(details).hasSize(1);
        assertThat(new String(details.get(0).body(), StandardCharsets.UTF_8)).isEqualTo(parcel.detail());
        assertThat(bench.memory.wantCounts()).isEmpty();
        assertThat(bench.details().run(true)).isZero();
    }

    @Test
    void asks_for_the_most_urgent_first_and_for_the_past_only_when_told() throws Exception {
        bench.requestsPerSecond = 1000;
        bench.deliveries(5);
        List<FakeBosta.Parcel> parcels = bench.bosta.all();
        want(parcels.get(0).number(), Reason.BACKFILL);
        want(parcels.get(1).number(), Reason.CHANGED);
        want(parcels.get(2).number(), Reason.RECONCILE);
        want(parcels.get(3).number(), Reason.WEBHOOK);
        want(parcels.get(4).number(), Reason.USER);
        bench.clock.run();

        BostaDetails details = bench.details();
        while (details.run(false) > 0) {}
        assertThat(askedFor())
                .containsExactly(
                        parcels.get(4).number(),
                        parcels.get(3).number(),
                        parcels.get(2).number(),
                        parcels.get(1).number());
        details.run(true);
        assertThat(askedFor()).endsWith(parcels.get(0).number());
    }

    @Test
    void a_wish_becomes_as_urgent_as_its_most_urgent_reason() throws Exception {
        want("90000001", Reason.BACKFILL);
        want("90000001", Reason.WEBHOOK);
        want("90000001", Reason.CHANGED);

        assertThat(bench.memory.wantCounts()).containsOnlyKeys(Priority.HINT);
    }

    @Test
    void a_wish_that_arises_again_while_it_is_fulfilled_stays() throws Exception {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        want(parcel.number(), Reason.CHANGED);
        Want asked = bench.memory.nextWants(Priority.HISTORY, 1).get(0);

        want(parcel.number(), Reason.WEBHOOK);
        bench.memory.answered(List.of(asked), Map.of(), 0);

        assertThat(bench.memory.wantCounts()).containsEntry(Priority.HINT, 1L);
    }

    @Test
    void a_listed_delivery_that_is_not_found_is_tried_a_few_times_and_then_given_up_visibly() throws Exception {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        bench.bosta.loseDetail(parcel.number());
        want(parcel.number(), Reason.CHANGED);

        List<Integer> tries = new ArrayList<>();
        for (int hour = 0; hour < 10; hour++) {
            bench.details().run(true);
            bench.details().run(true);
            tries.add(askedFor().size());
            bench.clock.pass(Duration.ofHours(4));
        }

        assertThat(tries).endsWith(4, 4, 4);
        SyncState state = bench.sync.state("hvar", "bosta").orElseThrow();
        assertThat(state.wantsGivenUp()).isEqualTo(1);
        assertThat(state.wants()).isEmpty();

        bench.bosta.findDetail(parcel.number());
        want(parcel.number(), Reason.WEBHOOK);
        bench.details().run(true);
        assertThat(bench.writer.of(InboundMessage.Kind.DETAIL)).hasSize(1);
        assertThat(bench.sync.state("hvar", "bosta").orElseThrow().wantsGivenUp())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"400,777", "403,1008", "405,1000"})
    void a_delivery_that_is_refused_is_given_up_in_the_end_and_holds_up_no_other(int status, int code)
            throws Exception {
        bench.requestsPerSecond = 1000;
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        want("99999999", Reason.WEBHOOK);
        want(parcel.number(), Reason.CHANGED);
        BostaDetails details = bench.details();

        for (int ask = 0; ask < 4; ask++) {
            refuse(status, code);
            details.run(true);
            details.run(true);
            bench.clock.pass(Duration.ofHours(4));
        }

        assertThat(askedFor()).containsExactly("99999999", parcel.number(), "99999999", "99999999", "99999999");
        assertThat(bench.writer.of(InboundMessage.Kind.DETAIL)).hasSize(1);
        SyncState state = bench.sync.state("hvar", "bosta").orElseThrow();
        assertThat(state.wants()).isEmpty();
        assertThat(state.wantsGivenUp()).isEqualTo(1);
    }

    @Test
    void a_refusal_counts_against_no_delivery_while_the_key_is_in_doubt() throws Exception {
        want("90000001", Reason.WEBHOOK);
        BostaDetails details = bench.details();
        bench.bosta.answerNext(DETAIL, 401, null, "");
        details.run(true);

        for (int ask = 0; ask < 6; ask++) {
            bench.clock.pass(Duration.ofMinutes(20));
            refuse(403, 1008);
            details.run(true);
        }

        assertThat(askedFor()).hasSize(7);
        bench.clock.pass(Duration.ofMinutes(20));
        assertThat(bench.memory.nextWants(Priority.HISTORY, 1))
                .singleElement()
                .satisfies(want -> assertThat(want.misses()).isZero());
    }

    @Test
    void a_passing_failure_puts_a_wish_off_and_a_block_does_not_count_against_it() throws Exception {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        want(parcel.number(), Reason.CHANGED);
        bench.bosta.answerNext(DETAIL, 502, null, "<html/>");

        bench.details().run(true);
        assertThat(bench.memory.nextWants(Priority.HISTORY, 1)).isEmpty();
        bench.clock.pass(Duration.ofSeconds(11));
        bench.bosta.answerNext(DETAIL, 429, null, "{\"retryAfter\":5}");
        bench.details().run(true);
        bench.clock.pass(Duration.ofMinutes(10));

        assertThat(bench.memory.nextWants(Priority.HISTORY, 1))
                .singleElement()
                .satisfies(want -> assertThat(want.attempts()).isEqualTo(1));
        bench.details().run(true);
        assertThat(bench.writer.of(InboundMessage.Kind.DETAIL)).hasSize(1);
    }

    @Test
    void a_detail_that_could_not_be_stored_is_still_wanted() throws Exception {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        want(parcel.number(), Reason.CHANGED);
        bench.writer.room = 0;
        try {
            bench.details().run(true);
        } catch (dev.wasl.hub.canonical.HubException e) {
            // the worker reports it and goes on later
        }
        bench.writer.room = 10;

        bench.details().run(true);

        assertThat(bench.writer.of(InboundMessage.Kind.DETAIL)).hasSize(1);
    }

    @Test
    void many_wishes_are_fulfilled_together_when_nothing_limits_the_calls() throws Exception {
        bench.deliveries(300);
        bench.bosta.all().forEach(parcel -> want(parcel.number(), Reason.BACKFILL));

        BostaDetails details = bench.details();
        while (details.run(true) > 0) {}

        assertThat(bench.writer.of(InboundMessage.Kind.DETAIL)).hasSize(300);
        assertThat(bench.writer.bodies()).hasSize(300);
    }

    @Test
    void a_change_that_a_poll_saw_as_well_is_no_repair() throws Exception {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        bench.bosta.change(0, 45, BostaBench.NOW);
        bench.memory.want(List.of(new Want(parcel.number(), Reason.RECONCILE, 10, 0, 0, 0)));
        want(parcel.number(), Reason.CHANGED);

        bench.details().run(true);

        assertThat(bench.sync.state("hvar", "bosta").orElseThrow().repairedTotal())
                .isZero();
    }

    @Test
    void a_repair_counts_also_when_a_backfill_wants_the_same_detail() throws Exception {
        bench.deliveries(2);
        String before = bench.bosta.change(0, 45, BostaBench.NOW).number();
        String after = bench.bosta.change(1, 45, BostaBench.NOW).number();
        want(before, Reason.BACKFILL);
        bench.memory.want(List.of(
                new Want(before, Reason.RECONCILE, 10, 0, 0, 0), new Want(after, Reason.RECONCILE, 10, 0, 0, 0)));
        want(after, Reason.BACKFILL);

        while (bench.details().run(true) > 0) {}

        assertThat(bench.sync.state("hvar", "bosta").orElseThrow().repairedTotal())
                .isEqualTo(2);
    }

    @Test
    void what_was_given_up_is_not_asked_for_again_because_it_is_still_open() throws Exception {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);
        want(parcel.number(), Reason.RECONCILE);
        bench.memory.giveUp(bench.memory.nextWants(Priority.HISTORY, 1).get(0), "not found");

        bench.memory.want(List.of(new Want(parcel.number(), Reason.RECONCILE, 10, 0, 0, 0)));

        assertThat(bench.memory.wantCounts()).isEmpty();
        assertThat(bench.sync.state("hvar", "bosta").orElseThrow().wantsGivenUp())
                .isEqualTo(1);
        want(parcel.number(), Reason.CHANGED);
        assertThat(bench.memory.wantCounts()).containsOnlyKeys(Priority.POLL);
    }

    private void want(String number, Reason reason) {
        bench.memory.want(List.of(Want.of(number, reason)));
    }

    private void refuse(int status, int code) {
        bench.bosta.answerNext(DETAIL, status, null, "{\"success\":false,\"errorCode\":" + code + ",\"data\":null}");
    }

    private List<String> askedFor() {
        return bench.bosta.calls.stream()
                .map(call -> call.path().substring(DETAIL.length()))
                .toList();
    }
}
