package dev.wasl.hub.ops;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Leads while one database session of its own holds an advisory lock.
 *
 * <p>Two hubs never lead at once: a leader whose session is not confirmed within the lease leads no more, by its own
 * clock and without waiting for anybody; and whoever gets the lock waits one lease before it begins, since the session
 * of the leader before may have been ended without its knowing.
 */
final class AdvisoryLockLeadership implements Leadership, SmartLifecycle {

    /** After Camel and the web server have started, before they stop. */
    static final int PHASE = Integer.MAX_VALUE - 50;

    private static final Logger LOG = LoggerFactory.getLogger(AdvisoryLockLeadership.class);
    private static final Duration CALLBACKS = Duration.ofSeconds(10);

    private final Sessions sessions;
    private final LeadershipSettings settings;
    private final Duration pause;
    private final String nodeId;
    private final Clock clock;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private @Nullable ScheduledExecutorService ticker;
    private @Nullable ExecutorService callbacks;
    private @Nullable LeadershipRepository session;
    /** When the lock was got, {@code System.nanoTime}; null without it. Of the ticker's thread, as the session is. */
    private @Nullable Long lockedAt;

    private boolean complained;
    private volatile @Nullable Lease lease;
    private volatile @Nullable String leader;

    /** Opens the session with the lock. */
    interface Sessions {

        LeadershipRepository open() throws SQLException;
    }

    /** The right to lead, as last confirmed. */
    private record Lease(Instant since, long confirmedNanos) {}

    /**
     * @param pause how long whoever gets the lock waits for the leader before to notice; zero where there cannot have
     *     been one
     */
    AdvisoryLockLeadership(Sessions sessions, LeadershipSettings settings, Duration pause, String nodeId, Clock clock) {
        this.sessions = sessions;
        this.settings = settings;
        this.pause = pause;
        this.nodeId = nodeId;
        this.clock = clock;
    }

    @Override
    public boolean isLeader() {
        Lease current = lease;
        return current != null
                && System.nanoTime() - current.confirmedNanos < settings.lease().toNanos();
    }

    @Override
    public Optional<Instant> leaderSince() {
        Lease current = lease;
        return current != null && isLeader() ? Optional.of(current.since) : Optional.empty();
    }

    @Override
    public String nodeId() {
        return nodeId;
    }

    @Override
    public Optional<String> leader() {
        return isLeader() ? Optional.of(nodeId) : Optional.ofNullable(leader);
    }

    @Override
    public synchronized Registration onLeadership(Runnable gained, Runnable lost) {
        Listener listener = new Listener(gained, lost);
        listeners.add(listener);
        ExecutorService executor = callbacks;
        if (ticker != null && executor != null) {
            // Behind whatever is under way: if it leads then, gained is called once, by this or by the event itself.
            executor.execute(() -> listener.tell(isLeader()));
        }
        return listener;
    }

    @Override
    public synchronized void start() {
        if (ticker != null) {
            return;
        }
        callbacks = Executors.newSingleThreadExecutor(task -> daemon(task, "wasl-leadership-callbacks"));
        ScheduledExecutorService scheduler =
                Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "wasl-leadership"));
        ticker = scheduler;
        var unused = scheduler.scheduleWithFixedDelay(
                this::tick, 0, settings.interval().toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void tick() {
        try {
            look();
            complained = false;
        } catch (SQLException e) {
            lose();
            if (!complained) {
                complained = true;
                LOG.warn("The database does not answer, so this hub cannot lead: {}", e.getMessage());
            }
        } catch (RuntimeException e) {
            lose();
            LOG.error("Looking after the leadership failed", e);
        }
    }

    private void look() throws SQLException {
        LeadershipRepository current = session;
        if (current == null) {
            current = sessions.open();
            session = current;
        }
        // Taken before asking: the lease must not outlive what the database knew when it answered.
        long asked = System.nanoTime();
        Long locked = lockedAt;
        if (locked == null) {
            if (!current.tryLock()) {
                leader = current.holder().orElse(null);
                return;
            }
            locked = System.nanoTime();
            lockedAt = locked;
        } else if (!current.holdsLock()) {
            throw new SQLException("the session lost the leader's lock");
        }
        Lease held = lease;
        if (held != null) {
            boolean expired = !isLeader();
            lease = new Lease(held.since, asked);
            if (expired) {
                // Too slow to count as leading all the time, so whoever works for us learns that there was a gap.
                LOG.warn("The database took too long to confirm the leadership");
                lease = null;
                announce(false);
                lockedAt = System.nanoTime();
            }
        } else if (System.nanoTime() - locked >= pause.toNanos()) {
            lease = new Lease(clock.instant(), asked);
            LOG.info("This hub, {}, leads", nodeId);
            announce(true);
        }
    }

    private void lose() {
        boolean led = lease != null;
        lease = null;
        lockedAt = null;
        leader = null;
        LeadershipRepository lost = session;
        session = null;
        if (led) {
            LOG.warn("This hub, {}, leads no more", nodeId);
            announce(false);
        }
        if (lost != null) {
            try {
                lost.close();
            } catch (SQLException e) {
                LOG.debug("The lost session could not be closed", e);
            }
        }
    }

    private void announce(boolean leads) {
        ExecutorService executor = callbacks;
        if (executor != null) {
            executor.execute(() -> listeners.forEach(listener -> listener.tell(leads)));
        }
    }

    @Override
    public void stop() {
        ScheduledExecutorService scheduler;
        ExecutorService executor;
        synchronized (this) {
            scheduler = ticker;
            executor = callbacks;
            ticker = null;
        }
        if (scheduler == null || executor == null) {
            return;
        }
        scheduler.shutdown();
        end(scheduler);
        // Those who work for us stop first, then the lock goes.
        boolean led = lease != null;
        lease = null;
        if (led) {
            announce(false);
        }
        executor.shutdown();
        end(executor);
        synchronized (this) {
            callbacks = null;
        }
        lose();
    }

    private static void end(ExecutorService executor) {
        try {
            if (!executor.awaitTermination(CALLBACKS.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("Work for the leadership did not end within {} s", CALLBACKS.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return ticker != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** Somebody who wants to know; everything but closing happens on the callback thread. */
    private final class Listener implements Registration {

        private final Runnable gained;
        private final Runnable lost;
        private boolean told;
        private volatile boolean closed;

        private Listener(Runnable gained, Runnable lost) {
            this.gained = gained;
            this.lost = lost;
        }

        private void tell(boolean leads) {
            boolean still = leads && isLeader(); // a hub that hung meanwhile must not begin now
            if (closed || told == still) {
                return;
            }
            told = still;
            try {
                (still ? gained : lost).run();
            } catch (RuntimeException e) {
                LOG.error("A listener failed to {} work for the leadership", still ? "begin" : "end", e);
            }
        }

        @Override
        public void close() {
            closed = true;
            listeners.remove(this);
        }
    }
}
