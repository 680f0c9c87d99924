package dev.wasl.hub.connector.cmi;

import static dev.wasl.hub.HubFailure.failedWith;
import static dev.wasl.hub.sandbox.PlayedGateway.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.AskedPayments;
import dev.wasl.hub.payment.PaymentGateway.Query;
import dev.wasl.hub.payment.PaymentGateway.Started;
import dev.wasl.hub.sandbox.PlayedGateway;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.util.HtmlUtils;

/** The connector and the played CMI, start to end. */
class CmiGatewayTest {

    private static final Money PRICE = new Money(106_000, "MAD");
    private static final Party YASSINE =
            new Party("Yassine El Idrissi | \\ & co", "+212600000001", null, null, "y@example.com");
    private static final Pattern INPUT = Pattern.compile("name=\"([^\"]*)\" value=\"([^\"]*)\"");

    private final List<AskedPayment> stored = new ArrayList<>();
    private PlayedGateway cmi;
    private CmiGateway gateway;
    private CmiWebhook webhook;

    @BeforeEach
    void play() {
        cmi = new PlayedGateway(
                "cmi",
                Map.of(
                        "client-id", "600000001",
                        "store-keys[0]", "KEY|\\1234",
                        "api-user", "api<user",
                        "api-password", "p&ss",
                        "shop-url", "https://shop.example"));
        gateway = new CmiGateway(cmi.tenants(), cmi.http());
        webhook = new CmiWebhook(
                cmi.tenants(), new Stored(stored), Clock.fixed(Instant.parse("2026-11-20T10:00:00Z"), ZoneOffset.UTC));
    }

    @AfterEach
    void stop() {
        cmi.close();
    }

    @Test
    void a_paid_order_is_taken_by_the_hubs_word_and_told_once_it_was() {
        start("ORD-1");
        cmi.hubAnswers("ACTION=POSTAUTH");

        WebhookRequest told = only(cmi.act("ORD-1", "succeed"));

        assertThat(webhook.verify(told)).isEqualTo(Verdict.VALID);
        assertThat(webhook.accepted(webhook.notes(told)).body()).isEqualTo("ACTION=POSTAUTH");
        Payment payment = only(cmi.mapped(webhook, told));
        assertThat(payment.status()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(payment.amount()).isEqualTo(PRICE);
        assertThat(payment.merchantReference()).isEqualTo("ORD-1");
        Payment found = only(ask("ORD-1"));
        assertThat(found.status()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(found.gatewayPaymentId()).isEqualTo(payment.gatewayPaymentId());
        assertThat(found.amount()).isEqualTo(PRICE);
    }

    @Test
    void a_callback_that_was_lost_leaves_the_money_reserved_and_asking_says_so() {
        start("ORD-1");
        cmi.hubAnswers("APPROVED");

        cmi.act("ORD-1", "succeed");

        Payment found = only(ask("ORD-1"));
        assertThat(found.status()).isEqualTo(PaymentStatus.AUTHORISED);
        assertThat(found.authenticity()).isEqualTo("REQUERIED");
    }

    @Test
    void another_amount_is_not_taken() {
        start("ORD-1");

        WebhookRequest told = only(cmi.act("ORD-1", "succeed-with-other-amount"));

        assertThat(webhook.verify(told)).isEqualTo(Verdict.VALID);
        assertThat(webhook.accepted(webhook.notes(told)).body()).isEqualTo("APPROVED");
        Payment payment = only(cmi.mapped(webhook, told));
        assertThat(payment.status()).isEqualTo(PaymentStatus.AUTHORISED);
        assertThat(payment.amount()).isEqualTo(new Money(53_000, "MAD"));
    }

    @Test
    void a_declined_card_is_told_and_the_customer_may_try_again() {
        start("ORD-1");

        Payment declined = only(cmi.mapped(webhook, only(cmi.act("ORD-1", "fail"))));
        Payment paid = only(cmi.mapped(webhook, only(cmi.act("ORD-1", "succeed"))));

        assertThat(declined.status()).isEqualTo(PaymentStatus.FAILED);
        assertThat(declined.failureCode()).isEqualTo("05");
        assertThat(paid.status()).isEqualTo(PaymentStatus.CAPTURED);
        assertThat(paid.gatewayPaymentId()).isEqualTo(declined.gatewayPaymentId());
        assertThat(paid.gatewayEventId()).isNotEqualTo(declined.gatewayEventId());
    }

    @Test
    void a_form_without_an_order_number_opens_no_order() {
        String hash = CmiHash.of(Map.of("amount", "10.00", "clientid", "600000001", "currency", "504"), "KEY|\\1234");

        String page = cmi.browse(
                        "/fim/est3Dgate",
                        "amount=10.00&clientid=600000001&currency=504&HASH="
                                + URLEncoder.encode(hash, StandardCharsets.UTF_8))
                .body();

        assertThat(page).contains("oid is missing");
    }

    @Test
    void a_stranger_is_told_failure() {
        start("ORD-1");

        WebhookRequest forged = only(cmi.act("ORD-1", "forge"));

        assertThat(webhook.verify(forged)).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(webhook.refused(Verdict.BAD_SIGNATURE, forged).body()).isEqualTo("FAILURE");
        assertThat(gateway.query(new Query(PlayedGateway.TENANT, stored.get(0), null)))
                .as("nobody tried to pay")
                .isNull();
    }

    @Test
    void a_refund_is_found_by_asking() {
        start("ORD-1");
        cmi.hubAnswers("ACTION=POSTAUTH");
        cmi.act("ORD-1", "succeed");

        assertThat(cmi.act("ORD-1", "refund")).isEmpty();

        Payment refunded = only(ask("ORD-1"));
        assertThat(refunded.status()).isEqualTo(PaymentStatus.PARTIALLY_REFUNDED);
        assertThat(refunded.refundAmount()).isEqualTo(PRICE);
        assertThat(refunded.gatewayPaymentId()).isEqualTo("ORD-1");
    }

    @Test
    void a_reference_of_odd_characters_comes_back_as_it_was() {
        AskedPayment asked = start("INV/2026 7");

        WebhookRequest told = only(cmi.act(String.valueOf(asked.gatewayOrderId()), "succeed"));

        assertThat(webhook.accepted(webhook.notes(told)).body()).isEqualTo("ACTION=POSTAUTH");
        assertThat(only(cmi.mapped(webhook, told)).merchantReference()).isEqualTo("INV/2026 7");
    }

    @Test
    void says_at_once_what_cmi_will_never_take_and_who_cannot_ask() {
        assertThatThrownBy(() -> gateway.start(cmi.asked("ORD-1", new Money(100, "EUR"), YASSINE)))
                .satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED));

        try (PlayedGateway without = new PlayedGateway("cmi", Map.of("client-id", "1", "store-keys[0]", "k"))) {
            CmiGateway mute = new CmiGateway(without.tenants(), without.http());
            assertThatThrownBy(() ->
                            mute.query(new Query(PlayedGateway.TENANT, without.asked("ORD-1", PRICE, YASSINE), null)))
                    .satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED))
                    .hasMessageContaining("api-user");
        }
    }

    @Test
    void a_wrong_password_is_refused_for_good() {
        AskedPayment asked = start("ORD-1");
        cmi.misbehave("wrong-key");

        assertThatThrownBy(() -> gateway.query(new Query(PlayedGateway.TENANT, asked, null)))
                .satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "<a>text</a>",
                "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a><b>&x;</b></a>",
                "<a><b><c><d><e><f><g><h><i>1</i></h></g></f></e></d></c></b></a>",
                "{\"no\":\"xml\"}"
            })
    void an_answer_that_is_no_plain_xml_is_unreadable(String xml) {
        assertThatThrownBy(() -> CmiXml.read(xml.getBytes(StandardCharsets.UTF_8)))
                .satisfies(failedWith(ErrorCode.CONNECTOR_ANSWER_UNREADABLE));
    }

    @Test
    void an_answer_is_read_in_its_own_charset() {
        byte[] turkish =
                "<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?><R><ErrMsg>ş&amp;é</ErrMsg><Extra><A> 1 </A></Extra></R>"
                        .getBytes(java.nio.charset.Charset.forName("ISO-8859-9"));

        ObjectNode read = CmiXml.read(turkish);

        assertThat(read.path("ErrMsg").asText()).isEqualTo("ş&é");
        assertThat(read.at("/Extra/A").asText()).isEqualTo("1");
    }

    /** Starts a payment and does what the customer's browser does with the hub's page. */
    private AskedPayment start(String reference) {
        AskedPayment asked = cmi.asked(reference, PRICE, YASSINE);
        Started started = gateway.start(asked);
        assertThat(started.link()).isEqualTo(asked.callbackUrl());
        AskedPayment known = PlayedGateway.started(asked, started);
        stored.add(known);
        String page = webhook.handshake(new WebhookRequest(
                        PlayedGateway.TENANT,
                        "cmi",
                        "GET",
                        asked.callbackToken(),
                        asked.callbackUrl(),
                        null,
                        Map.of(),
                        new byte[0],
                        asked.createdAt()))
                .body();
        Map<String, String> form = new LinkedHashMap<>();
        Matcher inputs = INPUT.matcher(page);
        while (inputs.find()) {
            form.put(HtmlUtils.htmlUnescape(inputs.group(1)), HtmlUtils.htmlUnescape(inputs.group(2)));
        }
        StringBuilder body = new StringBuilder();
        form.forEach((name, value) -> body.append(body.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        assertThat(cmi.browse("/fim/est3Dgate", body.toString()).body()).contains("Card number");
        return known;
    }

    private List<Payment> ask(String reference) {
        AskedPayment asked = stored.stream()
                .filter(payment -> payment.reference().equals(reference))
                .findFirst()
                .orElseThrow();
        return cmi.mapped(gateway.query(new Query(PlayedGateway.TENANT, asked, null)));
    }

    private record Stored(List<AskedPayment> payments) implements AskedPayments {

        @Override
        public Optional<AskedPayment> byCallbackToken(String tenant, String connector, String token) {
            return payments.stream()
                    .filter(known -> known.callbackToken().equals(token))
                    .reduce((a, b) -> b);
        }

        @Override
        public Optional<AskedPayment> byGatewayOrder(String tenant, String connector, String gatewayOrderId) {
            return payments.stream()
                    .filter(known -> gatewayOrderId.equals(known.gatewayOrderId()))
                    .findFirst();
        }

        @Override
        public Optional<AskedPayment> byReference(String tenant, String connector, String reference) {
            return payments.stream()
                    .filter(known -> known.reference().equals(reference))
                    .findFirst();
        }
    }
}
