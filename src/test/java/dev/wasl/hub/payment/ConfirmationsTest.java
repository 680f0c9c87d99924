package dev.wasl.hub.payment;

import static dev.wasl.hub.payment.PaymentHub.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.payment.PaymentExpectations.Admitted;
import dev.wasl.hub.payment.PaymentExpectations.Hint;
import dev.wasl.hub.payment.PaymentExpectations.Judgement;
import dev.wasl.hub.payment.PaymentExpectations.Origin;
import dev.wasl.hub.payment.PaymentExpectations.Quarantined;
import dev.wasl.hub.payment.PaymentExpectations.Statement;
import dev.wasl.hub.payment.PaymentRequest.Expectation;
import dev.wasl.hub.payment.PaymentRequest.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfirmationsTest {

    private PaymentHub hub;

    @BeforeEach
    void start() {
        hub = new PaymentHub();
    }

    @Test
    void a_payment_nobody_asked_for_goes_through_when_it_is_proved() {
        assertThat(judge(hub.callback(said(PaymentStatus.CAPTURED, "pi_1", "ORD-9", 5_000L, "SIGNED_BODY"))))
                .isInstanceOf(Admitted.class);
        assertThat(queries()).isZero();
    }

    @Test
    void a_matching_confirmation_makes_the_request_paid_and_nobody_asks_any_more() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);

        assertThat(judge(hub.callback(said(PaymentStatus.CAPTURED, "pi_1", "ORD-1", 5_000L, "SIGNED_BODY"))))
                .isInstanceOf(Admitted.class);

        assertThat(hub.now(request).progress())
                .returns(Status.PAID, PaymentRequest.Progress::status)
                .returns("pi_1", PaymentRequest.Progress::gatewayPaymentId)
                .returns(null, PaymentRequest.Progress::nextQueryAt)
                .returns(false, PaymentRequest.Progress::repaired)
                .returns(PaymentHub.START, PaymentRequest.Progress::callbackAt)
                .returns(PaymentHub.START, PaymentRequest.Progress::confirmedAt);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIGNED_FIELDS", "SHARED_TOKEN", "REQUERIED", "RECORDED", "null"})
    void a_callback_that_proves_nothing_publishes_nothing_and_has_the_gateway_asked_at_once(String proof) {
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        Payment told = said(PaymentStatus.CAPTURED, "pi_1", "ORD-1", 5_000L, proof.equals("null") ? null : proof);

        assertThat(judge(hub.callback(told))).isInstanceOf(Hint.class);

        assertThat(hub.now(request).status()).isEqualTo(Status.PENDING);
        assertThat(hub.now(request).progress().nextQueryAt()).isEqualTo(PaymentHub.START);
        assertThat(hub.requestRows.find(request.id()).orElseThrow().told()).isEqualTo(told);
    }

    @Test
    void a_callback_without_proof_about_an_unknown_payment_is_asked_about_too() {
        assertThat(judge(hub.callback(said(PaymentStatus.CAPTURED, "tx-9", null, 5_000L, "SHARED_TOKEN"))))
                .isInstanceOf(Hint.class);
        assertThat(judge(hub.callback(said(PaymentStatus.CAPTURED, "tx-9", null, 5_000L, "SHARED_TOKEN"))))
                .isInstanceOf(Hint.class);

        assertThat(queries()).isEqualTo(1);
    }

    @Test
    void a_flood_of_callbacks_without_proof_is_bounded() {
        for (int i = 1; i <= 3; i++) {
            assertThat(judge(hub.callback(said(PaymentStatus.CAPTURED, "tx-" + i, null, 1L, "SHARED_TOKEN"))))
                    .isInstanceOf(Hint.class);
        }

        assertThat(code(hub.callback(said(PaymentStatus.CAPTURED, "tx-4", null, 1L, "SHARED_TOKEN"))))
                .isEqualTo(ErrorCode.PAYMENT_UNCONFIRMED);
        assertThat(judge(hub.callback(said(PaymentStatus.CAPTURED, "tx-3", null, 1L, "SHARED_TOKEN"))))
                .isInstanceOf(Hint.class);
    }

    @Test
    void a_callback_without_proof_of_a_gateway_that_cannot_be_asked_waits_for_a_person() {
        Statement stripe = new Statement(
                "phoneshop",
                "stripe",
                Origin.CALLBACK,
                null,
                null,
                said(PaymentStatus.CAPTURED, "pi_1", null, 5L, "SHARED_TOKEN"),
                PaymentHub.START);

        assertThat(code(stripe)).isEqualTo(ErrorCode.PAYMENT_UNCONFIRMED);
    }

    @Test
    void another_amount_currency_or_reference_is_quarantined_and_raises_an_alarm() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);

        assertThat(code(hub.answer(request, said(PaymentStatus.CAPTURED, "tx-1", "ORD-1", 500L, "REQUERIED"))))
                .isEqualTo(ErrorCode.PAYMENT_MISMATCH);
        assertThat(code(hub.answer(
                        request,
                        said(
                                PaymentStatus.AUTHORISED,
                                "tx-1",
                                "ORD-1",
                                new Money(5_000, "KES"),
                                "REQUERIED",
                                PaymentHub.START))))
                .isEqualTo(ErrorCode.PAYMENT_MISMATCH);
        assertThat(code(hub.answer(request, said(PaymentStatus.CAPTURED, "tx-1", "ORD-2", 5_000L, "REQUERIED"))))
                .isEqualTo(ErrorCode.PAYMENT_MISMATCH);

        assertThat(hub.now(request).status()).isEqualTo(Status.PENDING);
        assertThat(hub.now(request).progress().mismatch()).contains("ORD-2");
        assertThat(hub.meters
                        .counter("wasl.payments.quarantined", "tenant", "phoneshop", "connector", "mtn-momo")
                        .count())
                .isEqualTo(3);
    }

    @Test
    void what_was_quarantined_goes_through_after_a_person_corrected_the_expectation() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        Statement paidLess = hub.answer(request, said(PaymentStatus.CAPTURED, "tx-1", "ORD-1", 4_500L, "REQUERIED"));
        assertThat(judge(paidLess)).isInstanceOf(Quarantined.class);

        hub.requests.expect(request, new Expectation(new Money(4_500, "UGX"), "ORD-1"));

        assertThat(judge(paidLess)).isInstanceOf(Admitted.class);
        assertThat(hub.now(request).status()).isEqualTo(Status.PAID);
        assertThat(hub.now(request).progress().mismatch()).isNull();
    }

    @Test
    void a_failure_with_another_amount_is_no_confirmation_and_goes_through() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);

        assertThat(judge(hub.answer(request, said(PaymentStatus.FAILED, "tx-1", "ORD-1", 1L, "REQUERIED"))))
                .isInstanceOf(Admitted.class);

        assertThat(hub.now(request).status()).isEqualTo(Status.FAILED);
        assertThat(hub.now(request).progress().nextQueryAt())
                .as("looked at once more when the time is over")
                .isEqualTo(request.expiresAt().plusSeconds(30));
    }

    @Test
    void a_proved_confirmation_without_amount_is_not_believed_but_an_answer_for_our_own_order_is() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);

        assertThat(judge(hub.callback(said(PaymentStatus.CAPTURED, "tx-1", "ORD-1", (Long) null, "SIGNED_BODY"))))
                .isInstanceOf(Hint.class);
        assertThat(judge(hub.answer(request, said(PaymentStatus.CAPTURED, "tx-1", null, (Long) null, "REQUERIED"))))
                .isInstanceOf(Admitted.class);
    }

    @Test
    void money_found_by_asking_before_any_callback_counts_as_repaired() {
        PaymentRequest lost = hub.asked("ORD-1", 5_000);
        PaymentRequest told = hub.asked("ORD-2", 5_000);
        judge(hub.callback(said(PaymentStatus.CAPTURED, "tx-2", "ORD-2", 5_000L, "SHARED_TOKEN")));

        judge(hub.answer(lost, said(PaymentStatus.CAPTURED, "tx-1", "ORD-1", 5_000L, "REQUERIED")));
        judge(hub.answer(told, said(PaymentStatus.CAPTURED, "tx-2", "ORD-2", 5_000L, "REQUERIED")));

        assertThat(hub.now(lost).progress().repaired()).isTrue();
        assertThat(hub.now(told).progress().repaired()).isFalse();
        assertThat(hub.meters
                        .counter("wasl.payments.repaired", "tenant", "phoneshop", "connector", "mtn-momo")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void a_payment_of_another_tenant_or_connector_does_not_touch_the_request() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        Payment payment = said(PaymentStatus.CAPTURED, "pi_1", "ORD-1", 1L, "SIGNED_BODY");

        judge(new Statement("hvar", "mtn-momo", Origin.CALLBACK, null, null, payment, PaymentHub.START));
        judge(new Statement("hvar", "mtn-momo", Origin.CALLBACK, request.id(), null, payment, PaymentHub.START));
        judge(new Statement("phoneshop", "stripe", Origin.CALLBACK, null, null, payment, PaymentHub.START));

        assertThat(hub.now(request)).isEqualTo(request);
    }

    @Test
    void finds_the_request_by_what_the_gateway_calls_it() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);

        assertThat(code(hub.callback(said(PaymentStatus.CAPTURED, "order-ORD-1", null, 4L, "SIGNED_BODY"))))
                .isEqualTo(ErrorCode.PAYMENT_MISMATCH);
        judge(hub.callback(said(PaymentStatus.CAPTURED, "order-ORD-1", null, 5_000L, "SIGNED_BODY")));

        assertThat(hub.now(request).status()).isEqualTo(Status.PAID);
    }

    @Test
    void refunds_and_disputes_leave_it_paid() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        judge(hub.callback(said(PaymentStatus.CAPTURED, "tx-1", "ORD-1", 5_000L, "SIGNED_BODY")));

        for (PaymentStatus later :
                List.of(PaymentStatus.REFUNDED, PaymentStatus.DISPUTED, PaymentStatus.EXPIRED, PaymentStatus.PENDING)) {
            assertThat(judge(hub.callback(said(later, "tx-1", "ORD-1", null, "SIGNED_BODY"))))
                    .isInstanceOf(Admitted.class);
        }

        assertThat(hub.now(request).status()).isEqualTo(Status.PAID);
    }

    @Test
    void the_order_of_statements_does_not_matter() {
        List<Payment> story = new ArrayList<>();
        PaymentStatus[] said = {
            PaymentStatus.PENDING, PaymentStatus.FAILED, PaymentStatus.AUTHORISED, PaymentStatus.CANCELLED,
            PaymentStatus.EXPIRED, PaymentStatus.REVERSED, PaymentStatus.UNKNOWN, PaymentStatus.CAPTURED
        };
        for (int i = 0; i < said.length; i++) {
            Instant at = PaymentHub.START.plusSeconds(i / 2);
            story.add(said(said[i], "tx-1", null, new Money(5_000, "UGX"), "SIGNED_BODY", at));
        }
        for (int length = 1; length <= story.size(); length++) {
            List<Payment> part = new ArrayList<>(story.subList(0, length));
            Status expected = null;
            for (int shuffle = 0; shuffle < 6; shuffle++) {
                PaymentRequest request = hub.asked("ORD-" + length + "-" + shuffle, 5_000);
                Collections.shuffle(part, new Random(shuffle));
                List<Payment> twice = new ArrayList<>(part);
                twice.addAll(part.subList(0, part.size() / 2));
                for (Payment payment : twice) {
                    judge(hub.answer(request, withProof(payment)));
                }
                Status now = hub.now(request).status();
                assertThat(now).isEqualTo(expected == null ? now : expected);
                expected = now;
            }
        }
    }

    @Test
    void a_gateway_whose_clock_is_behind_or_rounds_is_heard_all_the_same() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);

        judge(hub.answer(
                request,
                said(
                        PaymentStatus.FAILED,
                        "tx-1",
                        null,
                        new Money(5_000, "UGX"),
                        "REQUERIED",
                        PaymentHub.START.minusSeconds(90))));

        assertThat(hub.now(request).status()).isEqualTo(Status.FAILED);
    }

    @Test
    void a_batch_about_one_request_is_judged_in_its_order() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);

        List<Judgement> judged = hub.confirmations.judge(List.of(
                hub.callback(said(PaymentStatus.PENDING, "tx-1", "ORD-1", 5_000L, "SIGNED_BODY")),
                hub.callback(said(PaymentStatus.CAPTURED, "tx-1", "ORD-1", 1L, "SIGNED_BODY")),
                hub.callback(said(PaymentStatus.CAPTURED, "tx-7", "ORD-7", 1L, "SHARED_TOKEN")),
                hub.callback(said(PaymentStatus.CAPTURED, "tx-1", "ORD-1", 5_000L, "SIGNED_BODY"))));

        assertThat(judged)
                .extracting(judgement -> judgement.getClass().getSimpleName())
                .containsExactly("Admitted", "Quarantined", "Hint", "Admitted");
        assertThat(hub.now(request).status()).isEqualTo(Status.PAID);
    }

    @Test
    void an_answer_that_ends_an_unproved_payment_ends_the_questions_about_it() {
        judge(hub.callback(said(PaymentStatus.CAPTURED, "tx-9", null, 5_000L, "SHARED_TOKEN")));
        var id = hub.jdbc.queryForObject("SELECT id FROM hub.payment_query", java.util.UUID.class);

        judge(new Statement(
                "phoneshop",
                "mtn-momo",
                Origin.ANSWER,
                null,
                id,
                said(PaymentStatus.PENDING, "tx-9", null, 5_000L, "REQUERIED"),
                PaymentHub.START));
        assertThat(queries()).isEqualTo(1);
        judge(new Statement(
                "phoneshop",
                "mtn-momo",
                Origin.ANSWER,
                null,
                id,
                said(PaymentStatus.CAPTURED, "tx-9", null, 5_000L, "REQUERIED"),
                PaymentHub.START));

        assertThat(queries()).isZero();
    }

    @Test
    void a_new_attempt_after_a_failure_is_followed_again() {
        PaymentRequest request = hub.asked("ORD-1", 5_000);
        judge(hub.answer(request, said(PaymentStatus.FAILED, "tx-1", null, 5_000L, "REQUERIED")));
        hub.clock.advance(Duration.ofMinutes(1));

        judge(hub.answer(
                request,
                said(
                        PaymentStatus.PENDING,
                        "tx-2",
                        null,
                        new Money(5_000, "UGX"),
                        "REQUERIED",
                        PaymentHub.START.plusSeconds(5))));

        assertThat(hub.now(request).status()).isEqualTo(Status.PENDING);
        assertThat(hub.now(request).progress().nextQueryAt()).isEqualTo(PaymentHub.START.plusSeconds(90));
    }

    private static Payment withProof(Payment payment) {
        return said(
                payment.status(),
                payment.gatewayPaymentId(),
                null,
                payment.amount(),
                "REQUERIED",
                payment.occurredAt());
    }

    private Judgement judge(Statement statement) {
        return hub.confirmations.judge(List.of(statement)).get(0);
    }

    private @Nullable ErrorCode code(Statement statement) {
        return judge(statement) instanceof Quarantined quarantined
                ? quarantined.reason().code()
                : null;
    }

    private long queries() {
        Long count = hub.jdbc.queryForObject("SELECT count(*) FROM hub.payment_query", Long.class);
        return count == null ? 0 : count;
    }
}
