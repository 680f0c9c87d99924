package dev.wasl.hub.connector.flutterwave;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.vectors.Mutations;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
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
import org.junit.jupiter.params.provider.ValueSource;

class FlutterwaveWebhooksTest {

    private static final String HASH = "a-secret-hash";
    private static final byte[] V3 = bytes(
            "{\"event\":\"charge.completed\",\"data\":{\"id\":7,\"status\":\"successful\",\"tx_ref\":\"ORD-1\"}}");
    private static final byte[] V4 =
            bytes("{\"webhook_id\":\"wbk_1\",\"timestamp\":1793527204200,\"type\":\"charge.completed\",\"data\":{}}");

    private final Webhook v3 = v3(HASH);
    private final Webhook v4 = v4(false, HASH);

    @Test
    void v3_takes_any_hash_of_the_list_and_nothing_near_it() {
        Webhook both = v3("new", HASH);

        assertThat(both.verify(v3Request(V3, HASH))).isEqualTo(Verdict.VALID);
        assertThat(both.verify(v3Request(V3, "new"))).isEqualTo(Verdict.VALID);
        for (String wrong :
                List.of("", " ", HASH + " ", HASH.toUpperCase(java.util.Locale.ROOT), "undefined", "null")) {
            assertThat(both.verify(v3Request(V3, wrong))).as(wrong).isEqualTo(Verdict.BAD_SIGNATURE);
        }
        assertThat(both.verify(v3Request(V3))).isEqualTo(Verdict.UNSIGNED);
        assertThat(both.verify(v3Request(V3, HASH, "x"))).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void without_a_hash_nothing_is_proved_in_either_version() {
        for (Webhook unset : List.of(v3(), v3("", " "), v4(true), v4(true, ""))) {
            assertThat(unset.verify(new WebhookRequest(
                            "shop",
                            unset.connector(),
                            "POST",
                            "",
                            "https://hub.example.com",
                            null,
                            Map.of("verif-hash", List.of(""), "flutterwave-signature", List.of("")),
                            V3,
                            Instant.EPOCH)))
                    .isEqualTo(Verdict.UNKNOWN_SECRET);
        }
    }

    @Test
    void a_token_of_v3_opens_no_door_of_v4() {
        assertThat(v4.verify(v3Request(V4, HASH))).isEqualTo(Verdict.UNSIGNED);
        assertThat(v4(true, HASH).verify(v3Request(V4, HASH))).isEqualTo(Verdict.UNSIGNED);
        assertThat(v3.verify(v4Request(V3, signature(V3, HASH)))).isEqualTo(Verdict.UNSIGNED);
    }

    @Test
    void v4_takes_the_hash_itself_only_where_the_tenant_says_so_and_then_as_a_hint() {
        WebhookRequest plain = v4Request(V4, HASH);
        WebhookRequest signed = v4Request(V4, signature(V4, HASH));
        Webhook legacy = v4(true, HASH);

        assertThat(v4.verify(plain)).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(legacy.verify(plain)).isEqualTo(Verdict.VALID);
        assertThat(legacy.notes(plain)).containsKey("flutterwave-plain-hash");
        assertThat(legacy.verify(signed)).isEqualTo(Verdict.VALID);
        assertThat(legacy.notes(signed)).doesNotContainKey("flutterwave-plain-hash");
    }

    @Test
    void v4_signs_bytes_in_base64_and_rolls_its_hash() {
        assertThat(v4.verify(v4Request(V4, signature(V4, HASH)))).isEqualTo(Verdict.VALID);
        assertThat(v4(false, "new", HASH).verify(v4Request(V4, signature(V4, HASH))))
                .isEqualTo(Verdict.VALID);
        assertThat(v4.verify(v4Request(bytes("{}"), signature(V4, HASH)))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(v4.verify(v4Request(V4, signature(V4, HASH).replace("=", ""))))
                .isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(v4.verify(v4Request(V4, signature(V4, HASH), "x"))).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void events_are_known_by_what_identifies_them() {
        assertThat(v3.messageId(v3Request(V3, HASH))).isEqualTo("v3:charge.completed:7:successful");
        assertThat(v4.messageId(v4Request(V4, ""))).isEqualTo("v4:wbk_1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[]", "{}", "{\"event\":\"e\",\"data\":{\"id\":1}}", "{\"webhook_id\":\"a b\"}"})
    void what_has_no_identity_is_known_by_its_bytes(String body) {
        assertThat(v3.messageId(v3Request(bytes(body), HASH))).isEqualTo(Fingerprint.of(bytes(body)));
        assertThat(v4.messageId(v4Request(bytes(body), ""))).isEqualTo(Fingerprint.of(bytes(body)));
    }

    @Property(tries = 300)
    void any_header_and_body_get_a_verdict(@ForAll String header, @ForAll byte[] body) {
        assertThat(v3.verify(v3Request(body, header))).isNotEqualTo(Verdict.VALID);
        assertThat(v4.verify(v4Request(body, header))).isNotEqualTo(Verdict.VALID);
        assertThat(v3.messageId(v3Request(body, header))).isNotBlank().hasSizeLessThanOrEqualTo(200);
        assertThat(v4.messageId(v4Request(body, header))).isNotBlank().hasSizeLessThanOrEqualTo(200);
    }

    @Property(tries = 400)
    void a_mutated_callback_of_v3_is_mapped_or_refused_by_name(@ForAll("v3Bodies") byte[] body) {
        assertThat(v3.messageId(v3Request(body, HASH))).isNotBlank().hasSizeLessThanOrEqualTo(200);
        Mutations.mapsOrRefuses("flutterwave-v3-payment-in", body, v3.notes(v3Request(body, HASH)));
    }

    @Property(tries = 400)
    void a_mutated_event_of_v4_is_mapped_or_refused_by_name(@ForAll("v4Bodies") byte[] body) {
        WebhookRequest request = v4Request(body, signature(body, HASH));

        assertThat(v4.verify(request)).isEqualTo(Verdict.VALID);
        assertThat(v4.messageId(request)).isNotBlank().hasSizeLessThanOrEqualTo(200);
        Mutations.mapsOrRefuses("flutterwave-v4-payment-in", body, v4.notes(request));
    }

    @Provide
    Arbitrary<byte[]> v3Bodies() {
        return Mutations.ofFixtures("flutterwave-v3-payment-in");
    }

    @Provide
    Arbitrary<byte[]> v4Bodies() {
        return Mutations.ofFixtures("flutterwave-v4-payment-in");
    }

    private static Webhook v3(String... hashes) {
        return new FlutterwaveV3Webhook(
                tenant -> Optional.of(new FlutterwaveV3Settings("", List.of(hashes), "", null, null)));
    }

    private static Webhook v4(boolean legacy, String... hashes) {
        return new FlutterwaveV4Webhook(tenant ->
                Optional.of(new FlutterwaveV4Settings("", "", "", "", List.of(hashes), legacy, Map.of(), null, null)));
    }

    private static WebhookRequest v3Request(byte[] body, String... headers) {
        return request("flutterwave-v3", "verif-hash", body, headers);
    }

    private static WebhookRequest v4Request(byte[] body, String... headers) {
        return request("flutterwave-v4", "flutterwave-signature", body, headers);
    }

    private static WebhookRequest request(String connector, String header, byte[] body, String... values) {
        return new WebhookRequest(
                "shop",
                connector,
                "POST",
                "",
                "https://hub.example.com/webhooks/shop/" + connector,
                null,
                values.length == 0 ? Map.of() : Map.of(header, List.of(values)),
                body,
                Instant.EPOCH);
    }

    private static String signature(byte[] body, String key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes(key), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
