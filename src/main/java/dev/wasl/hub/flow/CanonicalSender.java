package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.ops.Queues;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends canonical messages to their address within a session. */
final class CanonicalSender implements AutoCloseable {

    private final Session session;
    private final MessageProducer producer;

    CanonicalSender(Session session) throws JMSException {
        this.session = session;
        this.producer = session.createProducer(session.createTopic(Queues.CANONICAL));
        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
    }

    /**
     * Sends messages, as few broker messages as they fit into.
     *
     * @param kind how the messages that they came from were received; null for what the hub says itself
     */
    void send(List<CanonicalMessage> messages, @Nullable String kind) throws JMSException {
        for (List<CanonicalMessage> bundle : CanonicalBundle.split(messages)) {
            BytesMessage message = PartCodec.write(session, bundle);
            if (kind != null) {
                // queues choose by it: nobody is told today what happened months ago
                message.setStringProperty(MessageProperties.KIND, kind);
            }
            producer.send(message);
        }
    }

    @Override
    public void close() throws JMSException {
        producer.close();
    }
}
