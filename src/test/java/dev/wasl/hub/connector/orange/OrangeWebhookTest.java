package dev.wasl.hub.connector.orange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.connector.PaymentsForTests;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.vectors.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrangeWebhookTest {

    private static final String TOKEN = "dd497bda3b250e536186fc0663f32f40";
    private static final AskedPayment ASKED = PaymentsForTests.payment(
            "cctv",
            "orange-money",
            UUID.fromString("2c5e0f0a-6a1b-4a57-9a3e-6d8f1b7c9e21"),
            "INV-77",
            new Money(120_000, "MAD"),
            null);
    private static final String ADDRESS = ASKED.callbackToken() + "/ORD-9501";
    private static final String BODY = "{\"status\":\"SUCCESS\",\"notif_token\":\"" + TOKEN + "\",\"txnid\":\"MP1\"}";

    private final OrangeWebhook webhook = with(Map.of("notifToken", TOKEN, "payToken", "p"));

    @Test
    void takes_the_token_of_the_payment_at_the_address_of_the_payment() {
        assertThat(verify(ADDRESS, BODY)).isEqualTo(Verdict.VALID);
        assertThat(verify(ASKED.callbackToken(), BODY))
                .as("where 120 characters had no room for the order")
                .isEqualTo(Verdict.VALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "{\"status\":\"SUCCESS\"}",
                "{\"notif_token\":null}",
                "{\"notif_token\":\"\"}",
                "{\"data\":{\"notif_token\":\"dd497bda3b250e536186fc0663f32f40\"}}"
            })
    void a_body_without_token_is_unsigned_and_answered_by_the_hub(String body) {
        assertThat(verify(ADDRESS, body)).isEqualTo(Verdict.UNSIGNED);
        assertThat(webhook.refused(Verdict.UNSIGNED, request(ADDRESS, body))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dd497bda3b250e536186fc0663f32f4",
                "dd497bda3b250e536186fc0663f32f401",
                "DD497BDA3B250E536186FC0663F32F40",
                " dd497bda3b250e536186fc0663f32f40",
                "null"
            })
    void another_token_is_refused_with_the_hubs_401(String token) {
        String body = BODY.replace(TOKEN, token);

        assertThat(verify(ADDRESS, body)).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(webhook.refused(Verdict.BAD_SIGNATURE, request(ADDRESS, body)))
                .isNull();
    }

    @Test
    void of_two_tokens_in_one_body_neither_can_be_slipped_past() {
        String first = "{\"notif_token\":\"x\",\"notif_token\":\"" + TOKEN + "\"}";

        assertThat(verify(ADDRESS, first)).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void a_payment_without_a_stored_token_accepts_none() {
        for (Map<String, String> state :
                java.util.List.of(Map.<String, String>of(), Map.of("notifToken", ""), Map.of("notifToken", "  "))) {
            OrangeWebhook without = with(state);

            assertThat(without.verify(request(ADDRESS, "{\"notif_token\":\"  \"}")))
                    .isNotEqualTo(Verdict.VALID);
            assertThat(without.verify(request(ADDRESS, "{\"notif_token\":\"\"}")))
                    .isNotEqualTo(Verdict.VALID);
            assertThat(without.verify(request(ADDRESS, "{\"notif_token\":null}")))
                    .isNotEqualTo(Verdict.VALID);
            assertThat(without.verify(request(ADDRESS, BODY))).isEqualTo(Verdict.BAD_SIGNATURE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "WRONG/ORD-9501", "cbt_0123456789abcdef/ORD-9502", "cbt_0123456789abcdef/ORD-9501/"})
    void every_other_address_does_not_exist(String address) {
        assertThat(verify(address, BODY)).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(webhook.refused(Verdict.BAD_SIGNATURE, request(address, BODY)))
                .isNotNull()
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(404));
    }

    @Test
    void an_event_is_known_by_order_status_and_transaction() {
        assertThat(webhook.messageId(request(ADDRESS, BODY))).isEqualTo("ORD-9501:SUCCESS:MP1");
        assertThat(webhook.messageId(request(ASKED.callbackToken(), BODY))).isEqualTo("ORD-9501:SUCCESS:MP1");
        assertThat(webhook.messageId(request(ADDRESS, "{}"))).isEqualTo("ORD-9501:-:-");
    }

    @Test
    void tells_the_mapping_the_order_but_no_token() {
        assertThat(webhook.notes(request(ASKED.callbackToken(), BODY))).isEqualTo(Map.of("order-id", "ORD-9501"));
    }

    @Test
    void has_the_names_that_people_give_it() {
        assertThat(webhook.aliases()).containsExactlyInAnyOrder("orange", "maroc_telecom");
        assertThat(webhook.methods()).containsExactly("POST");
        assertThat(webhook.handshake(request(ADDRESS, ""))).as("GET is 405").isNull();
    }

    @Property
    void any_address_and_body_get_a_verdict(@ForAll String address, @ForAll byte[] body) {
        assertThat(webhook.verify(request(address, body))).isNotEqualTo(Verdict.VALID);
        assertThat(webhook.verify(request(ADDRESS, body))).isNotEqualTo(Verdict.VALID);
        assertThat(webhook.messageId(request(ADDRESS, body))).hasSizeBetween(8, 200);
    }

    @Property
    void any_body_is_mapped_or_refused_by_name(@ForAll("spoilt") byte[] body) {
        Mutations.mapsOrRefuses("orange-money-payment-in", body, Map.of("order-id", "ORD-9501"));
    }

    @Provide
    Arbitrary<byte[]> spoilt() {
        return Mutations.ofFixtures("orange-money-payment-in");
    }

    private Verdict verify(String address, String body) {
        return webhook.verify(request(address, body));
    }

    private static OrangeWebhook with(Map<String, String> state) {
        return new OrangeWebhook(new PaymentsForTests(PaymentsForTests.started(ASKED, "ORD-9501", state)));
    }

    private static WebhookRequest request(String address, String body) {
        return request(address, body.getBytes(StandardCharsets.UTF_8));
    }

    private static WebhookRequest request(String address, byte[] body) {
        return new WebhookRequest(
                "cctv",
                "orange-money",
                "POST",
                address,
                "https://hub.example/webhooks/cctv/orange-money/" + address,
                null,
                Map.of(),
                body,
                PaymentsForTests.NOW);
    }
}
