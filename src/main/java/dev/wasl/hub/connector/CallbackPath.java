package dev.wasl.hub.connector;

import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.AskedPayments;
import java.util.Optional;

/**
 * What follows the connector in the callback address of a single payment: {@code <token>} or {@code <token>/<id>}.
 *
 * @param token the unguessable part; empty when there is none
 * @param id what the connector put behind it, empty when nothing
 */
public record CallbackPath(String token, String id) {

    private static final int LONGEST = 200;

    /** Reads a subaddress; what cannot be ours has neither token nor id. */
    public static CallbackPath of(String subaddress) {
        if (subaddress.isEmpty()
                || subaddress.length() > LONGEST
                || !subaddress.chars().allMatch(CallbackPath::isPlain)) {
            return new CallbackPath("", "");
        }
        int slash = subaddress.indexOf('/');
        return slash < 0
                ? new CallbackPath(subaddress, "")
                : new CallbackPath(subaddress.substring(0, slash), subaddress.substring(slash + 1));
    }

    /**
     * The payment whose token this is.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code STORE_UNAVAILABLE} when nobody can tell now
     */
    public Optional<AskedPayment> payment(AskedPayments payments, String tenant, String connector) {
        return token.isEmpty() ? Optional.empty() : payments.byCallbackToken(tenant, connector, token);
    }

    private static boolean isPlain(int c) {
        return c > ' ' && c < 0x7f;
    }
}
