package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.ops.LogContext;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that does one step of a tenant after the other, resting in between as long as the step says, until it is stopped. */
final class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private final String tenant;
    private final Step step;
    private final Thread thread;

    /** Room for one: many signals are one reason to look. */
    private final BlockingQueue<Boolean> woken = new ArrayBlockingQueue<>(1);

    private volatile boolean stopping;

    Worker(String tenant, String work, Step step) {
        this.tenant = tenant;
        this.step = step;
        this.thread = new Thread(this::run, "bosta-" + tenant + '-' + work);
        thread.setDaemon(true);
    }

    /** One piece of work. */
    @FunctionalInterface
    interface Step {

        /** Works and says how long to rest; an interrupt ends the worker. */
        Duration run() throws InterruptedException;
    }

    void start() {
        thread.start();
    }

    /** Ends a rest early. */
    void wake() {
        woken.offer(true);
    }

    /** Asks the thread to end. */
    void interrupt() {
        stopping = true;
        thread.interrupt();
    }

    /**
     * Waits for the end.
     *
     * @return whether it ended in time
     */
    boolean join(Duration patience) throws InterruptedException {
        thread.join(Math.max(1, patience.toMillis()));
        return !thread.isAlive();
    }

    private void run() {
        LogContext logged = LogContext.tenant(tenant);
        try {
            while (!stopping) {
                rest(attempt());
            }
        } catch (InterruptedException e) {
            // asked to end
        } finally {
            logged.end();
        }
    }

    private Duration attempt() throws InterruptedException {
        try {
            return step.run();
        } catch (RuntimeException e) {
            if (stopping) {
                throw new InterruptedException();
            }
            LOG.warn("{} failed and goes on in {}.", thread.getName(), AFTER_FAILURE, e);
            return AFTER_FAILURE;
        }
    }

    private void rest(Duration duration) throws InterruptedException {
        woken.poll(duration.toNanos(), TimeUnit.NANOSECONDS);
    }
}
