package dev.wasl.hub.journal;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** The ledger as gauges. Every instance shows the same sums, because they are read from the database. */
@Component
class LedgerMeters implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerMeters.class);
    private static final long PERIOD_SECONDS = 10;

    private final LedgerRepository repository;
    private final MultiGauge ledger;
    private final MultiGauge unbalanced;
    private @Nullable ScheduledExecutorService reader;

    LedgerMeters(LedgerRepository repository, MeterRegistry meters) {
        this.repository = repository;
        this.ledger = MultiGauge.builder("wasl.ledger")
                .description("Received messages by what became of them")
                .register(meters);
        this.unbalanced = MultiGauge.builder("wasl.ledger.difference")
                .description("Received messages that the ledger cannot account for; anything but 0 is a defect")
                .register(meters);
    }

    void refresh() {
        List<Row<?>> sums = new ArrayList<>();
        List<Row<?>> differences = new ArrayList<>();
        for (LedgerRepository.Line line : repository.lines()) {
            Tags tags = Tags.of("tenant", line.tenant(), "connector", line.connector());
            sums.add(Row.of(tags.and("bucket", "received"), line.received()));
            sums.add(Row.of(tags.and("bucket", "applied"), line.applied()));
            sums.add(Row.of(tags.and("bucket", "duplicate"), line.duplicate()));
            sums.add(Row.of(tags.and("bucket", "rejected"), line.rejected()));
            sums.add(Row.of(tags.and("bucket", "parked"), line.parked()));
            sums.add(Row.of(tags.and("bucket", "pending"), line.pending()));
            long accounted = line.applied() + line.duplicate() + line.rejected() + line.parked() + line.pending();
            differences.add(Row.of(tags, line.received() - accounted));
        }
        ledger.register(sums, true);
        unbalanced.register(differences, true);
    }

    private void refreshQuietly() {
        try {
            refresh();
        } catch (RuntimeException e) {
            LOG.debug("The ledger cannot be read now", e);
        }
    }

    @Override
    public synchronized void start() {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "wasl-ledger-meters");
            thread.setDaemon(true);
            return thread;
        });
        var unused = executor.scheduleWithFixedDelay(this::refreshQuietly, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
        reader = executor;
    }

    @Override
    public synchronized void stop() {
        if (reader != null) {
            reader.shutdownNow();
            reader = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return reader != null;
    }
}
