package dev.wasl.hub.sandbox;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A payment gateway that the sandbox plays: it takes the calls that start a payment and ask for its state, and tells the
 * hub by callback what a person, a test or the story lets happen at {@code POST /_sandbox/gateways/<name>/<order>/<act>}.
 * Its address is {@code /gateways/<name>} on the sandbox's port. Listed in {@link GatewayPlayers}.
 */
interface GatewayPlayer extends Api {

    /** What the gateway keeps. */
    GatewayBooks books();

    @Override
    default String name() {
        return books().name();
    }

    /** What can happen to an order; the words of the control address, lower case with hyphens. */
    enum Act {
        SUCCEED,
        FAIL,
        EXPIRE,
        /** Some of the money goes back; may happen several times. */
        REFUND_PART,
        REFUND,
        DISPUTE,
        /** The customer pays a different amount, and the gateway says so, properly signed. */
        SUCCEED_WITH_OTHER_AMOUNT,
        /** A stranger, who knows no secret, says that the order was paid; the gateway's own state does not change. */
        FORGE;

        /** The word in the control address. */
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Lets something happen to an order.
     *
     * @param order the merchant's reference, or the gateway's id of the order
     * @return the callbacks that tell it; whoever calls sends, repeats or loses them. Empty where this gateway tells nothing
     * @throws java.util.NoSuchElementException when no such order was made
     * @throws IllegalStateException when this cannot happen to the order as it stands
     * @throws UnsupportedOperationException when this cannot happen at this gateway
     */
    List<Hook> act(String order, Act act);

    /** Every order that is remembered, newest first. */
    default List<GatewayOrder> orders() {
        return books().orders();
    }

    /** The tenants that have an account here. */
    default List<String> tenants() {
        return books().tenants();
    }

    /**
     * Makes an order as the tenant's own shop would, without the hub, for the story. Nothing is told until something
     * happens to it.
     *
     * @return the gateway's id of the order; empty where callbacks exist only for orders that the hub made
     */
    default Optional<String> begin(String tenant, String reference, Customer customer, Dice dice) {
        return Optional.empty();
    }

    @Override
    default boolean serves(String path) {
        return path.startsWith(GatewayBooks.root(name()) + '/');
    }
}
