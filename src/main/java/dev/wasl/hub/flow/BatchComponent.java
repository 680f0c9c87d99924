package dev.wasl.hub.flow;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.jms.ConnectionFactory;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.springframework.stereotype.Component;

/**
 * {@code wasl-batch:queue}: consumes a queue in batches, each in one transacted session. The body is a list; the effects
 * of the route commit in PostgreSQL before the session commits. A batch that fails is repeated one by one, so that only
 * the guilty message is parked.
 */
@Component("wasl-batch")
class BatchComponent extends DefaultComponent {

    final ConnectionFactory connections;
    final FlowProperties properties;
    final IntakePressure pressure;
    final MeterRegistry meters;
    final Pieces pieces;
    final Clock clock;

    BatchComponent(
            ConnectionFactory connections,
            FlowProperties properties,
            IntakePressure pressure,
            MeterRegistry meters,
            Pieces pieces,
            Clock clock) {
        this.connections = connections;
        this.properties = properties;
        this.pressure = pressure;
        this.meters = meters;
        this.pieces = pieces;
        this.clock = clock;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        BatchEndpoint endpoint = new BatchEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
