package dev.wasl.hub.ops.broker;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.QueueView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientRequestor;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.api.core.management.ManagementHelper;
import org.apache.activemq.artemis.api.core.management.ResourceNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;

/** Asks the broker's management address, which is the same for an embedded and an external one. */
final class BrokerQueueView implements QueueView, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerQueueView.class);
    private static final String MANAGEMENT_ADDRESS = "activemq.management";
    private static final int TIMEOUT_MILLIS = 5_000;

    private final BrokerConfiguration.BrokerAddress address;
    private @Nullable Connection connection;

    BrokerQueueView(BrokerConfiguration.BrokerAddress address) {
        this.address = address;
    }

    @Override
    public synchronized List<Queue> queues() {
        try {
            Connection open = open();
            List<Queue> queues = new ArrayList<>();
            for (String name : names(open)) {
                long depth = ask(open, name, "getMessageCount").longValue();
                int consumers = ask(open, name, "getConsumerCount").intValue();
                queues.add(new Queue(name, depth, depth == 0 ? null : age(open, name), consumers));
            }
            return queues;
        } catch (Exception e) {
            destroy();
            throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "the broker does not tell its queues", e);
        }
    }

    @Override
    public synchronized long depth(String queue) {
        try {
            return ask(open(), queue, "getMessageCount").longValue();
        } catch (Exception e) {
            destroy();
            throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "the broker does not tell its queues", e);
        }
    }

    /** The hub's queues; temporary ones of clients, and the broker's own, are nobody's business. */
    private static List<String> names(Connection connection) throws Exception {
        ClientMessage request = connection.session.createMessage(false);
        ManagementHelper.putOperationInvocation(request, ResourceNames.BROKER, "getQueueNames");
        ClientMessage reply = connection.requestor.request(request, TIMEOUT_MILLIS);
        if (reply == null
                || !ManagementHelper.hasOperationSucceeded(reply)
                || !(ManagementHelper.getResult(reply) instanceof Object[] names)) {
            throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "the broker does not tell the names of its queues");
        }
        return Arrays.stream(names)
                .map(String::valueOf)
                .filter(BrokerTopology::isOurs)
                .sorted()
                .toList();
    }

    private static @Nullable Duration age(Connection connection, String queue) throws Exception {
        Object answer = request(connection, queue, "getFirstMessageAge");
        return answer instanceof Number millis ? Duration.ofMillis(millis.longValue()) : null;
    }

    private static Number ask(Connection connection, String queue, String operation) throws Exception {
        return request(connection, queue, operation) instanceof Number number ? number : 0;
    }

    private static @Nullable Object request(Connection connection, String queue, String operation) throws Exception {
        ClientMessage request = connection.session.createMessage(false);
        ManagementHelper.putOperationInvocation(request, ResourceNames.QUEUE + queue, operation);
        ClientMessage reply = connection.requestor.request(request, TIMEOUT_MILLIS);
        if (reply == null || !ManagementHelper.hasOperationSucceeded(reply)) {
            return null;
        }
        return ManagementHelper.getResult(reply);
    }

    private Connection open() throws Exception {
        Connection current = connection;
        if (current != null && !current.session.isClosed()) {
            return current;
        }
        ServerLocator locator = ActiveMQClient.createServerLocator(address.url());
        locator.setCallTimeout(TIMEOUT_MILLIS);
        ClientSessionFactory factory = locator.createSessionFactory();
        ClientSession session = factory.createSession(address.user(), address.password(), false, true, true, false, 1);
        session.start();
        Connection opened = new Connection(locator, session, new ClientRequestor(session, MANAGEMENT_ADDRESS));
        connection = opened;
        return opened;
    }

    @Override
    public synchronized void destroy() {
        Connection current = connection;
        connection = null;
        if (current != null) {
            try {
                current.requestor.close(); // gives its answer queue back before a broker that is about to stop would
            } catch (Exception e) {
                LOG.debug("The answer queue could not be given back", e);
            }
            current.locator.close();
        }
    }

    private record Connection(ServerLocator locator, ClientSession session, ClientRequestor requestor) {}
}
