package dev.wasl.hub.connector.airtel;

import static dev.wasl.hub.connector.airtel.CanonicalForm.COMPACT_ENVELOPE;
import static dev.wasl.hub.connector.airtel.CanonicalForm.INDENTED2_ENVELOPE;
import static dev.wasl.hub.connector.airtel.CanonicalForm.INNER_OBJECT;
import static dev.wasl.hub.connector.airtel.CanonicalForm.RAW_MINUS_HASH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.PaymentsForTests;
import dev.wasl.hub.connector.TenantsForTests;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.vectors.Mutations;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AirtelWebhookTest {

    private static final String KEY = "a4f48f692d2b4df9acbad7dff60a32a6";
    private static final String TRANSACTION =
            "{\"id\":\"ORD-1\",\"message\":\"Nakató ☕ 5,000/=\",\"status_code\":\"TS\",\"airtel_money_id\":\"MP1\"}";
    private static final String COMPACT = "{\"transaction\":" + TRANSACTION + "}";
    private static final List<CanonicalForm> DEFAULT = List.of(COMPACT_ENVELOPE, RAW_MINUS_HASH, INDENTED2_ENVELOPE);

    private final AirtelWebhook webhook = with(DEFAULT, KEY);

    @Test
    void accepts_a_hash_over_the_compact_body_however_the_body_is_written() {
        String hash = hash(COMPACT);
        String spread =
                "{ \"hash\" : \"" + hash + "\",\n\t\"transaction\" : " + TRANSACTION.replace("\",", "\" ,\n") + " }";

        assertThat(verify(signed(hash))).isEqualTo(Verdict.VALID);
        assertThat(verify(spread)).isEqualTo(Verdict.VALID);
        assertThat(webhook.matched("phoneshop")).isEqualTo(COMPACT_ENVELOPE);
    }

    @Test
    void text_is_signed_as_it_reads_however_it_is_escaped() {
        String plain = "{\"transaction\":{\"id\":\"ORD-1\",\"message\":\"é 😀 / \\\"\\n\"}}";
        String escaped =
                "{\"transaction\":{\"id\":\"ORD-1\",\"message\":\"\\u00e9 \\ud83d\\ude00 \\/ \\\"\\n\"},\"hash\":\""
                        + hash(plain) + "\"}";

        assertThat(verify(escaped)).isEqualTo(Verdict.VALID);
    }

    @Test
    void accepts_a_hash_over_the_indented_body() {
        String indented = "{\n  \"transaction\": {\n    \"id\": \"ORD-1\",\n    \"status_code\": \"TIP\"\n  }\n}";
        String body =
                "{\"transaction\":{\"id\":\"ORD-1\",\"status_code\":\"TIP\"},\"hash\":\"" + hash(indented) + "\"}";

        assertThat(verify(body)).isEqualTo(Verdict.VALID);
        assertThat(webhook.matched("phoneshop")).isEqualTo(INDENTED2_ENVELOPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ \"transaction\" :{\"id\" : \"x\\u00e9\\/\", \"n\":1.50e1}@ ,\"hash\":\"#\"@ }",
                "{@\"hash\": \"#\",\n  @\"transaction\" : {\"id\": \"x\"}\n}",
                "{\"a\":[1,2 ]@,\n \"hash\"\t:\n\"#\"@,\"transaction\":{ \"id\":\"x\"}}",
                "{@\"hash\":\"#\"@}"
            })
    void accepts_a_hash_over_the_bytes_with_the_member_cut_out(String pattern) {
        // between two @ stands what is cut out
        String[] parts = pattern.split("@", -1);
        String body = (parts[0] + parts[1] + parts[2]).replace("#", hash(parts[0] + parts[2]));

        assertThat(with(List.of(RAW_MINUS_HASH), KEY).verify(request(body))).isEqualTo(Verdict.VALID);
    }

    @Test
    void a_pinned_form_is_the_only_one() {
        String body = signed(hash(COMPACT));

        assertThat(with(List.of(INDENTED2_ENVELOPE), KEY).verify(request(body))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(with(List.of(COMPACT_ENVELOPE), KEY).verify(request(body))).isEqualTo(Verdict.VALID);
    }

    @Test
    void the_inner_object_counts_only_where_it_is_asked_for() {
        String body = signed(hash(TRANSACTION));

        assertThat(verify(body)).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(with(List.of(INNER_OBJECT), KEY).verify(request(body))).isEqualTo(Verdict.VALID);
    }

    @Test
    void accepts_the_previous_key_while_it_is_changed() {
        assertThat(with(DEFAULT, "new-key", KEY).verify(request(signed(hash(COMPACT)))))
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void refuses_any_other_body_or_key_or_encoding() {
        String hash = hash(COMPACT);

        assertThat(verify(signed(hash).replace("ORD-1", "ORD-2"))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(verify(signed(hash).replace(",\"hash\"", ",\"amount\":1,\"hash\"")))
                .isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(with(DEFAULT, "other").verify(request(signed(hash)))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(verify(signed(hash.replace("=", "")))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(verify(signed(hash + " "))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(verify(signed(""))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "true", "[\"x\"]", "{\"a\":1}"})
    void a_hash_that_is_no_text_is_none(String hash) {
        assertThat(verify("{\"transaction\":" + TRANSACTION + ",\"hash\":" + hash + "}"))
                .isEqualTo(Verdict.UNSIGNED);
    }

    @Test
    void a_missing_hash_is_refused_where_the_market_signs() {
        assertThat(verify(COMPACT)).isEqualTo(Verdict.UNSIGNED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "[]", "\"text\"", "{\"transaction\":{}} x", "{\"a\":1,\"a\":2}"})
    void what_is_no_json_object_is_malformed(String body) {
        assertThat(verify(body)).isEqualTo(Verdict.MALFORMED);
        assertThat(unauthenticated().verify(request(body))).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void two_hashes_are_malformed_even_when_one_is_right() {
        String right = "\"hash\":\"" + hash(COMPACT) + "\"";

        assertThat(verify("{" + right + ",\"transaction\":" + TRANSACTION + ",\"hash\":\"AAAA\"}"))
                .isEqualTo(Verdict.MALFORMED);
        assertThat(verify("{" + right + ",\"transaction\":" + TRANSACTION + "," + right + "}"))
                .isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void deep_nesting_is_malformed() {
        assertThat(verify("{\"transaction\":" + "[".repeat(5_000) + "]".repeat(5_000) + ",\"hash\":\"x\"}"))
                .isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void without_a_usable_key_nothing_is_proved() {
        for (String[] keys : new String[][] {{}, {""}, {" ", ""}}) {
            assertThat(with(DEFAULT, keys).verify(request(signed(hash(COMPACT)))))
                    .isEqualTo(Verdict.UNKNOWN_SECRET);
        }
        assertThat(new AirtelWebhook(tenant -> Optional.empty()).verify(request(COMPACT)))
                .isEqualTo(Verdict.UNKNOWN_SECRET);
    }

    @Test
    void a_market_without_callback_authentication_must_be_named_one_and_gives_hints_only() {
        assertThat(unauthenticated().verify(request(COMPACT))).isEqualTo(Verdict.VALID);
        assertThat(unauthenticated().verify(request(signed("anything")))).isEqualTo(Verdict.VALID);
        assertThat(unauthenticated().verify(request("{\"transaction\":{\"status_code\":\"TS\"}}")))
                .as("nobody could be asked about it")
                .isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void the_configuration_is_bound_trimmed_and_pinned() {
        AirtelWebhook configured = new AirtelWebhook(TenantsForTests.of(Map.of(
                "wasl.tenants.phoneshop.connectors.airtel.private-keys[0]",
                KEY + "\n",
                "wasl.tenants.pinned.connectors.airtel.private-keys",
                KEY,
                "wasl.tenants.pinned.connectors.airtel.canonical-forms",
                "indented2-envelope",
                "wasl.tenants.open.connectors.airtel.callback-authentication",
                "false",
                "wasl.tenants.closed.connectors.airtel.client-id",
                "x")));
        String body = signed(hash(COMPACT));

        assertThat(configured.verify(request("phoneshop", "", body))).isEqualTo(Verdict.VALID);
        assertThat(configured.verify(request("pinned", "", body))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(configured.verify(request("open", "", COMPACT))).isEqualTo(Verdict.VALID);
        assertThat(configured.verify(request("closed", "", COMPACT))).isEqualTo(Verdict.UNKNOWN_SECRET);
        assertThat(configured.verify(request("nobody", "", COMPACT))).isEqualTo(Verdict.UNKNOWN_SECRET);
    }

    @Test
    void a_configured_address_token_is_the_only_address() {
        AirtelWebhook tokened = new AirtelWebhook(TenantsForTests.of(Map.of(
                "wasl.tenants.phoneshop.connectors.airtel.callback-authentication", "false",
                "wasl.tenants.phoneshop.connectors.airtel.callback-tokens[0]", "cbt_1")));

        assertThat(tokened.verify(request("phoneshop", "cbt_1", COMPACT))).isEqualTo(Verdict.VALID);
        for (String address : List.of("", "cbt_2", "cbt_1/x", "/cbt_1")) {
            WebhookRequest request = request("phoneshop", address, COMPACT);
            assertThat(tokened.verify(request)).as(address).isEqualTo(Verdict.BAD_SIGNATURE);
            assertThat(tokened.refused(Verdict.BAD_SIGNATURE, request)).isNotNull();
        }
        assertThat(webhook.verify(request("phoneshop", "cbt_1", signed(hash(COMPACT)))))
                .as("a token where none is configured")
                .isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void an_event_is_known_by_transaction_status_and_airtels_id() {
        assertThat(id(COMPACT)).isEqualTo("ORD-1:TS:MP1");
        assertThat(id("{\"transaction\":{\"id\":\"ORD-1\",\"status_code\":\"TIP\"}}"))
                .isEqualTo("ORD-1:TIP:-");
        assertThat(id("{")).isEqualTo(Fingerprint.of("{".getBytes(StandardCharsets.UTF_8)));
    }

    @Property
    void any_body_gets_a_verdict(@ForAll("bodies") byte[] body) {
        assertThat(webhook.verify(request("phoneshop", "", body))).isNotEqualTo(Verdict.VALID);
        assertThat(with(List.of(RAW_MINUS_HASH), KEY).verify(request("phoneshop", "", body)))
                .isNotEqualTo(Verdict.VALID);
        assertThat(webhook.messageId(request("phoneshop", "", body)))
                .isNotBlank()
                .hasSizeLessThanOrEqualTo(200);
        assertThat(unauthenticated().verify(request("phoneshop", "", body))).isIn(Verdict.VALID, Verdict.MALFORMED);
    }

    /** Random bytes, and a genuine body of which a few bytes were changed, in UTF-8 and UTF-16. */
    @Provide
    Arbitrary<byte[]> bodies() {
        byte[] genuine = signed(hash(COMPACT)).getBytes(StandardCharsets.UTF_8);
        Arbitrary<byte[]> changed = Arbitraries.integers()
                .between(0, genuine.length - 1)
                .flatMap(at -> Arbitraries.bytes().filter(b -> b != genuine[at]).map(b -> {
                    byte[] copy = genuine.clone();
                    copy[at] = b;
                    return copy;
                }))
                .filter(body -> !new String(body, StandardCharsets.UTF_8).equals(signed(hash(COMPACT))));
        Arbitrary<byte[]> cut = Arbitraries.integers()
                .between(0, genuine.length - 1)
                .map(length -> java.util.Arrays.copyOf(genuine, length));
        Arbitrary<byte[]> wide = Arbitraries.of(
                signed("AAAA").getBytes(StandardCharsets.UTF_16), signed("AAAA").getBytes(StandardCharsets.UTF_16LE));
        return Arbitraries.oneOf(Arbitraries.bytes().array(byte[].class).ofMaxSize(200), changed, cut, wide);
    }

    @Property
    void any_body_is_mapped_or_refused_by_name(@ForAll("spoilt") byte[] body) {
        Mutations.mapsOrRefuses("airtel-payment-in", body, Map.of());
    }

    @Provide
    Arbitrary<byte[]> spoilt() {
        return Mutations.ofFixtures("airtel-payment-in");
    }

    private Verdict verify(String body) {
        return webhook.verify(request(body));
    }

    private String id(String body) {
        return webhook.messageId(request(body));
    }

    private static AirtelWebhook with(List<CanonicalForm> forms, String... keys) {
        return new AirtelWebhook(tenant -> Optional.of(
                new AirtelSettings("http://localhost", null, null, null, null, List.of(keys), true, forms, List.of())));
    }

    private static AirtelWebhook unauthenticated() {
        return new AirtelWebhook(tenant -> Optional.of(
                new AirtelSettings("http://localhost", null, null, null, null, List.of(), false, DEFAULT, List.of())));
    }

    private static String signed(String hash) {
        return COMPACT.substring(0, COMPACT.length() - 1) + ",\"hash\":\"" + hash + "\"}";
    }

    private static WebhookRequest request(String body) {
        return request("phoneshop", "", body);
    }

    private static WebhookRequest request(String tenant, String address, String body) {
        return request(tenant, address, body.getBytes(StandardCharsets.UTF_8));
    }

    private static WebhookRequest request(String tenant, String address, byte[] body) {
        return new WebhookRequest(
                tenant,
                "airtel",
                "POST",
                address,
                "https://hub.example/webhooks/" + tenant + "/airtel",
                null,
                Map.of(),
                body,
                PaymentsForTests.NOW);
    }

    private static String hash(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
