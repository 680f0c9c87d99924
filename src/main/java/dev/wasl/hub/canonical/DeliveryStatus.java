package dev.wasl.hub.canonical;

/** Where a delivery is, independent of the courier. */
public enum DeliveryStatus {
    CREATED(false),
    PICKED_UP(false),
    AT_HUB(false),
    IN_TRANSIT(false),
    OUT_FOR_DELIVERY(false),
    OUT_FOR_PICKUP(false),
    COLLECTED_FROM_CUSTOMER(false),
    OUT_FOR_RETURN(false),
    DELIVERED(true),
    RETURNED(true),
    EXCEPTION(false),
    AWAITING_ACTION(false),
    ON_HOLD(false),
    LOST(true),
    DAMAGED(true),
    INVESTIGATION(false),
    TERMINATED(true),
    CANCELLED(true),
    ARCHIVED(true),
    OTHER(false);

    private final boolean terminal;

    DeliveryStatus(boolean terminal) {
        this.terminal = terminal;
    }

    /** Whether nothing more is expected to happen to the delivery. */
    public boolean terminal() {
        return terminal;
    }
}
