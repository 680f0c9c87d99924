package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.Payment;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the hub asks a payment gateway to do: start a payment, and say how one stands. One bean per connector, found by
 * {@link #connector()}. Every call goes through the hub's guarded HTTP client with its time-outs; nothing is repeated
 * here, the callers own the retries.
 */
public interface PaymentGateway {

    /** The connector's name, {@code paystack}. */
    String connector();

    /** The gateway's name in canonical payments, {@code flutterwave} of both its connectors. */
    default String gateway() {
        return connector();
    }

    /**
     * Starts a payment: a Checkout session, an order, an intention, a push to the customer's phone. Repeatable: a second
     * call for the same {@link AskedPayment#id()} must not make a second payment (an idempotency key, or our own unique
     * reference, whose "duplicate" answer counts as started).
     *
     * @throws dev.wasl.hub.canonical.HubException {@code CONNECTOR_REFUSED} when the gateway will never take it,
     *     {@code CONNECTOR_UNREACHABLE} when nobody knows and it may be repeated
     */
    Started start(AskedPayment asked);

    /**
     * Asks how a payment stands.
     *
     * @return the gateway's answer as it came, or null when it knows no such payment
     * @throws dev.wasl.hub.canonical.HubException {@code CONNECTOR_UNREACHABLE} when it could not say, {@code CONNECTOR_REFUSED}
     *     when it will never say (wrong credentials)
     */
    byte @Nullable [] query(Query query);

    /**
     * A payment that was started.
     *
     * @param gatewayOrderId what the gateway calls it from now on, where it says so
     * @param link where the customer pays; null for a push to the phone
     * @param expiresAt when the gateway gives up, null when it does not say
     * @param state what the connector must remember to ask later
     */
    record Started(
            @Nullable String gatewayOrderId,
            @Nullable String link,
            @Nullable Instant expiresAt,
            Map<String, String> state) {}

    /**
     * Which payment is meant: one that the hub asked for, or one that a callback told of, or both. At least one is there.
     *
     * @param asked what the hub stored when it was asked for
     * @param told what an unproved callback says; only its identifiers may be used
     */
    record Query(
            String tenant,
            @Nullable AskedPayment asked,
            @Nullable Payment told) {}
}
