package dev.wasl.hub.connector.orange;

import static dev.wasl.hub.HubFailure.failedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.SteeredClock;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.connector.PaymentsForTests;
import dev.wasl.hub.connector.StubGateway;
import dev.wasl.hub.connector.TenantsForTests;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway.Query;
import dev.wasl.hub.payment.PaymentGateway.Started;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrangeGatewayTest {

    private static final String PAY = "/orange-money-webpay/ma/v1/webpayment";
    private static final String STATUS = "/orange-money-webpay/ma/v1/transactionstatus";
    private static final String MADE = "{\"status\":201,\"message\":\"OK\",\"pay_token\":\"pay-1\","
            + "\"payment_url\":\"https://webpayment.example/pay-1\",\"notif_token\":\"notif-1\"}";
    private static final AskedPayment ASKED =
            asked("INV-77", 120_000, "https://hub.example/webhooks/cctv/orange/cbt_1");

    private final StubGateway orange = new StubGateway();
    private final Map<String, Object> settings = new HashMap<>();

    @BeforeEach
    void connect() {
        orange.answers(
                "POST",
                "/oauth/v3/token",
                200,
                "{\"token_type\":\"Bearer\",\"access_token\":\"tok-1\",\"expires_in\":\"7776000\"}");
        set("base-url", orange.url());
        set("country", "MA");
        set("client-id", "client");
        set("client-secret", "secret");
        set("merchant-key", "merchant");
        set("return-url", "https://shop.example/paid");
    }

    @AfterEach
    void disconnect() {
        orange.close();
    }

    @Test
    void makes_a_payment_page_and_remembers_its_tokens() {
        orange.answers("POST", PAY, 201, MADE);

        Started started = gateway().start(ASKED);

        assertThat(started.link()).isEqualTo("https://webpayment.example/pay-1");
        assertThat(started.expiresAt()).isEqualTo(PaymentsForTests.NOW.plus(Duration.ofMinutes(10)));
        assertThat(started.state()).isEqualTo(Map.of("payToken", "pay-1", "notifToken", "notif-1"));
        assertThat(started.gatewayOrderId()).startsWith("INV-77-").hasSizeLessThanOrEqualTo(30);
        assertThat(orange.calls("POST", "/oauth/v3/token")).singleElement().satisfies(login -> {
            assertThat(login.headers()).containsEntry("authorization", "Basic Y2xpZW50OnNlY3JldA==");
            assertThat(login.body()).isEqualTo("grant_type=client_credentials");
        });
        JsonNode sent = orange.calls("POST", PAY).get(0).json();
        assertThat(orange.calls("POST", PAY).get(0).headers()).containsEntry("authorization", "Bearer tok-1");
        assertThat(sent.toString())
                .isEqualTo("{\"merchant_key\":\"merchant\",\"currency\":\"MAD\",\"order_id\":\""
                        + started.gatewayOrderId()
                        + "\",\"amount\":1200,\"return_url\":\"https://shop.example/paid\","
                        + "\"cancel_url\":\"https://shop.example/paid\",\"notif_url\":\"" + ASKED.callbackUrl() + "/"
                        + started.gatewayOrderId() + "\",\"lang\":\"fr\",\"reference\":\"INV-77\"}");
    }

    @ParameterizedTest
    @CsvSource({"120000, 1200", "120050, 1200.5", "1, 0.01", "10000000000, 100000000"})
    void amounts_are_plain_numbers(long minor, String number) {
        orange.answers("POST", PAY, 201, MADE);

        gateway().start(asked("INV-77", minor, ASKED.callbackUrl()));

        assertThat(orange.calls("POST", PAY).get(0).body()).contains("\"amount\":" + number + ",");
    }

    @Test
    void a_long_reference_is_shortened_to_what_orange_takes() {
        orange.answers("POST", PAY, 201, MADE);
        String reference = "INV 2026/11/" + "7".repeat(40);

        Started started = gateway().start(asked(reference, 100, ASKED.callbackUrl()));

        assertThat(started.gatewayOrderId()).hasSize(30).matches("[A-Za-z0-9_-]+");
        assertThat(orange.calls("POST", PAY).get(0).json().path("reference").textValue())
                .hasSize(30);
    }

    @Test
    void each_page_has_an_order_of_its_own() {
        orange.answers("POST", PAY, 201, MADE);
        SteeredClock clock = new SteeredClock(PaymentsForTests.NOW);
        OrangeGateway gateway = gateway(clock);

        String first = gateway.start(ASKED).gatewayOrderId();
        clock.advance(Duration.ofMillis(1));

        assertThat(gateway.start(ASKED).gatewayOrderId()).isNotEqualTo(first);
    }

    @Test
    void the_notification_address_never_exceeds_120_characters() {
        orange.answers("POST", PAY, 201, MADE);
        String tight = "https://" + "h".repeat(90) + "/webhooks/x";

        gateway().start(asked("INV-77", 100, tight));

        assertThat(orange.calls("POST", PAY).get(0).json().path("notif_url").textValue())
                .as("without the order")
                .isEqualTo(tight);
        assertThatThrownBy(() -> gateway().start(asked("INV-77", 100, tight + "y".repeat(20))))
                .satisfies(failedWith(ErrorCode.CONFIGURATION));
        assertThat(orange.calls("POST", PAY)).hasSize(1);
    }

    @Test
    void an_answer_without_tokens_is_no_start() {
        orange.answers("POST", PAY, 201, "{\"payment_url\":\"https://webpayment.example/pay-1\"}");

        assertThatThrownBy(() -> gateway().start(ASKED)).satisfies(failedWith(ErrorCode.CONNECTOR_ANSWER_UNREADABLE));
    }

    @Test
    void the_test_environment_is_asked_in_its_own_currency_and_path() {
        set("country", "dev");
        set("currency", "OUV");
        orange.answers("POST", "/orange-money-webpay/dev/v1/webpayment", 201, MADE);

        gateway().start(ASKED);

        assertThat(orange.calls("POST", "/orange-money-webpay/dev/v1/webpayment"))
                .singleElement()
                .satisfies(call ->
                        assertThat(call.json().path("currency").textValue()).isEqualTo("OUV"));
    }

    @Test
    void asks_by_order_amount_and_pay_token() {
        orange.answers("POST", STATUS, 201, "{\"status\": \"SUCCESS\"}");

        byte[] answer = gateway().query(new Query("cctv", started(), null));

        assertThat(new String(answer, StandardCharsets.UTF_8)).isEqualTo("{\"status\": \"SUCCESS\"}");
        assertThat(orange.calls("POST", STATUS).get(0).body())
                .isEqualTo("{\"order_id\":\"ORD-9501\",\"amount\":1200,\"pay_token\":\"pay-1\"}");
    }

    @Test
    void what_was_never_started_cannot_be_asked_for() {
        assertThat(gateway().query(new Query("cctv", ASKED, null))).isNull();
        assertThat(orange.calls()).isEmpty();
    }

    @Test
    void an_order_that_orange_does_not_know_has_no_answer() {
        assertThat(gateway().query(new Query("cctv", started(), null))).isNull();
    }

    @Test
    void without_credentials_or_return_address_nothing_is_sent() {
        settings.remove("wasl.tenants.cctv.connectors.orange-money.return-url");
        assertThatThrownBy(() -> gateway().start(ASKED)).satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED));

        settings.remove("wasl.tenants.cctv.connectors.orange-money.client-secret");
        assertThatThrownBy(() -> gateway().start(ASKED)).satisfies(failedWith(ErrorCode.CONFIGURATION));
        assertThat(orange.calls()).isEmpty();
    }

    private OrangeGateway gateway() {
        return gateway(Clock.fixed(PaymentsForTests.NOW, ZoneOffset.UTC));
    }

    private OrangeGateway gateway(Clock clock) {
        return new OrangeGateway(
                TenantsForTests.of(settings), StubGateway.http(), new GatewayTokens(Clock.systemUTC()), clock);
    }

    private void set(String key, String value) {
        settings.put("wasl.tenants.cctv.connectors.orange-money." + key, value);
    }

    private static AskedPayment started() {
        return PaymentsForTests.started(ASKED, "ORD-9501", Map.of("payToken", "pay-1", "notifToken", "notif-1"));
    }

    private static AskedPayment asked(String reference, long minor, String callbackUrl) {
        AskedPayment plain = PaymentsForTests.payment(
                "cctv", "orange-money", UUID.randomUUID(), reference, new Money(minor, "MAD"), null);
        return new AskedPayment(
                plain.id(),
                plain.tenant(),
                plain.connector(),
                reference,
                plain.amount(),
                plain.customer(),
                null,
                null,
                callbackUrl,
                plain.callbackToken(),
                plain.createdAt(),
                plain.expiresAt(),
                null,
                Map.of());
    }
}
