package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.LogContext;
import dev.wasl.hub.ops.Queues;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * The loop of {@code wasl-batch}. It owns the retries of its hop: what may pass by itself (the database is away) is
 * tried again with a growing pause and never parked; everything else is repeated one by one and then parked. Both happen
 * with the messages in hand: the broker counts each time that it gives a message, and some time gives it up.
 */
class BatchConsumer extends DefaultConsumer implements Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchConsumer.class);
    private static final long RECEIVE_MILLIS = 500;
    private static final long FIRST_BACKOFF_MILLIS = 200;

    /** A connection that breaks so often in a row, with growing pauses, breaks over the message and not by itself. */
    private static final int MOST_BREAKS = 10;

    private final BatchEndpoint endpoint;
    private final BatchComponent component;
    private final List<Thread> threads = new ArrayList<>();
    private final ReentrantLock pausing = new ReentrantLock();
    private final Condition stopping = pausing.newCondition();
    private volatile boolean active;

    BatchConsumer(BatchEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.component = endpoint.batchComponent();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        active = true;
        for (int i = 1; i <= endpoint.getConsumers(); i++) {
            Thread thread = new Thread(this::consume, "wasl-" + endpoint.queue() + '-' + i);
            threads.add(thread);
            thread.start();
        }
    }

    @Override
    protected void doStop() throws Exception {
        halt();
        super.doStop();
    }

    @Override
    protected void doSuspend() {
        halt();
    }

    @Override
    protected void doResume() throws Exception {
        doStart();
    }

    private void halt() {
        pausing.lock();
        try {
            active = false;
            stopping.signalAll();
        } finally {
            pausing.unlock();
        }
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        threads.clear();
    }

    private void consume() {
        String route = getRoute() == null ? endpoint.queue() : getRouteId();
        LogContext logged = LogContext.route(route);
        try {
            consume(new Loop(route));
        } finally {
            logged.end();
        }
    }

    private void consume(Loop loop) {
        long backoff = FIRST_BACKOFF_MILLIS;
        while (active) {
            try {
                loop.once();
                backoff = FIRST_BACKOFF_MILLIS;
            } catch (JMSException | RuntimeException e) {
                loop.close();
                backoff = pauseFor(backoff, e);
            } catch (Error e) {
                // out of memory for one batch: without this loop the queue would stand still for good
                LOG.error("Consuming {} broke off", endpoint.queue(), e);
                loop.close();
                backoff = pauseFor(backoff, e);
            }
        }
        loop.close();
    }

    /** Waits and says how long to wait the next time. */
    private long pauseFor(long millis, Throwable reason) {
        LOG.warn("Consuming {} pauses for {} ms: {}", endpoint.queue(), millis, reason.getMessage());
        pause(millis);
        return Math.min(millis * 2, component.properties.maxBackoff().toMillis());
    }

    /** Waits, but not longer than the consumer lives. */
    private void pause(long millis) {
        pausing.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (active && left > 0) {
                left = stopping.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pausing.unlock();
        }
    }

    /** Whether the same batch may succeed later without anybody doing something. */
    static boolean passing(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HubException known) {
                return known.code().isTransient();
            }
            if (cause instanceof TransientDataAccessException
                    || cause instanceof CannotGetJdbcConnectionException
                    || cause instanceof CannotCreateTransactionException) {
                return true;
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                String state = sql.getSQLState();
                // connection lost, resources short, server stopping, dead-lock, serialization
                return state.startsWith("08")
                        || state.startsWith("53")
                        || state.startsWith("57P")
                        || state.startsWith("40");
            }
        }
        return false;
    }

    /** Whether the database was there and the connection to it broke over the work, as over a message that it cannot take. */
    static boolean breaksConnection(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CannotGetJdbcConnectionException
                    || cause instanceof CannotCreateTransactionException) {
                return false;
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState().startsWith("08");
            }
        }
        return false;
    }

    /** The queue by its full name: one that hangs on the canonical address is named with it. */
    private String queueName() {
        return endpoint.getFormat() == BatchEndpoint.Format.CANONICAL
                ? Queues.canonical(endpoint.queue())
                : endpoint.queue();
    }

    /** Something to do with messages in hand; returns why it failed, null when it is done. */
    @FunctionalInterface
    private interface Work {

        @Nullable
        Exception run() throws JMSException;
    }

    /** One thread's session and its state. */
    private final class Loop {

        private final String route;
        private final Counter handled;
        private final Timer duration;
        private @Nullable Connection connection;
        private @Nullable Session session;
        private @Nullable MessageConsumer consumer;

        Loop(String route) {
            this.route = route;
            this.handled = Counter.builder("wasl.route.messages")
                    .description("Messages that a route has handled, applied or parked")
                    .tag("route", route)
                    .register(component.meters);
            this.duration = Timer.builder("wasl.route.batch")
                    .description("Time from the receipt of a batch to its commit")
                    .tag("route", route)
                    .register(component.meters);
        }

        void once() throws JMSException {
            open();
            MessageConsumer consumer = Objects.requireNonNull(this.consumer);
            Session session = Objects.requireNonNull(this.session);
            Message first = consumer.receive(RECEIVE_MILLIS);
            if (first == null) {
                return;
            }
            List<Message> messages = new ArrayList<>();
            messages.add(first);
            int count = BrokerMessages.count(first);
            while (count < component.properties.batch()) {
                Message next = consumer.receiveNoWait();
                if (next == null) {
                    break;
                }
                messages.add(next);
                count += BrokerMessages.count(next);
            }
            long start = System.nanoTime();
            Exception failure = settled(() -> process(messages));
            if (failure != null) {
                LOG.info("A batch of {} failed and is repeated one by one: {}", count, failure.getMessage());
                for (Message message : messages) {
                    processEach(message);
                }
            }
            session.commit();
            duration.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            handled.increment(count);
            long age = component.clock.millis() - first.getJMSTimestamp();
            if (component.pressure.high()
                    && age < component.properties.busyPatience().toMillis()) {
                pause(component.properties.busyPause().toMillis());
            }
        }

        /**
         * Works until it is done or has failed for good.
         *
         * @return the failure that does not pass by itself, null when it is done
         * @throws HubException when the consumer stops or the broker is away; the messages come again then
         */
        private @Nullable Exception settled(Work work) throws JMSException {
            long backoff = FIRST_BACKOFF_MILLIS;
            int breaks = 0;
            Exception failure = work.run();
            while (failure != null && passing(failure)) {
                breaks = breaksConnection(failure) ? breaks + 1 : 0;
                if (breaks == MOST_BREAKS) {
                    return failure;
                }
                if (!active || ofBroker(failure)) {
                    throw failure instanceof HubException known
                            ? known
                            : new HubException(
                                    ErrorCode.DATABASE_UNAVAILABLE, "a batch could not be applied now", failure);
                }
                backoff = pauseFor(backoff, failure);
                failure = work.run();
            }
            return failure;
        }

        /** Whether it is the session itself that broke: then nothing can be committed in it any more. */
        private static boolean ofBroker(Exception failure) {
            return failure instanceof HubException known && known.code() == ErrorCode.BROKER_UNAVAILABLE;
        }

        private @Nullable Exception process(List<Message> messages) throws JMSException {
            List<Object> items = new ArrayList<>();
            try {
                for (Message message : messages) {
                    for (Piece piece : pieces(message)) {
                        items.add(piece.item());
                    }
                }
            } catch (HubException e) {
                return e;
            }
            return run(items);
        }

        /** What a message holds, one after the other; what fails for good is parked by itself. */
        private void processEach(Message message) throws JMSException {
            List<Piece> pieces;
            try {
                pieces = pieces(message);
            } catch (HubException e) {
                pieces = List.of(component.pieces.unreadable(message, endpoint.queue(), e));
            }
            for (Piece piece : pieces) {
                LogContext logged = LogContext.message(piece.tenant(), piece.messageId());
                try {
                    Exception failure = settled(() -> run(piece));
                    if (failure != null) {
                        park(piece, failure);
                    }
                } finally {
                    logged.end();
                }
            }
        }

        private List<Piece> pieces(Message message) throws JMSException {
            return component.pieces.of(message, endpoint.getFormat(), endpoint.queue());
        }

        private @Nullable Exception run(Piece piece) {
            Object item;
            try {
                item = piece.item();
            } catch (HubException e) {
                return e;
            }
            return run(List.of(item));
        }

        private @Nullable Exception run(List<?> items) {
            Exchange exchange = createExchange(false);
            try {
                exchange.setProperty(JmsBatch.PROPERTY, new JmsBatch(Objects.requireNonNull(session)));
                exchange.getMessage().setBody(items);
                getProcessor().process(exchange);
                return exchange.getException();
            } catch (Exception e) {
                return e;
            } finally {
                releaseExchange(exchange, false);
            }
        }

        private void park(Piece piece, Exception failure) throws JMSException {
            LOG.warn("{} could not process a message", route, failure);
            Exception unparked = settled(() -> attempt(() -> piece.park(route, reason(failure))));
            if (unparked != null) {
                throw reason(unparked);
            }
        }

        private static @Nullable Exception attempt(Runnable work) {
            try {
                work.run();
                return null;
            } catch (RuntimeException e) {
                return e;
            }
        }

        private HubException reason(Exception failure) {
            return failure instanceof HubException known
                    ? known
                    : new HubException(ErrorCode.EFFECT_FAILED, describe(failure), failure);
        }

        private String describe(Exception failure) {
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return cause.getClass().getSimpleName() + ": " + cause.getMessage();
        }

        private void open() throws JMSException {
            if (consumer != null) {
                return;
            }
            Connection opened = component.connections.createConnection();
            connection = opened;
            session = opened.createSession(true, Session.SESSION_TRANSACTED);
            consumer = session.createConsumer(session.createQueue(queueName()));
            opened.start();
        }

        void close() {
            Connection current = connection;
            connection = null;
            session = null;
            consumer = null;
            if (current != null) {
                try {
                    current.close();
                } catch (JMSException e) {
                    LOG.debug("A broken connection did not close", e);
                }
            }
        }
    }
}
