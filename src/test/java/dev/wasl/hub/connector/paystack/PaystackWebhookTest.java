package dev.wasl.hub.connector.paystack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.vectors.Mutations;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaystackWebhookTest {

    private static final String TEST = "sk_test_0123";
    private static final String LIVE = "sk_live_0123";
    private static final String CHARGE =
            "{\"event\":\"charge.success\",\"data\":{\"id\":4099260516,\"domain\":\"test\",\"status\":\"success\","
                    + "\"reference\":\"ORD-1\",\"amount\":1000050,\"paid_at\":\"2026-11-01T10:00:19.000Z\",\"currency\":\"NGN\","
                    + "\"metadata\":{\"order_id\":\"ORD-1\"},\"customer\":{\"email\":\"a@example.com\"}}}";

    private final PaystackWebhook webhook = with(TEST);

    @Test
    void any_key_of_the_list_proves_an_event() {
        PaystackWebhook rolled = with("sk_test_new", TEST);

        assertThat(rolled.verify(signed(CHARGE, TEST))).isEqualTo(Verdict.VALID);
        assertThat(rolled.verify(signed(CHARGE, "sk_test_new"))).isEqualTo(Verdict.VALID);
        assertThat(rolled.verify(signed(CHARGE, "sk_test_other"))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void other_bytes_are_refused_also_when_they_mean_the_same() {
        String reformatted = CHARGE.replace(":{", ": {");

        assertThat(webhook.verify(request(reformatted, List.of(signature(CHARGE, TEST)))))
                .isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void a_missing_header_is_unsigned_and_two_are_malformed() {
        String signature = signature(CHARGE, TEST);

        assertThat(webhook.verify(request(CHARGE, List.of()))).isEqualTo(Verdict.UNSIGNED);
        assertThat(webhook.verify(request(CHARGE, List.of(signature, "x")))).isEqualTo(Verdict.MALFORMED);
        assertThat(webhook.verify(request(CHARGE, List.of("")))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(webhook.verify(request(CHARGE, List.of(signature + "," + signature))))
                .isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void without_a_key_nothing_is_proved() {
        assertThat(with().verify(signed(CHARGE, TEST))).isEqualTo(Verdict.UNKNOWN_SECRET);
        assertThat(with("", "  ").verify(signed(CHARGE, TEST))).isEqualTo(Verdict.UNKNOWN_SECRET);
        assertThat(new PaystackWebhook(tenant -> Optional.empty()).verify(signed(CHARGE, TEST)))
                .isEqualTo(Verdict.UNKNOWN_SECRET);
    }

    @Test
    void notes_of_which_mode_the_key_is_that_signed() {
        PaystackWebhook both = with(LIVE, TEST);

        assertThat(webhook.notes(signed(CHARGE, TEST))).containsEntry("paystack-mode", "test");
        assertThat(with(LIVE).notes(signed(CHARGE, LIVE))).containsEntry("paystack-mode", "live");
        assertThat(both.notes(signed(CHARGE, TEST))).containsEntry("paystack-mode", "test");
        assertThat(both.notes(signed(CHARGE, LIVE))).containsEntry("paystack-mode", "live");
        assertThat(with("a-key-without-mode").notes(signed(CHARGE, "a-key-without-mode")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"event\":\"charge.success\",\"data\":{\"id\":7}}|charge.success:7",
                "{\"event\":\"refund.pending\",\"data\":{\"transaction_reference\":\"R\",\"refund_reference\":null,\"amount\":\"5\"}}|refund.pending:R:-:5",
                "{\"event\":\"refund.failed\",\"data\":{\"transaction_reference\":\"R\",\"refund_reference\":\"T\",\"amount\":5}}|refund.failed:R:T:5",
                "{\"event\":\"charge.dispute.remind\",\"data\":{\"id\":7,\"updated_at\":\"2026-11-09T18:00:02.000Z\"}}|charge.dispute.remind:7:2026-11-09T18:00:02.000Z"
            })
    void an_event_is_known_by_what_happened_to_what(String body, String id) {
        assertThat(webhook.messageId(signed(body, TEST))).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "[]",
                "{}",
                "{\"event\":7}",
                "{\"event\":\"x\"}",
                "{\"event\":\"x\",\"data\":{\"id\":\"with space\"}}",
                "{\"event\":\"x\",\"event\":\"y\",\"data\":{\"id\":1}}"
            })
    void what_has_no_identity_is_known_by_its_bytes(String body) {
        assertThat(webhook.messageId(signed(body, TEST)))
                .isEqualTo(Fingerprint.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Property(tries = 300)
    void any_header_and_body_get_a_verdict(@ForAll String header, @ForAll byte[] body) {
        WebhookRequest request = request(body, List.of(header));

        assertThat(webhook.verify(request)).isNotEqualTo(Verdict.VALID);
        assertThat(webhook.messageId(request)).isNotBlank().hasSizeLessThanOrEqualTo(200);
    }

    @Property(tries = 500)
    void a_mutated_event_is_mapped_or_refused_by_name(@ForAll("mutated") byte[] body) {
        WebhookRequest request = request(body, List.of(signature(body, TEST)));

        assertThat(webhook.verify(request)).isEqualTo(Verdict.VALID);
        assertThat(webhook.messageId(request)).isNotBlank().hasSizeLessThanOrEqualTo(200);
        Mutations.mapsOrRefuses("paystack-payment-in", body, webhook.notes(request));
    }

    @Provide
    Arbitrary<byte[]> mutated() {
        return Mutations.ofFixtures("paystack-payment-in");
    }

    private static PaystackWebhook with(String... keys) {
        return new PaystackWebhook(tenant -> Optional.of(new PaystackSettings("", List.of(keys), null)));
    }

    private static WebhookRequest signed(String body, String key) {
        return request(body, List.of(signature(body, key)));
    }

    private static WebhookRequest request(String body, List<String> headers) {
        return request(body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private static WebhookRequest request(byte[] body, List<String> headers) {
        return new WebhookRequest(
                "shop",
                "paystack",
                "POST",
                "",
                "https://hub.example.com/webhooks/shop/paystack",
                null,
                headers.isEmpty() ? Map.of() : Map.of("x-paystack-signature", headers),
                body,
                Instant.EPOCH);
    }

    private static String signature(String body, String key) {
        return signature(body.getBytes(StandardCharsets.UTF_8), key);
    }

    private static String signature(byte[] body, String key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA512");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA512"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
