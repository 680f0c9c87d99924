package dev.wasl.hub.ops;

import dev.wasl.hub.canonical.HubException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** How deep each queue is and how long its first message has waited, asked of the broker when somebody scrapes. */
@Component
class QueueMeters {

    private static final Logger LOG = LoggerFactory.getLogger(QueueMeters.class);

    /** One scrape reads many gauges; the broker is asked once for all of them. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final QueueView view;
    private final MeterRegistry meters;
    private final Clock clock;
    private Map<String, QueueView.Queue> last = Map.of();
    private final Set<String> registered = new HashSet<>();
    private Instant lastAsked = Instant.MIN;

    QueueMeters(QueueView view, MeterRegistry meters, Clock clock) {
        this.view = view;
        this.meters = meters;
        this.clock = clock;
    }

    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        snapshot();
    }

    /** Shows a queue from the first look that finds it; one that came to be later is seen by the next scrape. */
    private void register(String name) {
        gauge("wasl.queue.depth", "Messages that wait in a queue or are being worked on", name, QueueView.Queue::depth);
        gauge("wasl.queue.consumers", "Consumers of a queue on all instances", name, QueueView.Queue::consumers);
        gauge(
                "wasl.queue.oldest",
                "Seconds that the first message of a queue has waited",
                name,
                queue -> queue.oldestAge() == null ? 0 : queue.oldestAge().toMillis() / 1000.0);
    }

    private void gauge(String meter, String description, String queue, ToDoubleFunction<QueueView.Queue> value) {
        Gauge.builder(meter, this, self -> {
                    QueueView.Queue now = self.snapshot().get(queue);
                    return now == null ? Double.NaN : value.applyAsDouble(now);
                })
                .description(description)
                .tag("queue", queue)
                .register(meters);
    }

    private synchronized Map<String, QueueView.Queue> snapshot() {
        Instant now = clock.instant();
        if (lastAsked.isBefore(now.minus(FRESH))) {
            try {
                List<QueueView.Queue> queues = view.queues();
                last = queues.stream().collect(Collectors.toMap(QueueView.Queue::name, Function.identity()));
                last.keySet().stream().filter(registered::add).forEach(this::register);
            } catch (HubException e) {
                // A hole in the curve says more than the last value held for ever.
                LOG.debug("The broker does not tell its queues", e);
                last = Map.of();
            }
            // when it answered or gave up: a broker that takes seconds to be given up is not asked for every gauge
            lastAsked = clock.instant();
        }
        return last;
    }
}
