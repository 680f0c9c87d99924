package dev.wasl.hub.connector;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How often one server may be called, shared by everybody in this process who calls it. A token bucket whose tokens go to
 * the most urgent waiting call first; a throttled answer stops all calls until the server's own time is over, and makes
 * the rate shrink. It recovers within minutes to a little less than what was refused, and tries more only now and then:
 * one try too many costs minutes of silence.
 *
 * <p>Who waits long becomes more urgent, one class a minute, so that a flood of urgent calls slows the others down but
 * never stops them. Calls on behalf of a waiting person are not overtaken by that.
 */
public final class RequestBudget {

    /** What a call is for, the most urgent first. */
    public enum Priority {
        /** Somebody waits for the answer. */
        USER(0),
        /** A webhook said that something happened. */
        HINT(1),
        /** An open delivery or the like that nobody heard of for long. */
        RECONCILE(2),
        /** What changed lately. */
        POLL(3),
        /** Lists of the past. */
        BACKFILL(4),
        /** Details of the past. */
        HISTORY(5);

        private final int rank;

        Priority(int rank) {
            this.rank = rank;
        }

        /** 0 is the most urgent. Stored with every wish, so a number never gets another meaning. */
        int rank() {
            return rank;
        }

        static Priority ofRank(int rank) {
            return Arrays.stream(values())
                    .filter(priority -> priority.rank == rank)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no priority has the rank " + rank));
        }
    }

    /** A rate that stands for no limit. */
    static final double LIFTED = Double.POSITIVE_INFINITY;

    private static final double VERY_LARGE = 100_000;
    private static final double SLOWEST = 0.05;
    private static final double SHRINK = 0.5;
    private static final double RECOVER = 1.1;
    private static final double RECOVER_LIFTED = 2;
    private static final double FAST_ENOUGH_TO_LIFT = 1_000;
    private static final Duration RECOVERY_STEP = Duration.ofSeconds(10);
    /** What is known to be too fast, and how long it is believed before a little more is tried. */
    private static final double BELOW_REFUSED = 0.9;

    private static final Duration CAUTION = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SHORTEST_BLOCK = Duration.ofSeconds(1);
    private static final Duration BLOCK_UNTOLD = Duration.ofSeconds(60);
    private static final Duration LONGEST_BLOCK_UNTOLD = Duration.ofMinutes(10);
    /** Longer than any block seen (300 s); only there so that a nonsense value does not stop a connector for years. */
    private static final Duration LONGEST_BLOCK_TOLD = Duration.ofHours(24);

    private static final int HOUR = 3600;
    private static final int OBSERVED_SECONDS = 10;

    private final String source;
    private final Clock clock;
    private final Alarm alarm;
    private final Listener listener;

    private final List<Ticket> waiting = new ArrayList<>();
    private final int[] usedPerSecond = new int[HOUR];
    private long lastSecond;

    private double limit = LIFTED;
    private int burst = Integer.MAX_VALUE;
    private double rate = LIFTED;
    private double ceiling = LIFTED;
    private double tokens;
    private Instant refilledAt;
    private Instant rateChangedAt;
    private Instant ceilingChangedAt;
    private Instant blockedUntil = Instant.EPOCH;
    private @Nullable Instant alarmAt;
    private int throttledInARow;
    private long sequence;
    private long calls;
    private long throttled;

    RequestBudget(String source, Clock clock, Alarm alarm, Listener listener) {
        this.source = source;
        this.clock = clock;
        this.alarm = alarm;
        this.listener = listener;
        this.refilledAt = clock.instant();
        this.rateChangedAt = refilledAt;
        this.ceilingChangedAt = refilledAt;
        this.lastSecond = refilledAt.getEpochSecond();
    }

    /** Calls something after a while. */
    @FunctionalInterface
    interface Alarm {
        void after(Duration delay, Runnable action);
    }

    /** Is told when the server throttled, to remember it. Called without a lock. */
    @FunctionalInterface
    interface Listener {
        void throttled(String source, Instant blockedUntil, double rate);
    }

    /**
     * The budget as it stands.
     *
     * @param source the server, {@code app.bosta.co}
     * @param limit configured calls a second; null when there is no limit
     * @param rate calls a second at the moment, lower than the limit after being throttled; null when there is no limit
     * @param burst calls that may follow each other at once
     * @param blockedUntil when the server's block ends; null when there is none
     * @param calls calls since the start
     * @param throttled throttled answers since the start
     * @param usedLastHour calls in the last hour
     * @param waiting how many calls wait, by what they are for
     */
    public record View(
            String source,
            @Nullable Double limit,
            @Nullable Double rate,
            int burst,
            @Nullable Instant blockedUntil,
            long calls,
            long throttled,
            long usedLastHour,
            Map<Priority, Integer> waiting) {}

    /** A place in the queue for one call. Every ticket is either granted or cancelled. */
    public final class Ticket {

        private final CompletableFuture<Void> granted = new CompletableFuture<>();
        private final long number;
        private final Instant since;
        private Priority priority;

        private Ticket(Priority priority, long number, Instant since) {
            this.priority = priority;
            this.number = number;
            this.since = since;
        }

        /**
         * Waits for the grant.
         *
         * @return whether it came in time
         */
        public boolean await(Duration patience) throws InterruptedException {
            try {
                granted.get(patience.toNanos(), TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Makes the call more urgent, keeping its place in time; never less urgent. */
        public void raise(Priority to) {
            synchronized (RequestBudget.this) {
                if (to.compareTo(priority) < 0) {
                    priority = to;
                }
            }
        }

        /** Gives the place up. A grant that was faster is lost, which is the safe side. */
        public void cancel() {
            synchronized (RequestBudget.this) {
                waiting.remove(this);
            }
        }

        boolean isGranted() {
            return granted.isDone();
        }

        private int rank(Instant now) {
            int rank = priority.rank();
            if (rank == 0) {
                return 0;
            }
            // while nobody may call, nobody is being passed over
            Instant from = since.isAfter(blockedUntil) ? since : blockedUntil;
            long patienceLost = Duration.between(from, now).dividedBy(PATIENCE);
            return (int) Math.max(1, rank - Math.max(0, patienceLost));
        }
    }

    /** Takes a limit over if it is stricter than what is known; 0 and very large values mean none. */
    synchronized void configure(double requestsPerSecond, int newBurst) {
        double stricter = requestsPerSecond <= 0 || requestsPerSecond >= VERY_LARGE ? LIFTED : requestsPerSecond;
        boolean first = burst == Integer.MAX_VALUE;
        limit = Math.min(limit, stricter);
        burst = Math.min(burst, Math.max(1, newBurst));
        rate = Math.min(rate, limit);
        tokens = first ? burst : Math.min(tokens, burst);
    }

    /** Takes over what was remembered from before a restart. */
    synchronized void restore(Instant until, double rememberedRate, Instant rememberedAt) {
        if (rememberedRate < rate) {
            rate = Math.max(SLOWEST, rememberedRate);
            rateChangedAt = rememberedAt;
        }
        block(until);
    }

    /** Asks for a call; the answer is a ticket to wait on. */
    public Ticket request(Priority priority) {
        List<Ticket> granted;
        Ticket ticket;
        synchronized (this) {
            ticket = new Ticket(priority, sequence++, clock.instant());
            waiting.add(ticket);
            granted = grant();
        }
        granted.forEach(one -> one.granted.complete(null));
        return ticket;
    }

    /** Waits until a call may be made. */
    public void acquire(Priority priority) throws InterruptedException {
        Ticket ticket = request(priority);
        try {
            while (!ticket.await(Duration.ofMinutes(1))) {
                // the alarm grants; asking again only guards against a clock that was set back
                pump();
            }
        } catch (InterruptedException e) {
            ticket.cancel();
            throw e;
        }
    }

    /** Tells that the server answered without throttling. */
    public synchronized void answered() {
        throttledInARow = 0;
    }

    /**
     * Tells that the server throttled. Nobody calls until its time is over.
     *
     * @param retryAfter how long the server asked to wait; null when it did not say
     */
    public void throttled(@Nullable Duration retryAfter) {
        Instant until;
        double now;
        synchronized (this) {
            Instant at = clock.instant();
            refill(at);
            throttled++;
            if (!at.isBefore(blockedUntil)) {
                // several calls in flight are refused together: that is one event, so the rate shrinks once
                double basis = Double.isInfinite(rate) ? Math.max(1, observed(at)) : rate;
                rate = Math.max(SLOWEST, basis * SHRINK);
                if (throttledInARow == 0 && !Double.isInfinite(limit)) {
                    // one refusal after another is a server in trouble, and says nothing about the rate
                    ceiling = Math.max(SLOWEST, basis * BELOW_REFUSED);
                }
                throttledInARow++;
            }
            rateChangedAt = at;
            Duration untold = BLOCK_UNTOLD.multipliedBy(1L << Math.min(4, Math.max(0, throttledInARow - 1)));
            Duration wait = retryAfter != null
                    ? min(max(retryAfter, SHORTEST_BLOCK), LONGEST_BLOCK_TOLD)
                    : min(untold, LONGEST_BLOCK_UNTOLD);
            block(at.plus(wait));
            ceilingChangedAt = blockedUntil;
            until = blockedUntil;
            now = rate;
        }
        listener.throttled(source, until, now);
    }

    /** Tells that the server is away for a while, which says nothing about the rate. Nobody calls until it is over. */
    public synchronized void unavailable(Duration retryAfter) {
        Instant at = clock.instant();
        refill(at);
        block(at.plus(min(max(retryAfter, SHORTEST_BLOCK), LONGEST_BLOCK_TOLD)));
    }

    /** Whether calls are not limited at the moment. */
    public synchronized boolean lifted() {
        refill(clock.instant());
        return Double.isInfinite(rate);
    }

    /** When the server's block ends; null when there is none. */
    public synchronized @Nullable Instant blockedUntil() {
        return clock.instant().isBefore(blockedUntil) ? blockedUntil : null;
    }

    /** The budget as it stands. */
    public synchronized View view() {
        Instant now = clock.instant();
        refill(now);
        forget(now);
        long hour = 0;
        for (int used : usedPerSecond) {
            hour += used;
        }
        Map<Priority, Integer> byPriority = new EnumMap<>(Priority.class);
        waiting.forEach(ticket -> byPriority.merge(ticket.priority, 1, Integer::sum));
        return new View(
                source,
                Double.isInfinite(limit) ? null : limit,
                Double.isInfinite(rate) ? null : rate,
                burst,
                now.isBefore(blockedUntil) ? blockedUntil : null,
                calls,
                throttled,
                hour,
                Map.copyOf(byPriority));
    }

    private void ring() {
        synchronized (this) {
            alarmAt = null;
        }
        pump();
    }

    /** Grants what can be granted now. */
    private void pump() {
        List<Ticket> granted;
        synchronized (this) {
            granted = grant();
        }
        granted.forEach(ticket -> ticket.granted.complete(null));
    }

    private List<Ticket> grant() {
        Instant now = clock.instant();
        refill(now);
        List<Ticket> granted = new ArrayList<>();
        while (!waiting.isEmpty() && available(now)) {
            Ticket next = waiting.get(0);
            for (Ticket ticket : waiting) {
                int difference = ticket.rank(now) - next.rank(now);
                if (difference < 0 || (difference == 0 && ticket.number < next.number)) {
                    next = ticket;
                }
            }
            waiting.remove(next);
            if (!Double.isInfinite(rate)) {
                tokens -= 1;
            }
            count(now);
            granted.add(next);
        }
        if (!waiting.isEmpty()) {
            wakeAt(now, nextChance(now));
        }
        return granted;
    }

    private boolean available(Instant now) {
        return !now.isBefore(blockedUntil) && (Double.isInfinite(rate) || tokens >= 1);
    }

    private Instant nextChance(Instant now) {
        Instant from = now.isBefore(blockedUntil) ? blockedUntil : now;
        if (Double.isInfinite(rate) || tokens >= 1) {
            return from;
        }
        return from.plusNanos((long) Math.ceil((1 - tokens) / rate * 1e9));
    }

    private void wakeAt(Instant now, Instant at) {
        if (alarmAt != null && alarmAt.isAfter(now) && !at.isBefore(alarmAt)) {
            return;
        }
        alarmAt = at;
        alarm.after(Duration.between(now, at), this::ring);
    }

    private void refill(Instant now) {
        if (now.isBefore(refilledAt) && !now.isBefore(blockedUntil)) {
            // the clock was set back
            refilledAt = now;
        }
        recover(now);
        if (now.isAfter(refilledAt)) {
            if (!Double.isInfinite(rate)) {
                double seconds = Duration.between(refilledAt, now).toNanos() / 1e9;
                tokens = Math.min(burst, tokens + seconds * rate);
            }
            refilledAt = now;
        }
    }

    private void recover(Instant now) {
        boolean lifting = Double.isInfinite(limit);
        while (ceiling < limit && !ceilingChangedAt.plus(CAUTION).isAfter(now)) {
            ceiling *= RECOVER;
            ceilingChangedAt = ceilingChangedAt.plus(CAUTION);
        }
        double most = Math.min(limit, ceiling);
        while (rate < most && !rateChangedAt.plus(RECOVERY_STEP).isAfter(now) && !now.isBefore(blockedUntil)) {
            rate = Math.min(most, rate * (lifting ? RECOVER_LIFTED : RECOVER));
            if (lifting && rate > FAST_ENOUGH_TO_LIFT) {
                rate = LIFTED;
            }
            rateChangedAt = rateChangedAt.plus(RECOVERY_STEP);
        }
    }

    private void block(Instant until) {
        if (until.isAfter(blockedUntil)) {
            blockedUntil = until;
        }
        if (blockedUntil.isAfter(clock.instant())) {
            // the server has just said that it is full: begin with nothing saved up
            tokens = 0;
            refilledAt = blockedUntil;
            if (rateChangedAt.isBefore(blockedUntil)) {
                rateChangedAt = blockedUntil;
            }
        }
    }

    private void count(Instant now) {
        forget(now);
        calls++;
        usedPerSecond[(int) (now.getEpochSecond() % HOUR)]++;
    }

    private void forget(Instant now) {
        long second = now.getEpochSecond();
        for (long old = Math.max(lastSecond, second - HOUR) + 1; old <= second; old++) {
            usedPerSecond[(int) (old % HOUR)] = 0;
        }
        lastSecond = Math.max(lastSecond, second);
    }

    private double observed(Instant now) {
        forget(now);
        long sum = 0;
        for (int back = 0; back < OBSERVED_SECONDS; back++) {
            sum += usedPerSecond[(int) ((now.getEpochSecond() - back) % HOUR)];
        }
        return (double) sum / OBSERVED_SECONDS;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
