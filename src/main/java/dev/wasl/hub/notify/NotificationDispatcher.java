package dev.wasl.hub.notify;

import dev.wasl.hub.ops.LogContext;
import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Sends what is due, on every instance: each row is claimed by one of them. */
@Component
class NotificationDispatcher implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationDispatcher.class);
    private static final Duration MATCH_INTERVAL = Duration.ofSeconds(10);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(1);
    private static final Duration RECEIPT_RETENTION = Duration.ofDays(3);
    private static final Duration GRACE = Duration.ofSeconds(25);

    private final NotificationSending sending;
    private final NotificationOutbox outbox;
    private final NotificationRepository repository;
    private final Tenants tenants;
    private final NotifySignal signal;
    private final NotifySettings settings;
    private final Clock clock;
    private final Map<Provider, Semaphore> free = new LinkedHashMap<>();
    private volatile boolean running;
    private volatile @Nullable Instant dispatchBeat;
    private volatile @Nullable Instant outboxBeat;
    private volatile Instant matchedAt = Instant.EPOCH;
    private volatile Instant forgotAt = Instant.EPOCH;
    private @Nullable ExecutorService loops;
    private @Nullable ExecutorService workers;

    NotificationDispatcher(
            NotificationSending sending,
            NotificationOutbox outbox,
            NotificationRepository repository,
            List<Provider> providers,
            Tenants tenants,
            NotifySignal signal,
            NotifySettings settings,
            Clock clock) {
        this.sending = sending;
        this.outbox = outbox;
        this.repository = repository;
        this.tenants = tenants;
        this.signal = signal;
        this.settings = settings;
        this.clock = clock;
        providers.forEach(provider -> free.put(provider, new Semaphore(settings.concurrency())));
    }

    @Override
    public synchronized void start() {
        if (running || !settings.enabled()) {
            return;
        }
        running = true;
        free.keySet().forEach(this::open);
        workers = Executors.newCachedThreadPool(named("notify-send-"));
        loops = Executors.newFixedThreadPool(2, named("notify-loop-"));
        loops.execute(this::dispatch);
        loops.execute(this::publish);
    }

    @Override
    public synchronized void stop() {
        if (!running) {
            return;
        }
        running = false;
        signal.wake();
        try {
            if (loops != null) {
                loops.shutdown();
                loops.awaitTermination(GRACE.toSeconds(), TimeUnit.SECONDS);
            }
            if (workers != null) {
                workers.shutdown();
                if (!workers.awaitTermination(GRACE.toSeconds(), TimeUnit.SECONDS)) {
                    LOG.warn("Some messages were still being sent; their outcome will count as unknown.");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** When the slower of the two loops last came round; null while they are not running. */
    @Nullable
    Instant lastBeat() {
        Instant first = dispatchBeat;
        Instant second = outboxBeat;
        if (!running || first == null || second == null) {
            return null;
        }
        return first.isBefore(second) ? first : second;
    }

    /**
     * One round: timers, then everything that is due and finds its provider free.
     *
     * @return whether there may be more
     */
    boolean round() {
        boolean more = sending.timers() > 0;
        for (Map.Entry<Provider, Semaphore> entry : free.entrySet()) {
            int permits = entry.getValue().availablePermits();
            if (permits > 0) {
                NotificationSending.Claim claim = sending.claim(entry.getKey(), permits);
                claim.calls().forEach(call -> send(entry.getKey(), entry.getValue(), call));
                more |= claim.touched() > 0;
            }
        }
        Instant now = clock.instant();
        if (Duration.between(matchedAt, now).compareTo(MATCH_INTERVAL) >= 0) {
            matchedAt = now;
            more |= sending.match() > 0;
        }
        if (Duration.between(forgotAt, now).compareTo(FORGET_INTERVAL) >= 0) {
            forgotAt = now;
            repository.forgetReceipts(now.minus(RECEIPT_RETENTION));
        }
        return more;
    }

    private void send(Provider provider, Semaphore permits, NotificationSending.Call call) {
        // only this thread takes permits, so those that were free when it claimed are free still
        permits.acquireUninterruptibly();
        try {
            Objects.requireNonNull(workers).execute(() -> {
                LogContext logged = LogContext.tenant(call.tenant());
                try {
                    sending.finish(provider, call, provider.send(call.tenant(), call.message()));
                } catch (RuntimeException e) {
                    LOG.error("Sending notification {} broke off; its outcome is unknown.", call.notificationId(), e);
                } finally {
                    permits.release();
                    signal.wake();
                    logged.end();
                }
            });
        } catch (RuntimeException e) {
            permits.release();
            throw e;
        }
    }

    private void dispatch() {
        while (running) {
            try {
                boolean more = round();
                dispatchBeat = clock.instant();
                if (!more) {
                    signal.awaitDispatch(settings.pollInterval());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) {
                LOG.error("The notification dispatcher goes on after an error.", e);
                rest(true);
            }
        }
    }

    private void publish() {
        while (running) {
            try {
                int published = outbox.publish();
                outboxBeat = clock.instant();
                if (published == 0) {
                    signal.awaitOutbox(settings.pollInterval());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.warn("Notification events stay in the outbox: {}", e.getMessage());
                rest(false);
            } catch (Error e) {
                LOG.error("Notification events stay in the outbox", e);
                rest(false);
            }
        }
    }

    private void rest(boolean dispatch) {
        try {
            if (dispatch) {
                signal.awaitDispatch(settings.pollInterval());
            } else {
                signal.awaitOutbox(settings.pollInterval());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void open(Provider provider) {
        for (String tenant : tenants.having(provider.name())) {
            try {
                provider.open(tenant);
            } catch (RuntimeException e) {
                LOG.error("{} cannot send through {}: {}", tenant, provider.name(), e.getMessage());
            }
        }
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
