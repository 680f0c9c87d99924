package dev.wasl.hub.ops.broker;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.Queues;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMAcceptorFactory;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.core.settings.impl.PageFullMessagePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;

/**
 * An Artemis broker inside this JVM, durable in the data directory, reachable by nobody but this JVM. Whatever it
 * acknowledged is on disk.
 */
final class EmbeddedBroker implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    /** In-VM servers are told apart by number; several contexts can live in one JVM (tests). */
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** A commit waits at most this long for company; the default of 3.3 ms would be the whole latency at low load. */
    private static final int JOURNAL_BUFFER_TIMEOUT_NANOS = 300_000;

    private static final int PAGE_BYTES = 2 * 1024 * 1024;

    /** A queue that nobody drains ends in a refused send, seen and answered with 503, not in a full disk. */
    private static final long PAGE_LIMIT_BYTES = 8L * 1024 * 1024 * 1024;

    /** Only a process that dies in the middle of a message spends these; see ADR 0002. */
    private static final int MAX_DELIVERY_ATTEMPTS = 20;

    private static final int UNLIMITED = -1;

    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();
    private final int id = NUMBER.getAndIncrement();

    EmbeddedBroker(Path dataDirectory, BrokerProperties properties) {
        Path home = dataDirectory.resolve("broker");
        try {
            Configuration configuration = new ConfigurationImpl()
                    .setName("wasl")
                    .setPersistenceEnabled(true)
                    .setSecurityEnabled(false)
                    .setJMXManagementEnabled(false)
                    .setJournalType(JournalType.NIO)
                    .setJournalBufferTimeout_NIO(JOURNAL_BUFFER_TIMEOUT_NANOS)
                    .setJournalDatasync(true)
                    .setJournalDirectory(home.resolve("journal").toString())
                    .setBindingsDirectory(home.resolve("bindings").toString())
                    .setPagingDirectory(home.resolve("paging").toString())
                    .setLargeMessagesDirectory(home.resolve("large-messages").toString())
                    .setGlobalMaxSize(properties.maxMemory().toBytes())
                    .setMaxDiskUsage(properties.maxDiskUsage())
                    .setMessageCounterEnabled(false)
                    .setGracefulShutdownEnabled(false)
                    .setAcceptorConfigurations(java.util.Set.of(new TransportConfiguration(
                            InVMAcceptorFactory.class.getName(), Map.of("serverId", id), "in-vm")));
            configuration.addAddressSetting("#", addressSettings(properties));
            // the end of the line: given up there, a message would be sent to where it is already, its origin forgotten
            configuration.addAddressSetting(
                    Queues.DEAD_LETTER, addressSettings(properties).setMaxDeliveryAttempts(UNLIMITED));
            // a connector is files: its queue comes to be when its route or its first message asks for it
            configuration.addAddressSetting(
                    Queues.inbound("#"),
                    addressSettings(properties)
                            .setAutoCreateAddresses(true)
                            .setAutoCreateQueues(true)
                            .setDefaultQueueRoutingType(RoutingType.ANYCAST)
                            .setDefaultAddressRoutingType(RoutingType.ANYCAST));
            server.setConfiguration(configuration);
            server.start();
        } catch (Exception e) {
            throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "the embedded broker does not start in " + home, e);
        }
        LOG.info("Embedded broker runs in {}", home);
    }

    private static AddressSettings addressSettings(BrokerProperties properties) {
        return new AddressSettings()
                .setDeadLetterAddress(SimpleString.of(Queues.DEAD_LETTER))
                .setExpiryAddress(SimpleString.of(Queues.EXPIRED))
                .setMaxDeliveryAttempts(MAX_DELIVERY_ATTEMPTS)
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                .setMaxSizeBytes(properties.maxMemory().toBytes() / 2)
                .setPageSizeBytes(PAGE_BYTES)
                .setPageLimitBytes(PAGE_LIMIT_BYTES)
                .setPageFullMessagePolicy(PageFullMessagePolicy.FAIL)
                .setAutoDeleteQueues(false)
                .setAutoDeleteAddresses(false)
                .setAutoCreateQueues(false)
                .setAutoCreateAddresses(false);
    }

    /** How clients in this JVM reach it. */
    String url() {
        return "vm://" + id;
    }

    @Override
    public void destroy() throws Exception {
        server.stop();
        LOG.info("Embedded broker stopped");
    }
}
