package dev.wasl.hub.crm;

import dev.wasl.hub.connector.OpenDeliveries;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Answers questions about the CRM tables. */
@Component
class CrmReading implements Deliveries, Customers, OpenDeliveries, BorderCrossings {

    private final DeliveryViewRepository deliveries;
    private final CustomerViewRepository customers;

    CrmReading(DeliveryViewRepository deliveries, CustomerViewRepository customers) {
        this.deliveries = deliveries;
        this.customers = customers;
    }

    @Override
    public List<DeliveryView> page(Deliveries.Filter filter) {
        return deliveries.page(filter);
    }

    @Override
    public List<DeliveryView> find(Collection<String> tenants, String trackingNumber) {
        return deliveries.find(tenants, trackingNumber);
    }

    @Override
    public Set<String> among(String tenant, String courier, Collection<String> trackingNumbers) {
        return deliveries.acrossBorder(tenant, courier, trackingNumbers);
    }

    @Override
    public List<CustomerView> findByPhone(Collection<String> tenants, String phone) {
        return customers.findByPhone(tenants, phone);
    }

    @Override
    public List<OpenDelivery> silentSince(String tenant, String courier, Instant before, int limit) {
        return deliveries.silent(tenant, courier, before, limit);
    }

    @Override
    public List<OpenDelivery> unpaidSince(
            String tenant, String courier, Instant endedSince, Instant before, int limit) {
        return deliveries.unpaid(tenant, courier, endedSince, before, limit);
    }

    @Override
    public void asked(String tenant, String courier, Collection<String> trackingNumbers, Instant at) {
        deliveries.asked(tenant, courier, trackingNumbers, at);
    }
}
