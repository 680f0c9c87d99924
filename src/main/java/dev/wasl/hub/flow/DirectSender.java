package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.delivery.QueueSender;
import dev.wasl.hub.journal.Arrival;
import dev.wasl.hub.journal.Arrival.Outcome;
import dev.wasl.hub.journal.ArrivalJournal;
import dev.wasl.hub.journal.OwnEvents;
import dev.wasl.hub.mapping.CanonicalCodec;
import dev.wasl.hub.ops.Queues;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Sends what does not come from outside: replays, and the hub's own events. One session, seldom used. */
@Component
class DirectSender implements QueueSender, OwnEvents, DisposableBean {

    private final ConnectionFactory connections;
    private final CanonicalCodec codec;
    private final ArrivalJournal journal;
    private final TransactionTemplate transactions;
    private @Nullable Connection connection;
    private @Nullable Session session;

    DirectSender(
            ConnectionFactory connections,
            CanonicalCodec codec,
            ArrivalJournal journal,
            TransactionTemplate transactions) {
        this.connections = connections;
        this.codec = codec;
        this.journal = journal;
        this.transactions = transactions;
    }

    @Override
    public void send(String queue, Map<String, String> properties, byte[] body) {
        inSession(open -> {
            try (MessageProducer producer = open.createProducer(destination(open, queue))) {
                BytesMessage message = open.createBytesMessage();
                message.writeBytes(body);
                for (Map.Entry<String, String> property : properties.entrySet()) {
                    message.setStringProperty(property.getKey(), property.getValue());
                }
                producer.setDeliveryMode(DeliveryMode.PERSISTENT);
                producer.send(message);
            }
        });
    }

    @Override
    public void publish(List<CanonicalEvent> events) {
        List<CanonicalMessage> messages = events.stream()
                .map(event -> new CanonicalMessage(event, codec.write(event), null))
                .toList();
        List<Arrival> arrivals = messages.stream().map(DirectSender::arrival).toList();
        transactions.executeWithoutResult(status -> journal.recordOwn(arrivals));
        inSession(open -> {
            try (CanonicalSender sender = new CanonicalSender(open)) {
                sender.send(messages, null);
            }
        });
    }

    /** A queue on the canonical address is multicast, so it is named through a topic; only that queue gets the message. */
    private static Destination destination(Session open, String queue) throws JMSException {
        return Queues.isCanonical(queue) ? open.createTopic(queue) : open.createQueue(queue);
    }

    private static Arrival arrival(CanonicalMessage message) {
        CanonicalEvent event = message.event();
        // deterministic, so that saying it again after a crash does not journal it again
        byte[] identity = (event.tenant() + '|' + event.id()).getBytes(StandardCharsets.UTF_8);
        return new Arrival(
                UUID.nameUUIDFromBytes(identity),
                event.id(),
                event.tenant(),
                event.connector(),
                "HUB",
                event.time(),
                null,
                Map.of(),
                null,
                Outcome.ACCEPTED,
                null,
                List.of(new String(message.json(), StandardCharsets.UTF_8)),
                event.data().references());
    }

    private synchronized void inSession(Work work) {
        boolean kept = session != null;
        try {
            try {
                commit(work);
            } catch (JMSException e) {
                // a session that was kept tells only when it is used that its broker has restarted meanwhile
                if (!kept) {
                    throw e;
                }
                commit(work);
            }
        } catch (JMSException e) {
            throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "the broker did not confirm", e);
        }
    }

    private void commit(Work work) throws JMSException {
        boolean committed = false;
        try {
            if (session == null) {
                connection = connections.createConnection();
                session = connection.createSession(true, Session.SESSION_TRANSACTED);
            }
            work.with(session);
            session.commit();
            committed = true;
        } finally {
            if (!committed) {
                // what the session holds must not go out with the next commit
                destroy();
            }
        }
    }

    @Override
    public synchronized void destroy() {
        Connection current = connection;
        connection = null;
        session = null;
        if (current != null) {
            try {
                current.close();
            } catch (JMSException e) {
                // it is given up either way
            }
        }
    }

    private interface Work {
        void with(Session session) throws JMSException;
    }
}
