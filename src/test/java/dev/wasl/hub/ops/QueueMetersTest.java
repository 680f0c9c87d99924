package dev.wasl.hub.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.SteeredClock;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SteeredClock clock = new SteeredClock(Instant.parse("2026-11-20T08:00:00Z"));
    private List<QueueView.Queue> queues = List.of(
            new QueueView.Queue("crm", 7, Duration.ofMillis(1_500), 2), new QueueView.Queue("notify", 0, null, 1));
    private boolean away;
    private int asked;
    private Duration patience = Duration.ZERO;

    @Test
    void shows_depth_age_and_consumers_of_every_queue() {
        started();

        assertThat(value("wasl.queue.depth", "crm")).isEqualTo(7);
        assertThat(value("wasl.queue.oldest", "crm")).isEqualTo(1.5);
        assertThat(value("wasl.queue.consumers", "crm")).isEqualTo(2);
        assertThat(value("wasl.queue.oldest", "notify")).isZero();
    }

    @Test
    void asks_the_broker_once_for_all_gauges_of_a_scrape() {
        started();
        clock.advance(Duration.ofSeconds(10));
        asked = 0;

        value("wasl.queue.depth", "crm");
        value("wasl.queue.oldest", "crm");
        value("wasl.queue.depth", "notify");

        assertThat(asked).isEqualTo(1);
    }

    @Test
    void follows_the_queue_and_shows_a_hole_while_the_broker_is_away() {
        started();
        queues = List.of(new QueueView.Queue("crm", 3, null, 2));
        clock.advance(Duration.ofSeconds(10));
        assertThat(value("wasl.queue.depth", "crm")).isEqualTo(3);

        away = true;
        clock.advance(Duration.ofSeconds(10));
        assertThat(value("wasl.queue.depth", "crm")).isNaN();

        away = false;
        clock.advance(Duration.ofSeconds(10));
        assertThat(value("wasl.queue.depth", "crm")).isEqualTo(3);
    }

    @Test
    void shows_a_queue_that_came_to_be_later() {
        started();
        queues = List.of(queues.get(0), new QueueView.Queue("inbound.crm-b", 5, null, 1));
        clock.advance(Duration.ofSeconds(10));

        value("wasl.queue.depth", "crm");

        assertThat(value("wasl.queue.depth", "inbound.crm-b")).isEqualTo(5);
    }

    @Test
    void asks_a_broker_that_takes_long_to_be_given_up_once_for_all_gauges_of_a_scrape() {
        started();
        clock.advance(Duration.ofSeconds(10));
        asked = 0;
        away = true;
        patience = Duration.ofSeconds(10);

        value("wasl.queue.depth", "crm");
        value("wasl.queue.oldest", "crm");

        assertThat(asked).isEqualTo(1);
    }

    private void started() {
        new QueueMeters(this::answer, registry, clock).begin();
    }

    private List<QueueView.Queue> answer() {
        asked++;
        clock.advance(patience);
        if (away) {
            throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "away");
        }
        return queues;
    }

    private double value(String meter, String queue) {
        return registry.get(meter).tag("queue", queue).gauge().value();
    }
}
