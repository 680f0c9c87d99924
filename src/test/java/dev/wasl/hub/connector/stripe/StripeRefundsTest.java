package dev.wasl.hub.connector.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.fold.PaymentState;
import dev.wasl.hub.vectors.Mapped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What Stripe's own bodies about a refund amount to, whichever comes first. */
class StripeRefundsTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/stripe-payment-in");
    private static final Mapped MAPPED = new Mapped();

    private final Payment captured = mapped(read("typical")
            .replace("pi_3Synth0001", "pi_3Synth0002")
            .replace("500000", "12550")
            .replace("ugx", "mad"));

    /** The same refund as events tell it since version 2022-11-15, and as they told it before. */
    private final Payment refunded = mapped(read("refunded-at-once"));

    private final Payment refundedWithId = mapped(read("refunded-before-version-2022-11-15"));
    private final Payment failed = mapped(read("refund-failed-of-the-whole"));

    @Provide
    Arbitrary<List<Payment>> theRefundFailed() {
        return Arbitraries.of(
                        List.of(captured, refunded, failed),
                        List.of(captured, refundedWithId, failed),
                        List.of(captured, refunded, refunded, refundedWithId, failed, failed))
                .flatMap(Arbitraries::shuffle);
    }

    @Provide
    Arbitrary<List<Payment>> theRefundSucceeded() {
        return Arbitraries.shuffle(captured, refunded, refundedWithId, refunded);
    }

    @Property(tries = 200)
    void a_refund_that_failed_is_no_money_refunded_in_any_order(@ForAll("theRefundFailed") List<Payment> told) {
        PaymentState state = fold(told);

        assertThat(state.status()).isEqualTo(PaymentStatus.REFUND_FAILED);
        assertThat(state.refundedMinor()).isZero();
        assertThat(state.amountMinor()).isEqualTo(12_550);
    }

    @Property(tries = 50)
    void a_refund_that_two_bodies_tell_is_refunded_once(@ForAll("theRefundSucceeded") List<Payment> told) {
        PaymentState state = fold(told);

        assertThat(state.status()).isEqualTo(PaymentStatus.REFUNDED);
        assertThat(state.refundedMinor()).isEqualTo(12_550);
    }

    private static PaymentState fold(List<Payment> told) {
        PaymentState state = PaymentState.NOTHING;
        for (Payment payment : told) {
            state = state.fold(payment);
        }
        return state;
    }

    private static Payment mapped(String body) {
        return (Payment) MAPPED.events("stripe-payment-in", body.getBytes(StandardCharsets.UTF_8), Map.of())
                .get(0)
                .data();
    }

    private static String read(String fixture) {
        try {
            return Files.readString(FIXTURES.resolve(fixture).resolve("input.json"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
