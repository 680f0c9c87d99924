package dev.wasl.hub.sandbox;

/** What happens in one step of a delivery's story; Bosta's state codes alone do not tell (41 has two directions). */
enum Act {
    CREATED,
    ASSIGNED,
    COLLECTED,
    PACKED,
    AT_HUB,
    TRANSIT,
    CUSTOMS,
    OUT,
    OUT_FOR_PICKUP,
    OUT_FOR_COLLECTION,
    OUT_FOR_RETURN,
    RESCHEDULED,
    FAILED,
    PICKED_FROM_CUSTOMER,
    DELIVERED,
    TURNED_BACK,
    RETURNED,
    AWAITING_ACTION,
    HELD,
    INVESTIGATED,
    LOST,
    DAMAGED,
    TERMINATED,
    CANCELLED,
    ARCHIVED,
    UNKNOWN,
    /** Money moved; the state stays as it was. */
    SETTLED;

    /** Whether a courier is on the way to somebody, an open attempt. */
    boolean underWay() {
        return this == OUT || this == OUT_FOR_PICKUP || this == OUT_FOR_COLLECTION || this == OUT_FOR_RETURN;
    }

    /** Whether an attempt ends well here. */
    boolean succeeds() {
        return this == DELIVERED || this == PICKED_FROM_CUSTOMER || this == RETURNED;
    }
}
