package dev.wasl.hub.notify;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Wakes the dispatcher and the outbox when there is something for them to do. */
@Component
class NotifySignal {

    /** Room for one: many signals are one reason to look. */
    private final BlockingQueue<Boolean> dispatch = new ArrayBlockingQueue<>(1);

    private final BlockingQueue<Boolean> outbox = new ArrayBlockingQueue<>(1);

    /** There may be something to send and something to publish. */
    void wake() {
        dispatch.offer(true);
        outbox.offer(true);
    }

    void awaitDispatch(Duration atMost) throws InterruptedException {
        dispatch.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    void awaitOutbox(Duration atMost) throws InterruptedException {
        outbox.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
