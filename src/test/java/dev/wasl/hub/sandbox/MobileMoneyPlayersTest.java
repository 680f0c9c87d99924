package dev.wasl.hub.sandbox;

import static dev.wasl.hub.sandbox.TestSandbox.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.sandbox.TestSandbox.Received;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateways of mobile money, as they are played. */
class MobileMoneyPlayersTest {

    private static final String KEY = "demo-private-key";

    private TestSandbox sandbox;

    @BeforeEach
    void start() {
        Accounts usual = TestSandbox.accounts();
        Map<String, Map<String, Accounts.Gateway>> gateways = new TreeMap<>();
        gateways.put(
                "mtn-momo",
                account(
                        "phoneshop",
                        Map.of(
                                "subscription-key", "sub",
                                "api-user", "user",
                                "api-key", "key",
                                "target-environment", "mtnuganda")));
        gateways.put(
                "airtel",
                account("phoneshop", Map.of("client-id", "client", "client-secret", "secret", "private-keys[0]", KEY)));
        gateways.put(
                "orange-money",
                account(
                        "cctv",
                        Map.of(
                                "client-id", "client",
                                "client-secret", "secret",
                                "merchant-key", "merchant",
                                "country", "ma")));
        sandbox = new TestSandbox(
                TestSandbox.settings(200, null, TestSandbox.unlimited()),
                new Accounts(
                        usual.bosta(), usual.stripe(), usual.twilio(), usual.whatsapp(), usual.currencies(), gateways));
        sandbox.meetHub();
    }

    private static Map<String, Accounts.Gateway> account(String tenant, Map<String, String> settings) {
        return Map.of(tenant, Accounts.Gateway.of(tenant, settings));
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Nested
    class Mtn {

        private static final String ID = "7f9a1c62-3d84-4b0f-9f0e-2a6c1d5e8b11";
        private static final String PAY = "/gateways/mtn-momo/collection/v1_0/requesttopay";

        @ParameterizedTest
        @CsvSource({
            "succeed, SUCCESSFUL, ''",
            "fail, FAILED, NOT_ENOUGH_FUNDS",
            "expire, FAILED, COULD_NOT_PERFORM_TRANSACTION"
        })
        void tells_the_end_once_by_put_and_says_the_same_when_asked(String act, String status, String reason) {
            assertThat(pay(ID, "5000").statusCode()).isEqualTo(202);
            assertThat(state().path("status").asText()).isEqualTo("PENDING");

            act("mtn-momo", "ORD-1", act);

            assertThat(sandbox.received).singleElement().satisfies(received -> {
                assertThat(received.method()).isEqualTo("PUT");
                assertThat(received.target()).isEqualTo("/webhooks/phoneshop/mtn-momo/tok/" + ID);
                assertThat(received.json()).isEqualTo(state());
            });
            assertThat(state().path("status").asText()).isEqualTo(status);
            assertThat(state().path("reason").asText()).isEqualTo(reason);
            assertThat(state().path("externalId").asText()).isEqualTo("ORD-1");
            assertThat(state().path("amount").textValue()).isEqualTo("5000");
        }

        @Test
        void lets_the_customer_pay_another_amount() {
            pay(ID, "5000");

            act("mtn-momo", ID, "succeed-with-other-amount");

            assertThat(state().path("status").asText()).isEqualTo("SUCCESSFUL");
            assertThat(state().path("amount").asText()).isEqualTo("2500");
        }

        @Test
        void a_stranger_knows_no_address() {
            pay(ID, "5000");

            act("mtn-momo", "ORD-1", "forge");

            assertThat(sandbox.received).singleElement().satisfies(received -> {
                assertThat(received.target()).doesNotContain("/tok/");
                assertThat(received.json().path("status").asText()).isEqualTo("SUCCESSFUL");
            });
            assertThat(state().path("status").asText()).isEqualTo("PENDING");
        }

        @Test
        void refuses_a_reference_twice_a_bad_note_and_wrong_credentials() {
            pay(ID, "5000");

            assertThat(pay(ID, "5000").statusCode()).isEqualTo(409);
            assertThat(pay("not-a-uuid", "5000").statusCode()).isEqualTo(400);
            assertThat(pay(ID.replace('7', '8'), "5000.5").statusCode()).isEqualTo(400);
            assertThat(sandbox.get(PAY + "/" + ID, "Authorization", "Bearer x", "Ocp-Apim-Subscription-Key", "sub")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(sandbox.post("/_sandbox/gateways/mtn-momo/ORD-1/refund", "")
                            .statusCode())
                    .isEqualTo(409);
        }

        @Test
        void a_token_lives_an_hour_and_the_one_before_it_a_little_longer() {
            pay(ID, "5000");
            String token = token();

            sandbox.clock.advance(Duration.ofHours(3));

            assertThat(get(token).statusCode()).isEqualTo(401);
            assertThat(get(token()).statusCode()).isEqualTo(200);
        }

        private HttpResponse<String> pay(String id, String amount) {
            return sandbox.post(
                    PAY,
                    "{\"amount\":\"" + amount + "\",\"currency\":\"UGX\",\"externalId\":\"ORD-1\","
                            + "\"payer\":{\"partyIdType\":\"MSISDN\",\"partyId\":\"256770000001\"},"
                            + "\"payerMessage\":\"Order\",\"payeeNote\":\"ORD-1\"}",
                    "Authorization",
                    "Bearer " + token(),
                    "X-Reference-Id",
                    id,
                    "X-Callback-Url",
                    "https://hub.example/webhooks/phoneshop/mtn-momo/tok/" + id,
                    "X-Target-Environment",
                    "mtnuganda",
                    "Ocp-Apim-Subscription-Key",
                    "sub");
        }

        private JsonNode state() {
            return json(get(token()));
        }

        private HttpResponse<String> get(String token) {
            return sandbox.get(
                    PAY + "/" + ID,
                    "Authorization",
                    "Bearer " + token,
                    "X-Target-Environment",
                    "mtnuganda",
                    "Ocp-Apim-Subscription-Key",
                    "sub");
        }

        private String token() {
            return json(sandbox.post(
                            "/gateways/mtn-momo/collection/token/",
                            "",
                            "Authorization",
                            basic("user:key"),
                            "Ocp-Apim-Subscription-Key",
                            "sub"))
                    .path("access_token")
                    .asText();
        }
    }

    @Nested
    class Airtel {

        @ParameterizedTest
        @CsvSource({"succeed, TS", "fail, TF", "expire, TE"})
        void tells_the_end_with_a_hash_over_the_rest_and_without_amount(String act, String code) {
            push("752000001");
            assertThat(enquiry().path("status").asText()).isEqualTo("TIP");

            act("airtel", "INV-1", act);

            assertThat(sandbox.received).singleElement().satisfies(received -> {
                assertThat(received.target()).isEqualTo("/webhooks/phoneshop/airtel");
                assertThat(received.json().at("/transaction/status_code").asText())
                        .isEqualTo(code);
                assertThat(received.json().path("hash").asText()).isEqualTo(hash(received));
            });
            assertThat(enquiry().path("status").asText()).isEqualTo(code);
            assertThat(enquiry().has("amount")).isFalse();
        }

        @Test
        void a_refund_is_told_to_nobody_but_who_asks() {
            push("752000001");
            act("airtel", "tx-1", "succeed");
            sandbox.received.clear();

            act("airtel", "tx-1", "refund");

            assertThat(sandbox.received).isEmpty();
            assertThat(enquiry().path("status").asText()).isEqualTo("TR");
        }

        @Test
        void a_stranger_has_another_key() {
            push("752000001");

            act("airtel", "tx-1", "forge");

            assertThat(sandbox.received).singleElement().satisfies(received -> assertThat(
                            received.json().path("hash").asText())
                    .isNotEqualTo(hash(received)));
            assertThat(enquiry().path("status").asText()).isEqualTo("TIP");
        }

        @Test
        void refuses_a_number_with_country_code_and_an_id_twice() {
            assertThat(push("256752000001").at("/status/success").asBoolean()).isFalse();
            assertThat(push("752000001").at("/status/success").asBoolean()).isTrue();
            assertThat(push("752000001").at("/status/success").asBoolean()).isFalse();
        }

        private JsonNode push(String msisdn) {
            return json(sandbox.post(
                    "/gateways/airtel/merchant/v1/payments/",
                    "{\"reference\":\"INV-1\",\"subscriber\":{\"country\":\"UG\",\"currency\":\"UGX\",\"msisdn\":\""
                            + msisdn + "\"},\"transaction\":{\"amount\":5000,\"country\":\"UG\",\"currency\":\"UGX\","
                            + "\"id\":\"tx-1\"}}",
                    "Authorization",
                    "Bearer " + token(),
                    "X-Country",
                    "UG",
                    "X-Currency",
                    "UGX"));
        }

        private JsonNode enquiry() {
            return json(sandbox.get(
                            "/gateways/airtel/standard/v1/payments/tx-1",
                            "Authorization",
                            "Bearer " + token(),
                            "X-Country",
                            "UG",
                            "X-Currency",
                            "UGX"))
                    .at("/data/transaction");
        }

        private String token() {
            return json(sandbox.post(
                            "/gateways/airtel/auth/oauth2/token",
                            "{\"client_id\":\"client\",\"client_secret\":\"secret\",\"grant_type\":\"client_credentials\"}"))
                    .path("access_token")
                    .asText();
        }

        private String hash(Received received) {
            String rest = received.text().replaceFirst(",\"hash\":\"[^\"]*\"", "");
            return Signatures.base64Hmac("HmacSHA256", KEY, rest.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Nested
    class Orange {

        @ParameterizedTest
        @CsvSource({"succeed, SUCCESS", "fail, FAILED"})
        void tells_success_and_failure_with_the_token_of_the_payment(String act, String status) {
            JsonNode page = page("ORD-1", 1200);
            assertThat(status(page, "1200")).isEqualTo("INITIATED");

            act("orange-money", "ORD-1", act);

            assertThat(sandbox.received).singleElement().satisfies(received -> {
                assertThat(received.target()).isEqualTo("/webhooks/cctv/orange-money/tok/ORD-1");
                assertThat(received.json().path("status").asText()).isEqualTo(status);
                assertThat(received.json().path("notif_token")).isEqualTo(page.path("notif_token"));
                assertThat(received.json().path("txnid").asText()).startsWith("MP");
            });
            assertThat(status(page, "1200")).isEqualTo(status);
        }

        @Test
        void tells_nobody_when_the_page_runs_out() {
            JsonNode page = page("ORD-1", 1200);

            act("orange-money", "ORD-1", "expire");

            assertThat(sandbox.received).isEmpty();
            assertThat(status(page, "1200")).isEqualTo("EXPIRED");
        }

        @Test
        void answers_nobody_who_asks_with_another_amount_or_token() {
            JsonNode page = page("ORD-1", 1200);

            assertThat(status(page, "1")).isEmpty();
            assertThat(status(Json.object().put("pay_token", "x"), "1200")).isEmpty();
        }

        @Test
        void strangers_know_neither_address_nor_token() {
            JsonNode page = page("ORD-1", 1200);

            act("orange-money", "ORD-1", "forge");

            assertThat(sandbox.received).hasSize(2).allSatisfy(received -> assertThat(
                            received.json().path("notif_token"))
                    .isNotEqualTo(page.path("notif_token")));
            assertThat(status(page, "1200")).isEqualTo("INITIATED");
        }

        @ParameterizedTest
        @ValueSource(strings = {"a-very-long-order-id-of-31-chars", ""})
        void refuses_what_the_guide_forbids(String order) {
            assertThat(page(order, 1200).has("pay_token")).isFalse();
        }

        private JsonNode page(String order, int amount) {
            return json(sandbox.post(
                    "/gateways/orange-money/orange-money-webpay/ma/v1/webpayment",
                    "{\"merchant_key\":\"merchant\",\"currency\":\"MAD\",\"order_id\":\"" + order + "\",\"amount\":"
                            + amount
                            + ",\"return_url\":\"https://shop.example\",\"cancel_url\":\"https://shop.example\","
                            + "\"notif_url\":\"https://hub.example/webhooks/cctv/orange-money/tok/" + order
                            + "\",\"lang\":\"fr\",\"reference\":\"INV-7\"}",
                    "Authorization",
                    "Bearer " + token()));
        }

        private String status(JsonNode page, String amount) {
            return json(sandbox.post(
                            "/gateways/orange-money/orange-money-webpay/ma/v1/transactionstatus",
                            "{\"order_id\":\"ORD-1\",\"amount\":" + amount + ",\"pay_token\":" + page.path("pay_token")
                                    + "}",
                            "Authorization",
                            "Bearer " + token()))
                    .path("status")
                    .asText();
        }

        private String token() {
            return json(sandbox.post(
                            "/gateways/orange-money/oauth/v3/token",
                            "grant_type=client_credentials",
                            "Authorization",
                            basic("client:secret")))
                    .path("access_token")
                    .asText();
        }
    }

    private void act(String gateway, String order, String act) {
        HttpResponse<String> answer = sandbox.post("/_sandbox/gateways/" + gateway + '/' + order + '/' + act, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String basic(String both) {
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }
}
