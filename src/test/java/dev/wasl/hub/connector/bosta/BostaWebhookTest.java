package dev.wasl.hub.connector.bosta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.TenantsForTests;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BostaWebhookTest {

    private final BostaWebhook webhook = new BostaWebhook(TenantsForTests.of(Map.of(
            "wasl.tenants.hvar.connectors.bosta.webhook-secrets[0]", "new-secret",
            "wasl.tenants.hvar.connectors.bosta.webhook-secrets[1]", "Bearer old-secret\n",
            "wasl.tenants.other.connectors.bosta.webhook-header", "X-Bosta-Key",
            "wasl.tenants.other.connectors.bosta.webhook-secrets", "one, two",
            "wasl.tenants.open.connectors.bosta.webhook-secrets", "")));

    @ParameterizedTest
    @ValueSource(strings = {"new-secret", "Bearer new-secret", "bearer new-secret", "Bearer old-secret"})
    void accepts_each_secret_with_and_without_bearer(String value) {
        assertThat(verify("hvar", "authorization", value)).isEqualTo(Verdict.VALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "new-secret ",
                "NEW-SECRET",
                "old-secret",
                "Bearer",
                "Bearer ",
                "Bearer Bearer new-secret",
                "new-secre"
            })
    void refuses_anything_else(String value) {
        assertThat(verify("hvar", "authorization", value)).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void the_header_is_the_merchants_choice() {
        assertThat(verify("other", "x-bosta-key", "two")).isEqualTo(Verdict.VALID);
        assertThat(verify("other", "authorization", "two")).isEqualTo(Verdict.UNSIGNED);
    }

    @Test
    void an_empty_secret_proves_nothing() {
        assertThat(verify("open", "authorization", "")).isEqualTo(Verdict.UNKNOWN_SECRET);
        assertThat(verify("nobody", "authorization", "x")).isEqualTo(Verdict.UNKNOWN_SECRET);
    }

    @Test
    void a_repeated_header_is_malformed() {
        WebhookRequest twice = request(
                "hvar",
                Map.of("authorization", List.of("new-secret", "new-secret")),
                "{}".getBytes(StandardCharsets.UTF_8));

        assertThat(webhook.verify(twice)).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void one_state_at_one_moment_is_one_event_however_its_numbers_are_written() {
        String first =
                id("hvar", "{\"_id\":\"d1\",\"trackingNumber\":1,\"state\":45,\"timeStamp\":1768129781757,\"cod\":1}");

        assertThat(id("hvar", "{\"timeStamp\":\"1768129781757\",\"state\":\"45\",\"cod\":\"2\",\"_id\":\"d1\"}"))
                .isEqualTo(first);
        assertThat(id("hvar", "{\"_id\":\"d1\",\"state\":46,\"timeStamp\":1768129781757}"))
                .isNotEqualTo(first);
        assertThat(id("hvar", "{\"_id\":\"d1\",\"state\":45,\"timeStamp\":1768129781758}"))
                .isNotEqualTo(first);
        assertThat(id("other", "{\"_id\":\"d1\",\"state\":45,\"timeStamp\":1768129781757}"))
                .isNotEqualTo(first);
    }

    @Test
    void without_the_courier_id_the_tracking_number_counts() {
        assertThat(id("hvar", "{\"trackingNumber\":90000001,\"state\":45,\"timeStamp\":1}"))
                .isEqualTo(id("hvar", "{\"trackingNumber\":\"90000001\",\"state\":45,\"timeStamp\":1}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "{}",
                "{\"_id\":\"d1\",\"state\":45}",
                "{\"state\":45,\"timeStamp\":1}",
                "{\"_id\""
            })
    void what_cannot_be_told_apart_by_its_fields_is_told_apart_by_its_bytes(String body) {
        assertThat(id("hvar", body)).isEqualTo(Fingerprint.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Property
    void any_header_and_body_get_a_verdict(@ForAll String value, @ForAll byte[] body) {
        WebhookRequest request = request("hvar", Map.of("authorization", List.of(value)), body);

        assertThat(webhook.verify(request)).isNotEqualTo(Verdict.VALID);
        assertThat(webhook.messageId(request)).hasSize(64);
    }

    private Verdict verify(String tenant, String header, String value) {
        return webhook.verify(request(tenant, Map.of(header, List.of(value)), "{}".getBytes(StandardCharsets.UTF_8)));
    }

    private String id(String tenant, String body) {
        return webhook.messageId(request(tenant, Map.of(), body.getBytes(StandardCharsets.UTF_8)));
    }

    private static WebhookRequest request(String tenant, Map<String, List<String>> headers, byte[] body) {
        return new WebhookRequest(
                tenant,
                "bosta",
                "POST",
                "",
                "https://hub.example.com/webhooks/" + tenant + "/bosta",
                null,
                headers,
                body,
                Instant.EPOCH);
    }
}
