package dev.wasl.hub.canonical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a gateway about a payment.
 *
 * @param gateway the connector, {@code stripe}
 * @param gatewayEventId the gateway's id of this event
 * @param gatewayEventType the gateway's own word for what happened
 * @param gatewayPaymentId the gateway's id of the payment; what a payment is known by
 * @param merchantReference our own order or invoice number, when the gateway echoes it
 * @param status what the event says the payment became
 * @param amount the amount of the payment
 * @param refundedTotal all that was refunded so far, cumulative
 * @param refundAmount the amount of this refund
 * @param refundId the gateway's id of this refund; repeats of one refund are recognised by it
 * @param disputeAmount the amount in dispute
 * @param fee what the gateway kept
 * @param occurredAt the event time
 * @param live false for a gateway's test mode
 * @param failureCode the gateway's reason, raw
 * @param authenticity how the event was proved: {@code SIGNED_BODY}, {@code SIGNED_FIELDS}, {@code SHARED_TOKEN}, {@code REQUERIED},
 *     {@code RECORDED} by a person or a back office
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Payment(
        String gateway,
        String gatewayEventId,
        String gatewayEventType,
        String gatewayPaymentId,
        @Nullable String gatewayOrderId,
        @Nullable String merchantReference,
        PaymentStatus status,
        @Nullable Money amount,
        @Nullable Money refundedTotal,
        @Nullable Money refundAmount,
        @Nullable String refundId,
        @Nullable Money disputeAmount,
        @Nullable Money fee,
        Instant occurredAt,
        boolean live,
        @Nullable String method,
        @Nullable Party customer,
        @Nullable String failureCode,
        @Nullable String failureMessage,
        @Nullable String authenticity)
        implements CanonicalData {

    @Override
    public Set<String> references() {
        return References.of(
                gatewayPaymentId,
                gatewayEventId,
                gatewayOrderId,
                merchantReference,
                refundId,
                customer == null ? null : customer.phone(),
                customer == null ? null : customer.email());
    }
}
