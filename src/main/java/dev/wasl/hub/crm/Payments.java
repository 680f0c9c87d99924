package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.PaymentStatus;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Payments as the CRM knows them. No tenant means no answer, never every answer. */
public interface Payments {

    /** Payments, the most recently updated first. */
    List<PaymentView> page(Filter filter);

    /**
     * Which payments to list.
     *
     * @param reference the gateway's payment id or the merchant's own reference
     * @param before continue below this one; null starts at the most recently updated
     * @param limit at most so many
     */
    record Filter(
            Collection<String> tenants,
            @Nullable String reference,
            @Nullable PaymentStatus status,
            @Nullable Position before,
            int limit) {}

    /** A place in the list. */
    record Position(Instant updatedAt, long id) {}

    /**
     * A payment.
     *
     * @param gatewayPaymentId what the gateway knows it by
     * @param merchantReference our own order or invoice number
     * @param refunded all that was refunded so far
     * @param live false for a gateway's test mode
     */
    record PaymentView(
            String id,
            String tenant,
            String gateway,
            String gatewayPaymentId,
            @Nullable String merchantReference,
            PaymentStatus status,
            @Nullable Money amount,
            @Nullable Money refunded,
            @Nullable Money fee,
            @Nullable String customerPhone,
            @Nullable String customerEmail,
            @Nullable String method,
            @Nullable String failure,
            boolean live,
            Instant occurredAt,
            Instant updatedAt) {}
}
