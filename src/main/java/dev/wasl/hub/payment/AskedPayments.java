package dev.wasl.hub.payment;

import java.util.Optional;

/** The payments asked for through the hub, for those who verify what a gateway says of them. */
public interface AskedPayments {

    /**
     * The payment whose callback address holds this token; compared in constant time.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code STORE_UNAVAILABLE} when nobody can tell now
     */
    Optional<AskedPayment> byCallbackToken(String tenant, String connector, String token);

    /** The payment that a gateway knows by this order id. */
    Optional<AskedPayment> byGatewayOrder(String tenant, String connector, String gatewayOrderId);

    /** The payment that the back office knows by this number. */
    Optional<AskedPayment> byReference(String tenant, String connector, String reference);
}
