package dev.wasl.hub.flow;

import dev.wasl.hub.delivery.Parking;
import dev.wasl.hub.journal.Ledger;
import dev.wasl.hub.mapping.CanonicalCodec;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.jms.ConnectionFactory;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * {@code wasl-batch:queue}: consumes a queue in batches, each in one transacted session. The body is a list; the effects
 * of the route commit in PostgreSQL before the session commits. A batch that fails is repeated one by one, so that only
 * the guilty message is parked.
 */
@Component("wasl-batch")
class BatchComponent extends DefaultComponent {

    final ConnectionFactory connections;
    final FlowProperties properties;
    final CanonicalCodec codec;
    final Parking parking;
    final Ledger ledger;
    final TransactionTemplate transactions;
    final IntakePressure pressure;
    final MeterRegistry meters;
    final ObjectProvider<PublishCanonical> inbound;
    final Clock clock;

    BatchComponent(
            ConnectionFactory connections,
            FlowProperties properties,
            CanonicalCodec codec,
            Parking parking,
            Ledger ledger,
            TransactionTemplate transactions,
            IntakePressure pressure,
            MeterRegistry meters,
            ObjectProvider<PublishCanonical> inbound,
            Clock clock) {
        this.connections = connections;
        this.properties = properties;
        this.codec = codec;
        this.parking = parking;
        this.ledger = ledger;
        this.transactions = transactions;
        this.pressure = pressure;
        this.meters = meters;
        this.inbound = inbound;
        this.clock = clock;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        BatchEndpoint endpoint = new BatchEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
