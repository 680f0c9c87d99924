package dev.wasl.hub.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * What never changes about a delivery.
 *
 * @param index its place in order of creation
 * @param kind the type it was created with
 * @param customer number of the customer in {@link Parcels}
 * @param cod requested amount in EGP; negative when a return refunds the customer
 * @param fees shipping fee in EGP before tax
 * @param international whether the other state table applies
 * @param fulfilment whether Bosta keeps the stock and packs
 * @param ghost whether searches find it and the detail call does not
 * @param odd whether a state that no document lists comes up on its way
 */
record Parcel(
        long seed,
        int index,
        String trackingNumber,
        Kind kind,
        int customer,
        Atlas.Product product,
        int items,
        long cod,
        int fees,
        boolean international,
        boolean fulfilment,
        boolean ghost,
        boolean odd) {

    /** The 21 letters of Bosta's {@code _id}. */
    String id() {
        return dice(1).id(21);
    }

    /** The merchant's own reference; half of the orders have none. */
    @Nullable
    String reference() {
        return Dice.at(seed, index, 2).percent(50) ? "ORD-" + (10_000 + index) : null;
    }

    String creationSource() {
        int throwOf = dice(3).below(10);
        return throwOf < 5 ? "API" : throwOf < 8 ? "BUSINESS_DASHBOARD" : "MARKETPLACE";
    }

    /** Repeatable chance for one aspect of this delivery. */
    Dice dice(int aspect) {
        return Dice.at(seed, index, aspect);
    }

    /** The type's name in webhooks and search filters. */
    String typeName(Kind now) {
        return fulfilment && now == Kind.SEND ? "FXF_SEND" : now.name();
    }
}
