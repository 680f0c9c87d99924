package dev.wasl.hub.payment;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Wakes the loop that asks gateways when there may be something to ask. */
@Component
class PollSignal {

    /** Room for one: many signals are one reason to look. */
    private final BlockingQueue<Boolean> woken = new ArrayBlockingQueue<>(1);

    /** Ends a rest, or the next one at once. */
    void wake() {
        woken.offer(true);
    }

    /** Rests until woken. */
    void rest(Duration longest) throws InterruptedException {
        woken.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
    }
}
