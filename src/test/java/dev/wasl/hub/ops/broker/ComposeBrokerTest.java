package dev.wasl.hub.ops.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.Queues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.core.config.FileDeploymentManager;
import org.apache.activemq.artemis.core.config.impl.FileConfiguration;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMAcceptorFactory;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker of docker-compose.yml, with its own configuration and roles, only without its TCP port. */
class ComposeBrokerTest {

    private static final Path FOLDER = Path.of("src/main/docker/artemis");
    private static final int SERVER = 9_001; // beside the numbers of embedded brokers in other tests

    @TempDir
    Path data;

    private FileConfiguration configuration;
    private List<TransportConfiguration> acceptors;
    private EmbeddedActiveMQ broker;
    private ServerLocator locator;

    @BeforeEach
    void start() throws Exception {
        configuration = new FileConfiguration();
        FileDeploymentManager files =
                new FileDeploymentManager(FOLDER.resolve("broker.xml").toUri().toString());
        files.addDeployable(configuration);
        files.readConfiguration();
        acceptors = List.copyOf(configuration.getAcceptorConfigurations());
        configuration
                .setAcceptorConfigurations(Set.of(new TransportConfiguration(
                        InVMAcceptorFactory.class.getName(), Map.of("serverId", SERVER), "in-vm")))
                .setJMXManagementEnabled(false)
                .setJournalDirectory(data.resolve("journal").toString())
                .setBindingsDirectory(data.resolve("bindings").toString())
                .setPagingDirectory(data.resolve("paging").toString())
                .setLargeMessagesDirectory(data.resolve("large").toString());
        SecurityConfiguration users = new SecurityConfiguration();
        Properties roles = new Properties();
        try (var reader = Files.newBufferedReader(FOLDER.resolve("artemis-roles.properties"))) {
            roles.load(reader);
        }
        roles.forEach((role, members) -> Arrays.stream(members.toString().split("\\s*,\\s*"))
                .forEach(user -> {
                    users.addUser(user, user + "-password");
                    users.addRole(user, role.toString());
                }));
        broker = new EmbeddedActiveMQ();
        broker.setConfiguration(configuration);
        broker.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        broker.start();
        locator = ActiveMQClient.createServerLocator("vm://" + SERVER);
    }

    @AfterEach
    void stop() throws Exception {
        locator.close();
        broker.stop();
    }

    @Test
    void speaks_core_and_nothing_else() {
        assertThat(acceptors).hasSize(1);
        assertThat(acceptors.get(0).getParams().get("protocols")).isEqualTo("CORE");
    }

    @Test
    void lets_the_hub_make_its_queues_and_use_them() throws Exception {
        BrokerTopology.create(locator, "hub", "hub-password", Set.of("stripe"));

        try (ClientSessionFactory factory = locator.createSessionFactory();
                ClientSession session = login(factory, "hub")) {
            session.start();
            send(session, Queues.inbound("stripe"));
            send(session, Queues.CANONICAL);
            assertThat(receive(session, Queues.inbound("stripe"))).isNotNull();
            for (String consumer : new String[] {"crm", "analytics", "notify"}) {
                assertThat(receive(session, Queues.CANONICAL + "::" + consumer)).isNotNull();
            }
        }
    }

    @Test
    void tells_the_hub_how_deep_its_queues_are() throws Exception {
        BrokerTopology.create(locator, "hub", "hub-password", Set.of("stripe"));
        try (ClientSessionFactory factory = locator.createSessionFactory();
                ClientSession session = login(factory, "hub")) {
            send(session, Queues.inbound("stripe"));
        }
        BrokerQueueView view =
                new BrokerQueueView(new BrokerConfiguration.BrokerAddress("vm://" + SERVER, "hub", "hub-password"));

        assertThat(view.queues())
                .filteredOn(queue -> queue.name().equals("inbound.stripe"))
                .singleElement()
                .satisfies(queue -> assertThat(queue.depth()).isEqualTo(1));
        assertThat(view.queues())
                .extracting(queue -> queue.name())
                .contains("crm", "analytics", "notify", "dead-letter");

        view.destroy();
    }

    @Test
    void keeps_a_back_office_system_out_of_what_is_not_its_own() throws Exception {
        BrokerTopology.create(locator, "hub", "hub-password", Set.of("stripe"));
        try (ClientSessionFactory factory = locator.createSessionFactory();
                ClientSession session = login(factory, "phoneshop")) {
            assertThatThrownBy(() -> send(session, Queues.inbound("stripe")))
                    .isInstanceOf(ActiveMQSecurityException.class);
            assertThatThrownBy(() -> send(session, "activemq.management"))
                    .isInstanceOf(ActiveMQSecurityException.class);
            assertThatThrownBy(() -> session.createConsumer(Queues.CANONICAL + "::crm"))
                    .isInstanceOf(ActiveMQSecurityException.class);
        }
    }

    @Test
    void refuses_a_wrong_password() {
        assertThatThrownBy(() -> BrokerTopology.create(locator, "hub", "guess", Set.of()))
                .isInstanceOf(HubException.class);
        assertThatCode(() -> BrokerTopology.create(locator, "hub", "hub-password", Set.of()))
                .doesNotThrowAnyException();
    }

    @Test
    void has_a_dead_letter_and_an_expiry_queue_that_exist_and_a_bound_for_every_address() {
        AddressSettings settings = configuration.getAddressSettings().get("#");

        for (SimpleString address : List.of(settings.getDeadLetterAddress(), settings.getExpiryAddress())) {
            assertThat(broker.getActiveMQServer().locateQueue(address)).isNotNull();
        }
        assertThat(settings.getDeadLetterAddress().toString()).isEqualTo(Queues.DEAD_LETTER);
        assertThat(settings.getExpiryAddress().toString()).isEqualTo(Queues.EXPIRED);
        assertThat(settings.getMaxSizeBytes()).isPositive();
        assertThat(settings.getPageLimitBytes()).isPositive();
    }

    @Test
    void keeps_a_dead_letter_however_often_it_is_given_back() throws Exception {
        try (ClientSessionFactory factory = locator.createSessionFactory();
                ClientSession sending = login(factory, "hub");
                ClientSession session = factory.createSession("hub", "hub-password", false, false, false, false, 1)) {
            send(sending, Queues.DEAD_LETTER);
            session.start();
            for (int i = 0; i < 50; i++) {
                ClientMessage message = receive(session, Queues.DEAD_LETTER);
                assertThat(message).as("delivery " + i).isNotNull();
                message.acknowledge();
                session.rollback();
            }
        }
    }

    @Test
    void has_the_queues_of_the_hub_as_the_hub_would_make_them() {
        BrokerTopology.queues(Set.of()).values().forEach(wanted -> {
            QueueConfiguration made =
                    broker.getActiveMQServer().locateQueue(wanted.getName()).getQueueConfiguration();
            assertThat(made)
                    .returns(wanted.getAddress(), QueueConfiguration::getAddress)
                    .returns(wanted.getRoutingType(), QueueConfiguration::getRoutingType)
                    .returns(wanted.getFilterString(), QueueConfiguration::getFilterString)
                    .returns(wanted.isDurable(), QueueConfiguration::isDurable);
        });
    }

    private static ClientSession login(ClientSessionFactory factory, String user) throws ActiveMQException {
        return factory.createSession(user, user + "-password", false, true, true, false, 1);
    }

    private static void send(ClientSession session, String address) throws ActiveMQException {
        try (var producer = session.createProducer(address)) {
            producer.send(session.createMessage(true));
        }
    }

    private static ClientMessage receive(ClientSession session, String queue) throws ActiveMQException {
        try (var consumer = session.createConsumer(queue)) {
            return consumer.receive(5_000);
        }
    }
}
