package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A payment that a back-office system asked for through the hub, and what is expected of its confirmation.
 *
 * @param id the hub's id of the request; where a gateway wants a UUID of ours (MTN's {@code X-Reference-Id}), it is this one
 * @param tenant whose money it is
 * @param connector the connector that was asked, {@code mtn-momo}
 * @param reference the back office's own number, unique per tenant; what a gateway echoes as merchant reference
 * @param amount what must be paid, exactly
 * @param customer who pays; mobile money needs the phone
 * @param description shown to the customer where a gateway shows one
 * @param returnUrl where the customer goes after paying on a hosted page
 * @param callbackUrl the hub's public address for this payment alone, with its unguessable token as a path segment:
 *     {@code <public-url>/webhooks/<tenant>/<connector>/<token>}; a connector may append {@code /<id>}
 * @param callbackToken that token, 128 bits
 * @param createdAt when it was asked for
 * @param expiresAt after it nobody pays any more
 * @param gatewayOrderId what the gateway calls the order, from {@link PaymentGateway.Started}
 * @param gatewayState what else the connector wanted to remember of the start, tokens for example; kept encrypted, never
 *     logged, never shown
 */
public record AskedPayment(
        UUID id,
        String tenant,
        String connector,
        String reference,
        Money amount,
        Party customer,
        @Nullable String description,
        @Nullable String returnUrl,
        String callbackUrl,
        String callbackToken,
        Instant createdAt,
        Instant expiresAt,
        @Nullable String gatewayOrderId,
        Map<String, String> gatewayState) {

    /** Without secrets: a record's own text would show the tokens in a log. */
    @Override
    public String toString() {
        return "AskedPayment[" + id + ", " + tenant + '/' + connector + ", " + reference + ", " + amount + ']';
    }
}
