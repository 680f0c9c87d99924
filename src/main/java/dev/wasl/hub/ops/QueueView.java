package dev.wasl.hub.ops;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What waits in the broker, for the console and the API. */
public interface QueueView {

    /**
     * Every queue of the hub, sorted by name.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code BROKER_UNAVAILABLE}
     */
    List<Queue> queues();

    /**
     * How many messages of a queue wait or are being worked on; zero when there is no such queue.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code BROKER_UNAVAILABLE}
     */
    default long depth(String queue) {
        return queues().stream()
                .filter(one -> one.name().equals(queue))
                .mapToLong(Queue::depth)
                .sum();
    }

    /**
     * One queue.
     *
     * @param depth messages that wait or are being worked on
     * @param oldestAge how long the first of them has waited; null when there is none or the broker does not tell
     * @param consumers how many consumers it has now
     */
    record Queue(String name, long depth, @Nullable Duration oldestAge, int consumers) {}
}
