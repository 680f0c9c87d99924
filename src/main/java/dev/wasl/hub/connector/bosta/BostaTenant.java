package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.Backfill;
import dev.wasl.hub.connector.ConnectorMemory;
import dev.wasl.hub.connector.ConnectorMemory.Orders;
import dev.wasl.hub.connector.OpenDeliveries;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.SyncState.Phase;
import dev.wasl.hub.intake.MessageWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that is asked of Bosta for one tenant, while this instance leads: polls and reconciliation, details, backfills,
 * each on its own thread so that none waits for another one's place in the budget; a fourth one looks for orders and
 * tells what the others are at.
 */
final class BostaTenant {

    private static final Logger LOG = LoggerFactory.getLogger(BostaTenant.class);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration BEAT = Duration.ofSeconds(5);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int STORING = 2;

    private final String tenant;
    private final BostaSettings settings;
    private final BostaClient client;
    private final ConnectorMemory memory;
    private final BooleanSupplier leads;
    private final Clock clock;
    private final BostaPoll poll;
    private final BostaDetails details;
    private final BostaBackfill backfill;
    private final @Nullable BostaReconciliation reconciliation;
    private final ExecutorService threads;
    private final List<Worker> workers;
    private final Worker watch;
    private final Worker detailing;

    private final AtomicInteger busy = new AtomicInteger();
    private volatile @Nullable UUID wantedBackfill;
    private volatile Map<Priority, Long> waiting = Map.of();
    private volatile boolean ending;
    private volatile boolean pollRefused;
    private Phase lastPhase = Phase.STANDBY;
    private Instant nextBeat = Instant.EPOCH;
    private Instant nextPoll = Instant.EPOCH;
    private Instant nextReconciliation = Instant.EPOCH;
    private int failedBackfills;

    BostaTenant(
            String tenant,
            BostaSettings settings,
            BostaClient client,
            ConnectorMemory memory,
            MessageWriter writer,
            @Nullable OpenDeliveries open,
            BooleanSupplier leads,
            Clock clock) {
        this.tenant = tenant;
        this.settings = settings;
        this.client = client;
        this.memory = memory;
        this.leads = leads;
        this.clock = clock;
        this.threads = Executors.newFixedThreadPool(
                STORING + Math.max(1, settings.detailThreads()), named("bosta-" + tenant + "-"));
        this.poll = new BostaPoll(tenant, settings, client, memory, writer, clock);
        this.details = new BostaDetails(tenant, settings, client, memory, writer, threads, clock);
        this.backfill = new BostaBackfill(tenant, client, memory, writer, threads, clock);
        this.reconciliation = open == null ? null : new BostaReconciliation(tenant, settings, memory, open, clock);
        this.watch = new Worker(tenant, "watch", this::watch);
        this.detailing = new Worker(tenant, "details", this::details);
        this.workers = List.of(
                watch,
                detailing,
                new Worker(tenant, "poll", this::poll),
                new Worker(tenant, "backfill", this::backfill));
    }

    void start() {
        LOG.info("Bosta of {}: polling {} every {}.", tenant, settings.baseUrl(), settings.pollInterval());
        workers.forEach(Worker::start);
    }

    /** Looks for orders at once. */
    void wake() {
        workers.forEach(Worker::wake);
    }

    /** Looks at once for deliveries to ask for. */
    void hinted() {
        detailing.wake();
    }

    /** How many deliveries wait to be asked for, by urgency, as counted lately. */
    Map<Priority, Long> waiting() {
        return waiting;
    }

    /** Asks everything to end soon; what is half done is repeated by the next one. */
    void end() {
        ending = true;
        workers.forEach(Worker::interrupt);
        threads.shutdownNow();
    }

    /** Ends everything and returns when it has ended. */
    void stop() {
        end();
        Instant deadline = clock.instant().plus(PATIENCE);
        try {
            for (Worker worker : workers) {
                if (!worker.join(Duration.between(clock.instant(), deadline))) {
                    LOG.warn("Bosta of {}: a thread did not end within {}.", tenant, PATIENCE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration watch() {
        if (!leads.getAsBoolean()) {
            return LOOK;
        }
        Orders orders = memory.orders();
        if (orders.runRequestedAt() != null) {
            client.tryAgain();
        }
        wantedBackfill = memory.activeBackfill()
                .filter(active -> active.state() == Backfill.State.RUNNING)
                .map(Backfill::id)
                .orElse(null);
        Instant now = clock.instant();
        Phase phase = phase();
        if (phase != lastPhase || !now.isBefore(nextBeat)) {
            if (phase == Phase.NEEDS_ATTENTION && lastPhase != phase) {
                complain();
            }
            waiting = memory.wantCounts();
            memory.beat(phase, client.budget().view(), client.takeCounts());
            lastPhase = phase;
            nextBeat = now.plus(BEAT);
        }
        return LOOK;
    }

    private Phase phase() {
        if (client.refusal() != null || pollRefused) {
            return Phase.NEEDS_ATTENTION;
        }
        if (client.budget().blockedUntil() != null) {
            return Phase.BLOCKED;
        }
        return busy.get() > 0 ? Phase.RUNNING : Phase.IDLE;
    }

    private void complain() {
        BostaClient.Refusal refusal = client.refusal();
        if (refusal != null) {
            LOG.error("Bosta of {} needs attention: {}. Polling rests.", tenant, refusal.reason());
            memory.failed(ErrorCode.CONNECTOR_REFUSED.id(), refusal.reason());
        }
    }

    private Duration poll() throws InterruptedException {
        if (!leads.getAsBoolean()) {
            return LOOK;
        }
        Orders orders = memory.orders();
        boolean ordered = orders.runRequestedAt() != null;
        Instant now = clock.instant();
        if (ordered) {
            client.tryAgain();
        }
        if (!client.mayCall() || (orders.paused() && !ordered)) {
            return LOOK;
        }
        if (ordered || !now.isBefore(nextPoll)) {
            memory.runStarted();
            nextPoll = now.plus(settings.pollInterval());
            BostaPoll.Result result = busily(poll::run);
            settle(result);
        }
        if (reconciliation != null && !orders.paused() && !clock.instant().isBefore(nextReconciliation)) {
            nextReconciliation = clock.instant().plus(settings.reconcileInterval());
            int found = reconciliation.run();
            if (found > 0) {
                LOG.debug("Bosta of {}: {} open deliveries are asked about.", tenant, found);
            }
        }
        Duration rest = Duration.between(clock.instant(), nextPoll);
        return rest.compareTo(LOOK) < 0 ? rest : LOOK;
    }

    private void settle(BostaPoll.Result result) {
        if (ending) {
            // whatever broke off, broke off because of that
            return;
        }
        HubException failure = result.failure();
        pollRefused = failure != null && failure.code() == ErrorCode.CONNECTOR_REFUSED;
        if (result.complete()) {
            memory.runSucceeded();
        } else if (failure != null) {
            LOG.info(
                    "Bosta of {}: a poll ended after {} pages and goes on next time: {}",
                    tenant,
                    result.pages(),
                    failure.getMessage());
            memory.failed(failure.code().id(), String.valueOf(failure.getMessage()));
        } else {
            // only the limit of pages ended it: there is more to read right now
            nextPoll = clock.instant();
        }
    }

    private Duration details() throws InterruptedException {
        if (!leads.getAsBoolean()) {
            return LOOK;
        }
        boolean history = wantedBackfill == null;
        int done = busily(() -> details.run(history));
        return done == 0 ? LOOK : Duration.ZERO;
    }

    private Duration backfill() throws InterruptedException {
        if (!leads.getAsBoolean()) {
            return LOOK;
        }
        Backfill active = memory.activeBackfill()
                .filter(one -> one.state() == Backfill.State.RUNNING)
                .orElse(null);
        if (active == null || !client.mayCall()) {
            return LOOK;
        }
        wantedBackfill = active.id();
        BostaBackfill.End end =
                busily(() -> backfill.run(active, () -> active.id().equals(wantedBackfill) && leads.getAsBoolean()));
        switch (end) {
            case DONE -> {
                failedBackfills = 0;
                LOG.info("Bosta of {}: backfill {} is done.", tenant, active.id());
                watch.wake();
                return Duration.ZERO;
            }
            case REFUSED -> {
                failedBackfills = 0;
                LOG.error("Bosta of {}: backfill {} is paused, Bosta refuses what it asks for.", tenant, active.id());
                return LOOK;
            }
            case FAILED -> {
                Duration delay = LOOK.multipliedBy(1L << Math.min(6, failedBackfills++));
                return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
            }
            default -> {
                failedBackfills = 0;
                return LOOK;
            }
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws InterruptedException;
    }

    private <T> T busily(Work<T> work) throws InterruptedException {
        busy.incrementAndGet();
        try {
            return work.run();
        } finally {
            busy.decrementAndGet();
        }
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return action -> {
            Thread thread = new Thread(action, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
