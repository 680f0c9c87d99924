package dev.wasl.hub.connector.stripe;

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
import dev.wasl.hub.fold.PaymentState;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.intake.WrittenMessages;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway.Query;
import dev.wasl.hub.payment.PaymentGateway.Started;
import dev.wasl.hub.sandbox.PlayedGateway;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connector and the played Stripe, start to end. */
class StripeGatewayTest {

    private static final Money PRICE = new Money(150_050, "EGP");
    private static final Party AMINA = new Party("Amina", "+201000000001", null, null, "amina@example.com");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T10:00:00Z"), ZoneOffset.UTC);

    private PlayedGateway stripe;
    private StripeApi api;
    private StripeGateway gateway;
    private StripeWebhook webhook;

    @BeforeEach
    void play() {
        play(Map.of("signing-secrets[0]", "whsec_played", "api-key", "rk_test_played"));
    }

    private void play(Map<String, String> settings) {
        stripe = new PlayedGateway("stripe", settings);
        api = new StripeApi(stripe.http());
        gateway = new StripeGateway(stripe.tenants(), api);
        webhook = new StripeWebhook(stripe.tenants());
    }

    @AfterEach
    void stop() {
        stripe.close();
    }

    @Test
    void a_paid_session_is_told_with_the_amount_and_reference_that_were_asked_for() {
        AskedPayment asked = start("ORD-1", PRICE);
        assertThat(ask(asked)).as("nobody paid yet").isEmpty();

        List<WebhookRequest> told = stripe.act("ORD-1", "succeed");

        assertThat(told).hasSize(3).allMatch(request -> webhook.verify(request) == Verdict.VALID);
        Payment intent = only(stripe.mapped(webhook, told.get(0)));
        assertThat(stripe.mapped(webhook, told.get(1)))
                .as("the charge is a twin")
                .isEmpty();
        Payment session = only(stripe.mapped(webhook, told.get(2)));
        Payment found = only(ask(asked));
        for (Payment payment : List.of(intent, session, found)) {
            assertThat(payment.status()).isEqualTo(PaymentStatus.CAPTURED);
            assertThat(payment.amount()).isEqualTo(PRICE);
            assertThat(payment.merchantReference()).isEqualTo("ORD-1");
            assertThat(payment.gatewayPaymentId()).isEqualTo(intent.gatewayPaymentId());
        }
        assertThat(found.authenticity()).isEqualTo("REQUERIED");
        assertThat(found.gatewayOrderId()).isEqualTo(asked.gatewayOrderId());
        assertThat(only(stripe.mapped(gateway.query(new Query(PlayedGateway.TENANT, null, intent)))))
                .extracting(Payment::gatewayPaymentId, Payment::status)
                .containsExactly(intent.gatewayPaymentId(), PaymentStatus.CAPTURED);
    }

    @Test
    void a_repeated_start_makes_the_same_session_and_expires_in_stripes_limits() {
        AskedPayment asked = stripe.asked("ORD-1", PRICE, AMINA);

        Started first = gateway.start(asked);

        assertThat(gateway.start(asked)).isEqualTo(first);
        assertThat(first.link()).isNotBlank();
        assertThat(first.expiresAt())
                .as("at least half an hour, although fifteen minutes were asked for")
                .isEqualTo(asked.createdAt().plus(Duration.ofMinutes(45)));
    }

    @Test
    void shillings_are_hundredths_and_ariary_whole_at_stripe() {
        AskedPayment shillings = start("ORD-1", new Money(5_000, "UGX"));
        AskedPayment ariary = start("ORD-2", new Money(500_000, "MGA"));
        stripe.act("ORD-1", "succeed");
        stripe.act("ORD-2", "succeed");

        assertThat(stripe.order("ORD-1").path("asked").asLong()).isEqualTo(5_000);
        assertThat(only(ask(shillings)).amount()).isEqualTo(new Money(5_000, "UGX"));
        assertThat(only(ask(ariary)).amount()).isEqualTo(new Money(500_000, "MGA"));
        assertThatThrownBy(() -> start("ORD-3", new Money(500_050, "MGA")))
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTOR_REFUSED));
    }

    @Test
    void a_decline_a_second_attempt_and_a_session_that_ran_out() {
        AskedPayment asked = start("ORD-1", PRICE);
        AskedPayment other = start("ORD-2", PRICE);
        stripe.act("ORD-1", "fail");
        assertThat(only(ask(asked)).status()).isEqualTo(PaymentStatus.FAILED);
        assertThat(only(ask(asked)).failureCode()).isEqualTo("insufficient_funds");
        stripe.act("ORD-1", "succeed");
        assertThat(only(ask(asked)).status()).isEqualTo(PaymentStatus.CAPTURED);

        Payment told = only(stripe.mapped(webhook, only(stripe.act("ORD-2", "expire"))));

        assertThat(told.status()).isEqualTo(PaymentStatus.EXPIRED);
        assertThat(only(ask(other)).status()).isEqualTo(PaymentStatus.EXPIRED);
        assertThat(only(ask(other)).gatewayPaymentId()).isEqualTo(told.gatewayPaymentId());
    }

    @Test
    void refunds_are_told_and_asked_for_alike() {
        AskedPayment asked = start("ORD-1", PRICE);
        stripe.act("ORD-1", "succeed");
        Payment part = only(stripe.mapped(webhook, only(stripe.act("ORD-1", "refund-part"))));

        List<Payment> found = ask(asked);

        assertThat(found).extracting(Payment::status).containsExactly(PaymentStatus.CAPTURED, part.status());
        assertThat(found.get(1).refundedTotal()).isEqualTo(part.refundedTotal());
        assertThat(found.get(1).refundAmount()).isEqualTo(part.refundAmount()).isNotNull();
        assertThat(part.refundId())
                .as("events name no refund since version 2022-11-15")
                .isNull();
        assertThat(found.get(1).refundId()).isNotNull();
        assertThat(PaymentState.NOTHING.fold(part).fold(found.get(1)).refundedMinor())
                .as("one refund")
                .isEqualTo(part.refundAmount().amountMinor());
        stripe.act("ORD-1", "refund");
        assertThat(ask(asked))
                .extracting(Payment::status)
                .containsExactly(PaymentStatus.CAPTURED, PaymentStatus.REFUNDED);
    }

    @Test
    void another_amount_is_told_as_it_was_paid_and_a_stranger_is_refused() {
        AskedPayment asked = start("ORD-1", PRICE);

        assertThat(webhook.verify(only(stripe.act("ORD-1", "forge")))).isEqualTo(Verdict.BAD_SIGNATURE);
        stripe.act("ORD-1", "succeed-with-other-amount");
        assertThat(only(ask(asked)).amount()).isNotNull().isNotEqualTo(PRICE);
    }

    @Test
    void events_that_did_not_arrive_are_fetched_under_their_own_ids_and_those_that_did_are_not() {
        start("ORD-1", PRICE);
        start("ORD-2", PRICE);
        stripe.act("ORD-1", "succeed?hooks=lost");
        stripe.act("ORD-2", "succeed");
        List<InboundMessage> stored = new ArrayList<>();

        int count =
                new StripeCatchUp(api, new WrittenMessages(stored), CLOCK).run(PlayedGateway.TENANT, settings(), null);

        assertThat(count).isEqualTo(3);
        assertThat(stored).allSatisfy(message -> {
            assertThat(message.kind())
                    .as("a backfill is history, of which nobody is notified")
                    .isEqualTo(InboundMessage.Kind.DETAIL);
            assertThat(message.connector()).isEqualTo("stripe");
            assertThat(message.messageId()).startsWith("evt_");
            assertThat(new String(message.body(), java.nio.charset.StandardCharsets.UTF_8))
                    .contains("\"id\":\"" + message.messageId() + "\"");
        });
        assertThat(stored)
                .extracting(message -> new String(message.body(), java.nio.charset.StandardCharsets.UTF_8))
                .noneMatch(body -> body.contains("ORD-2"));
    }

    @Test
    void more_than_a_page_of_events_is_fetched_to_its_end() {
        for (int i = 0; i < 40; i++) {
            start("ORD-" + i, PRICE);
            stripe.act("ORD-" + i, "succeed?hooks=lost");
        }
        List<InboundMessage> stored = new ArrayList<>();

        assertThat(new StripeCatchUp(api, new WrittenMessages(stored), CLOCK)
                        .run(PlayedGateway.TENANT, settings(), null))
                .isEqualTo(120);
        assertThat(stored).extracting(InboundMessage::messageId).doesNotHaveDuplicates();
    }

    @Test
    void what_is_missing_in_the_configuration_is_said() {
        stripe.close();
        play(Map.of("signing-secrets[0]", "whsec_played"));

        assertThatThrownBy(() -> start("ORD-1", PRICE))
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION));
    }

    @Test
    void an_unknown_session_is_unknown() {
        AskedPayment asked = start("ORD-1", PRICE);
        AskedPayment other = PlayedGateway.started(asked, new Started("cs_test_nosuch", null, null, Map.of()));

        assertThat(gateway.query(new Query(PlayedGateway.TENANT, other, null))).isNull();
    }

    private StripeSettings settings() {
        return stripe.tenants()
                .settings(PlayedGateway.TENANT, "stripe", StripeSettings.class)
                .orElseThrow();
    }

    private AskedPayment start(String reference, Money amount) {
        AskedPayment asked = stripe.asked(reference, amount, AMINA);
        return PlayedGateway.started(asked, gateway.start(asked));
    }

    private List<Payment> ask(AskedPayment asked) {
        return stripe.mapped(gateway.query(new Query(PlayedGateway.TENANT, asked, null)));
    }
}
