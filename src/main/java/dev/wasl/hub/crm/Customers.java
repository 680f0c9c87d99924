package dev.wasl.hub.crm;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Customers as the CRM knows them. No tenant means no answer, never every answer. */
public interface Customers {

    /**
     * Customers with this phone, as first or as other number; one per tenant at most.
     *
     * @param phone E.164
     */
    List<CustomerView> findByPhone(Collection<String> tenants, String phone);

    /**
     * A customer.
     *
     * @param phone E.164, what the customer is known by
     * @param otherPhones E.164
     * @param names every spelling seen, the newest first
     * @param firstSeenAt when anything was first heard of the customer
     */
    record CustomerView(
            String id,
            String tenant,
            String phone,
            Set<String> otherPhones,
            List<String> names,
            @Nullable String email,
            int deliveries,
            int payments,
            @Nullable Instant firstSeenAt,
            @Nullable Instant lastSeenAt) {}
}
