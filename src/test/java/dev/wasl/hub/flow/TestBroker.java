package dev.wasl.hub.flow;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMAcceptorFactory;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** A real broker that can go away and come back; it forgets its messages when it does. */
final class TestBroker implements AutoCloseable {

    /** Far from the numbers of the hub's own embedded brokers. */
    private static final AtomicInteger NUMBER = new AtomicInteger(10_000);

    private final int id = NUMBER.getAndIncrement();
    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();

    TestBroker() {
        server.setConfiguration(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setAcceptorConfigurations(Set.of(new TransportConfiguration(
                        InVMAcceptorFactory.class.getName(), Map.of("serverId", id), "in-vm"))));
    }

    void start() {
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connections as the hub makes them: a client that does not reconnect by itself. */
    ConnectionFactory connections() {
        ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory("vm://" + id);
        factory.setReconnectAttempts(0);
        return factory;
    }

    /** Takes so many messages from a queue. */
    List<BytesMessage> take(String queue, int count) throws JMSException {
        try (Connection connection = connections().createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            connection.start();
            List<BytesMessage> taken = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Message message = consumer.receive(10_000);
                if (message != null) {
                    taken.add((BytesMessage) message);
                }
            }
            return taken;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
