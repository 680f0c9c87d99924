package dev.wasl.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WebhooksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void tells_each_change_of_state_in_the_flat_shape_with_the_static_secret() {
        try (TestSandbox sandbox = new TestSandbox()) {
            sandbox.meetHub();
            JsonNode open = Json.object();
            for (JsonNode row : sandbox.search("{\"stateCodes\":[41],\"type\":\"SEND\",\"limit\":1}")
                    .path("deliveries")) {
                open = row;
            }
            String number = open.path("trackingNumber").asText();

            JsonNode view = sandbox.control("deliveries/" + number + "/advance", "");

            await().atMost(PATIENCE).until(() -> of(sandbox, "bosta").size() == 1);
            TestSandbox.Received hook = of(sandbox, "bosta").get(0);
            JsonNode body = hook.json();
            assertThat(hook.target()).isEqualTo("/webhooks/hvar/bosta");
            assertThat(hook.headers()).containsEntry("x-bosta-key", "demo-bosta-webhook");
            assertThat(body.path("trackingNumber").isIntegralNumber()).isTrue();
            assertThat(body.path("trackingNumber").asText()).isEqualTo(number);
            assertThat(body.path("_id").asText()).isEqualTo(open.path("_id").asText());
            assertThat(body.path("state").asInt())
                    .isEqualTo(view.path("state").asInt())
                    .isIn(45, 47);
            assertThat(body.path("type").asText()).isEqualTo("SEND");
            assertThat(body.path("timeStamp").asLong()).isEqualTo(sandbox.clock.millis());
            assertThat(body.path("deliveryPromiseDate").asText()).matches("\\d{2}-\\d{2}-\\d{4}");
            assertThat(body.has("cod")).isEqualTo(body.path("state").asInt() == 45);
            assertThat(body.has("exceptionCode")).isEqualTo(body.path("state").asInt() == 47);
        }
    }

    @Test
    void says_nothing_about_creations_and_settlements() {
        try (TestSandbox sandbox = new TestSandbox()) {
            sandbox.meetHub();
            sandbox.control("story", "{\"play\":1500}");

            SandboxStatus.Report report = sandbox.sandbox.report();
            Set<String> changes = new HashSet<>();
            await().atMost(PATIENCE).until(() -> sandbox.sandbox.report().waiting() == 0);
            for (TestSandbox.Received hook : of(sandbox, "bosta")) {
                assertThat(changes.add(hook.text())).isTrue();
                assertThat(hook.json().path("state").asInt()).isPositive();
            }
            assertThat(report.deliveries()).isGreaterThan(200);
            assertThat(changes).isNotEmpty();
            assertThat(changes.size()).isLessThan((int) report.events());
        }
    }

    @Test
    void repeats_swaps_and_loses_some() {
        SandboxSettings.Webhooks rough =
                new SandboxSettings.Webhooks(10, 20, 20, Duration.ofMillis(300), Duration.ofMillis(20));
        try (TestSandbox sandbox = new TestSandbox(TestSandbox.settings(
                200,
                null,
                TestSandbox.unlimited(),
                new SandboxSettings.Messages(0, 0, 0, 0, Duration.ofMillis(20), true),
                rough))) {
            sandbox.meetHub();
            sandbox.control("story", "{\"play\":1200}");

            await().atMost(PATIENCE).untilAsserted(() -> {
                Map<String, Long> counts = sandbox.sandbox.report().webhooks();
                assertThat(counts.get("bosta lost")).isPositive();
                assertThat(counts.get("bosta duplicated")).isPositive();
                assertThat(counts.get("stripe reordered")).isPositive();
                assertThat(counts.get("stripe delivered"))
                        .isEqualTo((long) of(sandbox, "stripe").size());
                Map<String, Long> bodies = of(sandbox, "bosta").stream()
                        .collect(Collectors.groupingBy(TestSandbox.Received::text, Collectors.counting()));
                assertThat(bodies.values()).contains(2L);
                assertThat(outOfOrder(of(sandbox, "stripe"))).isTrue();
            });
        }
    }

    @Test
    void signs_stripe_events_so_that_stripes_own_library_takes_them() throws Exception {
        try (TestSandbox sandbox = new TestSandbox()) {
            sandbox.meetHub();
            sandbox.control("story", "{\"play\":2000}");
            await().atMost(PATIENCE).until(() -> sandbox.sandbox.report().waiting() == 0);

            Set<String> types = new HashSet<>();
            Set<String> ids = new HashSet<>();
            Set<String> currencies = new HashSet<>();
            for (TestSandbox.Received hook : of(sandbox, "stripe")) {
                assertThat(hook.target()).isEqualTo("/webhooks/portal/stripe");
                String header = hook.headers().get("stripe-signature");
                Event event = read(hook.text(), header);
                types.add(event.getType());
                assertThat(ids.add(event.getId())).isTrue();
                assertThat(header).startsWith("t=" + sandbox.clock.instant().getEpochSecond() + ",v1=");
                JsonNode object = hook.json().at("/data/object");
                currencies.add(object.path("currency").asText());
                if (object.path("currency").asText().equals("ugx")) {
                    assertThat(object.path("amount")
                                            .asLong(object.path("amount_total").asLong())
                                    % 100)
                            .isZero();
                }
                if (event.getType().equals("charge.refunded")) {
                    boolean whole = object.path("amount").asLong()
                            == object.path("amount_refunded").asLong();
                    assertThat(object.path("refunded").asBoolean()).isEqualTo(whole);
                    assertThat(hook.json()
                                    .at("/data/previous_attributes/amount_refunded")
                                    .asLong())
                            .isLessThan(object.path("amount_refunded").asLong());
                }
                if (event.getType().equals("payment_intent.succeeded")) {
                    assertThat(object.at("/metadata/order_id").asText()).isNotEmpty();
                    assertThat(object.path("amount_received").asLong()).isPositive();
                }
            }

            assertThat(currencies).containsExactlyInAnyOrder("egp", "ugx");
            assertThat(types)
                    .contains(
                            "payment_intent.succeeded",
                            "charge.succeeded",
                            "checkout.session.completed",
                            "payment_intent.payment_failed",
                            "payment_intent.canceled",
                            "payment_intent.amount_capturable_updated",
                            "payment_intent.processing",
                            "charge.refunded",
                            "refund.created",
                            "charge.dispute.created",
                            "charge.dispute.closed");
        }
    }

    @Test
    void signs_stripe_events_with_nobody_elses_secret() {
        try (TestSandbox sandbox = new TestSandbox()) {
            sandbox.meetHub();
            sandbox.control("story", "{\"play\":20}");
            await().atMost(PATIENCE).until(() -> !of(sandbox, "stripe").isEmpty());
            TestSandbox.Received hook = of(sandbox, "stripe").get(0);

            org.assertj.core.api.Assertions.assertThatThrownBy(() -> Webhook.constructEvent(
                            hook.text(), hook.headers().get("stripe-signature"), "whsec_other", Long.MAX_VALUE / 2_000))
                    .isInstanceOf(SignatureVerificationException.class);
        }
    }

    @Test
    void repeats_stripe_events_that_the_hub_did_not_take_but_not_bostas() {
        try (TestSandbox sandbox = new TestSandbox()) {
            sandbox.hubStatus = 503;
            sandbox.meetHub();
            sandbox.control("story", "{\"play\":30}");
            await().atMost(PATIENCE)
                    .until(() -> sandbox.sandbox.report().webhooks().getOrDefault("stripe repeated", 0L) > 0);

            sandbox.hubStatus = 202;

            await().atMost(PATIENCE).untilAsserted(() -> {
                Map<String, Long> counts = sandbox.sandbox.report().webhooks();
                assertThat(counts.getOrDefault("stripe failed", 0L)).isZero();
                assertThat(counts.getOrDefault("stripe delivered", 0L)).isPositive();
                assertThat(counts.get("bosta failed")).isPositive();
                assertThat(counts).doesNotContainKey("bosta repeated");
            });
        }
    }

    @Test
    void computes_published_signatures() {
        byte[] body = "{\n  \"id\": \"evt_test_webhook\",\n  \"object\": \"event\"\n}".getBytes(StandardCharsets.UTF_8);
        Map<String, String> call = new TreeMap<>(Map.of(
                "Digits", "1234",
                "CallSid", "CA1234567890ABCDE",
                "To", "+18005551212",
                "Caller", "+14158675309",
                "From", "+14158675309"));

        assertThat(Signatures.stripe("whsec_test_secret", 1_700_000_000, body))
                .isEqualTo("t=1700000000,v1=4f1cd7feda9826e746b7d482c4badebb657398df1099e1046364f6196a230150");
        assertThat(Signatures.twilio("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", call))
                .isEqualTo("RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }

    private static boolean outOfOrder(List<TestSandbox.Received> hooks) {
        List<String> seen = new ArrayList<>();
        for (TestSandbox.Received hook : hooks) {
            String type = hook.json().path("type").asText();
            JsonNode object = hook.json().at("/data/object");
            String intent =
                    object.path("payment_intent").asText(object.path("id").asText());
            if (type.equals("payment_intent.created") && seen.contains(intent)) {
                return true;
            }
            seen.add(intent);
        }
        return false;
    }

    private static List<TestSandbox.Received> of(TestSandbox sandbox, String connector) {
        return sandbox.received.stream()
                .filter(hook -> hook.target().endsWith('/' + connector))
                .toList();
    }

    /** In English, because the library signs with the digits of the machine's language. */
    private static Event read(String body, String signature) throws SignatureVerificationException {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.ENGLISH);
        try {
            return Webhook.constructEvent(body, signature, TestSandbox.STRIPE_SECRET, Long.MAX_VALUE / 2_000);
        } finally {
            Locale.setDefault(before);
        }
    }
}
