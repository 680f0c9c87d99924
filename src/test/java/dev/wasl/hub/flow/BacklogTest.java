package dev.wasl.hub.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.QueueView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BacklogTest {

    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void waits_until_the_consumers_have_caught_up() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        QueueView draining = () -> List.of(queue("crm", looks.incrementAndGet() <= 6 ? 33 : 32));

        backlog(draining, LONG).awaitRoom("bosta", () -> true);

        assertThat(looks).hasValueGreaterThan(6);
    }

    @Test
    void what_the_connector_received_counts_but_not_what_others_did() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        QueueView draining = () ->
                List.of(queue("inbound.bosta", looks.incrementAndGet() <= 3 ? 33 : 32), queue("inbound.stripe", 5_000));

        backlog(draining, LONG).awaitRoom("bosta", () -> true);

        assertThat(looks).hasValueGreaterThan(3);
    }

    @Test
    void goes_on_after_its_patience_when_nobody_consumes() throws Exception {
        long start = System.nanoTime();

        backlog(() -> List.of(queue("analytics", 1_000_000)), Duration.ofMillis(300))
                .awaitRoom("bosta", () -> true);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void ends_with_the_hub() throws Exception {
        AtomicInteger asked = new AtomicInteger();

        backlog(() -> List.of(queue("crm", 1_000_000)), LONG).awaitRoom("bosta", () -> asked.incrementAndGet() < 3);

        assertThat(asked).hasValue(3);
    }

    @Test
    void leaves_it_to_the_write_to_find_the_broker_away() throws Exception {
        QueueView away = () -> {
            throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "away");
        };

        backlog(away, LONG).awaitRoom("bosta", () -> true);
    }

    @Test
    void a_rush_is_many_who_wait_and_outlasts_the_moment_in_which_they_are_answered() {
        IntakePressure pressure = new IntakePressure(properties(LONG));
        pressure.note(47);
        assertThat(pressure.high()).isFalse();

        pressure.note(48);
        pressure.note(1);
        assertThat(pressure.high()).isTrue();
    }

    private static Backlog backlog(QueueView queues, Duration patience) {
        return new Backlog(queues, properties(patience));
    }

    private static QueueView.Queue queue(String name, long depth) {
        return new QueueView.Queue(name, depth, null, 1);
    }

    private static FlowProperties properties(Duration patience) {
        return new FlowProperties(
                2,
                128,
                4_096,
                250,
                Duration.ofSeconds(30),
                Duration.ofMillis(500),
                Duration.ofSeconds(15),
                48,
                32,
                patience,
                Path.of("routes"),
                Path.of("connectors"));
    }
}
