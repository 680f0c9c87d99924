package dev.wasl.hub.payment;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a gateway is asked how a payment stands. A callback that never comes then costs minutes: often at first, because
 * most people pay at once, then rarely; once it expired, so that what was not told any more is found, and a few times
 * after that, because gateways are late.
 *
 * @param first offsets from the start
 * @param every the pause after the last of them, until the expiry
 * @param afterExpiry offsets from the expiry
 */
record QuerySchedule(List<Duration> first, Duration every, List<Duration> afterExpiry) {

    static QuerySchedule of(PaymentSettings settings) {
        return new QuerySchedule(settings.schedule(), settings.every(), settings.afterExpiry());
    }

    /**
     * The next time to ask.
     *
     * @return later than {@code now}; null when nobody asks any more
     */
    @Nullable
    Instant next(Instant start, Instant expiry, Instant now) {
        Instant next = before(start, now);
        if (next.isBefore(expiry)) {
            return next;
        }
        return afterExpiry.stream()
                .map(expiry::plus)
                .filter(at -> at.isAfter(now))
                .findFirst()
                .orElse(null);
    }

    /** The last question, when nothing is expected before the expiry. */
    @Nullable
    Instant last(Instant expiry, Instant now) {
        return afterExpiry.stream()
                .map(expiry::plus)
                .filter(at -> at.isAfter(now))
                .findFirst()
                .orElse(null);
    }

    private Instant before(Instant start, Instant now) {
        for (Duration offset : first) {
            Instant at = start.plus(offset);
            if (at.isAfter(now)) {
                return at;
            }
        }
        Instant from = first.isEmpty() ? start : start.plus(first.get(first.size() - 1));
        if (from.isAfter(now)) {
            return from;
        }
        long passed = Duration.between(from, now).dividedBy(every);
        return from.plus(every.multipliedBy(passed + 1));
    }

    /**
     * The next time to ask about a payment that nobody asked for through the hub.
     *
     * @return later than {@code now}; null when nobody asks any more
     */
    static @Nullable Instant unproved(List<Duration> offsets, Instant start, Instant now) {
        return offsets.stream()
                .map(start::plus)
                .filter(at -> at.isAfter(now))
                .findFirst()
                .orElse(null);
    }
}
