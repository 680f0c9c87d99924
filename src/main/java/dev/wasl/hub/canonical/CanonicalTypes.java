package dev.wasl.hub.canonical;

/** The types of canonical messages; a name is never reused for another meaning. */
public final class CanonicalTypes {

    public static final String DELIVERY_CREATED = "dev.wasl.delivery.created.v1";
    public static final String DELIVERY_STATUS_CHANGED = "dev.wasl.delivery.status_changed.v1";
    public static final String DELIVERY_SETTLED = "dev.wasl.delivery.settled.v1";
    public static final String PAYMENT_PENDING = "dev.wasl.payment.pending.v1";
    public static final String PAYMENT_AUTHORISED = "dev.wasl.payment.authorised.v1";
    public static final String PAYMENT_COMPLETED = "dev.wasl.payment.completed.v1";
    public static final String PAYMENT_FAILED = "dev.wasl.payment.failed.v1";
    public static final String PAYMENT_REFUNDED = "dev.wasl.payment.refunded.v1";
    public static final String PAYMENT_DISPUTED = "dev.wasl.payment.disputed.v1";
    public static final String NOTIFICATION_STATUS_CHANGED = "dev.wasl.notification.status_changed.v1";
    public static final String NOTIFICATION_RECEIPT = "dev.wasl.notification.receipt.v1";
    public static final String INTERACTION_RECEIVED = "dev.wasl.interaction.received.v1";

    private CanonicalTypes() {}
}
