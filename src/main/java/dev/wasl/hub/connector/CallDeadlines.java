package dev.wasl.hub.connector;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.concurrent.Cancellable;

/**
 * Ends HTTP calls that take too long as a whole. The time-outs of a socket are for one reading each, so that a server that
 * drips never meets them.
 */
public final class CallDeadlines implements AutoCloseable {

    private final ScheduledThreadPoolExecutor deadlines;

    /**
     * Deadlines watched by one thread.
     *
     * @param name the thread's
     */
    public CallDeadlines(String name) {
        this.deadlines = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /**
     * Gives a call twice its time-outs for all of it.
     *
     * @return to be cancelled when the whole answer was read
     */
    public ScheduledFuture<?> forCall(Cancellable call, Duration connectTimeout, Duration responseTimeout) {
        return after(call, twice(connectTimeout, responseTimeout));
    }

    static Duration twice(Duration connectTimeout, Duration responseTimeout) {
        return connectTimeout.plus(responseTimeout).multipliedBy(2);
    }

    ScheduledFuture<?> after(Cancellable call, Duration patience) {
        return deadlines.schedule(call::cancel, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
    }
}
