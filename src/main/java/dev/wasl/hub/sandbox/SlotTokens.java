package dev.wasl.hub.sandbox;

import java.util.Optional;

/**
 * Access tokens that are worked out instead of kept: each is good for the slot of time that it was handed out in, and for the
 * next.
 *
 * @param purpose which of the gateway's dice they come from
 * @param seconds how long a slot is
 * @param length in hexadecimal digits
 */
record SlotTokens(GatewayBooks books, int purpose, int seconds, int length) {

    /** The token of a tenant now. */
    String of(String tenant) {
        return token(tenant, slot());
    }

    /** Whether a request carries a token of this tenant that is still good. */
    boolean isFrom(String tenant, Request request) {
        return request.hasBearer(token(tenant, slot())) || request.hasBearer(token(tenant, slot() - 1));
    }

    /** Whose token a request carries. */
    Optional<Accounts.Gateway> account(Request request) {
        return books.account(account -> isFrom(account.tenant(), request));
    }

    private long slot() {
        return books.now().getEpochSecond() / seconds;
    }

    private String token(String tenant, long slot) {
        return books.diceOf(purpose, tenant.hashCode(), slot).hex(length);
    }
}
