package dev.wasl.hub.ops.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.ops.Queues;
import java.nio.file.Path;
import java.util.Set;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class EmbeddedBrokerTest {

    @TempDir
    Path data;

    private EmbeddedBroker broker;
    private ServerLocator locator;

    @BeforeEach
    void start() throws Exception {
        broker = new EmbeddedBroker(data, new BrokerProperties(null, null, null, DataSize.ofMegabytes(64), 95));
        locator = ActiveMQClient.createServerLocator(broker.url());
        BrokerTopology.create(locator, "hub", "", Set.of("stripe"));
    }

    @AfterEach
    void stop() throws Exception {
        locator.close();
        broker.destroy();
    }

    @Test
    void what_is_given_back_too_often_becomes_a_dead_letter_and_stays_one_however_often_it_is_given_back()
            throws Exception {
        try (ClientSessionFactory factory = locator.createSessionFactory();
                ClientSession session = factory.createSession(false, false)) {
            session.start();
            try (ClientProducer producer = session.createProducer(Queues.inbound("stripe"))) {
                producer.send(session.createMessage(true));
                session.commit();
            }

            for (int i = 0; i < 20; i++) {
                giveBack(session, Queues.inbound("stripe"));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(giveBack(session, Queues.DEAD_LETTER).getStringProperty("_AMQ_ORIG_QUEUE"))
                        .isEqualTo(Queues.inbound("stripe"));
            }
        }
    }

    private static ClientMessage giveBack(ClientSession session, String queue) throws Exception {
        try (ClientConsumer consumer = session.createConsumer(queue)) {
            ClientMessage message = consumer.receive(5_000);
            assertThat(message).isNotNull();
            message.acknowledge();
            session.rollback();
            return message;
        }
    }
}
