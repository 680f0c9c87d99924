package dev.wasl.hub.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Bosta's limit per source address: a bucket of tokens, and a block for everybody behind the address once it is empty.
 */
final class RateLimit {

    private static final int MOST_SOURCES = 1_000;

    private final double perSecond;
    private final double burst;
    private final Duration block;
    private final Clock clock;
    private final Map<String, Bucket> buckets = new HashMap<>();

    /** A limit; a rate of 0 means none. */
    RateLimit(double perSecond, double burst, Duration block, Clock clock) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.block = block;
        this.clock = clock;
    }

    /**
     * Takes one request out of the budget of a source.
     *
     * @return 0 when it may pass, otherwise the seconds it has to wait
     */
    synchronized long take(String source) {
        if (perSecond <= 0) {
            return 0;
        }
        long now = clock.millis();
        if (buckets.size() >= MOST_SOURCES) {
            buckets.clear();
        }
        Bucket bucket = buckets.computeIfAbsent(source, key -> new Bucket(burst, now));
        bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.filledAt) * perSecond / 1000);
        bucket.filledAt = now;
        if (now < bucket.blockedUntil) {
            return secondsUp(bucket.blockedUntil - now);
        }
        if (bucket.tokens < 1) {
            bucket.blockedUntil = now + block.toMillis();
            return Math.max(1, secondsUp(block.toMillis()));
        }
        bucket.tokens--;
        return 0;
    }

    private static long secondsUp(long millis) {
        return (millis + 999) / 1000;
    }

    private static final class Bucket {
        private double tokens;
        private long filledAt;
        private long blockedUntil;

        Bucket(double tokens, long filledAt) {
            this.tokens = tokens;
            this.filledAt = filledAt;
        }
    }
}
