package dev.wasl.hub.sandbox;

import static dev.wasl.hub.sandbox.TestSandbox.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class MessagesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String CALLBACK = "https://hub.example.com/webhooks/hvar/twilio?n=0192&a=1";
    private static final String TEMPLATE = """
            {"messaging_product":"whatsapp","to":"%s","type":"template","biz_opaque_callback_data":"n=0192;a=1",
             "template":{"name":"delivered","language":{"code":"ar"},
              "components":[{"type":"body","parameters":[{"type":"text","text":"أمين"}]}]}}""";

    @Test
    void accepts_an_sms_and_reports_it_signed_for_the_public_address() throws Exception {
        try (TestSandbox sandbox = new TestSandbox()) {
            sandbox.meetHub();

            HttpResponse<String> answer = sms(sandbox, "+201000000001", "مرحبا، طلبك وصل", CALLBACK + "#rc=3");

            JsonNode resource = json(answer);
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(resource.path("sid").asText()).matches("SM[0-9a-f]{32}");
            assertThat(resource.path("status").asText()).isEqualTo("queued");
            assertThat(resource.path("num_segments").isTextual()).isTrue();
            assertThat(resource.path("error_code").isNull()).isTrue();
            await().atMost(PATIENCE).until(() -> sandbox.received.size() == 2);
            for (TestSandbox.Received receipt : sandbox.received) {
                Map<String, String> form = form(receipt.text());
                assertThat(receipt.target()).isEqualTo("/webhooks/hvar/twilio?n=0192&a=1");
                assertThat(form)
                        .containsEntry("MessageSid", resource.path("sid").asText());
                StringBuilder signed = new StringBuilder(CALLBACK);
                new TreeMap<>(form).forEach((key, value) -> signed.append(key).append(value));
                assertThat(receipt.headers().get("x-twilio-signature"))
                        .isEqualTo(Base64.getEncoder()
                                .encodeToString(hmac("HmacSHA1", TestSandbox.TWILIO_TOKEN, signed.toString())));
            }
            assertThat(sandbox.received.stream().map(hook -> form(hook.text()).get("MessageStatus")))
                    .containsExactlyInAnyOrder("sent", "delivered");
            JsonNode kept = json(sandbox.get("/_sandbox/messages?channel=sms"))
                    .path("messages")
                    .path(0);
            assertThat(kept.path("text").asText()).isEqualTo("مرحبا، طلبك وصل");
            assertThat(kept.path("tenant").asText()).isEqualTo("hvar");
        }
    }

    @Test
    void refuses_an_sms_as_twilio_would() {
        try (TestSandbox sandbox = new TestSandbox()) {
            String path = "/2010-04-01/Accounts/" + TestSandbox.TWILIO_SID + "/Messages.json";
            HttpResponse<String> wrongToken =
                    sandbox.post(path, "To=%2B201000000001", "Authorization", basic(TestSandbox.TWILIO_SID, "other"));

            assertThat(wrongToken.statusCode()).isEqualTo(401);
            assertThat(json(wrongToken).path("code").asInt()).isEqualTo(20003);
            assertThat(json(sms(sandbox, "01000000001", "x", "")).path("code").asInt())
                    .isEqualTo(21211);
            assertThat(json(sms(sandbox, "+201000000001", "", "")).path("code").asInt())
                    .isEqualTo(21602);
            assertThat(json(sms(sandbox, "+201000000001", "x".repeat(1_601), ""))
                            .path("code")
                            .asInt())
                    .isEqualTo(21617);
        }
    }

    @Test
    void lets_a_receipt_overtake_the_answer() {
        SandboxSettings.Messages early = new SandboxSettings.Messages(0, 0, 0, 100, Duration.ofMillis(20), true);
        try (TestSandbox sandbox = new TestSandbox(TestSandbox.settings(50, null, TestSandbox.unlimited(), early))) {
            sandbox.meetHub();

            sms(sandbox, "+201000000001", "x", CALLBACK);

            assertThat(sandbox.received).isNotEmpty();
        }
    }

    @Test
    void finds_sent_messages_by_recipient() {
        try (TestSandbox sandbox = new TestSandbox()) {
            sms(sandbox, "+201000000001", "one", "");
            sms(sandbox, "+201000000002", "two", "");

            JsonNode found = json(sandbox.get(
                            "/2010-04-01/Accounts/" + TestSandbox.TWILIO_SID + "/Messages.json?To=%2B201000000002",
                            "Authorization",
                            basic(TestSandbox.TWILIO_SID, TestSandbox.TWILIO_TOKEN)))
                    .path("messages");

            assertThat(found).hasSize(1);
            assertThat(found.path(0).path("body").asText()).isEqualTo("two");
        }
    }

    @Test
    void accepts_a_template_and_reports_it_escaped_and_signed() throws Exception {
        // far enough apart that a loaded machine does not let one receipt overtake another
        SandboxSettings.Messages chatty = new SandboxSettings.Messages(0, 0, 100, 0, Duration.ofMillis(400), true);
        try (TestSandbox sandbox = new TestSandbox(TestSandbox.settings(200, null, TestSandbox.unlimited(), chatty))) {
            sandbox.meetHub();

            HttpResponse<String> answer = whatsapp(sandbox, TEMPLATE.formatted("+201000000001"));

            String id = json(answer).at("/messages/0/id").asText();
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(id).startsWith("wamid.");
            await().atMost(PATIENCE).until(() -> sandbox.received.stream()
                    .anyMatch(hook -> hook.text().contains("\"messages\":[")));
            for (TestSandbox.Received hook : sandbox.received) {
                assertThat(hook.target()).isEqualTo("/webhooks/hvar/whatsapp");
                assertThat(hook.headers().get("x-hub-signature-256"))
                        .isEqualTo("sha256="
                                + HexFormat.of().formatHex(hmac("HmacSHA256", TestSandbox.META_SECRET, hook.text())));
                assertThat(hook.text()).matches("\\p{ASCII}*").containsPattern("\\\\u06[0-9a-f]{2}");
                assertThat(hook.text()).doesNotContainPattern("[^\\\\]/");
                hook.json().at("/entry/0/changes/0/value/statuses").forEach(status -> {
                    assertThat(status.path("id").asText()).isEqualTo(id);
                    assertThat(status.path("biz_opaque_callback_data").asText()).isEqualTo("n=0192;a=1");
                    assertThat(status.path("timestamp").isTextual()).isTrue();
                });
            }
            assertThat(statuses(sandbox)).startsWith("sent");
        }
    }

    @Test
    void cannot_reach_numbers_that_are_not_on_whatsapp() {
        SandboxSettings.Messages absent = new SandboxSettings.Messages(100, 0, 0, 0, Duration.ofMillis(20), true);
        try (TestSandbox sandbox = new TestSandbox(TestSandbox.settings(50, null, TestSandbox.unlimited(), absent))) {
            sandbox.meetHub();

            whatsapp(sandbox, TEMPLATE.formatted("201000000001"));

            await().atMost(PATIENCE).until(() -> !sandbox.received.isEmpty());
            JsonNode status = sandbox.received.get(0).json().at("/entry/0/changes/0/value/statuses/0");
            assertThat(status.path("status").asText()).isEqualTo("failed");
            assertThat(status.at("/errors/0/code").asInt()).isEqualTo(131026);
        }
    }

    @Test
    void fails_free_text_to_somebody_who_has_not_written() {
        try (TestSandbox sandbox = new TestSandbox()) {
            sandbox.meetHub();

            whatsapp(
                    sandbox,
                    "{\"messaging_product\":\"whatsapp\",\"to\":\"201000000001\",\"type\":\"text\",\"text\":{\"body\":\"x\"}}");

            await().atMost(PATIENCE).until(() -> !sandbox.received.isEmpty());
            assertThat(sandbox.received
                            .get(0)
                            .json()
                            .at("/entry/0/changes/0/value/statuses/0/errors/0/code")
                            .asInt())
                    .isEqualTo(131047);
        }
    }

    @Test
    void refuses_a_whatsapp_message_as_meta_would() {
        try (TestSandbox sandbox = new TestSandbox()) {
            String path = "/v23.0/" + TestSandbox.PHONE_ID + "/messages";
            HttpResponse<String> wrongToken =
                    sandbox.post(path, TEMPLATE.formatted("201000000001"), "Authorization", "Bearer other");
            HttpResponse<String> wrongNumber = sandbox.post("/v23.0/1/messages", "{}", "Authorization", "Bearer other");

            assertThat(wrongToken.statusCode()).isEqualTo(401);
            assertThat(json(wrongToken).at("/error/code").asInt()).isEqualTo(190);
            assertThat(json(wrongNumber).at("/error/code").asInt()).isEqualTo(33);
            assertThat(json(whatsapp(sandbox, "{\"messaging_product\":\"whatsapp\",\"type\":\"template\"}"))
                            .at("/error/code")
                            .asInt())
                    .isEqualTo(131009);
        }
    }

    @Test
    void takes_mail_and_keeps_the_last_few_only() throws Exception {
        try (TestSandbox sandbox = new TestSandbox()) {
            Properties properties = new Properties();
            properties.put("mail.smtp.host", "127.0.0.1");
            properties.put("mail.smtp.port", sandbox.sandbox.smtpPort());
            properties.put("mail.smtp.auth", "true");
            Session session = Session.getInstance(properties);
            for (int i = 0; i < 130; i++) {
                MimeMessage mail = new MimeMessage(session);
                mail.setFrom(new InternetAddress("portal@demo.example"));
                mail.setRecipient(MimeMessage.RecipientType.TO, new InternetAddress("customer@example.com"));
                mail.setSubject("إيصال " + i, "UTF-8");
                mail.setText("شكراً لك " + i, "UTF-8");
                Transport.send(mail, "demo-portal", "demo-smtp-portal");
            }

            JsonNode kept =
                    json(sandbox.get("/_sandbox/messages?channel=email")).path("messages");

            assertThat(kept).hasSize(100);
            assertThat(kept.path(0).path("text").asText()).isEqualTo("Subject: إيصال 129\n\nشكراً لك 129");
            assertThat(kept.path(0).path("to").asText()).isEqualTo("customer@example.com");
            assertThat(sandbox.sandbox.report().messages()).containsEntry("email", 130L);
        }
    }

    private static HttpResponse<String> sms(TestSandbox sandbox, String to, String text, String callback) {
        Map<String, String> form = new TreeMap<>(Map.of("To", to, "From", "HVAR", "Body", text));
        if (!callback.isEmpty()) {
            form.put("StatusCallback", callback);
        }
        List<String> pairs = new ArrayList<>();
        form.forEach((key, value) -> pairs.add(key + '=' + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return sandbox.post(
                "/2010-04-01/Accounts/" + TestSandbox.TWILIO_SID + "/Messages.json",
                String.join("&", pairs),
                "Authorization",
                basic(TestSandbox.TWILIO_SID, TestSandbox.TWILIO_TOKEN),
                "Content-Type",
                "application/x-www-form-urlencoded");
    }

    private static HttpResponse<String> whatsapp(TestSandbox sandbox, String body) {
        return sandbox.post(
                "/v23.0/" + TestSandbox.PHONE_ID + "/messages",
                body,
                "Authorization",
                "Bearer " + TestSandbox.META_TOKEN,
                "Content-Type",
                "application/json");
    }

    private static List<String> statuses(TestSandbox sandbox) {
        List<String> statuses = new ArrayList<>();
        sandbox.received.forEach(hook -> hook.json()
                .at("/entry/0/changes/0/value/statuses")
                .forEach(status -> statuses.add(status.path("status").asText())));
        return statuses;
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ':' + password).getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> form(String text) {
        Map<String, String> form = new HashMap<>();
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return form;
    }

    private static byte[] hmac(String algorithm, String key, String text) throws Exception {
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
