package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.ops.Queues;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.jspecify.annotations.Nullable;

/** Sends canonical events to their address within a session. */
final class CanonicalSender implements AutoCloseable {

    /** Enough groups to spread over consumers, few enough for the broker to remember. */
    private static final int GROUPS = 64;

    private final Session session;
    private final MessageProducer producer;

    CanonicalSender(Session session) throws JMSException {
        this.session = session;
        this.producer = session.createProducer(session.createTopic(Queues.CANONICAL));
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
    }

    /**
     * Sends one event.
     *
     * @param kind how the message that it came from was received; null for what the hub says itself
     */
    void send(CanonicalMessage canonical, @Nullable String kind) throws JMSException {
        CanonicalEvent event = canonical.event();
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(canonical.json());
        message.setJMSType(event.type());
        message.setJMSCorrelationID(event.correlationid());
        message.setStringProperty(MessageProperties.MESSAGE_ID, event.id());
        message.setStringProperty(MessageProperties.TENANT, event.tenant());
        message.setStringProperty(MessageProperties.CONNECTOR, event.connector());
        message.setStringProperty(
                "JMSXGroupID", "g" + Math.floorMod(event.subject().hashCode(), GROUPS));
        if (kind != null) {
            // queues choose by it: nobody is told today what happened months ago
            message.setStringProperty(MessageProperties.KIND, kind);
        }
        if (canonical.origin() != null) {
            message.setStringProperty(
                    MessageProperties.RECEIPT_ID, canonical.origin().receiptId().toString());
            message.setStringProperty(
                    MessageProperties.PARTS, Integer.toString(canonical.origin().parts()));
        }
        producer.send(message);
    }

    @Override
    public void close() throws JMSException {
        producer.close();
    }
}
