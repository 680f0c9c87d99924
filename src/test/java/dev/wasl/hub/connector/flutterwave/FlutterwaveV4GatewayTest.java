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
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway.Query;
import dev.wasl.hub.sandbox.PlayedGateway;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connector and the played Flutterwave v4, start to end. */
class FlutterwaveV4GatewayTest {

    private static final Money PRICE = new Money(25_050, "KES");
    private static final Party WANJIRU = new Party("Wanjirũ Kamau", "+254700000001", null, null, "w@example.com");

    private PlayedGateway flutterwave;
    private FlutterwaveV4Gateway gateway;
    private FlutterwaveV4Webhook webhook;

    @BeforeEach
    void play() {
        Map<String, String> settings = new HashMap<>(Map.of(
                "secret-hashes[0]", "played-hash",
                "client-id", "played-client",
                "client-secret", "played-secret",
                "networks.254", "MPESA"));
        flutterwave = new PlayedGateway("flutterwave-v4", settings, Map.of("token-url", "/token"));
        gateway = new FlutterwaveV4Gateway(
                flutterwave.tenants(), flutterwave.http(), new GatewayTokens(Clock.systemUTC()));
        webhook = new FlutterwaveV4Webhook(flutterwave.tenants());
    }

    @AfterEach
    void stop() {
        flutterwave.close();
    }

    @Test
    void a_paid_charge_is_told_with_the_amount_and_reference_that_were_asked_for() {
        AskedPayment asked = start("INV/2026 7");

        WebhookRequest told = only(act(asked, "succeed"));

        assertThat(webhook.verify(told)).isEqualTo(Verdict.VALID);
        Payment payment = only(flutterwave.mapped(webhook, told));
        assertThat(payment.status()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(payment.amount()).isEqualTo(PRICE);
        assertThat(payment.merchantReference()).isEqualTo("INV/2026 7");
        assertThat(payment.gatewayOrderId()).isEqualTo(asked.gatewayOrderId());
        assertThat(payment.customer().phone()).isEqualTo("+254700000001");
        assertThat(payment.authenticity()).isEqualTo("SIGNED_BODY");
    }

    @Test
    void a_lost_callback_is_repaired_by_asking_and_means_the_same_payment() {
        AskedPayment asked = start("ORD-1");
        assertThat(only(ask(new Query(PlayedGateway.TENANT, asked, null))).status())
                .isEqualTo(PaymentStatus.PENDING);
        Payment told = only(flutterwave.mapped(webhook, only(act(asked, "succeed"))));

        for (Query query : List.of(
                new Query(PlayedGateway.TENANT, asked, null),
                new Query(PlayedGateway.TENANT, null, told),
                new Query(PlayedGateway.TENANT, flutterwave.asked("ORD-1", PRICE, WANJIRU), null))) {
            Payment found = only(ask(query));
            assertThat(found.status()).isEqualTo(PaymentStatus.CAPTURED);
            assertThat(found.gatewayPaymentId()).isEqualTo(told.gatewayPaymentId());
            assertThat(found.amount()).isEqualTo(PRICE);
        }
    }

    @Test
    void a_start_whose_answer_was_lost_finds_the_same_charge_again() {
        AskedPayment asked = flutterwave.asked("ORD-1", PRICE, WANJIRU);

        assertThat(gateway.start(asked).state())
                .isEqualTo(gateway.start(asked).state())
                .containsKey("charge");
    }

    @Test
    void failures_expiry_refunds_and_chargebacks_are_told_with_signatures() {
        AskedPayment failed = start("ORD-1");
        assertThat(only(flutterwave.mapped(webhook, only(act(failed, "fail")))).status())
                .isEqualTo(PaymentStatus.FAILED);

        AskedPayment expired = start("ORD-2");
        assertThat(act(expired, "expire")).isEmpty();
        assertThat(only(ask(new Query(PlayedGateway.TENANT, expired, null))).status())
                .isEqualTo(PaymentStatus.CANCELLED);

        AskedPayment paid = start("ORD-3");
        Payment captured = only(flutterwave.mapped(webhook, only(act(paid, "succeed"))));
        Payment part = only(flutterwave.mapped(webhook, only(act(paid, "refund-part"))));
        Payment disputed = only(flutterwave.mapped(webhook, only(act(paid, "dispute"))));
        assertThat(part.status()).isEqualTo(PaymentStatus.PARTIALLY_REFUNDED);
        assertThat(part.refundAmount()).isEqualTo(new Money(6_200, "KES"));
        assertThat(disputed.status()).isEqualTo(PaymentStatus.DISPUTED);
        assertThat(List.of(part, disputed))
                .extracting(Payment::gatewayPaymentId)
                .containsOnly(captured.gatewayPaymentId());
    }

    @Test
    void a_stranger_proves_nothing_and_another_amount_is_told_as_it_was_paid() {
        AskedPayment asked = start("ORD-1");

        assertThat(webhook.verify(only(act(asked, "forge")))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(only(flutterwave.mapped(webhook, only(act(asked, "succeed-with-other-amount"))))
                        .amount())
                .isEqualTo(new Money(12_500, "KES"));
    }

    @Test
    void a_token_that_ended_at_the_gateway_is_replaced() {
        AskedPayment asked = start("ORD-1");

        flutterwave.forward(Duration.ofMinutes(11));

        assertThat(ask(new Query(PlayedGateway.TENANT, asked, null))).hasSize(1);
    }

    @Test
    void says_at_once_what_cannot_be_charged() {
        Party withoutPhone = new Party("Wanjirũ", null, null, null, "w@example.com");
        Party elsewhere = new Party("Amina", "+256700000001", null, null, "a@example.com");

        for (Party party : List.of(withoutPhone, elsewhere)) {
            assertThatThrownBy(() -> gateway.start(flutterwave.asked("ORD-1", PRICE, party)))
                    .satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED));
        }
    }

    @Test
    void the_longest_beginning_of_a_number_names_its_network() {
        FlutterwaveV4Settings settings = new FlutterwaveV4Settings(
                "", "", "", "", List.of(), false, Map.of("256", "MTN", "25670", "AIRTEL"), null, null);

        assertThat(settings.networkOf("+256700000001")).hasValue("AIRTEL");
        assertThat(settings.networkOf("+256770000001")).hasValue("MTN");
        assertThat(settings.networkOf("+254700000001")).isEmpty();
    }

    private List<WebhookRequest> act(AskedPayment asked, String act) {
        return flutterwave.act(String.valueOf(asked.gatewayOrderId()), act);
    }

    private AskedPayment start(String reference) {
        AskedPayment asked = flutterwave.asked(reference, PRICE, WANJIRU);
        return PlayedGateway.started(asked, gateway.start(asked));
    }

    private List<Payment> ask(Query query) {
        return flutterwave.mapped(gateway.query(query));
    }
}
