package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.ops.Queues;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.UUID;
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

    void send(CanonicalEvent event, byte[] json, @Nullable UUID receiptId, int parts) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(json);
        message.setJMSType(event.type());
        message.setJMSCorrelationID(event.correlationid());
        message.setStringProperty(MessageProperties.MESSAGE_ID, event.id());
        message.setStringProperty(MessageProperties.TENANT, event.tenant());
        message.setStringProperty(MessageProperties.CONNECTOR, event.connector());
        message.setStringProperty(
                "JMSXGroupID", "g" + Math.floorMod(event.subject().hashCode(), GROUPS));
        if (receiptId != null) {
            message.setStringProperty(MessageProperties.RECEIPT_ID, receiptId.toString());
            message.setStringProperty(MessageProperties.PARTS, Integer.toString(parts));
        }
        producer.send(message);
    }

    @Override
    public void close() throws JMSException {
        producer.close();
    }
}
