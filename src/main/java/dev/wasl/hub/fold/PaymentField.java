package dev.wasl.hub.fold;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fields of a payment of which the newest statement holds, with the column that keeps them. */
public enum PaymentField implements FoldField<Payment> {
    MERCHANT_REFERENCE("mr", "merchant_reference", Column.TEXT, Payment::merchantReference),
    GATEWAY_ORDER_ID("go", "gateway_order_id", Column.TEXT, Payment::gatewayOrderId),
    STATED("st", "stated_minor", Column.LONG, p -> minor(p.amount())),
    /** What was taken may be less than what was asked for; only the statement of the taking tells. */
    CAPTURED("ca", "captured_minor", Column.LONG, p -> p.status() == PaymentStatus.CAPTURED ? minor(p.amount()) : null),
    CURRENCY("cu", "currency", Column.TEXT, PaymentField::currency),
    DISPUTED("di", "disputed_minor", Column.LONG, p -> minor(p.disputeAmount())),
    FEE("fe", "fee_minor", Column.LONG, p -> minor(p.fee())),
    METHOD("me", "method", Column.TEXT, Payment::method),
    LIVE("li", "live", Column.BOOLEAN, Payment::live),
    CUSTOMER_NAME("cn", "customer_name", Column.TEXT, customer(Party::name)),
    CUSTOMER_PHONE("cp", "customer_phone", Column.TEXT, customer(Party::phone)),
    CUSTOMER_EMAIL("ce", "customer_email", Column.TEXT, customer(Party::email)),
    FAILURE_CODE("fc", "failure_code", Column.TEXT, Payment::failureCode),
    FAILURE_MESSAGE("fm", "failure_message", Column.TEXT, Payment::failureMessage),
    AUTHENTICITY("au", "authenticity", Column.TEXT, Payment::authenticity);

    static final Map<String, PaymentField> BY_KEY =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(PaymentField::key, field -> field));

    private final Stored<Payment> stored;

    PaymentField(String key, String column, Column type, Function<Payment, @Nullable Object> of) {
        stored = new Stored<>(key, column, type, of);
    }

    @Override
    public Stored<Payment> stored() {
        return stored;
    }

    private static Function<Payment, @Nullable Object> customer(Function<Party, @Nullable Object> part) {
        return payment -> payment.customer() == null ? null : part.apply(payment.customer());
    }

    private static @Nullable Long minor(@Nullable Money money) {
        return money == null ? null : money.amountMinor();
    }

    /** The currency of the payment itself; a gateway may charge its fee in another one. */
    private static @Nullable String currency(Payment payment) {
        return Stream.of(payment.amount(), payment.refundedTotal(), payment.refundAmount(), payment.disputeAmount())
                .filter(money -> money != null)
                .map(Money::currency)
                .findFirst()
                .orElse(null);
    }
}
