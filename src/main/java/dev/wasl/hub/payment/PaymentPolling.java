package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.Leadership;
import dev.wasl.hub.ops.LogContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Asks gateways how payments stand, on the instance that leads: those asked for through the hub on their schedule, those
 * that a callback without proof told of at once. Each gateway has a lane of its own, one call at a time, so that a slow
 * one does not hold the others up; a tenant whose gateway does not answer rests.
 */
@Component
class PaymentPolling {

    private static final Logger LOG = LoggerFactory.getLogger(PaymentPolling.class);
    private static final int CLAIM = 5;
    private static final Duration GRACE = Duration.ofSeconds(25);

    /** What callbacks without proof told of and no gateway ever confirmed is of no use after this. */
    private static final Duration UNPROVED_KEPT = Duration.ofDays(30);

    private static final Duration FORGET_INTERVAL = Duration.ofHours(1);
    private static final long NANOS = 1_000_000_000L;

    private final PaymentRequestRepository requests;
    private final PaymentQueryRepository queries;
    private final PaymentCalls calls;
    private final Gateways gateways;
    private final PaymentRecords records;
    private final PaymentSettings settings;
    private final PollSignal signal;
    private final Leadership leadership;
    private final Clock clock;

    private final Map<Place, Rest> rests = new ConcurrentHashMap<>();
    private volatile @Nullable Run run;
    private volatile @Nullable Instant beat;
    private Leadership.@Nullable Registration registration;

    PaymentPolling(
            PaymentRequestRepository requests,
            PaymentQueryRepository queries,
            PaymentCalls calls,
            Gateways gateways,
            PaymentRecords records,
            PaymentSettings settings,
            PollSignal signal,
            Leadership leadership,
            Clock clock) {
        this.requests = requests;
        this.queries = queries;
        this.calls = calls;
        this.gateways = gateways;
        this.records = records;
        this.settings = settings;
        this.signal = signal;
        this.leadership = leadership;
        this.clock = clock;
    }

    /** One tenant's gateway. */
    record Place(String tenant, String connector) {}

    /**
     * A gateway that is left alone.
     *
     * @param failures calls in a row that went wrong
     * @param code of the last one, {@code WASL-5001}
     */
    record Rest(int failures, Instant until, String code) {}

    /** Begins when the whole application is up, broker and routes included. */
    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        registration = leadership.onLeadership(this::gained, this::lost);
    }

    /** Ends before anything else stops, so that broker and database still answer to what is under way. */
    @EventListener(ContextClosedEvent.class)
    void stop() {
        if (registration != null) {
            registration.close();
        }
        Run last = run;
        lost();
        if (last != null) {
            last.join();
        }
    }

    /** When the loop last came round here; null while another instance leads. */
    @Nullable
    Instant lastBeat() {
        return run == null ? null : beat;
    }

    /** Whether this instance asks. */
    boolean leads() {
        return run != null;
    }

    /** The gateways that are left alone at the moment. */
    Map<Place, Rest> resting() {
        Instant now = clock.instant();
        Map<Place, Rest> resting = new ConcurrentHashMap<>(rests);
        resting.values().removeIf(rest -> !rest.until().isAfter(now));
        return resting;
    }

    private synchronized void gained() {
        beat = clock.instant();
        Run next = new Run();
        run = next;
        next.start();
    }

    private synchronized void lost() {
        Run ending = run;
        run = null;
        rests.clear();
        if (ending != null) {
            ending.end();
        }
    }

    /** The work of this instance from gaining the lead until losing it. */
    private final class Run {

        private final CountDownLatch ended = new CountDownLatch(1);
        private final Set<String> busy = ConcurrentHashMap.newKeySet();
        private final Map<String, Long> freeAt = new ConcurrentHashMap<>();
        private final ExecutorService lanes = Executors.newCachedThreadPool(task -> daemon(task, "wasl-payments-lane"));
        private Instant forgotAt = Instant.EPOCH;
        private final Thread loop = daemon(this::loop, "wasl-payments");

        void start() {
            loop.start();
        }

        void end() {
            ended.countDown();
            signal.wake();
            lanes.shutdown();
        }

        void join() {
            try {
                loop.join(GRACE.toMillis());
                if (!lanes.awaitTermination(GRACE.toSeconds(), TimeUnit.SECONDS)) {
                    lanes.shutdownNow();
                    LOG.warn("A gateway was still being asked; the answer will be asked for again.");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean active() {
            return ended.getCount() > 0 && leadership.isLeader();
        }

        private void loop() {
            while (ended.getCount() > 0) {
                try {
                    if (leadership.isLeader()) {
                        round();
                    }
                    beat = clock.instant();
                } catch (RuntimeException e) {
                    LOG.warn("Asking gateways goes on after a failure: {}", e.getMessage());
                }
                try {
                    signal.rest(settings.pollInterval());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }

        private void round() {
            records.writeLeftOver();
            Instant now = clock.instant();
            if (Duration.between(forgotAt, now).compareTo(FORGET_INTERVAL) >= 0) {
                forgotAt = now;
                queries.forget(now.minus(UNPROVED_KEPT));
            }
            for (String connector : requests.dueConnectors(clock.instant())) {
                if (gateways.connectors().contains(connector) && busy.add(connector)) {
                    lanes.execute(() -> {
                        try {
                            lane(connector);
                        } catch (RuntimeException e) {
                            LOG.warn("Asking {} goes on after a failure: {}", connector, e.getMessage());
                        } finally {
                            busy.remove(connector);
                        }
                    });
                }
            }
        }

        private void lane(String connector) {
            boolean more = true;
            while (more && active()) {
                Instant now = clock.instant();
                Instant until = now.plus(settings.lease());
                List<PaymentRequestRepository.Row> asked =
                        requests.claimDue(connector, restingTenants(connector), now, until, CLAIM);
                work(
                        connector,
                        asked,
                        row -> row.request().id(),
                        row -> row.request().tenant(),
                        calls::query,
                        requests::release);
                List<PaymentQueryRepository.Row> told =
                        queries.claimDue(connector, restingTenants(connector), now, until, CLAIM);
                work(
                        connector,
                        told,
                        PaymentQueryRepository.Row::id,
                        PaymentQueryRepository.Row::tenant,
                        calls::query,
                        queries::release);
                more = !asked.isEmpty() || !told.isEmpty();
            }
        }

        private <R> void work(
                String connector,
                List<R> rows,
                Function<R, UUID> id,
                Function<R, String> tenant,
                Function<R, @Nullable HubException> call,
                Consumer<List<UUID>> release) {
            List<UUID> left = new ArrayList<>();
            for (R row : rows) {
                Place place = new Place(tenant.apply(row), connector);
                if (!active() || isResting(place) || !paced(connector)) {
                    left.add(id.apply(row));
                } else {
                    LogContext logged = LogContext.tenant(place.tenant());
                    try {
                        note(place, call.apply(row));
                    } finally {
                        logged.end();
                    }
                }
            }
            if (!left.isEmpty()) {
                release.accept(left);
            }
        }

        /** Waits for the gateway's next turn; false when the work ends. */
        private boolean paced(String connector) {
            long now = System.nanoTime();
            long free = freeAt.getOrDefault(connector, now);
            try {
                if (free > now && ended.await(free - now, TimeUnit.NANOSECONDS)) {
                    return false;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
            freeAt.put(connector, Math.max(now, free) + (long) (NANOS / settings.queriesPerSecond()));
            return true;
        }
    }

    private List<String> restingTenants(String connector) {
        return resting().keySet().stream()
                .filter(place -> place.connector().equals(connector))
                .map(Place::tenant)
                .toList();
    }

    private boolean isResting(Place place) {
        Rest rest = rests.get(place);
        return rest != null && rest.until().isAfter(clock.instant());
    }

    private void note(Place place, @Nullable HubException failure) {
        if (failure == null) {
            rests.remove(place);
            return;
        }
        boolean account =
                switch (failure.code()) {
                    case CONNECTOR_UNREACHABLE,
                            CONNECTOR_THROTTLED,
                            CONNECTOR_ANSWER_UNREADABLE,
                            CONNECTOR_REFUSED,
                            CONFIGURATION -> true;
                    default -> false;
                };
        if (!account) {
            return;
        }
        rests.compute(place, (key, before) -> {
            int failures = before == null ? 1 : before.failures() + 1;
            Instant until = clock.instant().plus(calls.rest(failures));
            if (before == null || !before.code().equals(failure.code().id())) {
                LOG.warn(
                        "{}/{} cannot be asked about payments, next try at {}: {}",
                        place.tenant(),
                        place.connector(),
                        until,
                        failure.getMessage());
            }
            return new Rest(failures, until, failure.code().id());
        });
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
