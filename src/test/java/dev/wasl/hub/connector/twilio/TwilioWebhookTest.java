package dev.wasl.hub.connector.twilio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.TenantsForTests;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.WebhookRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TwilioWebhookTest {

    private static final String URL = "https://hub.example.com/webhooks/hvar/twilio?n=0192f0c1&a=1";
    private static final String FORM = "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005&Body=%D9%85+x";
    private static final String SORTED = "Bodyم xErrorCode30005MessageSidSM1MessageStatusundelivered";

    private final TwilioWebhook webhook = new TwilioWebhook(TenantsForTests.of(Map.of(
            "wasl.tenants.hvar.connectors.twilio.auth-tokens[0]", "primary",
            "wasl.tenants.hvar.connectors.twilio.auth-tokens[1]", " secondary ",
            "wasl.tenants.open.connectors.twilio.auth-tokens", "")));

    @Test
    void accepts_either_token_while_it_is_rotated() {
        assertThat(verify(URL, FORM, signature("primary", URL + SORTED))).isEqualTo(Verdict.VALID);
        assertThat(verify(URL, FORM, signature("secondary", URL + SORTED))).isEqualTo(Verdict.VALID);
        assertThat(verify(URL, FORM, signature("tertiary", URL + SORTED))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void the_query_is_part_of_what_is_signed() {
        String without = "https://hub.example.com/webhooks/hvar/twilio";

        assertThat(verify(URL, FORM, signature("primary", without + SORTED))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void the_fragment_is_not() {
        assertThat(verify(URL + "#rc=3&rp=all", FORM, signature("primary", URL + SORTED)))
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void the_default_port_may_be_spelt_or_not() {
        String http = "http://hub.example.com/x?y";
        String ipv6 = "https://[2001:db8::1]:8443/x";

        assertThat(verify(http, "", signature("primary", "http://hub.example.com:80/x?y")))
                .isEqualTo(Verdict.VALID);
        assertThat(verify(http, "", signature("primary", "http://hub.example.com:443/x?y")))
                .isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(verify(ipv6, "", signature("primary", "https://[2001:db8::1]/x")))
                .isEqualTo(Verdict.VALID);
        assertThat(verify("https://[2001:db8::1]/x", "", signature("primary", "https://[2001:db8::1]:443/x")))
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void a_json_body_is_bound_by_its_hash_in_the_url() {
        String body = "{\"type\":\"delivered\"}";
        String url = URL + "&bodySHA256=" + Fingerprint.of(body.getBytes(StandardCharsets.UTF_8));

        assertThat(verify(url, body, signature("primary", url))).isEqualTo(Verdict.VALID);
        assertThat(verify(url, body + " ", signature("primary", url))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void what_cannot_be_read_is_malformed() {
        assertThat(verify(URL, "a=%ZZ", "x")).isEqualTo(Verdict.MALFORMED);
        assertThat(webhook.verify(request("hvar", URL, FORM, List.of("a", "a"))))
                .isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void nothing_is_proved_without_signature_or_token() {
        assertThat(webhook.verify(request("hvar", URL, FORM, List.of()))).isEqualTo(Verdict.UNSIGNED);
        assertThat(webhook.verify(request("open", URL, FORM, List.of(signature("x", URL + SORTED)))))
                .isEqualTo(Verdict.UNKNOWN_SECRET);
        assertThat(webhook.verify(request("nobody", URL, FORM, List.of("x")))).isEqualTo(Verdict.UNKNOWN_SECRET);
    }

    @Test
    void one_message_in_one_status_is_one_event() {
        assertThat(id(FORM)).isEqualTo("SM1:undelivered:30005");
        assertThat(id("MessageStatus=sent&MessageSid=SM1&x=1")).isEqualTo("SM1:sent");
        assertThat(id("SmsSid=SM1&SmsStatus=received&Body=hi")).isEqualTo("SM1:received");
        assertThat(id("a=%ZZ")).isEqualTo(Fingerprint.of("a=%ZZ".getBytes(StandardCharsets.UTF_8)));
        assertThat(id("MessageSid=SM1")).hasSize(64);
    }

    @Test
    void the_answer_is_empty_because_text_would_go_to_the_customer() {
        assertThat(webhook.accepted(webhook.notes(request("hvar", URL, "", List.of())))
                        .status())
                .isEqualTo(204);
        assertThat(webhook.accepted(webhook.notes(request("hvar", URL, "", List.of())))
                        .body())
                .isNull();
    }

    @Property
    void any_request_gets_a_verdict(@ForAll String header, @ForAll byte[] body, @ForAll String query) {
        WebhookRequest request = new WebhookRequest(
                "hvar",
                "twilio",
                "POST",
                "",
                "https://h/?" + query,
                query,
                Map.of("x-twilio-signature", List.of(header)),
                body,
                Instant.EPOCH);

        assertThat(webhook.verify(request)).isNotEqualTo(Verdict.VALID);
        assertThat(webhook.messageId(request)).isNotBlank();
    }

    private Verdict verify(String url, String body, String signature) {
        return webhook.verify(request("hvar", url, body, List.of(signature)));
    }

    private String id(String body) {
        return webhook.messageId(request("hvar", URL, body, List.of()));
    }

    private static WebhookRequest request(String tenant, String url, String body, List<String> signatures) {
        int query = url.indexOf('?');
        return new WebhookRequest(
                tenant,
                "twilio",
                "POST",
                "",
                url,
                query < 0 ? null : url.substring(query + 1),
                signatures.isEmpty() ? Map.of() : Map.of("x-twilio-signature", signatures),
                body.getBytes(StandardCharsets.UTF_8),
                Instant.EPOCH);
    }

    private static String signature(String token, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
