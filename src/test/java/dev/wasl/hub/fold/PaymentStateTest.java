package dev.wasl.hub.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PaymentStateTest {

    private static final Instant NOON = Instant.parse("2026-01-11T12:00:00Z");

    @Test
    void before_the_money_is_taken_the_newest_statement_holds() {
        assertThat(of(said(PaymentStatus.FAILED, 1), said(PaymentStatus.PENDING, 2))
                        .status())
                .isEqualTo(PaymentStatus.PENDING);
        assertThat(of(said(PaymentStatus.FAILED, 3), said(PaymentStatus.PENDING, 2))
                        .status())
                .isEqualTo(PaymentStatus.FAILED);
    }

    @Test
    void a_late_failure_does_not_undo_a_capture() {
        PaymentState state = of(
                said(PaymentStatus.CAPTURED, 1),
                said(PaymentStatus.FAILED, 2),
                said(PaymentStatus.PENDING, 3),
                said(PaymentStatus.AUTHORISED, 4),
                said(PaymentStatus.EXPIRED, 5));

        assertThat(state.status()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(state.statusAt()).isEqualTo(NOON.plusSeconds(1));
    }

    @Test
    void a_void_takes_captured_money_back_and_an_earlier_cancellation_does_not() {
        PaymentState voided = of(said(PaymentStatus.CANCELLED, 4), said(PaymentStatus.CAPTURED, 1));
        PaymentState toldForTheSameMoment = of(said(PaymentStatus.CAPTURED, 1), said(PaymentStatus.CANCELLED, 1));
        PaymentState capturedLater = of(said(PaymentStatus.CANCELLED, 1), said(PaymentStatus.CAPTURED, 4));

        assertThat(voided.status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(voided.statusAt()).isEqualTo(NOON.plusSeconds(4));
        assertThat(toldForTheSameMoment.status()).isEqualTo(PaymentStatus.CANCELLED);
        assertThat(capturedLater.status()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(of(
                                said(PaymentStatus.CAPTURED, 1),
                                said(PaymentStatus.CANCELLED, 2),
                                said(PaymentStatus.CAPTURED, 3))
                        .status())
                .as("taken after all")
                .isEqualTo(PaymentStatus.CAPTURED);
    }

    @Test
    void a_void_that_an_expiry_followed_is_still_a_void() {
        assertThat(of(said(PaymentStatus.CAPTURED, 1), said(PaymentStatus.CANCELLED, 2), said(PaymentStatus.EXPIRED, 3))
                        .status())
                .isEqualTo(PaymentStatus.CANCELLED);
    }

    @Test
    void a_refund_after_a_dispute_was_won_shows_and_one_before_it_does_not() {
        Payment refund = refunded(PaymentStatus.REFUNDED, 7, 1_000L, null, null);

        assertThat(of(said(PaymentStatus.DISPUTE_WON, 5), said(PaymentStatus.CAPTURED, 1), refund)
                        .status())
                .isEqualTo(PaymentStatus.REFUNDED);
        assertThat(of(said(PaymentStatus.DISPUTE_WON, 9), said(PaymentStatus.CAPTURED, 1), refund)
                        .status())
                .isEqualTo(PaymentStatus.DISPUTE_WON);
        assertThat(of(said(PaymentStatus.DISPUTE_LOST, 5), said(PaymentStatus.CAPTURED, 1), refund)
                        .status())
                .isEqualTo(PaymentStatus.DISPUTE_LOST);
        assertThat(of(said(PaymentStatus.DISPUTED, 5), said(PaymentStatus.CAPTURED, 1), refund)
                        .status())
                .isEqualTo(PaymentStatus.DISPUTED);
    }

    @Test
    void a_reversal_is_the_last_word_at_its_moment() {
        assertThat(of(
                                said(PaymentStatus.REVERSED, 5),
                                said(PaymentStatus.DISPUTE_LOST, 5),
                                said(PaymentStatus.CAPTURED, 1))
                        .status())
                .isEqualTo(PaymentStatus.REVERSED);
    }

    @Test
    void a_cancelled_payment_can_turn_out_captured_but_not_pending() {
        assertThat(of(said(PaymentStatus.CANCELLED, 1), said(PaymentStatus.PENDING, 2))
                        .status())
                .isEqualTo(PaymentStatus.CANCELLED);
        assertThat(of(said(PaymentStatus.CANCELLED, 1), said(PaymentStatus.CAPTURED, 2))
                        .status())
                .isEqualTo(PaymentStatus.CAPTURED);
    }

    @Test
    void partial_refunds_add_up_to_a_full_one() {
        Payment captured = said(PaymentStatus.CAPTURED, 1);
        Payment first = refunded(PaymentStatus.PARTIALLY_REFUNDED, 2, 300L, null, null);
        Payment second = refunded(PaymentStatus.PARTIALLY_REFUNDED, 3, 700L, null, null);
        Payment third = refunded(PaymentStatus.REFUNDED, 4, 1_000L, null, null);

        assertThat(of(second, captured, first).refundedMinor()).isEqualTo(700);
        assertThat(of(second, captured, first).status()).isEqualTo(PaymentStatus.PARTIALLY_REFUNDED);
        assertThat(of(third, second, captured, first).status()).isEqualTo(PaymentStatus.REFUNDED);
        assertThat(of(third, second, captured, first).refundings())
                .extracting(PaymentState.Refunding::minor)
                .containsExactly(300L, 400L, 300L);
    }

    @Test
    void refunds_without_a_total_are_summed_by_their_ids() {
        PaymentState state = of(
                said(PaymentStatus.CAPTURED, 1),
                refunded(PaymentStatus.PARTIALLY_REFUNDED, 2, null, 300L, "re_1"),
                refunded(PaymentStatus.PARTIALLY_REFUNDED, 3, null, 300L, "re_1"),
                refunded(PaymentStatus.PARTIALLY_REFUNDED, 4, null, 200L, "re_2"));

        assertThat(state.refundedMinor()).isEqualTo(500);
        assertThat(state.status()).isEqualTo(PaymentStatus.PARTIALLY_REFUNDED);
    }

    @Test
    void a_refund_told_as_total_and_by_itself_counts_once() {
        PaymentState state = of(
                said(PaymentStatus.CAPTURED, 1),
                refunded(PaymentStatus.PARTIALLY_REFUNDED, 2, 300L, null, null),
                refunded(PaymentStatus.PARTIALLY_REFUNDED, 3, null, 300L, "re_1"));

        assertThat(state.refundedMinor()).isEqualTo(300);
    }

    @Test
    void a_refund_that_fails_later_is_taken_back() {
        PaymentState state = of(
                said(PaymentStatus.CAPTURED, 1),
                refunded(PaymentStatus.PARTIALLY_REFUNDED, 2, 300L, null, null),
                refunded(PaymentStatus.REFUND_FAILED, 3, null, 300L, "re_1"));

        assertThat(state.refundedMinor()).isZero();
        assertThat(state.status()).isEqualTo(PaymentStatus.REFUND_FAILED);
        PaymentState again = state.fold(refunded(PaymentStatus.PARTIALLY_REFUNDED, 4, 300L, null, null));
        assertThat(again.refundedMinor()).isEqualTo(300);
    }

    @Test
    void a_full_refund_without_an_amount_is_the_whole_payment() {
        PaymentState state = of(said(PaymentStatus.CAPTURED, 1), refunded(PaymentStatus.REFUNDED, 2, null, null, null));

        assertThat(state.refundedMinor()).isEqualTo(1_000);
        assertThat(state.status()).isEqualTo(PaymentStatus.REFUNDED);
    }

    @Test
    void a_dispute_outlasts_refunds_and_its_outcome_follows_time() {
        PaymentState state = of(
                said(PaymentStatus.DISPUTE_WON, 9),
                said(PaymentStatus.CAPTURED, 1),
                said(PaymentStatus.DISPUTED, 5),
                refunded(PaymentStatus.PARTIALLY_REFUNDED, 7, 300L, null, null));

        assertThat(state.status()).isEqualTo(PaymentStatus.DISPUTE_WON);
        assertThat(state.refundedMinor()).isEqualTo(300);
    }

    @Test
    void an_unknown_status_says_nothing() {
        assertThat(of(said(PaymentStatus.UNKNOWN, 5), said(PaymentStatus.PENDING, 1))
                        .status())
                .isEqualTo(PaymentStatus.PENDING);
        assertThat(of(said(PaymentStatus.UNKNOWN, 5)).status()).isEqualTo(PaymentStatus.UNKNOWN);
    }

    @Test
    void what_was_taken_outweighs_what_was_asked_for() {
        PaymentState state = of(
                statement(PaymentStatus.CAPTURED, 1, 800L, null, null, null),
                statement(PaymentStatus.PARTIALLY_REFUNDED, 2, 1_000L, 100L, null, null));

        assertThat(state.amountMinor()).isEqualTo(800);
    }

    private static Payment said(PaymentStatus status, int second) {
        return statement(status, second, 1_000L, null, null, null);
    }

    private static Payment refunded(
            PaymentStatus status, int second, @Nullable Long total, @Nullable Long single, @Nullable String id) {
        return statement(status, second, 1_000L, total, single, id);
    }

    private static Payment statement(
            PaymentStatus status,
            int second,
            @Nullable Long amount,
            @Nullable Long total,
            @Nullable Long single,
            @Nullable String id) {
        return new Payment(
                "stripe",
                "evt_" + status + second,
                "event",
                "pi_1",
                null,
                "INV-1",
                status,
                money(amount),
                money(total),
                money(single),
                id,
                null,
                null,
                NOON.plusSeconds(second),
                true,
                "card",
                null,
                null,
                null,
                "SIGNED_BODY");
    }

    private static @Nullable Money money(@Nullable Long minor) {
        return minor == null ? null : new Money(minor, "EGP");
    }

    private static PaymentState of(Payment... payments) {
        PaymentState state = PaymentState.NOTHING;
        for (Payment payment : payments) {
            state = state.fold(payment);
        }
        return state;
    }
}
