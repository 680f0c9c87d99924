package dev.wasl.hub.connector.paymob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.HmacKey;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.vectors.Mapped;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaymobWebhookTest {

    private static final String SECRET = "hmac-secret-0001";

    private static final String OBJ = """
            "id":192036465,"pending":false,"amount_cents":100000,"success":true,"is_auth":false,"is_capture":false,\
            "is_standalone_payment":true,"is_voided":false,"is_refunded":false,"is_3d_secure":true,\
            "integration_id":4097558,"has_parent_transaction":false,"order":{"id":217503754,"merchant_order_id":"ORD-1"},\
            "created_at":"2026-11-01T12:00:04.592345","currency":"EGP",\
            "source_data":{"pan":"2346","type":"card","sub_type":"MasterCard"},"error_occured":false,"owner":302852,\
            "updated_at":"2026-11-01T12:00:27.272638"\
            """;

    private static final Mapped MAPPED = new Mapped();

    private final PaymobWebhook webhook = with(SECRET);

    @Test
    void the_sample_of_the_documentation_is_signed_as_written_there() {
        String body = "{\"type\":\"TRANSACTION\",\"obj\":{"
                + OBJ.replace("2026-11-01T12:00:04.592345", "2024-06-13T11:33:44.592345") + "}}";

        assertThat(PaymobCallback.of(body.getBytes(StandardCharsets.UTF_8)).signedTransaction())
                .containsExactly(
                        "1000002024-06-13T11:33:44.592345EGPfalsefalse1920364654097558truefalsefalsefalsetruefalse"
                                + "217503754302852false2346MasterCardcardtrue");
    }

    @Test
    void numbers_count_as_they_are_written_and_text_as_it_is() {
        String body = transaction(OBJ.replace("100000", "1.000e5").replace("EGP", "E\\u0047P"));

        assertThat(PaymobCallback.of(bytes(body)).signedTransaction())
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("1.000e52026")
                .contains("EGPfalse");
        assertThat(verify(signed(body), body)).isEqualTo(Verdict.VALID);
    }

    @Test
    void what_is_missing_is_empty_and_a_missing_flag_is_empty_or_false() {
        String body = transaction(
                OBJ.replace("\"sub_type\":\"MasterCard\"", "\"sub_type\":null").replace("\"is_voided\":false,", ""));

        List<String> texts = PaymobCallback.of(bytes(body)).signedTransaction();
        assertThat(texts)
                .satisfiesExactly(
                        documented -> assertThat(documented)
                                .contains("falsetrue217503754")
                                .endsWith("false2346cardtrue"),
                        php -> assertThat(php)
                                .contains("falsetruefalse217503754")
                                .endsWith("false2346cardtrue"));
        assertThat(texts)
                .allSatisfy(text -> assertThat(verify(hmac(text), body)).isEqualTo(Verdict.VALID));
    }

    @ParameterizedTest
    @CsvSource({
        "'',UNSIGNED",
        "'hmac=',UNSIGNED",
        "'hmac=abc',BAD_SIGNATURE",
        "'hmac=%s&hmac=%s',MALFORMED",
        "'hmac=%%zz',MALFORMED",
        "'HMAC=%s',UNSIGNED",
        "'x=1&hmac=%s',VALID"
    })
    void the_proof_is_one_query_parameter(String query, Verdict expected) {
        String body = transaction(OBJ);
        String hmac = signed(body);

        assertThat(webhook.verify(request("POST", query.isEmpty() ? null : query.formatted(hmac, hmac), body)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{\"type\":\"TRANSACTION\",\"obj\":[]}",
                "{\"type\":\"TRANSACTION\",\"obj\":{\"id\":1,\"id\":2}}",
                "{\"type\":\"TRANSACTION\",\"obj\":{\"id\":{}}}",
                "{\"type\":\"TRANSACTION\",\"obj\":{\"id\":1}} x"
            })
    void a_body_that_cannot_be_what_it_claims_is_malformed(String body) {
        assertThat(verify("00", body)).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void a_saved_card_has_values_of_its_own() {
        String body =
                "{\"type\":\"TOKEN\",\"obj\":{\"id\":7,\"token\":\"t0\",\"masked_pan\":\"xx2346\",\"merchant_id\":9,"
                        + "\"card_subtype\":\"Visa\",\"created_at\":\"2026-11-01T12:00:04\",\"email\":\"a@b.c\",\"order_id\":\"217\"}}";
        String hmac = hmac("Visa2026-11-01T12:00:04a@b.c7xx23469217t0");

        assertThat(verify(hmac, body)).isEqualTo(Verdict.VALID);
        assertThat(verify(hmac, body.replace("t0", "t1"))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(payments(body)).as("no payment").isEmpty();
    }

    @Test
    void a_subscription_carries_its_proof_in_the_body() {
        String body = "{\"subscription_data\":{\"id\":1264},\"trigger_type\":\"suspended\",\"hmac\":\""
                + hmac("suspendedfor1264") + "\"}";

        assertThat(webhook.verify(request("POST", null, body))).isEqualTo(Verdict.VALID);
        assertThat(webhook.verify(request("POST", null, body.replace("1264", "1265"))))
                .isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(payments(body)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "217503754,;21750375,;302852;4302852;owner is another one",
                "192036465,;19203646,;4097558;54097558;integration_id is none of integration-ids",
                "100000,;1000,;2026-11-01T12;002026-11-01T12;created_at is no time of this century",
                "100000,;10000002,;2026-11-01T12;026-11-01T12;created_at is no time of this century",
                "100000,;100000.0,;100000.0;100000.0;id, order.id and amount_cents are whole numbers",
                "\"EGP\";\"EG\";\"EG\";\"EG\";currency has three letters",
                "\"is_auth\":false;\"is_auth\":\"false\";x;x;is_auth is true or false"
            })
    void digits_that_moved_to_a_neighbour_are_objected_to(
            String one, String oneMoved, String other, String otherMoved, String objection) {
        String moved = transaction(OBJ.replace(one, oneMoved).replace(other, otherMoved));
        String hmac = signed(moved);

        WebhookRequest request = request("POST", "hmac=" + hmac, moved);
        assertThat(webhook.verify(request)).isEqualTo(Verdict.VALID);
        assertThat(webhook.notes(request)).containsEntry(PaymobWebhook.OBJECTION, objection);
        assertThat(webhook.notes(request("POST", "hmac=x", transaction(OBJ)))).isEmpty();
    }

    @Test
    void without_integration_ids_nothing_is_believed() {
        PaymobWebhook none = new PaymobWebhook(
                tenant -> Optional.of(new PaymobSettings(null, List.of(SECRET), List.of(), null, null, null, null)));

        assertThat(none.notes(request("POST", "hmac=x", transaction(OBJ)))).containsKey(PaymobWebhook.OBJECTION);
    }

    @Test
    void without_a_secret_nothing_is_proved() {
        for (String secret : List.of("", "  ")) {
            assertThat(with(secret).verify(request("POST", "hmac=" + hmac("x"), transaction(OBJ))))
                    .isEqualTo(Verdict.UNKNOWN_SECRET);
        }
        assertThat(new PaymobWebhook(tenant -> Optional.empty()).verify(request("POST", "hmac=00", transaction(OBJ))))
                .isEqualTo(Verdict.UNKNOWN_SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"order", "order_id"})
    void the_customers_browser_brings_the_same_values_as_parameters(String order) {
        String query = redirect("2026-11-01T12:00:04.592345", order) + "&hmac=" + signed(transaction(OBJ));

        assertThat(webhook.verify(request("GET", query, ""))).isEqualTo(Verdict.VALID);
        assertThat(webhook.handshake(request("GET", query, "")).status()).isEqualTo(200);
        assertThat(webhook.verify(request("GET", query.replace("success=true", "success=false"), "")))
                .isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(webhook.verify(request("GET", query + "&id=1", ""))).isEqualTo(Verdict.MALFORMED);
        assertThat(webhook.handshake(request("GET", "x=1", "")).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%2B", "+"})
    void an_offset_keeps_its_plus(String plus) {
        String time = "2026-11-01T14:00:04.592345+04:00";
        String hmac = signed(transaction(OBJ.replace("2026-11-01T12:00:04.592345", time)));
        String query = redirect("TIME", "order").replace("TIME", time.replace("+", plus)) + "&hmac=" + hmac;

        assertThat(webhook.verify(request("GET", query, ""))).isEqualTo(Verdict.VALID);
    }

    @Test
    void a_plus_that_became_a_space_on_the_way_is_lost() {
        String time = "2026-11-01T14:00:04.592345+04:00";
        String hmac = signed(transaction(OBJ.replace("2026-11-01T12:00:04.592345", time)));
        String query = redirect("TIME", "order").replace("TIME", time.replace("+", "%20")) + "&hmac=" + hmac;

        assertThat(webhook.verify(request("GET", query, ""))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void an_escaped_space_may_be_written_as_a_plus() {
        String hmac = signed(transaction(OBJ.replace("MasterCard", "Master Card")));
        String query = redirect("2026-11-01T12:00:04.592345", "order").replace("MasterCard", "Master+Card");

        assertThat(webhook.verify(request("GET", query + "&hmac=" + hmac, ""))).isEqualTo(Verdict.VALID);
    }

    @Test
    void one_transaction_in_two_states_is_two_messages_and_in_one_state_one() {
        String body = transaction(OBJ);
        String again = body.replace("ORD-1", "ORD-2");
        String refunded = transaction(OBJ + ",\"refunded_amount_cents\":100");

        assertThat(id(body)).isEqualTo(id(again)).isNotEqualTo(id(refunded));
        assertThat(id("no json")).isEqualTo(Fingerprint.of(bytes("no json")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa-IR", "th-TH-u-nu-thai", "tr-TR"})
    void the_machines_locale_changes_nothing(String tag) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(tag));
        try {
            String body = transaction(OBJ);
            assertThat(with(SECRET).verify(request("POST", "hmac=" + signed(body), body)))
                    .isEqualTo(Verdict.VALID);
            assertThat(payments(body))
                    .extracting(payment -> payment.occurredAt().toString())
                    .containsExactly("2026-11-01T10:00:04.592345Z");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Property(tries = 300)
    void any_request_gets_a_verdict_and_any_mutated_body_is_mapped_or_refused(
            @ForAll("methods") String method, @ForAll("queries") String query, @ForAll("bodies") byte[] body) {
        WebhookRequest request = new WebhookRequest(
                "hvar", "paymob", method, "", "https://hub.example.com/", query, Map.of(), body, Instant.EPOCH);

        assertThat(webhook.verify(request)).isNotNull();
        assertThat(webhook.messageId(request)).isNotBlank().hasSizeLessThanOrEqualTo(200);
        assertThat(webhook.notes(request)).isNotNull();
        if (method.equals("GET")) {
            assertThat(webhook.handshake(request)).isNotNull();
        }
        try {
            MAPPED.events("paymob-payment-in", body, Map.of());
        } catch (HubException e) {
            assertThat(e.code()).isNotNull();
        }
    }

    @Provide
    Arbitrary<String> methods() {
        return Arbitraries.of("POST", "GET");
    }

    @Provide
    Arbitrary<String> queries() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ascii().ofMaxLength(80),
                Arbitraries.strings().withChars("hmac=&%+0f").ofMaxLength(40),
                Arbitraries.of("hmac=" + signed(transaction(OBJ))));
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        byte[] genuine = bytes(transaction(OBJ));
        Arbitrary<byte[]> mutated = Arbitraries.integers()
                .between(0, genuine.length - 1)
                .flatMap(at -> Arbitraries.bytes().map(value -> {
                    byte[] copy = genuine.clone();
                    copy[at] = value;
                    return copy;
                }));
        Arbitrary<byte[]> cut = Arbitraries.integers()
                .between(0, genuine.length)
                .map(length -> java.util.Arrays.copyOf(genuine, length));
        Arbitrary<byte[]> retyped = Arbitraries.of(
                        "null", "[]", "{}", "\"\"", "-1", "1e400", "\"\\u0000\"", "99999999999999999999", "true", "0.5")
                .flatMap(value -> Arbitraries.of(
                                "192036465",
                                "100000",
                                "217503754",
                                "302852",
                                "\"EGP\"",
                                "false",
                                "true",
                                "\"card\"",
                                "\"2026-11-01T12:00:04.592345\"")
                        .map(from -> bytes(transaction(OBJ.replace(from, value)))));
        return Arbitraries.oneOf(Arbitraries.bytes().array(byte[].class).ofMaxSize(200), mutated, cut, retyped);
    }

    private static PaymobWebhook with(String secret) {
        PaymobSettings settings =
                new PaymobSettings(null, List.of(secret), List.of(4_097_558L), 302_852L, null, null, null);
        return new PaymobWebhook(tenant -> Optional.of(settings));
    }

    private static String redirect(String createdAt, String order) {
        StringBuilder query = new StringBuilder();
        for (String[] parameter : new String[][] {
            {"amount_cents", "100000"},
            {"created_at", createdAt},
            {"currency", "EGP"},
            {"error_occured", "false"},
            {"has_parent_transaction", "false"},
            {"id", "192036465"},
            {"integration_id", "4097558"},
            {"is_3d_secure", "true"},
            {"is_auth", "false"},
            {"is_capture", "false"},
            {"is_refunded", "false"},
            {"is_standalone_payment", "true"},
            {"is_voided", "false"},
            {order, "217503754"},
            {"owner", "302852"},
            {"pending", "false"},
            {"source_data.pan", "2346"},
            {"source_data.sub_type", "MasterCard"},
            {"source_data_type", "card"},
            {"success", "true"},
            {"txn_response_code", "APPROVED"}
        }) {
            query.append(query.isEmpty() ? "" : "&")
                    .append(parameter[0])
                    .append('=')
                    .append(URLEncoder.encode(parameter[1], StandardCharsets.UTF_8));
        }
        return query.toString();
    }

    private List<Payment> payments(String body) {
        return MAPPED.events("paymob-payment-in", bytes(body), Map.of()).stream()
                .map(event -> (Payment) event.data())
                .toList();
    }

    private Verdict verify(String hmac, String body) {
        return webhook.verify(request("POST", "hmac=" + hmac, body));
    }

    private String id(String body) {
        return webhook.messageId(request("POST", null, body));
    }

    private static String transaction(String obj) {
        return "{\"type\":\"TRANSACTION\",\"obj\":{" + obj + "}}";
    }

    private static String signed(String body) {
        return hmac(PaymobCallback.of(bytes(body)).signedTransaction().get(0));
    }

    private static String hmac(String text) {
        return HexFormat.of()
                .formatHex(HmacKey.all("HmacSHA512", List.of(SECRET)).get(0).sign(bytes(text)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static WebhookRequest request(String method, String query, String body) {
        return new WebhookRequest(
                "hvar",
                "paymob",
                method,
                "",
                "https://hub.example.com/webhooks/hvar/paymob" + (query == null ? "" : "?" + query),
                query,
                Map.of(),
                bytes(body),
                Instant.parse("2026-11-01T10:00:10Z"));
    }
}
