package dev.wasl.hub.connector.bosta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.Want;
import dev.wasl.hub.connector.bosta.BostaSettings.FetchDetails;
import dev.wasl.hub.intake.InboundMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;

@Timeout(120)
class BostaPollTest {

    private static final String SEARCH = "/api/v2/deliveries/search";

    private BostaBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new BostaBench();
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void the_first_poll_reads_one_page_and_begins_there() throws Exception {
        bench.deliveries(100);

        BostaPoll.Result result = bench.poll().run();

        assertThat(result.complete()).isTrue();
        assertThat(bench.bosta.calls).hasSize(1);
        assertThat(bench.writer.of(InboundMessage.Kind.POLL)).hasSize(10);
        assertThat(bench.memory.cursor().mark()).isEqualTo(BostaBench.NOW);
    }

    @Test
    void passes_the_rows_on_as_bosta_wrote_them_under_an_identity_made_of_their_content() throws Exception {
        FakeBosta.Parcel parcel = bench.bosta.add(BostaBench.NOW);

        bench.poll().run();

        InboundMessage message = bench.writer.stored.get(0);
        assertThat(new String(message.body(), StandardCharsets.UTF_8)).isEqualTo(parcel.json());
        assertThat(message.connector()).isEqualTo("bosta");
        assertThat(message.tenant()).isEqualTo("hvar");
        assertThat(message.messageId()).matches("[0-9a-f]{64}");
    }

    @Test
    void a_quiet_poll_costs_one_call_and_passes_nothing_on() throws Exception {
        bench.deliveries(100);
        bench.poll().run();

        BostaPoll.Result result = bench.poll().run();

        assertThat(bench.bosta.calls).hasSize(2);
        assertThat(result.changed()).isZero();
        assertThat(bench.writer.stored).hasSize(10);
    }

    @Test
    void passes_on_what_changed_and_wants_its_detail() throws Exception {
        bench.deliveries(100);
        bench.poll().run();
        bench.memory.answered(bench.memory.nextWants(Priority.HISTORY, 100), Map.of(), 0);

        FakeBosta.Parcel changed = bench.bosta.change(3, 45, BostaBench.NOW.plusSeconds(30));
        FakeBosta.Parcel created = bench.bosta.add(BostaBench.NOW.plusSeconds(40));
        bench.clock.pass(Duration.ofMinutes(1));
        BostaPoll.Result result = bench.poll().run();

        assertThat(result.changed()).isEqualTo(2);
        assertThat(bench.writer.bodies()).contains(changed.json(), created.json());
        assertThat(bench.memory.nextWants(Priority.HISTORY, 100))
                .extracting(Want::reference)
                .containsExactlyInAnyOrder(changed.number(), created.number());
        assertThat(bench.memory.cursor().mark()).isEqualTo(created.updatedAt());
    }

    @Test
    void does_not_ask_again_for_the_detail_that_a_webhook_has_brought() throws Exception {
        bench.deliveries(100);
        bench.poll().run();
        bench.memory.answered(bench.memory.nextWants(Priority.HISTORY, 100), Map.of(), 0);

        FakeBosta.Parcel told = bench.bosta.change(3, 45, BostaBench.NOW.plusMillis(30_417));
        FakeBosta.Parcel changedSince = bench.bosta.change(4, 45, BostaBench.NOW.plusMillis(20_250));
        bench.memory.want(List.of(
                Want.of(told.number(), Want.Reason.WEBHOOK), Want.of(changedSince.number(), Want.Reason.WEBHOOK)));
        while (bench.details().run(true) > 0) {}
        FakeBosta.Parcel again = bench.bosta.change(4, 46, BostaBench.NOW.plusMillis(40_001));
        bench.clock.pass(Duration.ofMinutes(1));
        BostaPoll.Result result = bench.poll().run();

        assertThat(result.changed()).isEqualTo(2);
        assertThat(bench.memory.nextWants(Priority.HISTORY, 100))
                .extracting(Want::reference)
                .containsExactly(again.number());
    }

    @Test
    void asks_again_when_the_state_changed_within_the_second_that_the_detail_tells() throws Exception {
        bench.deliveries(100);
        bench.poll().run();
        bench.memory.answered(bench.memory.nextWants(Priority.HISTORY, 100), Map.of(), 0);

        FakeBosta.Parcel told = bench.bosta.change(3, 41, BostaBench.NOW.plusMillis(30_100));
        bench.memory.want(List.of(Want.of(told.number(), Want.Reason.WEBHOOK)));
        bench.details().run(true);
        bench.bosta.change(3, 45, BostaBench.NOW.plusMillis(30_900));
        bench.clock.pass(Duration.ofMinutes(1));
        bench.poll().run();

        assertThat(bench.memory.nextWants(Priority.HISTORY, 100))
                .extracting(Want::reference)
                .containsExactly(told.number());
    }

    @Test
    void fetches_no_details_where_none_are_asked_for_and_all_where_all_are() throws Exception {
        bench.deliveries(5);
        bench.fetchDetails = FetchDetails.NONE;
        bench.poll().run();
        assertThat(bench.memory.wantCounts()).isEmpty();

        bench.fetchDetails = FetchDetails.ALL;
        bench.poll().run();
        assertThat(bench.memory.wantCounts()).containsEntry(Priority.POLL, 5L);
    }

    @Test
    void reads_a_change_that_became_visible_late_within_the_overlap() throws Exception {
        bench.deliveries(100);
        bench.poll().run();

        FakeBosta.Parcel late = bench.bosta.change(3, 24, BostaBench.NOW.minus(Duration.ofMinutes(4)));
        bench.poll().run();

        assertThat(bench.writer.bodies()).contains(late.json());
    }

    @Test
    void catches_up_over_many_pages() throws Exception {
        bench.deliveries(100);
        bench.poll().run();
        bench.writer.stored.clear();

        for (int i = 0; i < 70; i++) {
            bench.bosta.change(i, 24, BostaBench.NOW.plusSeconds(i + 1));
        }
        bench.clock.pass(Duration.ofMinutes(10));
        BostaPoll.Result result = bench.poll().run();

        assertThat(result.complete()).isTrue();
        assertThat(bench.writer.stored).hasSize(70);
        assertThat(bench.memory.cursor().gapTop()).isNull();
    }

    @Test
    void a_block_in_the_middle_ends_the_run_with_its_progress_kept_and_the_next_run_goes_on_from_there()
            throws Exception {
        bench.deliveries(200);
        bench.poll().run();
        bench.writer.stored.clear();
        for (int i = 0; i < 150; i++) {
            bench.bosta.change(i, 24, BostaBench.NOW.plusSeconds(i + 1));
        }
        bench.clock.pass(Duration.ofMinutes(10));
        throttleCall(6);

        BostaPoll.Result first = bench.poll().run();

        assertThat(first.complete()).isFalse();
        assertThat(first.failure().code()).isEqualTo(ErrorCode.CONNECTOR_THROTTLED);
        assertThat(bench.writer.stored).hasSize(50);
        assertThat(bench.memory.cursor().mark()).isEqualTo(BostaBench.NOW);
        assertThat(bench.budget().blockedUntil())
                .isEqualTo(bench.clock.instant().plusSeconds(285));

        for (int i = 150; i < 160; i++) {
            bench.bosta.change(i, 30, BostaBench.NOW.plusSeconds(600 + i));
        }
        bench.clock.pass(Duration.ofMinutes(15));
        bench.bosta.beforeSearch = () -> {};
        int before = bench.bosta.calls.size();
        BostaPoll.Result second = bench.poll().run();

        assertThat(second.complete()).isTrue();
        assertThat(bench.writer.bodies()).hasSize(160);
        assertThat(bench.bosta.calls.size() - before)
                .as("the news on two pages and the gap, not everything again")
                .isLessThanOrEqualTo(2 + 12);
        assertThat(bench.memory.cursor().gapTop()).isNull();
        assertThat(bench.memory.cursor().mark()).isEqualTo(BostaBench.NOW.plusSeconds(600 + 159));
    }

    @Test
    void comes_to_an_end_even_if_every_run_is_blocked_after_a_few_pages() throws Exception {
        bench.deliveries(300);
        bench.poll().run();
        for (int i = 0; i < 300; i++) {
            bench.bosta.change(i, 24, BostaBench.NOW.plusSeconds(i + 1));
        }
        bench.clock.pass(Duration.ofMinutes(10));

        boolean complete = false;
        for (int run = 0; run < 40 && !complete; run++) {
            throttleCall(4);
            complete = bench.poll().run().complete();
            bench.clock.pass(Duration.ofMinutes(15));
        }

        assertThat(complete).isTrue();
        assertThat(changedIn(24)).hasSize(300);
    }

    @Test
    void a_long_way_is_cut_by_the_limit_of_pages_and_gone_on_with() throws Exception {
        bench.deliveries(100);
        bench.poll().run();
        for (int i = 0; i < 100; i++) {
            bench.bosta.change(i, 24, BostaBench.NOW.plusSeconds(i + 1));
        }
        bench.maxPages = 4;

        BostaPoll.Result first = bench.poll().run();
        int runs = 1;
        while (!bench.poll().run().complete()) {
            runs++;
        }

        assertThat(first.complete()).isFalse();
        assertThat(first.failure()).isNull();
        assertThat(runs).isLessThan(6);
        assertThat(changedIn(24)).hasSize(100);
    }

    @Test
    void a_run_that_could_not_store_leaves_the_cursor_and_the_next_one_stores() throws Exception {
        bench.deliveries(20);
        bench.poll().run();
        for (int i = 0; i < 15; i++) {
            bench.bosta.change(i, 24, BostaBench.NOW.plusSeconds(i + 1));
        }
        bench.writer.room = 10;

        BostaPoll.Result failed = bench.poll().run();
        assertThat(failed.failure().code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(bench.memory.cursor().mark()).isEqualTo(BostaBench.NOW);

        bench.writer.room = 1000;
        assertThat(bench.poll().run().complete()).isTrue();
        assertThat(changedIn(24)).hasSize(15);
    }

    @Test
    void loses_no_row_of_5000_that_change_while_it_reads() throws Exception {
        Random random = new Random(7);
        bench.pageSize = 50;
        bench.deliveries(5000);
        bench.poll().run();
        Set<String> expected = new HashSet<>();
        Instant[] time = {BostaBench.NOW.plusSeconds(1)};
        Runnable drift = () -> {
            for (int i = 0; i < 3; i++) {
                time[0] = time[0].plusMillis(700);
                bench.bosta.change(random.nextInt(5000), 10 + random.nextInt(90), time[0]);
            }
            if (random.nextInt(4) == 0) {
                time[0] = time[0].plusMillis(700);
                bench.bosta.add(time[0]);
            }
            bench.clock.pass(Duration.ofSeconds(2));
        };
        for (int i = 0; i < 5000; i++) {
            time[0] = time[0].plusMillis(100);
            bench.bosta.change(i, 24, time[0]);
        }
        bench.clock.pass(Duration.ofMinutes(20));

        bench.bosta.beforeSearch = drift;
        for (int run = 0; run < 12; run++) {
            if (run % 3 == 1) {
                throttleCallAnd(5 + random.nextInt(30), drift);
            } else {
                bench.bosta.beforeSearch = drift;
            }
            bench.poll().run();
            bench.clock.pass(Duration.ofMinutes(15));
        }
        bench.bosta.beforeSearch = () -> {};
        while (!bench.poll().run().complete()) {
            bench.clock.pass(Duration.ofMinutes(15));
        }

        bench.bosta.all().forEach(parcel -> expected.add(parcel.json()));
        assertThat(bench.writer.bodies())
                .as("the last version of every delivery")
                .containsAll(expected);
        Long known = new JdbcTemplate(bench.dataSource)
                .queryForObject("SELECT count(*) FROM hub.connector_seen", Long.class);
        assertThat(known).as("only the rows around the mark are remembered").isLessThan(2000);
    }

    @Test
    void a_time_in_the_future_hides_nothing() throws Exception {
        bench.deliveries(30);
        bench.bosta.change(0, 24, BostaBench.NOW.plus(Duration.ofDays(400)));
        bench.poll().run();

        for (int i = 1; i < 25; i++) {
            bench.bosta.change(i, 24, BostaBench.NOW.plusSeconds(i));
        }
        bench.clock.pass(Duration.ofMinutes(1));
        bench.poll().run();

        assertThat(changedIn(24)).hasSize(25);
    }

    @Test
    void an_empty_account_begins_with_whatever_comes() throws Exception {
        assertThat(bench.poll().run().complete()).isTrue();
        for (int i = 0; i < 35; i++) {
            bench.bosta.add(BostaBench.NOW.plusSeconds(i));
        }
        bench.clock.pass(Duration.ofMinutes(1));

        bench.poll().run();

        assertThat(bench.writer.stored).hasSize(35);
    }

    @Test
    void rows_without_id_or_time_are_passed_on_once() throws Exception {
        String odd =
                "{\"data\":[{\"trackingNumber\":5,\"state\":{\"code\":\"10\"}},{\"cod\":1},{\"cod\":1},{\"_id\":\"a\"}]}";
        bench.bosta.shape = odd.replace("%", "%%") + "%2$s".replace("%2$s", "");
        bench.poll().run();
        bench.poll().run();

        assertThat(bench.writer.bodies()).hasSize(3);
    }

    @Test
    void another_instance_that_moved_the_cursor_ends_the_run() throws Exception {
        bench.deliveries(30);
        bench.poll().run();
        bench.bosta.change(1, 24, BostaBench.NOW.plusSeconds(9));
        bench.clock.pass(Duration.ofMinutes(1));
        bench.bosta.beforeSearch = () -> bench.memory.moveCursor(
                bench.memory.cursor(), dev.wasl.hub.connector.PollCursor.at(BostaBench.NOW.plusSeconds(5)));

        BostaPoll.Result result = bench.poll().run();

        assertThat(result.complete()).isFalse();
        assertThat(bench.memory.cursor().mark()).isEqualTo(BostaBench.NOW.plusSeconds(5));
    }

    private List<String> changedIn(int state) {
        return bench.writer.bodies().stream()
                .filter(body -> body.contains("\"code\":" + state + ","))
                .toList();
    }

    private void throttleCall(int number) {
        throttleCallAnd(number, () -> {});
    }

    private void throttleCallAnd(int number, Runnable drift) {
        int[] calls = {0};
        bench.bosta.beforeSearch = () -> {
            drift.run();
            if (++calls[0] == number) {
                bench.bosta.answerNext(SEARCH, 429, null, "{\"success\":false,\"errorCode\":429,\"retryAfter\":285}");
            }
        };
    }
}
