package dev.wasl.hub.flow;

import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Gateways never wait: while many requests wait for their commit, consumers rest between batches. What they leave is
 * durable and is worked off when the rush is over; they never stop altogether.
 */
@Component
class IntakePressure {

    /** A commit answers most of those who wait at once, and the next wave is on its way: a lull this short is none. */
    private static final long LULL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final int many;
    private volatile long lastHigh = System.nanoTime() - LULL_NANOS;

    IntakePressure(FlowProperties properties) {
        this.many = properties.busyWaiting();
    }

    /** Tells how many gateways wait for their answer now. */
    void note(int waiting) {
        if (waiting >= many) {
            lastHigh = System.nanoTime();
        }
    }

    /** Whether many waited just now. */
    boolean high() {
        return System.nanoTime() - lastHigh < LULL_NANOS;
    }
}
