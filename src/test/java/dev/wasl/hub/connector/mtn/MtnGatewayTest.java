package dev.wasl.hub.connector.mtn;

import static dev.wasl.hub.HubFailure.failedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MtnGatewayTest {

    private static final UUID ID = UUID.fromString("7f9a1c62-3d84-4b0f-9f0e-2a6c1d5e8b11");
    private static final String PAY = "/collection/v1_0/requesttopay";
    private static final AskedPayment ASKED =
            PaymentsForTests.payment("phoneshop", "mtn-momo", ID, "ORD-9001", new Money(5_000, "UGX"), "+256770000001");

    private final StubGateway mtn = new StubGateway();
    private MtnGateway gateway;

    @BeforeEach
    void connect() {
        mtn.answers(
                "POST",
                "/collection/token/",
                200,
                "{\"access_token\":\"tok-1\",\"token_type\":\"access_token\",\"expires_in\":3600}");
        gateway = new MtnGateway(
                TenantsForTests.of(Map.of(
                        "wasl.tenants.phoneshop.connectors.mtn-momo.base-url", mtn.url(),
                        "wasl.tenants.phoneshop.connectors.mtn-momo.subscription-key", "sub-key ",
                        "wasl.tenants.phoneshop.connectors.mtn-momo.api-user", "api-user",
                        "wasl.tenants.phoneshop.connectors.mtn-momo.api-key", "api-key",
                        "wasl.tenants.phoneshop.connectors.mtn-momo.target-environment", "mtnuganda",
                        "wasl.tenants.portal.connectors.mtn-momo.base-url", mtn.url())),
                StubGateway.http(),
                new GatewayTokens(Clock.systemUTC()),
                Clock.fixed(PaymentsForTests.NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void disconnect() {
        mtn.close();
    }

    @Test
    void asks_the_customers_phone_with_the_hubs_own_id_as_reference() {
        mtn.answers("POST", PAY, 202, "");

        Started started = gateway.start(ASKED);

        assertThat(started.gatewayOrderId()).isEqualTo(ID.toString());
        assertThat(started.link()).isNull();
        assertThat(started.expiresAt()).isEqualTo(PaymentsForTests.NOW.plus(Duration.ofMinutes(5)));
        assertThat(mtn.calls("POST", "/collection/token/")).singleElement().satisfies(login -> {
            assertThat(login.headers()).containsEntry("ocp-apim-subscription-key", "sub-key");
            assertThat(login.headers().get("authorization")).isEqualTo("Basic YXBpLXVzZXI6YXBpLWtleQ==");
        });
        assertThat(mtn.calls("POST", PAY)).singleElement().satisfies(call -> {
            assertThat(call.headers())
                    .containsEntry("authorization", "Bearer tok-1")
                    .containsEntry("x-reference-id", ID.toString())
                    .containsEntry("x-target-environment", "mtnuganda")
                    .containsEntry("ocp-apim-subscription-key", "sub-key")
                    .containsEntry("x-callback-url", ASKED.callbackUrl() + "/" + ID);
            assertThat(call.json().toString())
                    .isEqualTo("{\"amount\":\"5000\",\"currency\":\"UGX\",\"externalId\":\"ORD-9001\","
                            + "\"payer\":{\"partyIdType\":\"MSISDN\",\"partyId\":\"256770000001\"},"
                            + "\"payerMessage\":\"ORD-9001\",\"payeeNote\":\"ORD-9001\"}");
        });
    }

    @Test
    void an_amount_with_cents_keeps_them() {
        mtn.answers("POST", PAY, 202, "");

        gateway.start(with(new Money(1_250, "EUR"), null));

        assertThat(mtn.calls("POST", PAY).get(0).json().path("amount").textValue())
                .isEqualTo("12.50");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "Amina's order & more, Amina s order more",
                "طلب رقم 7, طلب رقم 7",
                "\"a\nb\", a b",
            })
    void notes_lose_the_marks_that_mtn_refuses(String description, String note) {
        mtn.answers("POST", PAY, 202, "");

        gateway.start(with(ASKED.amount(), description));

        assertThat(mtn.calls("POST", PAY).get(0).json().path("payerMessage").textValue())
                .isEqualTo(note);
    }

    @Test
    void notes_are_at_most_160_characters() {
        mtn.answers("POST", PAY, 202, "");

        gateway.start(with(ASKED.amount(), "𝟘".repeat(120)));

        assertThat(mtn.calls("POST", PAY).get(0).json().path("payerMessage").textValue())
                .isEqualTo("𝟘".repeat(80));
    }

    @Test
    void a_reference_that_mtn_has_already_counts_as_started() {
        mtn.answers("POST", PAY, 409, "{\"code\":\"RESOURCE_ALREADY_EXIST\"}");

        assertThat(gateway.start(ASKED).gatewayOrderId()).isEqualTo(ID.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "400, CONNECTOR_REFUSED",
        "500, CONNECTOR_UNREACHABLE",
        "503, CONNECTOR_UNREACHABLE",
        "429, CONNECTOR_THROTTLED"
    })
    void a_refusal_is_final_and_a_failure_may_be_repeated(int status, ErrorCode code) {
        mtn.answers("POST", PAY, status, "{\"code\":\"INVALID_CURRENCY\",\"message\":\"256770000001 pays in UGX\"}");

        assertThatThrownBy(() -> gateway.start(ASKED))
                .satisfies(failedWith(code))
                .hasMessageNotContaining("256770000001");
    }

    @Test
    void without_a_phone_number_nothing_is_sent() {
        AskedPayment nobody =
                PaymentsForTests.payment("phoneshop", "mtn-momo", ID, "ORD-9001", new Money(5_000, "UGX"), null);

        assertThatThrownBy(() -> gateway.start(nobody)).satisfies(failedWith(ErrorCode.CONNECTOR_REFUSED));
        assertThat(mtn.calls()).isEmpty();
    }

    @Test
    void without_credentials_nothing_is_sent() {
        AskedPayment portal = PaymentsForTests.payment(
                "portal", "mtn-momo", ID, "ORD-9001", new Money(5_000, "UGX"), "+256770000001");

        assertThatThrownBy(() -> gateway.start(portal)).satisfies(failedWith(ErrorCode.CONFIGURATION));
        assertThat(mtn.calls()).isEmpty();
    }

    @Test
    void hands_back_what_mtn_says_of_a_payment_as_it_came() {
        String said = "{\"status\" : \"SUCCESSFUL\",\"amount\":\"5000\"}";
        mtn.answers("GET", PAY + "/" + ID, 200, said);

        assertThat(gateway.query(new Query("phoneshop", ASKED, null))).isEqualTo(said.getBytes(StandardCharsets.UTF_8));
        assertThat(mtn.calls("GET", PAY + "/" + ID)).singleElement().satisfies(call -> assertThat(call.headers())
                .containsEntry("x-target-environment", "mtnuganda")
                .containsEntry("authorization", "Bearer tok-1"));
    }

    @Test
    void a_payment_that_mtn_does_not_know_has_no_answer() {
        assertThat(gateway.query(new Query("phoneshop", ASKED, null))).isNull();
    }

    @Test
    void asks_for_one_token_as_long_as_it_lives() {
        mtn.answers("GET", PAY + "/" + ID, 200, "{}");

        gateway.query(new Query("phoneshop", ASKED, null));
        gateway.query(new Query("phoneshop", ASKED, null));

        assertThat(mtn.calls("POST", "/collection/token/")).hasSize(1);
    }

    private static AskedPayment with(Money amount, String description) {
        return new AskedPayment(
                ID,
                "phoneshop",
                "mtn-momo",
                "ORD-9001",
                amount,
                ASKED.customer(),
                description,
                null,
                ASKED.callbackUrl(),
                ASKED.callbackToken(),
                ASKED.createdAt(),
                ASKED.expiresAt(),
                null,
                Map.of());
    }
}
