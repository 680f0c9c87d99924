package dev.wasl.hub.connector.bosta;

import static dev.wasl.hub.HubFailure.failedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.connector.Backfill;
import dev.wasl.hub.connector.BackfillRequest;
import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.intake.InboundMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class BostaBackfillTest {

    private static final String SEARCH = "/api/v2/deliveries/search";

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
    void reads_everything_and_says_so() throws Exception {
        bench.deliveries(950);
        start(new BackfillRequest(null, null, 100, true));

        BostaBackfill.End end = bench.backfill().run(active(), () -> true);

        assertThat(end).isEqualTo(BostaBackfill.End.DONE);
        assertThat(bench.writer.of(InboundMessage.Kind.BACKFILL)).hasSize(950);
        assertThat(bench.writer.bodies()).hasSize(950);
        Backfill done = latest();
        assertThat(done.state()).isEqualTo(Backfill.State.DONE);
        assertThat(done.pages()).isEqualTo(10);
        assertThat(done.rows()).isEqualTo(950);
        assertThat(done.calls()).as("and one that found the end").isEqualTo(11);
        assertThat(done.estimatedRowsLeft()).isZero();
        assertThat(bench.memory.wantCounts()).containsEntry(Priority.HISTORY, 950L);
    }

    @Test
    void a_server_with_smaller_pages_than_asked_for_is_read_to_its_end() throws Exception {
        bench.bosta.largestPage = 30;
        bench.deliveries(200);
        start(BackfillRequest.everything());

        bench.backfill().run(active(), () -> true);

        assertThat(bench.writer.bodies()).hasSize(200);
    }

    @Test
    void a_server_that_repeats_its_last_page_for_ever_comes_to_an_end() throws Exception {
        bench.deliveries(5);
        bench.bosta.shape = "{\"data\":[{\"_id\":\"a\"},{\"_id\":\"b\"}]}";
        start(BackfillRequest.everything());

        assertThat(bench.backfill().run(active(), () -> true)).isEqualTo(BostaBackfill.End.DONE);
        assertThat(bench.writer.stored).hasSize(2);
    }

    @Test
    void keeps_to_a_range_of_creation_and_guesses_what_is_left() throws Exception {
        bench.deliveries(600);
        Instant to = BostaBench.NOW.minus(Duration.ofMinutes(100));
        Instant from = BostaBench.NOW.minus(Duration.ofMinutes(299));
        start(new BackfillRequest(from, to, 50, false));
        AtomicInteger pages = new AtomicInteger();

        bench.backfill().run(active(), () -> pages.incrementAndGet() <= 4);
        assertThat(latest().estimatedRowsLeft()).isBetween(30L, 300L);
        bench.backfill().run(active(), () -> true);

        assertThat(bench.writer.bodies()).hasSize(200);
        assertThat(bench.bosta.calls).as("stops at the beginning of the range").hasSizeLessThan(12);
        assertThat(bench.memory.wantCounts()).isEmpty();
    }

    @Test
    void guesses_what_is_left_of_everything_once_everything_was_read_before() throws Exception {
        bench.deliveries(600);
        AtomicInteger pages = new AtomicInteger();
        start(new BackfillRequest(null, null, 50, false));
        bench.backfill().run(active(), () -> pages.incrementAndGet() <= 4);
        assertThat(latest().rows()).isPositive();
        assertThat(latest().estimatedRowsLeft())
                .as("nobody knows how far the past goes back")
                .isNull();
        bench.backfill().run(active(), () -> true);

        bench.clock.pass(Duration.ofHours(1));
        pages.set(0);
        start(new BackfillRequest(null, null, 50, false));
        bench.backfill().run(active(), () -> pages.incrementAndGet() <= 4);

        assertThat(latest().estimatedRowsLeft() + latest().rows()).isBetween(590L, 610L);
    }

    @Test
    void loses_no_row_of_5000_while_new_ones_push_the_old_ones_back() throws Exception {
        bench.deliveries(5000);
        Set<String> before = new HashSet<>();
        bench.bosta.all().forEach(parcel -> before.add(parcel.json()));
        AtomicInteger created = new AtomicInteger();
        bench.bosta.beforeSearch = () -> {
            for (int i = 0; i < 7; i++) {
                bench.bosta.add(BostaBench.NOW.plusSeconds(created.incrementAndGet()));
            }
        };
        start(new BackfillRequest(null, null, 100, false));

        bench.backfill().run(active(), () -> true);

        assertThat(bench.writer.bodies()).containsAll(before);
        assertThat(bench.writer.stored.size() - before.size())
                .as("rows that were pushed over a border are not stored twice")
                .isLessThan(20);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 350, 499, 500, 501, 1900})
    void goes_on_after_the_process_died_wherever_it_was(int stored) throws Exception {
        bench.deliveries(2000);
        start(new BackfillRequest(null, null, 100, true));
        // the messages of some pages are on disk, maybe more than the cursor knows of; then nothing more happens
        bench.writer.room = stored;
        bench.backfill().run(active(), () -> true);
        assertThat((active().nextPage() - 1) * 100).isLessThanOrEqualTo(stored);

        bench.writer.room = Integer.MAX_VALUE;
        BostaBackfill.End end = bench.backfill().run(active(), () -> true);

        assertThat(end).isEqualTo(BostaBackfill.End.DONE);
        assertThat(bench.writer.bodies()).hasSize(2000);
        assertThat(latest().rows()).isEqualTo(2000);
        assertThat(bench.memory.wantCounts()).containsEntry(Priority.HISTORY, 2000L);
        long ids = bench.writer.stored.stream()
                .map(InboundMessage::messageId)
                .distinct()
                .count();
        assertThat(ids).as("what was stored twice has one identity").isEqualTo(2000);
    }

    @Test
    void a_failure_ends_the_run_with_every_page_before_it_stored() throws Exception {
        bench.deliveries(1000);
        start(new BackfillRequest(null, null, 100, false));
        failCall(6, 503, "");

        assertThat(bench.backfill().run(active(), () -> true)).isEqualTo(BostaBackfill.End.FAILED);

        assertThat(active().nextPage()).isEqualTo(6);
        assertThat(active().error()).contains("503");
        bench.bosta.beforeSearch = () -> {};
        bench.backfill().run(active(), () -> true);
        assertThat(bench.writer.bodies()).hasSize(1000);
        assertThat(latest().error()).isNull();
    }

    @Test
    void a_page_that_is_refused_pauses_it_and_shows_why_until_somebody_acts() throws Exception {
        bench.deliveries(1000);
        start(new BackfillRequest(null, null, 100, false));
        failCall(6, 400, "{\"success\":false,\"message\":\"Validation error\",\"errorCode\":777,\"data\":null}");

        assertThat(bench.backfill().run(active(), () -> true)).isEqualTo(BostaBackfill.End.REFUSED);

        assertThat(latest().state()).isEqualTo(Backfill.State.PAUSED);
        assertThat(latest().error()).contains("400", "777", "Validation error");
        assertThat(latest().nextPage()).as("the pages before it are stored").isEqualTo(6);

        assertThat(bench.sync.resumeBackfill("hvar", "bosta").error()).isNull();
        bench.bosta.beforeSearch = () -> {};
        assertThat(bench.backfill().run(active(), () -> true)).isEqualTo(BostaBackfill.End.DONE);
        assertThat(bench.writer.bodies()).hasSize(1000);
    }

    @Test
    void a_refused_key_leaves_it_running() throws Exception {
        bench.deliveries(10);
        start(new BackfillRequest(null, null, 100, false));
        failCall(1, 401, "");

        assertThat(bench.backfill().run(active(), () -> true)).isEqualTo(BostaBackfill.End.FAILED);

        assertThat(latest().state()).isEqualTo(Backfill.State.RUNNING);
        assertThat(latest().error()).contains("401");
    }

    @Test
    void is_paused_resumed_and_cancelled() throws Exception {
        bench.deliveries(1000);
        start(new BackfillRequest(null, null, 100, false));
        AtomicInteger pages = new AtomicInteger();
        bench.backfill().run(active(), () -> {
            if (pages.incrementAndGet() == 4) {
                bench.sync.pauseBackfill("hvar", "bosta");
                return false;
            }
            return true;
        });
        assertThat(latest().state()).isEqualTo(Backfill.State.PAUSED);
        assertThat(latest().pages()).as("what was under way is kept").isEqualTo(3);
        assertThat(bench.sync.resumeBackfill("hvar", "bosta").state()).isEqualTo(Backfill.State.RUNNING);

        assertThat(bench.sync.cancelBackfill("hvar", "bosta").state()).isEqualTo(Backfill.State.CANCELLED);
        assertThat(bench.memory.activeBackfill()).isEmpty();
        assertThatThrownBy(() -> bench.sync.cancelBackfill("hvar", "bosta"))
                .satisfies(failedWith(ErrorCode.BACKFILL_CONFLICT));
    }

    @Test
    void a_backfill_cancelled_while_it_runs_stops() throws Exception {
        bench.deliveries(3000);
        start(new BackfillRequest(null, null, 100, false));
        AtomicInteger calls = new AtomicInteger();
        bench.bosta.beforeSearch = () -> {
            if (calls.incrementAndGet() == 5) {
                bench.sync.cancelBackfill("hvar", "bosta");
            }
        };

        assertThat(bench.backfill().run(active(), () -> true)).isEqualTo(BostaBackfill.End.STOPPED);

        assertThat(latest().state()).isEqualTo(Backfill.State.CANCELLED);
        assertThat(calls.get()).isLessThan(15);
    }

    @Test
    void there_is_one_at_a_time() {
        start(BackfillRequest.everything());

        assertThatThrownBy(() -> start(BackfillRequest.everything()))
                .satisfies(failedWith(ErrorCode.BACKFILL_CONFLICT));
        assertThatThrownBy(() -> bench.sync.startBackfill("nobody", "bosta", BackfillRequest.everything()))
                .satisfies(failedWith(ErrorCode.UNKNOWN_CONNECTOR));
        assertThatThrownBy(() -> start(new BackfillRequest(null, null, 0, null)))
                .satisfies(failedWith(ErrorCode.MALFORMED_REQUEST));
    }

    @Test
    void does_not_move_a_cursor_that_another_instance_moved() throws Exception {
        bench.deliveries(1000);
        start(new BackfillRequest(null, null, 100, false));
        Backfill old = active();
        bench.backfill().run(active(), () -> true);
        long rows = latest().rows();

        assertThat(bench.backfill().run(old, () -> true)).isEqualTo(BostaBackfill.End.STOPPED);

        assertThat(latest().rows()).isEqualTo(rows);
    }

    private void start(BackfillRequest request) {
        bench.sync.startBackfill("hvar", "bosta", request);
    }

    private Backfill active() {
        return bench.memory.activeBackfill().orElseThrow();
    }

    private Backfill latest() {
        return bench.sync.backfills("hvar", "bosta", 1).get(0);
    }

    private void failCall(int number, int status, String body) {
        AtomicInteger calls = new AtomicInteger();
        bench.bosta.beforeSearch = () -> {
            if (calls.incrementAndGet() == number) {
                bench.bosta.answerNext(SEARCH, status, null, body);
            }
        };
    }
}
