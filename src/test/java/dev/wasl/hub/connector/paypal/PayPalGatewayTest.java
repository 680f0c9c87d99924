package dev.wasl.hub.connector.paypal;

import static dev.wasl.hub.sandbox.PlayedGateway.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway.Query;
import dev.wasl.hub.payment.PaymentGateway.Started;
import dev.wasl.hub.sandbox.PlayedCertificate;
import dev.wasl.hub.sandbox.PlayedGateway;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connector and the played PayPal, start to end. */
class PayPalGatewayTest {

    private static final Money PRICE = new Money(2_000, "USD");
    private static final Party AMINA = new Party("Amina Nakato", "+256772000001", null, null, "amina@example.com");
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private PlayedGateway paypal;
    private PayPalGateway gateway;
    private PayPalWebhook webhook;

    @BeforeEach
    void play() {
        play(Map.of());
    }

    private void play(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "environment", "sandbox",
                "webhook-ids[0]", "3PLAYED029J366593",
                "client-id", "played",
                "client-secret", "secret",
                "trusted-certificates[0]", PlayedCertificate.authorityPem()));
        settings.putAll(more);
        paypal = new PlayedGateway("paypal", settings);
        GatewayHttp http = paypal.http();
        PayPalApi api = new PayPalApi(http, new GatewayTokens(Clock.systemUTC()));
        gateway = new PayPalGateway(paypal.tenants(), api, Clock.fixed(NOW, ZoneOffset.UTC));
        webhook = new PayPalWebhook(paypal.tenants(), new SigningCertificates(http), (tenant, messageId) -> null, api);
    }

    @AfterEach
    void stop() {
        paypal.close();
    }

    @Test
    void an_approved_order_is_a_reason_to_ask_and_is_captured_by_asking() {
        AskedPayment asked = start("ORD-1");
        assertThat(ask(asked)).as("nobody approved it yet").isEmpty();

        WebhookRequest approved = only(paypal.act("ORD-1", "succeed"));

        assertThat(webhook.verify(approved)).isEqualTo(Verdict.VALID);
        Payment hint = only(paypal.mapped(webhook, approved));
        assertThat(hint.status()).isEqualTo(PaymentStatus.PENDING);
        assertThat(hint.authenticity()).as("asked for at once").isEqualTo("SIGNED_FIELDS");
        Payment paid = only(ask(asked));
        assertThat(paid.status()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(paid.amount()).isEqualTo(PRICE);
        assertThat(paid.merchantReference()).isEqualTo("ORD-1");
        assertThat(paid.gatewayOrderId()).isEqualTo(asked.gatewayOrderId());
        assertThat(paid.authenticity()).isEqualTo("REQUERIED");
        assertThat(paypal.order("ORD-1").path("state").asText()).isEqualTo("PAID");
        assertThat(only(ask(asked))).as("captured once").isEqualTo(paid);
    }

    @Test
    void an_order_that_the_hub_did_not_make_is_never_captured_by_it() {
        AskedPayment asked = start("ORD-1");
        Payment hint = only(paypal.mapped(webhook, only(paypal.act("ORD-1", "succeed"))));

        assertThat(paypal.mapped(gateway.query(new Query(PlayedGateway.TENANT, null, hint))))
                .isEmpty();
        assertThat(paypal.order("ORD-1").path("state").asText()).isEqualTo("OPEN");
        assertThat(asked.gatewayOrderId()).isEqualTo(hint.gatewayOrderId());
    }

    @Test
    void an_order_that_expired_here_is_not_captured_any_more() {
        AskedPayment asked = start("ORD-1");
        paypal.act("ORD-1", "succeed");
        PayPalGateway later = new PayPalGateway(
                paypal.tenants(),
                new PayPalApi(paypal.http(), new GatewayTokens(Clock.systemUTC())),
                Clock.fixed(asked.expiresAt(), ZoneOffset.UTC));

        assertThat(paypal.mapped(later.query(new Query(PlayedGateway.TENANT, asked, null))))
                .isEmpty();
    }

    @Test
    void a_start_whose_answer_was_lost_makes_the_same_order() {
        AskedPayment asked = paypal.asked("ORD-1", PRICE, AMINA);

        Started first = gateway.start(asked);

        assertThat(gateway.start(asked)).isEqualTo(first);
        assertThat(first.link()).contains(String.valueOf(first.gatewayOrderId()));
    }

    @Test
    void refunds_are_of_the_capture_told_and_asked_for_alike() {
        AskedPayment asked = start("ORD-1");
        paypal.act("ORD-1", "succeed");
        Payment paid = only(ask(asked));

        Payment part = only(paypal.mapped(webhook, only(paypal.act("ORD-1", "refund-part"))));
        paypal.forward(Duration.ofMinutes(1));
        Payment rest = only(paypal.mapped(webhook, only(paypal.act("ORD-1", "refund"))));

        assertThat(List.of(part, rest)).extracting(Payment::gatewayPaymentId).containsOnly(paid.gatewayPaymentId());
        assertThat(rest.refundedTotal()).isEqualTo(PRICE);
        assertThat(part.status()).isEqualTo(PaymentStatus.PARTIALLY_REFUNDED);
        List<Payment> all = ask(asked);
        assertThat(all)
                .extracting(Payment::status)
                .containsExactly(PaymentStatus.CAPTURED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED);
        assertThat(all.subList(1, 3)).extracting(Payment::refundId).containsExactly(part.refundId(), rest.refundId());
    }

    @Test
    void a_decline_a_dispute_and_an_approval_that_ran_out() {
        start("ORD-1");
        start("ORD-2");
        AskedPayment third = start("ORD-3");
        paypal.act("ORD-3", "succeed");
        Payment paid = only(ask(third));

        assertThat(only(paypal.mapped(webhook, only(paypal.act("ORD-1", "fail"))))
                        .status())
                .isEqualTo(PaymentStatus.FAILED);
        assertThat(only(paypal.mapped(webhook, only(paypal.act("ORD-2", "expire"))))
                        .status())
                .isEqualTo(PaymentStatus.EXPIRED);
        Payment dispute = only(paypal.mapped(webhook, only(paypal.act("ORD-3", "dispute"))));
        assertThat(dispute.status()).isEqualTo(PaymentStatus.DISPUTED);
        assertThat(dispute.gatewayPaymentId()).isEqualTo(paid.gatewayPaymentId());
    }

    @Test
    void another_amount_is_told_as_it_was_paid() {
        start("ORD-1");

        Payment told = only(paypal.mapped(webhook, only(paypal.act("ORD-1", "succeed-with-other-amount"))));

        assertThat(told.amount()).isNotNull().isNotEqualTo(PRICE);
        assertThat(told.authenticity()).isEqualTo("SIGNED_BODY");
    }

    @Test
    void a_stranger_is_refused() {
        start("ORD-1");

        assertThat(webhook.verify(only(paypal.act("ORD-1", "forge")))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void large_payments_are_asked_for_where_the_operator_wants_it() {
        paypal.close();
        play(Map.of("confirm-above", "10.00"));
        start("ORD-1");

        Payment told = only(paypal.mapped(webhook, only(paypal.act("ORD-1", "succeed-with-other-amount"))));
        assertThat(told.amount().amountMinor()).isGreaterThanOrEqualTo(1_000);
        assertThat(told.authenticity()).isEqualTo("SIGNED_FIELDS");
        assertThat(only(paypal.mapped(gateway.query(new Query(PlayedGateway.TENANT, null, told))))
                        .gatewayPaymentId())
                .isEqualTo(told.gatewayPaymentId());
    }

    @Test
    void paypals_own_opinion_is_asked_where_the_operator_wants_it() {
        paypal.close();
        play(Map.of("verify-by-api", "true"));
        start("ORD-1");
        WebhookRequest told = only(paypal.act("ORD-1", "succeed"));
        assertThat(webhook.verify(told)).isEqualTo(Verdict.VALID);

        paypal.misbehave("5xx");

        assertThatThrownBy(() -> webhook.verify(told))
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    }

    @Test
    void hungarian_forints_are_whole_at_paypal() {
        Started started = gateway.start(paypal.asked("ORD-1", new Money(150_000, "HUF"), AMINA));
        assertThat(started.gatewayOrderId()).isNotNull();
        assertThatThrownBy(() -> gateway.start(paypal.asked("ORD-2", new Money(150_050, "HUF"), AMINA)))
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTOR_REFUSED));
    }

    @Test
    void an_unknown_order_is_unknown() {
        AskedPayment asked = start("ORD-1");
        AskedPayment other = PlayedGateway.started(asked, new Started("NOSUCHORDER", null, null, Map.of()));

        assertThat(gateway.query(new Query(PlayedGateway.TENANT, other, null))).isNull();
    }

    private AskedPayment start(String reference) {
        AskedPayment asked = paypal.asked(reference, PRICE, AMINA);
        return PlayedGateway.started(asked, gateway.start(asked));
    }

    private List<Payment> ask(AskedPayment asked) {
        return paypal.mapped(gateway.query(new Query(PlayedGateway.TENANT, asked, null)));
    }
}
