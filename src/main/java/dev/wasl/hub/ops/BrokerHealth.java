package dev.wasl.hub.ops;

import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.stereotype.Component;

/**
 * Whether the broker answers. Asked by the connection of the queue view: those of the consumers share one connection
 * factory, in which a broker that is away makes everybody wait in line.
 */
@Component("brokerHealthIndicator")
class BrokerHealth extends AbstractHealthIndicator {

    private final QueueView queues;

    BrokerHealth(QueueView queues) {
        super("The broker does not answer");
        this.queues = queues;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.up().withDetail("queues", queues.queues().size());
    }
}
