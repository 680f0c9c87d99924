package dev.wasl.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes complete, signed HTTP requests in advance, so that signing costs nothing while the clock runs. */
final class StripeEvents {

    private static final HexFormat HEX = HexFormat.of();

    private final String run;
    private final Mac mac;
    private long number;

    /**
     * @param run makes the ids of this run differ from every other run's; letters and digits
     * @param secret the signing secret of the endpoint
     */
    StripeEvents(String run, String secret) throws GeneralSecurityException {
        this.run = run;
        this.mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    }

    /** The next requests, each a payment of its own. */
    Signed[] next(int count, String host, String path) {
        Signed[] events = new Signed[count];
        long now = System.currentTimeMillis() / 1000;
        for (int i = 0; i < count; i++) {
            String suffix = run + String.format("%012d", number++);
            byte[] body = body(suffix, now).getBytes(StandardCharsets.UTF_8);
            events[i] = new Signed("pi_" + suffix, request(host, path, now, body));
        }
        return events;
    }

    private byte[] request(String host, String path, long now, byte[] body) {
        mac.update((now + ".").getBytes(StandardCharsets.UTF_8));
        String head = "POST " + path + " HTTP/1.1\r\nHost: " + host
                + "\r\nUser-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)"
                + "\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: " + body.length
                + "\r\nStripe-Signature: t=" + now + ",v1=" + HEX.formatHex(mac.doFinal(body)) + "\r\n\r\n";
        byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, request, 0, headBytes.length);
        System.arraycopy(body, 0, request, headBytes.length, body.length);
        return request;
    }

    /** A succeeded payment as Stripe sends it, without a contact: no notification follows, only CRM and analytics. */
    private static String body(String suffix, long now) {
        return """
                {
                  "id": "evt_%1$s",
                  "object": "event",
                  "api_version": "2025-08-27.basil",
                  "created": %2$d,
                  "data": {
                    "object": {
                      "id": "pi_%1$s",
                      "object": "payment_intent",
                      "amount": 125000,
                      "amount_capturable": 0,
                      "amount_details": { "tip": {} },
                      "amount_received": 125000,
                      "application": null,
                      "application_fee_amount": null,
                      "automatic_payment_methods": { "allow_redirects": "always", "enabled": true },
                      "canceled_at": null,
                      "cancellation_reason": null,
                      "capture_method": "automatic_async",
                      "client_secret": "pi_%1$s_secret_test",
                      "confirmation_method": "automatic",
                      "created": %2$d,
                      "currency": "egp",
                      "customer": "cus_%1$s",
                      "description": "Subscription, 1 month",
                      "last_payment_error": null,
                      "latest_charge": "ch_%1$s",
                      "livemode": false,
                      "metadata": { "order_id": "ORD-%1$s" },
                      "next_action": null,
                      "on_behalf_of": null,
                      "payment_method": "pm_%1$s",
                      "payment_method_options": { "card": { "installments": null, "network": null, "request_three_d_secure": "automatic" } },
                      "payment_method_types": [ "card", "link" ],
                      "processing": null,
                      "receipt_email": null,
                      "review": null,
                      "setup_future_usage": null,
                      "shipping": null,
                      "source": null,
                      "statement_descriptor": null,
                      "status": "succeeded",
                      "transfer_data": null,
                      "transfer_group": null
                    }
                  },
                  "livemode": false,
                  "pending_webhooks": 1,
                  "request": { "id": "req_%1$s", "idempotency_key": "key-%1$s" },
                  "type": "payment_intent.succeeded"
                }
                """.formatted(suffix, now);
    }

    /**
     * A request ready for the wire.
     *
     * @param paymentId Stripe's id of the payment it reports
     * @param request head and body
     */
    record Signed(String paymentId, byte[] request) {}
}
