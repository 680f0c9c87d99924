package dev.wasl.hub.connector.whatsapp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.connector.TenantsForTests;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook.Answer;
import dev.wasl.hub.intake.WebhookRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhatsAppWebhookTest {

    private static final byte[] BODY = "{\"object\":\"\\u0645\\/\"}".getBytes(StandardCharsets.UTF_8);

    private final WhatsAppWebhook webhook = new WhatsAppWebhook(TenantsForTests.of(Map.of(
            "wasl.tenants.hvar.connectors.whatsapp.app-secrets[0]", "new",
            "wasl.tenants.hvar.connectors.whatsapp.app-secrets[1]", "old",
            "wasl.tenants.hvar.connectors.whatsapp.verify-token", "vt-123 ",
            "wasl.tenants.open.connectors.whatsapp.app-secrets", "",
            "wasl.tenants.open.connectors.whatsapp.verify-token", "")));

    @Test
    void accepts_either_secret_while_it_is_reset() {
        assertThat(verify("sha256=" + signature("new"))).isEqualTo(Verdict.VALID);
        assertThat(verify("sha256=" + signature("old"))).isEqualTo(Verdict.VALID);
        assertThat(verify("sha256=" + signature("vt-123"))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha1=x", "SHA256=x", "x"})
    void another_form_is_malformed(String header) {
        assertThat(verify(header)).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void nothing_is_proved_without_signature_or_secret() {
        assertThat(webhook.verify(request("hvar", List.of(), BODY, null))).isEqualTo(Verdict.UNSIGNED);
        assertThat(webhook.verify(request("hvar", List.of("sha256=a", "sha256=a"), BODY, null)))
                .isEqualTo(Verdict.MALFORMED);
        assertThat(webhook.verify(request("open", List.of("sha256=a"), BODY, null)))
                .isEqualTo(Verdict.UNKNOWN_SECRET);
        assertThat(webhook.verify(request("nobody", List.of("sha256=a"), BODY, null)))
                .isEqualTo(Verdict.UNKNOWN_SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "hvar, hub.mode=subscribe&hub.challenge=115%2B8&hub.verify_token=vt-123, 200, 115+8",
        "hvar, hub.mode=subscribe&hub.challenge=1158&hub.verify_token=nope, 403,",
        "hvar, hub.mode=unsubscribe&hub.challenge=1158&hub.verify_token=vt-123, 400,",
        "hvar, hub.mode=subscribe&hub.challenge=1&hub.challenge=2&hub.verify_token=vt-123, 400,",
        "hvar, hub.mode=subscribe&hub.challenge=%0D%0A&hub.verify_token=vt-123, 400,",
        "hvar, hub.mode=%ZZ, 400,",
        "open, hub.mode=subscribe&hub.challenge=1158&hub.verify_token=, 503,",
        "nobody, hub.mode=subscribe&hub.challenge=1158&hub.verify_token=x, 503,"
    })
    void answers_the_handshake(String tenant, String query, int status, String body) {
        Answer answer = webhook.handshake(request(tenant, List.of(), new byte[0], query));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body);
    }

    @Test
    void is_answered_with_200() {
        assertThat(webhook.accepted(webhook.notes(request("hvar", List.of(), BODY, null)))
                        .status())
                .isEqualTo(200);
    }

    @Property
    void any_request_gets_a_verdict(@ForAll String header, @ForAll byte[] body, @ForAll String query) {
        WebhookRequest request = request("hvar", List.of("sha256=" + header), body, query);

        assertThat(webhook.verify(request)).isNotEqualTo(Verdict.VALID);
        assertThat(webhook.messageId(request)).hasSize(64);
        assertThat(webhook.handshake(request).status()).isIn(200, 400, 403);
    }

    private Verdict verify(String header) {
        return webhook.verify(request("hvar", List.of(header), BODY, null));
    }

    private static WebhookRequest request(String tenant, List<String> signatures, byte[] body, String query) {
        return new WebhookRequest(
                tenant,
                "whatsapp",
                "POST",
                "",
                "https://hub.example.com/webhooks/" + tenant + "/whatsapp",
                query,
                signatures.isEmpty() ? Map.of() : Map.of("x-hub-signature-256", signatures),
                body,
                Instant.EPOCH);
    }

    private static String signature(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(BODY));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
