package dev.wasl.hub.canonical;

/** What a delivery is for; {@link #OTHER} keeps the courier's own word beside it. */
public enum DeliveryKind {
    SEND,
    CASH_COLLECTION,
    RETURN_PICKUP,
    EXCHANGE,
    RTO,
    SIGN_AND_RETURN,
    FULFILMENT,
    INTERNATIONAL,
    OTHER
}
