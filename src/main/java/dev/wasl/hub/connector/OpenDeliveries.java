package dev.wasl.hub.connector;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** What the hub knows about deliveries that are not finished, or not paid out: whom a courier connector should ask about. */
public interface OpenDeliveries {

    /**
     * Open deliveries that were neither heard of nor {@link #asked} about since a moment, the longest silent first.
     *
     * @param courier the connector, {@code bosta}
     * @param before only deliveries heard of and asked about last before this
     * @param limit at most so many
     */
    List<OpenDelivery> silentSince(String tenant, String courier, Instant before, int limit);

    /**
     * Deliveries that ended well with cash on delivery, of which the hub knows no pay-out by the courier, and that were
     * neither heard of nor {@link #asked} about since a moment, the longest silent first.
     *
     * @param endedSince only deliveries that ended at or after this
     */
    List<OpenDelivery> unpaidSince(String tenant, String courier, Instant endedSince, Instant before, int limit);

    /** Notes that the courier is being asked about deliveries; those not known are left out. */
    void asked(String tenant, String courier, Collection<String> trackingNumbers, Instant at);

    /**
     * A delivery to ask about.
     *
     * @param rawStateCode the courier's state code as known
     */
    record OpenDelivery(String trackingNumber, int rawStateCode) {}
}
