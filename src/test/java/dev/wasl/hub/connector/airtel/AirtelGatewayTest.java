package dev.wasl.hub.connector.airtel;

import static dev.wasl.hub.HubFailure.failedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.connector.PaymentsForTests;
import dev.wasl.hub.connector.StubGateway;
import dev.wasl.hub.connector.TenantsForTests;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway.Query;
import dev.wasl.hub.payment.PaymentGateway.Started;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AirtelGatewayTest {

    private static final UUID ID = UUID.fromString("5b1de0c4-7f30-4f64-8d53-90a9a2f9d1aa");
    private static final String PAY = "/merchant/v1/payments/";
    private static final String STATUS = "/standard/v1/payments/ORD-8001-5b1de0c4";
    private static final String TAKEN = "{\"data\":{\"transaction\":{\"id\":false,\"status\":\"SUCCESS\"}},"
            + "\"status\":{\"code\":\"200\",\"response_code\":\"DP00800001006\",\"success\":true}}";
    private static final String REFUSED =
            "{\"status\":{\"code\":\"400\",\"response_code\":\"DP00800001010\",\"success\":false}}";
    private static final String KNOWN = "{\"data\":{\"transaction\":{\"id\":\"ORD-8001-5b1de0c4\",\"status\":\"TIP\"}},"
            + "\"status\":{\"success\":true}}";
    private static final String UNKNOWN = "{\"data\":{},\"status\":{\"code\":\"404\",\"success\":false}}";

    private final StubGateway airtel = new StubGateway();
    private AirtelGateway gateway;

    @BeforeEach
    void connect() {
        airtel.answers(
                "POST",
                "/auth/oauth2/token",
                200,
                "{\"token_type\":\"bearer\",\"expires_in\":\"180\",\"access_token\":\"tok-1\"}");
        gateway = new AirtelGateway(
                TenantsForTests.of(Map.of(
                        "wasl.tenants.phoneshop.country", "UG",
                        "wasl.tenants.phoneshop.currency", "UGX",
                        "wasl.tenants.phoneshop.connectors.airtel.base-url", airtel.url(),
                        "wasl.tenants.phoneshop.connectors.airtel.client-id", "client",
                        "wasl.tenants.phoneshop.connectors.airtel.client-secret", "secret",
                        "wasl.tenants.portal.connectors.airtel.base-url", airtel.url())),
                StubGateway.http(),
                new GatewayTokens(Clock.systemUTC()));
    }

    @AfterEach
    void disconnect() {
        airtel.close();
    }

    @Test
    void pushes_the_payment_to_the_phone_without_its_country_code() {
        airtel.answers("POST", PAY, 200, TAKEN);

        Started started = gateway.start(asked("+256752000001", new Money(5_000, "UGX")));

        assertThat(started.gatewayOrderId()).isEqualTo("ORD-8001-5b1de0c4");
        assertThat(started.link()).isNull();
        assertThat(airtel.calls("POST", "/auth/oauth2/token")).singleElement().satisfies(login -> assertThat(
                        login.json().toString())
                .isEqualTo("{\"client_id\":\"client\",\"client_secret\":\"secret\","
                        + "\"grant_type\":\"client_credentials\"}"));
        assertThat(airtel.calls("POST", PAY)).singleElement().satisfies(call -> {
            assertThat(call.headers())
                    .containsEntry("authorization", "Bearer tok-1")
                    .containsEntry("x-country", "UG")
                    .containsEntry("x-currency", "UGX");
            assertThat(call.json().toString())
                    .isEqualTo("{\"reference\":\"ORD-8001\",\"subscriber\":{\"country\":\"UG\",\"currency\":\"UGX\","
                            + "\"msisdn\":\"752000001\"},\"transaction\":{\"amount\":5000,\"country\":\"UG\","
                            + "\"currency\":\"UGX\",\"id\":\"ORD-8001-5b1de0c4\"}}");
        });
    }

    @Test
    void a_repeated_start_asks_for_the_same_transaction_and_counts_as_started() {
        airtel.answers("POST", PAY, 200, REFUSED).answers("GET", STATUS, 200, KNOWN);

        assertThat(gateway.start(asked("+256752000001", new Money(5_000, "UGX")))
                        .gatewayOrderId())
                .isEqualTo("ORD-8001-5b1de0c4");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400})
    void what_airtel_refuses_and_does_not_know_was_not_started(int status) {
        airtel.answers("POST", PAY, status, REFUSED).answers("GET", STATUS, 200, UNKNOWN);

        assertThatThrownBy(() -> gateway.start(asked("+256752000001", new Money(5_000, "UGX"))))
                .satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+254712345678"})
    void a_phone_of_another_country_or_none_is_refused_before_anything_is_sent(String phone) {
        AskedPayment asked = asked(phone.isEmpty() ? null : phone, new Money(5_000, "UGX"));

        assertThatThrownBy(() -> gateway.start(asked)).satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED));
        assertThat(airtel.calls()).isEmpty();
    }

    @Test
    void another_currency_than_the_markets_is_refused_before_anything_is_sent() {
        assertThatThrownBy(() -> gateway.start(asked("+256752000001", new Money(5_000, "KES"))))
                .satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED));
        assertThat(airtel.calls()).isEmpty();
    }

    @Test
    void asks_by_our_transaction_id_in_country_and_currency() {
        airtel.answers("GET", STATUS, 200, KNOWN);
        AskedPayment asked = PaymentsForTests.started(
                asked("+256752000001", new Money(5_000, "UGX")), "ORD-8001-5b1de0c4", Map.of());

        assertThat(gateway.query(new Query("phoneshop", asked, null)))
                .isEqualTo(KNOWN.getBytes(StandardCharsets.UTF_8));
        assertThat(airtel.calls("GET", STATUS)).singleElement().satisfies(call -> assertThat(call.headers())
                .containsEntry("x-country", "UG")
                .containsEntry("x-currency", "UGX")
                .containsEntry("authorization", "Bearer tok-1"));
    }

    @Test
    void asks_about_payments_that_others_started_by_what_the_callback_told() {
        airtel.answers("GET", "/standard/v1/payments/SHOP%2F1", 200, KNOWN);

        assertThat(gateway.query(new Query("phoneshop", null, told("SHOP/1")))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "...", "a b", "a\nb", "\u00e9"})
    void an_id_that_no_path_can_hold_is_not_asked_about(String id) {
        assertThat(gateway.query(new Query("phoneshop", null, told(id)))).isNull();
        assertThat(airtel.calls()).isEmpty();
    }

    @Test
    void a_transaction_that_airtel_does_not_know_has_no_answer() {
        airtel.answers("GET", "/standard/v1/payments/SHOP-1", 200, UNKNOWN);

        assertThat(gateway.query(new Query("phoneshop", null, told("SHOP-1")))).isNull();
        assertThat(gateway.query(new Query("phoneshop", null, told("SHOP-2")))).isNull();
    }

    @Test
    void without_credentials_nothing_is_sent() {
        assertThatThrownBy(() -> gateway.query(new Query("portal", null, told("SHOP-1"))))
                .satisfies(failedWith(ErrorCode.CONFIGURATION));
        assertThat(airtel.calls()).isEmpty();
    }

    private static AskedPayment asked(@Nullable String phone, Money amount) {
        return PaymentsForTests.payment("phoneshop", "airtel", ID, "ORD-8001", amount, phone);
    }

    private static Payment told(String transaction) {
        return new Payment(
                "airtel",
                "e",
                "TS",
                "MP1",
                transaction,
                transaction,
                PaymentStatus.CAPTURED,
                null,
                null,
                null,
                null,
                null,
                null,
                PaymentsForTests.NOW,
                true,
                null,
                null,
                null,
                null,
                "SIGNED_FIELDS");
    }
}
