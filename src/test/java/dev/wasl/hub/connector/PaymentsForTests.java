package dev.wasl.hub.connector;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.AskedPayments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The payments that a test asked for, in memory. */
public final class PaymentsForTests implements AskedPayments {

    public static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");

    private final List<AskedPayment> asked = new ArrayList<>();

    /** How often somebody looked. */
    public int lookups;

    public PaymentsForTests(AskedPayment... payments) {
        asked.addAll(List.of(payments));
    }

    /** A payment as the hub would store it. */
    public static AskedPayment payment(
            String tenant, String connector, UUID id, String reference, Money amount, @Nullable String phone) {
        return new AskedPayment(
                id,
                tenant,
                connector,
                reference,
                amount,
                new Party("Amina", phone, null, null, null),
                null,
                null,
                "https://hub.example/webhooks/" + tenant + '/' + connector + "/cbt_0123456789abcdef",
                "cbt_0123456789abcdef",
                NOW,
                NOW.plus(Duration.ofMinutes(15)),
                null,
                Map.of());
    }

    /** The same after it was started. */
    public static AskedPayment started(AskedPayment payment, String gatewayOrderId, Map<String, String> state) {
        return new AskedPayment(
                payment.id(),
                payment.tenant(),
                payment.connector(),
                payment.reference(),
                payment.amount(),
                payment.customer(),
                payment.description(),
                payment.returnUrl(),
                payment.callbackUrl(),
                payment.callbackToken(),
                payment.createdAt(),
                payment.expiresAt(),
                gatewayOrderId,
                state);
    }

    @Override
    public Optional<AskedPayment> byCallbackToken(String tenant, String connector, String token) {
        return find(tenant, connector, payment -> payment.callbackToken().equals(token));
    }

    @Override
    public Optional<AskedPayment> byGatewayOrder(String tenant, String connector, String gatewayOrderId) {
        return find(tenant, connector, payment -> gatewayOrderId.equals(payment.gatewayOrderId()));
    }

    @Override
    public Optional<AskedPayment> byReference(String tenant, String connector, String reference) {
        return find(tenant, connector, payment -> payment.reference().equals(reference));
    }

    private Optional<AskedPayment> find(String tenant, String connector, Predicate<AskedPayment> which) {
        lookups++;
        return asked.stream()
                .filter(payment ->
                        payment.tenant().equals(tenant) && payment.connector().equals(connector) && which.test(payment))
                .findFirst();
    }
}
