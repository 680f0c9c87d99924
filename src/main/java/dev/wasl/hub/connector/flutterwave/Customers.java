package dev.wasl.hub.connector.flutterwave;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.payment.AskedPayment;
import org.jspecify.annotations.Nullable;

/** What Flutterwave must know of somebody who pays. */
final class Customers {

    private Customers() {}

    /** The customer's e-mail, else the tenant's own. */
    static String email(AskedPayment asked, @Nullable String fallback) {
        String email = asked.customer().email();
        if (email != null && !email.isBlank()) {
            return email;
        }
        if (fallback == null) {
            throw new HubException(
                    ErrorCode.CONNECTOR_REFUSED,
                    "Flutterwave takes no payment without the customer's e-mail; send one or set fallback-email");
        }
        return fallback;
    }
}
