package dev.wasl.hub.connector;

import java.time.Instant;
import java.util.List;

/** What the hub knows about deliveries that are not finished: whom a courier connector should ask about. */
public interface OpenDeliveries {

    /**
     * Open deliveries that nothing was heard of since a moment, the longest silent first.
     *
     * @param courier the connector, {@code bosta}
     * @param before only deliveries observed last before this
     * @param limit at most so many
     */
    List<OpenDelivery> notObservedSince(String tenant, String courier, Instant before, int limit);

    /**
     * A delivery that is not finished.
     *
     * @param observedAt the event time of what is known
     * @param rawStateCode the courier's state code as known
     */
    record OpenDelivery(String trackingNumber, Instant observedAt, int rawStateCode) {}
}
