package dev.wasl.hub.canonical;

/** Where a payment is, independent of the gateway. */
public enum PaymentStatus {
    PENDING,
    AUTHORISED,
    FAILED,
    CANCELLED,
    EXPIRED,
    CAPTURED,
    REFUND_PENDING,
    REFUND_FAILED,
    PARTIALLY_REFUNDED,
    REFUNDED,
    REVERSED,
    DISPUTED,
    DISPUTE_WON,
    DISPUTE_LOST,
    UNKNOWN
}
