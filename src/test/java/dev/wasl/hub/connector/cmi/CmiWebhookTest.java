package dev.wasl.hub.connector.cmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook.Answer;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.AskedPayments;
import dev.wasl.hub.vectors.Mutations;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CmiWebhookTest {

    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final String KEY = "TEST1234|\\";
    private static final AskedPayment ASKED = payment("ORD-1", "ORD-1", new Money(1_060, "MAD"));

    private final CmiWebhook webhook = with(new Stored(ASKED), KEY);

    @Test
    void takes_the_money_when_order_amount_and_currency_are_those_that_were_asked_for() {
        WebhookRequest approved = hashed(approved());

        assertThat(webhook.verify(approved)).isEqualTo(Verdict.VALID);
        assertThat(webhook.accepted(webhook.notes(approved)))
                .isEqualTo(new Answer(200, "text/plain;charset=UTF-8", "ACTION=POSTAUTH"));
        assertThat(webhook.notes(approved))
                .containsEntry("cmi-answer", "ACTION=POSTAUTH")
                .containsEntry("cmi-reference", "ORD-1");
    }

    @ParameterizedTest
    @CsvSource({
        "amount, 10.61",
        "amount, 1060",
        "amount, 10.600",
        "amount, -10.60",
        "amount, 1e1",
        "amount, ''",
        "currency, 978",
        "currency, MAD",
        "currency, ''",
        "oid, ORD-2",
        "oid, ''",
        "ProcReturnCode, 05",
        "ProcReturnCode, 0",
        "Response, Declined",
        "Response, approved"
    })
    void takes_no_money_when_anything_else_is_said(String field, String value) {
        Map<String, String> form = approved();
        form.put(field, value);

        assertThat(webhook.verify(hashed(form))).isEqualTo(Verdict.VALID);
        assertThat(webhook.accepted(webhook.notes(hashed(form))).body()).isEqualTo("APPROVED");
        assertThat(webhook.notes(hashed(form))).containsEntry("cmi-answer", "APPROVED");
    }

    @Test
    void a_wrong_hash_is_answered_with_failure_and_a_missing_key_is_not() {
        WebhookRequest wrong = request(encoded(approved()) + "&HASH=x");

        assertThat(webhook.verify(wrong)).isEqualTo(Verdict.BAD_SIGNATURE);
        for (Verdict verdict : List.of(Verdict.BAD_SIGNATURE, Verdict.UNSIGNED, Verdict.MALFORMED)) {
            assertThat(webhook.refused(verdict, wrong))
                    .isEqualTo(new Answer(200, "text/plain;charset=UTF-8", "FAILURE"));
        }
        CmiWebhook unset = with(new Stored(ASKED), "", " ");
        assertThat(unset.verify(hashed(approved()))).isEqualTo(Verdict.UNKNOWN_SECRET);
        assertThat(unset.refused(Verdict.UNKNOWN_SECRET, wrong)).isNull();
    }

    @Test
    void any_store_key_of_the_list_proves_a_callback() {
        assertThat(with(new Stored(ASKED), "new", KEY).verify(hashed(approved())))
                .isEqualTo(Verdict.VALID);
        assertThat(with(new Stored(ASKED), "new").verify(hashed(approved()))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void a_repeated_field_is_refused_also_the_hash_in_another_spelling() {
        String body = encoded(approved());
        String hash = CmiHash.of(approved(), KEY);
        String good = body + "&HASH=" + URLEncoder.encode(hash, StandardCharsets.UTF_8);

        assertThat(webhook.verify(request(good + "&amount=10.60"))).isEqualTo(Verdict.MALFORMED);
        assertThat(webhook.verify(request(good + "&hash=x"))).isEqualTo(Verdict.MALFORMED);
        assertThat(webhook.verify(request(body))).isEqualTo(Verdict.UNSIGNED);
        assertThat(webhook.verify(request(body + "&HASH="))).isEqualTo(Verdict.UNSIGNED);
        assertThat(webhook.verify(request(good + "&x=%zz"))).isEqualTo(Verdict.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clientid", "hashAlgorithm", "storetype"})
    void values_told_under_other_names_prove_nothing(String field) {
        Map<String, String> form = approved();
        form.put(field + "x", form.remove(field));

        assertThat(webhook.verify(hashed(form))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void when_nobody_can_tell_what_was_asked_for_nothing_is_answered_at_all() {
        AskedPayments down = new AskedPayments() {
            @Override
            public Optional<AskedPayment> byCallbackToken(String tenant, String connector, String token) {
                throw new HubException(ErrorCode.STORE_UNAVAILABLE, "down");
            }

            @Override
            public Optional<AskedPayment> byGatewayOrder(String tenant, String connector, String gatewayOrderId) {
                throw new HubException(ErrorCode.STORE_UNAVAILABLE, "down");
            }

            @Override
            public Optional<AskedPayment> byReference(String tenant, String connector, String reference) {
                throw new HubException(ErrorCode.STORE_UNAVAILABLE, "down");
            }
        };
        CmiWebhook blind = with(down, KEY);

        assertThat(blind.verify(hashed(approved()))).isEqualTo(Verdict.VALID);
        assertThatThrownBy(() -> blind.notes(hashed(approved()))).isInstanceOf(HubException.class);
        assertThat(blind.handshake(page("cb_token")).status()).isEqualTo(503);
    }

    @Test
    void a_callback_is_known_by_order_transaction_and_outcome() {
        Map<String, String> form = approved();
        assertThat(webhook.messageId(hashed(form))).isEqualTo("ORD-1:26305LAQF00001:00");

        form.remove("TransId");
        WebhookRequest without = hashed(form);
        assertThat(webhook.messageId(without)).isEqualTo(Fingerprint.of(without.body()));
    }

    @Test
    void the_page_holds_a_form_that_cmi_accepts_and_nothing_that_breaks_out_of_it() {
        AskedPayment nasty = new AskedPayment(
                UUID.randomUUID(),
                "shop",
                "cmi",
                "INV/1",
                new Money(1_060, "MAD"),
                new Party("Zoë \"><script>alert(1)</script>\nوفاء", "+212600000001", null, null, "a@example.com"),
                null,
                "https://shop.example/back?a=1&b=\"'",
                "https://hub.example/webhooks/shop/cmi/cb_token",
                "cb_token",
                NOW,
                NOW.plusSeconds(60),
                "wasl-1",
                Map.of());

        Answer answer = with(new Stored(nasty), KEY).handshake(page("cb_token"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("text/html;charset=UTF-8");
        assertThat(answer.body())
                .contains("action=\"https://payment.cmi.co.ma/fim/est3Dgate\"", "name=\"HASH\"", "وفاء")
                .doesNotContain("<script>alert", KEY);
        Map<String, String> posted = CmiPage.fields(nasty, settings(KEY));
        assertThat(posted)
                .containsEntry("amount", "10.60")
                .containsEntry("currency", "504")
                .containsEntry("trantype", "PreAuth")
                .containsEntry("CallbackURL", "https://hub.example/webhooks/shop/cmi/cb_token");
        assertThat(posted.get("BillToName")).doesNotContain("\n");
        assertThat(posted.get("HASH")).isEqualTo(CmiHash.of(posted, KEY));
    }

    @Test
    void there_is_a_page_only_for_a_payment_that_still_can_be_made() {
        assertThat(webhook.handshake(page("cb_token")).status()).isEqualTo(200);
        assertThat(webhook.handshake(page("cb_other")).status()).isEqualTo(404);
        assertThat(webhook.handshake(page(""))).isNull();
        CmiWebhook later = new CmiWebhook(
                tenant -> Optional.of(settings(KEY)),
                new Stored(ASKED),
                Clock.fixed(ASKED.expiresAt(), ZoneOffset.UTC));
        assertThat(later.handshake(page("cb_token")).status()).isEqualTo(410);
    }

    @Property(tries = 300)
    void any_body_gets_a_verdict(@ForAll byte[] body) {
        WebhookRequest request = request(body);

        assertThat(webhook.verify(request)).isNotEqualTo(Verdict.VALID);
        assertThat(webhook.messageId(request)).isNotBlank().hasSizeLessThanOrEqualTo(200);
        assertThat(webhook.accepted(webhook.notes(request)).body()).isEqualTo("APPROVED");
    }

    @Property(tries = 500)
    void a_mutated_callback_is_refused_or_mapped_by_name(@ForAll("mutated") byte[] body) {
        WebhookRequest request = request(body);

        assertThat(webhook.verify(request)).isNotNull();
        assertThat(webhook.messageId(request)).isNotBlank().hasSizeLessThanOrEqualTo(200);
        assertThat(webhook.accepted(webhook.notes(request)).status()).isEqualTo(200);
        Mutations.mapsOrRefuses("cmi-payment-in", body, webhook.notes(request));
    }

    @Provide
    Arbitrary<byte[]> mutated() {
        return Mutations.ofFixtures("cmi-payment-in");
    }

    private static Map<String, String> approved() {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("amount", "10.60");
        form.put("clientid", "600000001");
        form.put("currency", "504");
        form.put("EXTRA.TRXDATE", "20261101 11:00:04");
        form.put("hashAlgorithm", "ver3");
        form.put("oid", "ORD-1");
        form.put("ProcReturnCode", "00");
        form.put("Response", "Approved");
        form.put("storetype", "3D_PAY_HOSTING");
        form.put("trantype", "PreAuth");
        form.put("TransId", "26305LAQF00001");
        return form;
    }

    private static CmiSettings settings(String... keys) {
        return new CmiSettings("", "600000001", List.of(keys), "", "", "https://shop.example", "");
    }

    private static CmiWebhook with(AskedPayments asked, String... keys) {
        return new CmiWebhook(tenant -> Optional.of(settings(keys)), asked, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static WebhookRequest hashed(Map<String, String> form) {
        return request(encoded(form) + "&HASH=" + URLEncoder.encode(CmiHash.of(form, KEY), StandardCharsets.UTF_8));
    }

    private static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8)
                        + '='
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static WebhookRequest request(String body) {
        return request(body.getBytes(StandardCharsets.UTF_8));
    }

    private static WebhookRequest request(byte[] body) {
        return new WebhookRequest(
                "shop", "cmi", "POST", "cb_token", "https://hub.example/webhooks/shop/cmi", null, Map.of(), body, NOW);
    }

    private static WebhookRequest page(String token) {
        return new WebhookRequest(
                "shop", "cmi", "GET", token, "https://hub.example/x", null, Map.of(), new byte[0], NOW);
    }

    private static AskedPayment payment(String reference, String order, Money amount) {
        return new AskedPayment(
                UUID.randomUUID(),
                "shop",
                "cmi",
                reference,
                amount,
                new Party("Yassine", null, null, null, "y@example.com"),
                null,
                "https://shop.example/back",
                "https://hub.example/webhooks/shop/cmi/cb_token",
                "cb_token",
                NOW,
                NOW.plusSeconds(900),
                order,
                Map.of());
    }

    private record Stored(AskedPayment payment) implements AskedPayments {

        @Override
        public Optional<AskedPayment> byCallbackToken(String tenant, String connector, String token) {
            return Optional.of(payment).filter(known -> known.callbackToken().equals(token));
        }

        @Override
        public Optional<AskedPayment> byGatewayOrder(String tenant, String connector, String gatewayOrderId) {
            return Optional.of(payment).filter(known -> gatewayOrderId.equals(known.gatewayOrderId()));
        }

        @Override
        public Optional<AskedPayment> byReference(String tenant, String connector, String reference) {
            return Optional.of(payment).filter(known -> known.reference().equals(reference));
        }
    }
}
