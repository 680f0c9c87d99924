package dev.wasl.hub.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps requests that could not be proved, so that somebody can see what was sent. Bounded on every side: a flood of
 * forgeries costs neither memory nor disk, it is only counted.
 */
@Component
public class RejectedRequests implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(RejectedRequests.class);
    private static final int MAX_WAITING = 1_000;
    private static final int MAX_BATCH = 200;
    private static final int MAX_BODY = 64 * 1024;
    private static final int MAX_KEPT = 10_000;
    private static final int TRIM_EVERY = 1_000;

    private final BlockingQueue<Arrival> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final ArrivalJournal journal;
    private final JournalRepository repository;
    private final TransactionTemplate transactions;
    private final Counter dropped;
    private volatile boolean running;
    private Thread thread = new Thread(this::drain, "wasl-rejected");
    /** A hub that restarts often trims as well. */
    private int sinceTrim = TRIM_EVERY;

    RejectedRequests(
            ArrivalJournal journal,
            JournalRepository repository,
            TransactionTemplate transactions,
            MeterRegistry meters) {
        this.journal = journal;
        this.repository = repository;
        this.transactions = transactions;
        this.dropped = Counter.builder("wasl.intake.rejected.dropped")
                .description("Rejected requests that were counted but not kept, because too many came at once")
                .register(meters);
    }

    /** Keeps a rejected request soon; never blocks. */
    public void record(Arrival rejected) {
        byte[] raw = rejected.raw();
        Arrival bounded =
                raw == null || raw.length <= MAX_BODY ? rejected : withBody(rejected, Arrays.copyOf(raw, MAX_BODY));
        if (!running || !waiting.offer(bounded)) {
            dropped.increment();
        }
    }

    private static Arrival withBody(Arrival arrival, byte[] raw) {
        return new Arrival(
                arrival.receiptId(),
                arrival.messageId(),
                arrival.tenant(),
                arrival.connector(),
                arrival.kind(),
                arrival.receivedAt(),
                arrival.contentType(),
                arrival.headers(),
                raw,
                arrival.outcome(),
                arrival.reason(),
                arrival.canonical(),
                arrival.references());
    }

    private void drain() {
        List<Arrival> batch = new ArrayList<>();
        while (running || !waiting.isEmpty()) {
            try {
                Arrival first = waiting.poll(500, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                waiting.drainTo(batch, MAX_BATCH - 1);
                transactions.executeWithoutResult(status -> journal.record(batch));
                sinceTrim += batch.size();
                if (sinceTrim >= TRIM_EVERY) {
                    sinceTrim = 0;
                    repository.trimRejected(MAX_KEPT);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                dropped.increment(batch.size());
                LOG.warn("{} rejected requests could not be kept: {}", batch.size(), e.getMessage());
            } catch (Error e) {
                dropped.increment(batch.size());
                LOG.error("{} rejected requests could not be kept", batch.size(), e);
            }
            batch.clear();
        }
    }

    @Override
    public void start() {
        running = true;
        thread = new Thread(this::drain, "wasl-rejected");
        thread.start();
    }

    @Override
    public void stop() {
        running = false;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
