package dev.wasl.hub.connector.flutterwave;

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
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connector and the played Flutterwave v3, start to end. */
class FlutterwaveV3GatewayTest {

    private static final Money PRICE = new Money(50_000, "UGX");
    private static final Party AMINA = new Party("Nakató Amina", "+256700000001", null, null, "amina@example.com");

    private PlayedGateway flutterwave;
    private FlutterwaveV3Gateway gateway;
    private FlutterwaveV3Webhook webhook;

    @BeforeEach
    void play() {
        flutterwave = new PlayedGateway(
                "flutterwave-v3", Map.of("secret-hashes[0]", "played-hash", "secret-key", "FLWSECK_TEST-played"));
        gateway = new FlutterwaveV3Gateway(flutterwave.tenants(), flutterwave.http(), Clock.systemUTC());
        webhook = new FlutterwaveV3Webhook(flutterwave.tenants());
    }

    @AfterEach
    void stop() {
        flutterwave.close();
    }

    @Test
    void a_callback_is_a_hint_and_the_answer_is_the_truth_about_the_same_payment() {
        AskedPayment asked = start("ORD/1");

        WebhookRequest told = only(flutterwave.act("ORD%2F1", "succeed"));
        assertThat(webhook.verify(told)).isEqualTo(Verdict.VALID);
        assertThat(webhook.accepted(webhook.notes(told)).status()).isEqualTo(200);
        Payment hint = only(flutterwave.mapped(webhook, told));
        assertThat(hint.authenticity()).isEqualTo("SHARED_TOKEN");

        for (Query query : List.of(
                new Query(PlayedGateway.TENANT, asked, null),
                new Query(PlayedGateway.TENANT, null, hint),
                new Query(PlayedGateway.TENANT, asked, hint))) {
            Payment found = only(ask(query));
            assertThat(found.status()).isEqualTo(PaymentStatus.CAPTURED);
            assertThat(found.authenticity()).isEqualTo("REQUERIED");
            assertThat(found.amount()).isEqualTo(PRICE);
            assertThat(found.merchantReference()).isEqualTo("ORD/1");
            assertThat(found.gatewayPaymentId()).isEqualTo(hint.gatewayPaymentId());
            assertThat(found.live()).isFalse();
        }
    }

    @Test
    void charge_completed_is_said_of_a_failure_too() {
        AskedPayment asked = start("ORD-1");

        Payment hint = only(flutterwave.mapped(webhook, only(flutterwave.act("ORD-1", "fail"))));

        assertThat(hint.gatewayEventType()).isEqualTo("charge.completed");
        assertThat(hint.status()).isEqualTo(PaymentStatus.FAILED);
        assertThat(only(ask(new Query(PlayedGateway.TENANT, asked, null))).status())
                .isEqualTo(PaymentStatus.FAILED);
    }

    @Test
    void a_page_that_nobody_paid_at_is_not_known_yet() {
        AskedPayment asked = start("ORD-1");

        assertThat(gateway.query(new Query(PlayedGateway.TENANT, asked, null))).isNull();
        assertThat(flutterwave.act("ORD-1", "expire")).isEmpty();
        assertThat(gateway.query(new Query(PlayedGateway.TENANT, asked, null))).isNull();
    }

    @Test
    void who_knows_the_token_can_lie_but_the_answer_does_not() {
        AskedPayment asked = start("ORD-1");

        assertThat(webhook.verify(only(flutterwave.act("ORD-1", "forge")))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(gateway.query(new Query(PlayedGateway.TENANT, asked, null))).isNull();

        flutterwave.act("ORD-1", "succeed-with-other-amount");
        assertThat(only(ask(new Query(PlayedGateway.TENANT, asked, null))).amount())
                .isEqualTo(new Money(25_000, "UGX"));
    }

    @Test
    void a_refund_makes_the_hub_ask_and_the_answer_holds_every_refund() {
        start("ORD-1");
        Payment paid = only(flutterwave.mapped(webhook, only(flutterwave.act("ORD-1", "succeed"))));
        flutterwave.act("ORD-1", "refund-part");
        Payment hint = only(flutterwave.mapped(webhook, only(flutterwave.act("ORD-1", "refund"))));

        List<Payment> found = ask(new Query(PlayedGateway.TENANT, null, hint));

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
    }

    @Test
    void a_second_start_makes_no_second_payment_of_one_link() {
        AskedPayment asked = flutterwave.asked("ORD-1", PRICE, AMINA);

        Started first = gateway.start(asked);
        Started second = gateway.start(asked);

        assertThat(second.gatewayOrderId()).isEqualTo(first.gatewayOrderId());
        assertThat(second.link()).isNotNull();
    }

    @Test
    void says_at_once_what_flutterwave_will_never_take() {
        Party nobody = new Party("Amina", "+256700000001", null, null, null);

        assertThatThrownBy(() -> gateway.start(flutterwave.asked("ORD-1", PRICE, nobody)))
                .satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED))
                .hasMessageContaining("e-mail");
    }

    @Test
    void a_gateway_that_does_not_answer_may_be_asked_again() {
        AskedPayment asked = start("ORD-1");
        flutterwave.misbehave("429-storm");

        assertThatThrownBy(() -> gateway.query(new Query(PlayedGateway.TENANT, asked, null)))
                .satisfies(failedWith(ErrorCode.CONNECTOR_THROTTLED));
    }

    private AskedPayment start(String reference) {
        AskedPayment asked = flutterwave.asked(reference, PRICE, AMINA);
        Started started = gateway.start(asked);
        assertThat(started.link()).startsWith("http");
        return PlayedGateway.started(asked, started);
    }

    private List<Payment> ask(Query query) {
        return flutterwave.mapped(gateway.query(query));
    }
}
