package dev.wasl.hub.ops.broker;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.Queues;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.activemq.artemis.api.core.ActiveMQAddressExistsException;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQQueueExistsException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;

/**
 * The queues of the hub. They exist before anything is sent: a message for a multicast address without queues would
 * vanish.
 */
final class BrokerTopology {

    /** A backfill tells history; nobody is notified of it. */
    private static final String NOT_HISTORY = "kind IS NULL OR kind <> 'BACKFILL'";

    private static final Set<String> CONSUMERS = Set.of("crm", "analytics", "notify");

    private BrokerTopology() {}

    /** Whether a queue belongs to the hub. */
    static boolean isOurs(String queue) {
        return Queues.isInbound(queue)
                || queue.equals(Queues.DEAD_LETTER)
                || queue.equals(Queues.EXPIRED)
                || CONSUMERS.contains(queue);
    }

    /** Address, then routing, of every queue by name. */
    static Map<String, QueueConfiguration> queues(Collection<String> connectors) {
        Map<String, QueueConfiguration> queues = new TreeMap<>();
        for (String connector : connectors) {
            anycast(queues, Queues.inbound(connector));
        }
        anycast(queues, Queues.DEAD_LETTER);
        anycast(queues, Queues.EXPIRED);
        for (String consumer : CONSUMERS) {
            QueueConfiguration queue = QueueConfiguration.of(consumer)
                    .setAddress(Queues.CANONICAL)
                    .setRoutingType(RoutingType.MULTICAST)
                    .setDurable(true);
            queues.put(consumer, consumer.equals("notify") ? queue.setFilterString(NOT_HISTORY) : queue);
        }
        return queues;
    }

    private static void anycast(Map<String, QueueConfiguration> queues, String name) {
        queues.put(
                name,
                QueueConfiguration.of(name)
                        .setAddress(name)
                        .setRoutingType(RoutingType.ANYCAST)
                        .setDurable(true));
    }

    /** Creates what is missing, on an embedded or an external broker alike. */
    static void create(ServerLocator locator, String user, String password, Collection<String> connectors) {
        try (ClientSessionFactory factory = locator.createSessionFactory();
                ClientSession session = factory.createSession(user, password, false, true, true, false, 1)) {
            for (QueueConfiguration queue : queues(connectors).values()) {
                if (!session.addressQuery(queue.getAddress()).isExists()) {
                    createAddress(session, queue);
                }
                if (!session.queueQuery(queue.getName()).isExists()) {
                    createOne(session, queue);
                }
            }
        } catch (Exception e) {
            throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "the queues cannot be created: " + e.getMessage(), e);
        }
    }

    private static void createAddress(ClientSession session, QueueConfiguration queue) throws ActiveMQException {
        try {
            session.createAddress(queue.getAddress(), queue.getRoutingType(), false);
        } catch (ActiveMQAddressExistsException e) {
            // another instance was quicker
        }
    }

    private static void createOne(ClientSession session, QueueConfiguration queue) throws ActiveMQException {
        try {
            session.createQueue(queue);
        } catch (ActiveMQQueueExistsException e) {
            // another instance was quicker
        }
    }
}
