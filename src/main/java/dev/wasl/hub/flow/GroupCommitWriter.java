package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.MessageWriter;
import dev.wasl.hub.ops.Queues;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Stores received messages with few disk syncs: a few lanes, each of which takes everything that waits into one
 * transacted session, commits once, and then tells all who waited. The busier it is, the more messages share a commit and a
 * broker message.
 */
@Component
class GroupCommitWriter implements MessageWriter, SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitWriter.class);

    /** Starts before whatever writes and stops after it, but lives on a running broker. */
    static final int PHASE = 0;

    private static final long IDLE_MILLIS = 200;
    private static final long RECONNECT_PAUSE_MILLIS = 500;

    private final ConnectionFactory connections;
    private final FlowProperties properties;
    private final Backlog backlog;
    private final IntakePressure pressure;
    private final BlockingQueue<Waiting> waiting;
    /** Pollers do not count: they can wait. */
    private final AtomicInteger gatewaysWaiting = new AtomicInteger();

    private final List<Thread> lanes = new ArrayList<>();
    private volatile boolean running;

    GroupCommitWriter(
            ConnectionFactory connections, FlowProperties properties, Backlog backlog, IntakePressure pressure) {
        this.connections = connections;
        this.properties = properties;
        this.backlog = backlog;
        this.pressure = pressure;
        this.waiting = new ArrayBlockingQueue<>(properties.writerCapacity());
    }

    @Override
    public CompletableFuture<Void> write(InboundMessage message) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        Waiting entry = new Waiting(message, stored, true);
        pressure.note(gatewaysWaiting.incrementAndGet());
        if (!running) {
            fail(List.of(entry), "the hub is stopping", null);
        } else if (!waiting.offer(entry)) {
            fail(List.of(entry), "too many messages wait to be stored", null);
        } else if (!running && waiting.remove(entry)) {
            // the lanes ended between the two looks; nobody would ever answer
            fail(List.of(entry), "the hub is stopping", null);
        }
        return stored;
    }

    @Override
    public void writeAll(List<InboundMessage> messages) {
        List<CompletableFuture<Void>> stored = new ArrayList<>(messages.size());
        try {
            if (!messages.isEmpty() && messages.get(0).kind() == InboundMessage.Kind.BACKFILL) {
                backlog.awaitRoom(messages.get(0).connector(), () -> running);
            }
            for (InboundMessage message : messages) {
                CompletableFuture<Void> one = new CompletableFuture<>();
                Waiting entry = new Waiting(message, one, false);
                // a poller can wait for room, a gateway cannot
                while (!waiting.offer(entry, IDLE_MILLIS, TimeUnit.MILLISECONDS)) {
                    if (!running) {
                        throw new HubException(ErrorCode.STORE_UNAVAILABLE, "the hub is stopping");
                    }
                }
                stored.add(one);
            }
            CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HubException(ErrorCode.STORE_UNAVAILABLE, "interrupted while storing", e);
        } catch (CompletionException e) {
            throw e.getCause() instanceof HubException known
                    ? known
                    : new HubException(ErrorCode.STORE_UNAVAILABLE, "storing failed", e.getCause());
        }
    }

    @Override
    public void start() {
        running = true;
        for (int i = 1; i <= properties.writerLanes(); i++) {
            Thread lane = new Thread(this::drain, "wasl-writer-" + i);
            lanes.add(lane);
            lane.start();
        }
    }

    @Override
    public void stop() {
        running = false;
        for (Thread lane : lanes) {
            try {
                lane.join(TimeUnit.SECONDS.toMillis(15));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        lanes.clear();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void drain() {
        List<Waiting> batch = new ArrayList<>(properties.writerBatch());
        Lane lane = null;
        try {
            while (running || !waiting.isEmpty()) {
                Waiting first = waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                waiting.drainTo(batch, properties.writerBatch() - 1);
                lane = commit(lane, batch);
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (lane != null) {
                lane.close();
            }
            fail(batch, "the hub is stopping", null);
        }
    }

    /** Stores a batch; gives back the lane to use next, null when it broke. */
    private @Nullable Lane commit(@Nullable Lane current, List<Waiting> batch) throws InterruptedException {
        Lane lane = current;
        try {
            if (lane == null) {
                lane = new Lane(connections);
            }
            lane.send(batch);
            lane.session.commit();
        } catch (JMSException | RuntimeException | Error e) {
            fail(batch, "the broker did not confirm", e);
            if (e instanceof Error) {
                LOG.error("{} received messages could not be stored", batch.size(), e);
            } else {
                LOG.warn("{} received messages could not be stored: {}", batch.size(), e.getMessage());
            }
            if (lane != null) {
                lane.close();
            }
            if (running) {
                TimeUnit.MILLISECONDS.sleep(RECONNECT_PAUSE_MILLIS);
            }
            return null;
        }
        for (Waiting entry : batch) {
            answered(entry);
            entry.stored.complete(null);
        }
        return lane;
    }

    private void fail(List<Waiting> batch, String why, @Nullable Throwable cause) {
        for (Waiting entry : batch) {
            answered(entry);
            entry.stored.completeExceptionally(new HubException(ErrorCode.STORE_UNAVAILABLE, why, cause));
        }
    }

    private void answered(Waiting entry) {
        if (entry.gateway) {
            gatewaysWaiting.decrementAndGet();
        }
    }

    private record Waiting(InboundMessage message, CompletableFuture<Void> stored, boolean gateway) {}

    /** One transacted session. */
    private static final class Lane {

        private final Connection connection;
        private final Session session;
        private final MessageProducer producer;
        private final Map<String, Queue> queues = new HashMap<>();

        Lane(ConnectionFactory connections) throws JMSException {
            this.connection = connections.createConnection();
            this.session = connection.createSession(true, Session.SESSION_TRANSACTED);
            this.producer = session.createProducer(null);
            producer.setDeliveryMode(DeliveryMode.PERSISTENT);
            producer.setDisableMessageTimestamp(false);
        }

        void send(List<Waiting> batch) throws JMSException {
            Map<String, List<InboundMessage>> byConnector = new LinkedHashMap<>();
            for (Waiting entry : batch) {
                byConnector
                        .computeIfAbsent(entry.message.connector(), connector -> new ArrayList<>())
                        .add(entry.message);
            }
            for (Map.Entry<String, List<InboundMessage>> one : byConnector.entrySet()) {
                Queue queue = queue(one.getKey());
                for (List<InboundMessage> bundle : InboundBundle.split(one.getValue())) {
                    producer.send(queue, InboundCodec.write(session, bundle));
                }
            }
        }

        private Queue queue(String connector) throws JMSException {
            Queue queue = queues.get(connector);
            if (queue == null) {
                queue = session.createQueue(Queues.inbound(connector));
                queues.put(connector, queue);
            }
            return queue;
        }

        void close() {
            try {
                connection.close();
            } catch (JMSException e) {
                LOG.debug("A broken connection did not close", e);
            }
        }
    }
}
