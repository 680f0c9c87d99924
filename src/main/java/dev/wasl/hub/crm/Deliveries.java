package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.DeliveryStatus;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deliveries as the CRM knows them. No tenant means no answer, never every answer. */
public interface Deliveries {

    /** Deliveries, the most recently updated first. */
    List<DeliveryView> page(Filter filter);

    /**
     * Deliveries with this tracking number, with history and attempts; more than one when tenants or couriers share it.
     *
     * @param trackingNumber digits only
     */
    List<DeliveryView> find(Collection<String> tenants, String trackingNumber);

    /**
     * Which deliveries to list.
     *
     * @param unexpected only those to which something happened that the courier's rules exclude
     * @param updatedSince inclusive
     * @param before continue below this one; null starts at the most recently updated
     * @param limit at most so many
     */
    record Filter(
            Collection<String> tenants,
            @Nullable DeliveryStatus status,
            boolean unexpected,
            @Nullable Instant updatedSince,
            @Nullable Position before,
            int limit) {}

    /**
     * A place in the list.
     *
     * @param id tells apart what was updated at the same moment
     */
    record Position(Instant updatedAt, long id) {}
}
