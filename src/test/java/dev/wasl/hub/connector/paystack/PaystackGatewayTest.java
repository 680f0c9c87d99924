package dev.wasl.hub.connector.paystack;

import static dev.wasl.hub.HubFailure.failedWith;
import static dev.wasl.hub.sandbox.PlayedGateway.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway.Query;
import dev.wasl.hub.payment.PaymentGateway.Started;
import dev.wasl.hub.sandbox.PlayedGateway;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connector and the played Paystack, start to end. */
class PaystackGatewayTest {

    private static final Money PRICE = new Money(500_000, "KES");
    private static final Party AMINA = new Party("Amina", "+254700000001", null, null, "amina@example.com");

    private PlayedGateway paystack;
    private PaystackGateway gateway;
    private PaystackWebhook webhook;

    @BeforeEach
    void play() {
        paystack = new PlayedGateway("paystack", Map.of("secret-keys[0]", "sk_test_played"));
        gateway = new PaystackGateway(paystack.tenants(), paystack.http());
        webhook = new PaystackWebhook(paystack.tenants());
    }

    @AfterEach
    void stop() {
        paystack.close();
    }

    @Test
    void a_paid_order_is_told_with_the_amount_and_reference_that_were_asked_for() {
        AskedPayment asked = start("ORD-1");

        WebhookRequest told = only(paystack.act("ORD-1", "succeed"));

        assertThat(webhook.verify(told)).isEqualTo(Verdict.VALID);
        assertThat(webhook.accepted(webhook.notes(told)).status()).isEqualTo(200);
        Payment payment = only(paystack.mapped(webhook, told));
        assertThat(payment.status()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(payment.amount()).isEqualTo(PRICE);
        assertThat(payment.merchantReference()).isEqualTo("ORD-1");
        assertThat(payment.gatewayOrderId()).isEqualTo(asked.gatewayOrderId());
        assertThat(payment.authenticity()).isEqualTo("SIGNED_BODY");
    }

    @Test
    void a_link_is_handed_out_and_a_reference_of_odd_characters_comes_back_as_it_was() {
        AskedPayment asked = start("INV/2026 7");

        assertThat(asked.gatewayOrderId()).matches("[A-Za-z0-9.=-]+");
        WebhookRequest told = only(paystack.act(asked.gatewayOrderId(), "succeed"));
        assertThat(only(paystack.mapped(webhook, told)).merchantReference()).isEqualTo("INV/2026 7");
    }

    @Test
    void an_order_whose_start_was_answered_to_nobody_is_started_again() {
        AskedPayment first = paystack.asked("ORD-1", PRICE, AMINA);
        Started lost = gateway.start(first);

        Started again = gateway.start(first);

        assertThat(again.gatewayOrderId()).isNotEqualTo(lost.gatewayOrderId()).startsWith("ORD-1-");
        assertThat(again.link()).isNotEqualTo(lost.link());
        WebhookRequest told = only(paystack.act(String.valueOf(again.gatewayOrderId()), "succeed"));
        assertThat(only(paystack.mapped(webhook, told)).merchantReference()).isEqualTo("ORD-1");
    }

    @Test
    void a_failure_is_told_to_nobody_and_found_by_asking() {
        AskedPayment asked = start("ORD-1");

        assertThat(only(ask(asked)).status()).as("not paid yet").isEqualTo(PaymentStatus.PENDING);
        assertThat(paystack.act("ORD-1", "fail")).isEmpty();
        Payment failed = only(ask(asked));
        assertThat(failed.status()).isEqualTo(PaymentStatus.FAILED);
        assertThat(failed.failureMessage()).isEqualTo("Declined");
        assertThat(failed.authenticity()).isEqualTo("REQUERIED");
    }

    @Test
    void a_lost_callback_is_repaired_by_asking_and_means_the_same_payment() {
        AskedPayment asked = start("ORD-1");
        Payment told = only(paystack.mapped(webhook, only(paystack.act("ORD-1", "succeed"))));

        Payment found = only(ask(asked));

        assertThat(found.status()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(found.gatewayPaymentId()).isEqualTo(told.gatewayPaymentId());
        assertThat(found.amount()).isEqualTo(told.amount());
        assertThat(found.fee()).isEqualTo(told.fee());
    }

    @Test
    void a_refund_is_a_reason_to_ask_and_the_answer_holds_every_refund_of_the_payment() {
        start("ORD-1");
        Payment paid = only(paystack.mapped(webhook, only(paystack.act("ORD-1", "succeed"))));
        List<WebhookRequest> told = paystack.act("ORD-1", "refund-part");

        assertThat(told).hasSize(2).allMatch(request -> webhook.verify(request) == Verdict.VALID);
        Payment hint = only(paystack.mapped(webhook, told.get(1)));
        assertThat(hint.authenticity()).isNull();

        paystack.act("ORD-1", "refund");
        List<Payment> found = paystack.mapped(gateway.query(new Query(PlayedGateway.TENANT, null, hint)));

        assertThat(found)
                .extracting(Payment::status)
                .containsExactly(
                        PaymentStatus.CAPTURED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.PARTIALLY_REFUNDED);
        assertThat(found).extracting(Payment::gatewayPaymentId).containsOnly(paid.gatewayPaymentId());
        assertThat(found.stream()
                        .filter(payment -> payment.refundAmount() != null)
                        .mapToLong(payment -> payment.refundAmount().amountMinor())
                        .sum())
                .isEqualTo(PRICE.amountMinor());
        assertThat(found).extracting(Payment::refundId).doesNotHaveDuplicates();
    }

    @Test
    void another_amount_is_told_as_it_was_paid() {
        start("ORD-1");

        Payment payment = only(paystack.mapped(webhook, only(paystack.act("ORD-1", "succeed-with-other-amount"))));

        assertThat(payment.amount()).isEqualTo(new Money(250_000, "KES"));
    }

    @Test
    void a_stranger_proves_nothing_and_changes_nothing() {
        AskedPayment asked = start("ORD-1");

        assertThat(webhook.verify(only(paystack.act("ORD-1", "forge")))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(only(ask(asked)).status()).isEqualTo(PaymentStatus.PENDING);
    }

    @Test
    void a_dispute_belongs_to_the_payment() {
        start("ORD-1");
        Payment paid = only(paystack.mapped(webhook, only(paystack.act("ORD-1", "succeed"))));

        Payment disputed = only(paystack.mapped(webhook, only(paystack.act("ORD-1", "dispute"))));

        assertThat(disputed.status()).isEqualTo(PaymentStatus.DISPUTED);
        assertThat(disputed.gatewayPaymentId()).isEqualTo(paid.gatewayPaymentId());
        assertThat(disputed.disputeAmount()).isEqualTo(PRICE);
    }

    @Test
    void what_paystack_does_not_know_is_null_and_not_an_error() {
        assertThat(gateway.query(new Query(PlayedGateway.TENANT, paystack.asked("NEVER", PRICE, AMINA), null)))
                .isNull();
    }

    @Test
    void says_at_once_what_paystack_will_never_take() {
        Party nobody = new Party("Amina", "+254700000001", null, null, null);

        assertThatThrownBy(() -> gateway.start(paystack.asked("ORD-1", PRICE, nobody)))
                .satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED))
                .hasMessageContaining("e-mail");
        assertThatThrownBy(() -> gateway.start(paystack.asked("ORD-2", new Money(1_000, "TND"), AMINA)))
                .satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED));
    }

    @Test
    void a_gateway_that_does_not_answer_may_be_asked_again() {
        AskedPayment asked = start("ORD-1");
        paystack.misbehave("5xx");

        assertThatThrownBy(() -> gateway.query(new Query(PlayedGateway.TENANT, asked, null)))
                .satisfies(failedWith(ErrorCode.CONNECTOR_UNREACHABLE));
    }

    private AskedPayment start(String reference) {
        AskedPayment asked = paystack.asked(reference, PRICE, AMINA);
        Started started = gateway.start(asked);
        assertThat(started.link()).startsWith("http");
        return PlayedGateway.started(asked, started);
    }

    private List<Payment> ask(AskedPayment asked) {
        return paystack.mapped(gateway.query(new Query(PlayedGateway.TENANT, asked, null)));
    }
}
