package dev.wasl.hub.flow;

import org.springframework.stereotype.Component;

/**
 * Gateways never wait: while many requests wait for their commit, consumers rest between batches. What they leave is
 * durable and is worked off when the rush is over; they never stop altogether.
 */
@Component
class IntakePressure {

    private final GroupCommitWriter writer;
    private final FlowProperties properties;

    IntakePressure(GroupCommitWriter writer, FlowProperties properties) {
        this.writer = writer;
        this.properties = properties;
    }

    /** Whether many requests wait now. */
    boolean high() {
        return writer.gatewaysWaiting() >= properties.busyWaiting();
    }
}
