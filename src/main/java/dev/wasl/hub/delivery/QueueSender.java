package dev.wasl.hub.delivery;

import java.util.Map;

/** Sends a parked message back to the queue it failed in. */
public interface QueueSender {

    /**
     * Stores one message in a queue and returns once it is on disk.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code BROKER_UNAVAILABLE}
     */
    void send(String queue, Map<String, String> properties, byte[] body);
}
