package dev.wasl.hub.ops.broker;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.QueueView;
import dev.wasl.hub.tenant.Tenants;
import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One connection factory, whatever broker is behind it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BrokerProperties.class)
class BrokerConfiguration {

    /** A send that the broker does not confirm within this time has failed as far as the caller is concerned. */
    private static final int CALL_TIMEOUT_MILLIS = 10_000;

    /** Connectors that no tenant configures: what people record comes in by one of its own. */
    private static final Set<String> OWN_CONNECTORS = Set.of("manual");

    @Bean
    @ConditionalOnProperty(name = "wasl.broker", havingValue = "embedded", matchIfMissing = true)
    EmbeddedBroker embeddedBroker(@Value("${wasl.data-dir}") Path dataDirectory, BrokerProperties properties) {
        return new EmbeddedBroker(dataDirectory, properties);
    }

    /** A bean that needs this one needs the broker, so that it is gone before the broker stops. */
    @Bean
    @ConditionalOnProperty(name = "wasl.broker", havingValue = "embedded", matchIfMissing = true)
    BrokerAddress embeddedBrokerAddress(EmbeddedBroker broker) {
        return new BrokerAddress(broker.url(), "", "");
    }

    @Bean
    @ConditionalOnProperty(name = "wasl.broker", havingValue = "external")
    BrokerAddress externalBrokerAddress(BrokerProperties properties) {
        if (properties.url() == null || properties.url().isBlank()) {
            throw new HubException(
                    ErrorCode.CONFIGURATION, "wasl.broker is external but wasl.artemis.url says not where it is");
        }
        return new BrokerAddress(
                properties.url(),
                properties.user() == null ? "" : properties.user(),
                properties.password() == null ? "" : properties.password());
    }

    @Bean
    ConnectionFactory connectionFactory(BrokerAddress address, Tenants tenants) throws Exception {
        try (ServerLocator locator = ActiveMQClient.createServerLocator(address.url())) {
            locator.setCallTimeout(CALL_TIMEOUT_MILLIS);
            BrokerTopology.create(locator, address.user(), address.password(), connectors(tenants));
        }
        ActiveMQConnectionFactory factory =
                new ActiveMQConnectionFactory(address.url(), address.user(), address.password());
        factory.setCallTimeout(CALL_TIMEOUT_MILLIS);
        factory.setCallFailoverTimeout(CALL_TIMEOUT_MILLIS);
        factory.setCacheDestinations(true);
        // the hub re-opens connections itself and shows it; a client that retries silently would hide an outage
        factory.setReconnectAttempts(0);
        factory.setDeserializationDenyList("*");
        return factory;
    }

    @Bean
    QueueView queueView(BrokerAddress address) {
        return new BrokerQueueView(address);
    }

    /** Every connector that a tenant has configured; the queue of any other is made when somebody first uses it. */
    private static Set<String> connectors(Tenants tenants) {
        Set<String> connectors = new TreeSet<>(OWN_CONNECTORS);
        for (String tenant : tenants.names()) {
            connectors.addAll(tenants.get(tenant).connectors());
        }
        return connectors;
    }

    /** Where the broker is and as whom the hub connects. */
    record BrokerAddress(String url, String user, String password) {}
}
