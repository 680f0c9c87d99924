package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.QueueView;
import dev.wasl.hub.ops.Queues;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Holds back what can wait, a backfill, while the consumers have enough to do. One that fills the queues would make the
 * broker page to disk, and the webhook that comes meanwhile would stand at the end of the line.
 */
@Component
class Backlog {

    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
    private static final long LOOK_MILLIS = 50;

    /** The hub's own consumers of canonical messages; others may be away for days, which is no reason to wait. */
    private static final List<String> CONSUMERS = List.of("crm", "analytics");

    private final QueueView queues;
    private final FlowProperties properties;

    Backlog(QueueView queues, FlowProperties properties) {
        this.queues = queues;
        this.properties = properties;
    }

    /**
     * Waits until few messages wait, but not longer than {@code wasl.flow.backlog-patience}: a consumer that does not run
     * makes a backfill slow, it does not stop it.
     *
     * @param goOn asked while it waits
     */
    void awaitRoom(String connector, BooleanSupplier goOn) throws InterruptedException {
        long deadline = System.nanoTime() + properties.backlogPatience().toNanos();
        while (goOn.getAsBoolean() && full(connector) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private boolean full(String connector) {
        try {
            if (queues.depth(Queues.inbound(connector)) > properties.backlog()) {
                return true;
            }
            for (String consumer : CONSUMERS) {
                if (queues.depth(consumer) > properties.backlog()) {
                    return true;
                }
            }
        } catch (HubException e) {
            LOG.debug("The broker does not tell how much waits; the write itself will show whether it is there", e);
        }
        return false;
    }
}
