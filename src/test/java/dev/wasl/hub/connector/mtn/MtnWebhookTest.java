package dev.wasl.hub.connector.mtn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.connector.PaymentsForTests;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.vectors.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MtnWebhookTest {

    private static final UUID ID = UUID.fromString("7f9a1c62-3d84-4b0f-9f0e-2a6c1d5e8b11");
    private static final AskedPayment ASKED =
            PaymentsForTests.payment("phoneshop", "mtn-momo", ID, "ORD-9001", new Money(5_000, "UGX"), "+256770000001");
    private static final String ADDRESS = ASKED.callbackToken() + '/' + ID;

    private final MtnWebhook webhook = new MtnWebhook(new PaymentsForTests(ASKED));

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[", "status=SUCCESSFUL", "{\"status\":\"SUCCESSFUL\"}"})
    void takes_any_body_at_the_address_of_a_payment(String body) {
        assertThat(verify(ADDRESS, body)).isEqualTo(Verdict.VALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "cbt_0123456789abcdef",
                "cbt_0123456789abcdef/",
                "cbt_0123456789abcdef/00000000-0000-4000-8000-000000000000",
                "cbt_0123456789abcdef/7f9a1c62-3d84-4b0f-9f0e-2a6c1d5e8b11/",
                "cbt_0123456789abcdef/7F9A1C62-3D84-4B0F-9F0E-2A6C1D5E8B11",
                "cbt_0123456789abcde/7f9a1c62-3d84-4b0f-9f0e-2a6c1d5e8b11",
                "/7f9a1c62-3d84-4b0f-9f0e-2a6c1d5e8b11",
                "7f9a1c62-3d84-4b0f-9f0e-2a6c1d5e8b11"
            })
    void every_other_address_does_not_exist(String address) {
        WebhookRequest request = request("phoneshop", address, "{}");

        assertThat(webhook.verify(request)).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(webhook.refused(Verdict.BAD_SIGNATURE, request))
                .isNotNull()
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(404));
    }

    @Test
    void the_token_of_one_tenant_opens_nothing_at_another() {
        assertThat(webhook.verify(request("hvar", ADDRESS, "{}"))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void is_sent_with_put_or_post_and_answered_200() {
        assertThat(webhook.methods()).containsExactlyInAnyOrder("PUT", "POST");
        assertThat(webhook.accepted(webhook.notes(request("phoneshop", ADDRESS, "")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void an_event_is_known_by_reference_status_and_transaction() {
        assertThat(id("{\"status\":\"SUCCESSFUL\",\"financialTransactionId\":\"23503452\"}"))
                .isEqualTo(ID + ":SUCCESSFUL:23503452");
        assertThat(id("")).isEqualTo(ID + ":-:-");
        assertThat(id("{\"status\":null,\"financialTransactionId\":7}")).isEqualTo(ID + ":-:7");
        assertThat(id("{\"status\":\"with space\"}"))
                .startsWith(ID + ":")
                .doesNotContain(" ")
                .hasSizeLessThan(120);
        assertThat(id("{\"status\":\"a:b\"}"))
                .as("no part reaches into the next")
                .matches(ID + ":[0-9a-f]{32}:-");
    }

    @Test
    void tells_the_mapping_which_payment_the_address_is_for() {
        assertThat(webhook.notes(request("phoneshop", ADDRESS, ""))).isEqualTo(Map.of("reference-id", ID.toString()));
    }

    @Property
    void any_address_and_body_get_a_verdict(@ForAll String address, @ForAll byte[] body) {
        WebhookRequest request = request("phoneshop", address, body);

        assertThat(webhook.verify(request)).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(webhook.refused(Verdict.BAD_SIGNATURE, request)).isNotNull();
        assertThat(webhook.messageId(request("phoneshop", ADDRESS, body))).hasSizeBetween(40, 200);
    }

    @Property
    void any_body_is_mapped_or_refused_by_name(@ForAll("spoilt") byte[] body) {
        Mutations.mapsOrRefuses("mtn-momo-payment-in", body, Map.of("reference-id", ID.toString()));
    }

    @Provide
    Arbitrary<byte[]> spoilt() {
        return Mutations.ofFixtures("mtn-momo-payment-in");
    }

    private Verdict verify(String address, String body) {
        return webhook.verify(request("phoneshop", address, body));
    }

    private String id(String body) {
        return webhook.messageId(request("phoneshop", ADDRESS, body));
    }

    private static WebhookRequest request(String tenant, String address, String body) {
        return request(tenant, address, body.getBytes(StandardCharsets.UTF_8));
    }

    private static WebhookRequest request(String tenant, String address, byte[] body) {
        return new WebhookRequest(
                tenant,
                "mtn-momo",
                "PUT",
                address,
                "https://hub.example/webhooks/" + tenant + "/mtn-momo/" + address,
                null,
                Map.of("x-reference-id", List.of("00000000-0000-4000-8000-000000000000")),
                body,
                PaymentsForTests.NOW);
    }
}
