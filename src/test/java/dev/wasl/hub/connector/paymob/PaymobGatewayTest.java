package dev.wasl.hub.connector.paymob;

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
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway.Query;
import dev.wasl.hub.payment.PaymentGateway.Started;
import dev.wasl.hub.sandbox.PlayedGateway;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connector and the played Paymob, start to end. */
class PaymobGatewayTest {

    private static final Money PRICE = new Money(125_050, "EGP");
    private static final Party MONA = new Party("منى حسن علي", "+201000000001", null, null, "mona@example.com");
    private static final Map<String, String> SETTINGS = Map.of(
            "hmac-secrets[0]", "demo-hmac",
            "integration-ids[0]", "4097558",
            "owner", "302852",
            "api-key", "demo-api",
            "secret-key", "egy_sk_test",
            "public-key", "egy_pk_test");

    private PlayedGateway paymob;
    private PaymobGateway gateway;
    private PaymobWebhook webhook;

    @BeforeEach
    void play() {
        play(SETTINGS);
    }

    private void play(Map<String, String> settings) {
        paymob = new PlayedGateway("paymob", settings);
        Clock clock = Clock.fixed(Instant.parse("2026-11-20T10:00:00Z"), ZoneOffset.UTC);
        gateway = new PaymobGateway(paymob.tenants(), paymob.http(), new GatewayTokens(clock), clock);
        webhook = new PaymobWebhook(paymob.tenants());
    }

    @AfterEach
    void stop() {
        paymob.close();
    }

    @Test
    void a_paid_order_is_a_hint_whose_answer_has_the_amount_and_reference_that_were_asked_for() {
        AskedPayment asked = start("ORD-1");

        WebhookRequest told = only(paymob.act("ORD-1", "succeed"));

        assertThat(webhook.verify(told)).isEqualTo(Verdict.VALID);
        Payment hint = only(paymob.mapped(webhook, told));
        assertThat(hint.authenticity()).isEqualTo("SIGNED_FIELDS");
        Payment paid = only(ask(asked, null));
        assertThat(paid.status()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(paid.amount()).isEqualTo(PRICE);
        assertThat(paid.merchantReference()).isEqualTo("ORD-1");
        assertThat(paid.gatewayOrderId()).isEqualTo(asked.gatewayOrderId());
        assertThat(paid.authenticity()).isEqualTo("REQUERIED");
        assertThat(paid.gatewayPaymentId()).as("one payment").isEqualTo(hint.gatewayPaymentId());
        assertThat(only(ask(null, hint)).gatewayPaymentId()).isEqualTo(hint.gatewayPaymentId());
        assertThat(paid.occurredAt()).isEqualTo(Instant.parse("2026-11-20T10:00:00Z"));
    }

    @Test
    void the_link_leads_to_the_checkout_and_the_name_is_split() {
        Started started = gateway.start(paymob.asked("ORD-1", PRICE, MONA));

        assertThat(started.link())
                .startsWith(paymob.url() + "/unifiedcheckout/?publicKey=egy_pk_test&clientSecret=egy_csk_test_");
        AskedPayment asked = PlayedGateway.started(paymob.asked("ORD-1", PRICE, MONA), started);
        paymob.act("ORD-1", "succeed");
        assertThat(only(ask(asked, null)).customer().name()).isEqualTo("منى حسن علي");
    }

    @Test
    void nothing_is_known_before_somebody_pays() {
        AskedPayment asked = start("ORD-1");

        assertThat(gateway.query(new Query(PlayedGateway.TENANT, asked, null))).isNull();
        assertThat(paymob.act("ORD-1", "expire")).as("Paymob tells nobody").isEmpty();
    }

    @Test
    void an_intention_whose_answer_was_lost_is_made_again_under_another_reference() {
        AskedPayment asked = paymob.asked("ORD-1", PRICE, MONA);
        Started lost = gateway.start(asked);

        Started again = gateway.start(asked);

        assertThat(again.gatewayOrderId()).isNotEqualTo(lost.gatewayOrderId());
        paymob.act(String.valueOf(again.gatewayOrderId()), "succeed");
        assertThat(only(ask(PlayedGateway.started(asked, again), null)).gatewayOrderId())
                .isEqualTo(again.gatewayOrderId());
    }

    @Test
    void a_decline_and_a_second_attempt() {
        AskedPayment asked = start("ORD-1");
        Payment declined = only(paymob.mapped(webhook, only(paymob.act("ORD-1", "fail"))));
        assertThat(only(ask(asked, null)).status()).isEqualTo(PaymentStatus.FAILED);
        assertThat(declined.failureMessage()).isEqualTo("Insufficient funds");

        Payment paid = only(paymob.mapped(webhook, only(paymob.act("ORD-1", "succeed"))));

        assertThat(paid.gatewayPaymentId()).as("another attempt").isNotEqualTo(declined.gatewayPaymentId());
        assertThat(only(ask(asked, null)).status()).isEqualTo(PaymentStatus.CAPTURED);
    }

    @Test
    void refunds_are_of_the_first_transaction_and_never_duplicates_of_each_other() {
        AskedPayment asked = start("ORD-1");
        WebhookRequest paid = only(paymob.act("ORD-1", "succeed"));
        String payment = only(paymob.mapped(webhook, paid)).gatewayPaymentId();
        List<WebhookRequest> part = paymob.act("ORD-1", "refund-part");
        Payment afterPart = only(ask(asked, null));
        List<WebhookRequest> rest = paymob.act("ORD-1", "refund");

        assertThat(part).hasSize(2);
        for (WebhookRequest told : List.of(part.get(0), part.get(1), rest.get(0), rest.get(1))) {
            assertThat(webhook.verify(told)).isEqualTo(Verdict.VALID);
            assertThat(only(paymob.mapped(webhook, told)).gatewayPaymentId()).isEqualTo(payment);
        }
        assertThat(List.of(paid, part.get(0), part.get(1), rest.get(0), rest.get(1)))
                .extracting(webhook::messageId)
                .doesNotHaveDuplicates();
        assertThat(afterPart.status()).isEqualTo(PaymentStatus.PARTIALLY_REFUNDED);
        assertThat(afterPart.refundedTotal().amountMinor()).isPositive().isLessThan(PRICE.amountMinor());
        Payment refunded = only(ask(asked, null));
        assertThat(refunded.status()).isEqualTo(PaymentStatus.REFUNDED);
        assertThat(refunded.refundedTotal()).isEqualTo(PRICE);
    }

    @Test
    void another_amount_is_told_as_it_was_paid() {
        AskedPayment asked = start("ORD-1");
        paymob.act("ORD-1", "succeed-with-other-amount");

        assertThat(only(ask(asked, null)).amount()).isNotNull().isNotEqualTo(PRICE);
    }

    @Test
    void a_stranger_is_refused_and_the_gateway_knows_of_nothing() {
        AskedPayment asked = start("ORD-1");

        WebhookRequest forged = only(paymob.act("ORD-1", "forge"));

        assertThat(webhook.verify(forged)).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(gateway.query(new Query(PlayedGateway.TENANT, asked, null))).isNull();
    }

    @Test
    void a_transaction_of_another_integration_is_none_of_ours() {
        start("ORD-1");
        Payment told = only(paymob.mapped(webhook, only(paymob.act("ORD-1", "succeed"))));
        Map<String, Object> other = new HashMap<>();
        SETTINGS.forEach((key, value) -> other.put("wasl.tenants.shop.connectors.paymob." + key, value));
        other.put("wasl.tenants.shop.connectors.paymob.base-url", paymob.url());
        other.put("wasl.tenants.shop.connectors.paymob.integration-ids[0]", "1");
        Clock clock = Clock.systemUTC();
        PaymobGateway stranger = new PaymobGateway(
                dev.wasl.hub.connector.TenantsForTests.of(other), paymob.http(), new GatewayTokens(clock), clock);

        assertThat(stranger.query(new Query(PlayedGateway.TENANT, null, told))).isNull();
    }

    @Test
    void a_key_that_is_missing_or_wrong_is_said() {
        paymob.close();
        play(Map.of("hmac-secrets[0]", "demo-hmac", "integration-ids[0]", "1"));

        assertThatThrownBy(() -> start("ORD-1"))
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION));
    }

    @Test
    void a_gateway_that_is_down_is_no_refusal() {
        paymob.misbehave("5xx");

        assertThatThrownBy(() -> start("ORD-1"))
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTOR_UNREACHABLE));
    }

    private AskedPayment start(String reference) {
        AskedPayment asked = paymob.asked(reference, PRICE, MONA);
        return PlayedGateway.started(asked, gateway.start(asked));
    }

    private List<Payment> ask(AskedPayment asked, Payment told) {
        return paymob.mapped(gateway.query(new Query(PlayedGateway.TENANT, asked, told)));
    }
}
