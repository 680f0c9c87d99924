package dev.wasl.hub.notify;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Wakes the dispatcher and the outbox when there is something for them to do. */
@Component
class NotifySignal {

    private final Semaphore dispatch = new Semaphore(0);
    private final Semaphore outbox = new Semaphore(0);

    /** There may be something to send and something to publish. */
    void wake() {
        dispatch.release();
        outbox.release();
    }

    void awaitDispatch(Duration atMost) throws InterruptedException {
        await(dispatch, atMost);
    }

    void awaitOutbox(Duration atMost) throws InterruptedException {
        await(outbox, atMost);
    }

    private static void await(Semaphore semaphore, Duration atMost) throws InterruptedException {
        if (semaphore.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            // many signals are one reason to look
            semaphore.drainPermits();
        }
    }
}
