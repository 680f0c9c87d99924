package dev.wasl.hub.payment;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/** Wakes the loop that asks gateways when there may be something to ask. */
@Component
class PollSignal {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    private boolean woken;

    /** Ends a rest, or the next one at once. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Rests until woken. */
    void rest(Duration longest) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = longest.toNanos();
            while (!woken && left > 0) {
                left = change.awaitNanos(left);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }
}
