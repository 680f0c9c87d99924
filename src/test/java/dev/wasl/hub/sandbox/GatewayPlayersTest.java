package dev.wasl.hub.sandbox;

import static dev.wasl.hub.sandbox.TestSandbox.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayPlayersTest {

    private static final String[] AUTHORIZED = {"Authorization", "Bearer " + TestSandbox.PAYSTACK_KEY};

    private TestSandbox sandbox;

    @BeforeEach
    void start() {
        sandbox = new TestSandbox();
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void sends_the_callbacks_of_an_act_on_the_spot_and_tells_the_hubs_answer() {
        sandbox.meetHub();
        order("ORD-1");

        JsonNode told = sandbox.control("gateways/paystack/ORD-1/succeed", "");

        assertThat(told.at("/hooks/0/event").asText()).isEqualTo("charge.success");
        assertThat(told.at("/hooks/0/status").asInt()).isEqualTo(202);
        assertThat(told.at("/order/state").asText()).isEqualTo("PAID");
        assertThat(sandbox.received).singleElement().satisfies(received -> {
            assertThat(received.target()).isEqualTo("/webhooks/phoneshop/paystack");
            assertThat(received.headers()).containsKey("x-paystack-signature");
            assertThat(received.json().at("/data/reference").asText()).isEqualTo("ORD-1");
        });
    }

    @Test
    void loses_or_repeats_callbacks_when_told_so() {
        sandbox.meetHub();
        order("ORD-1");
        order("ORD-2");

        JsonNode lost = sandbox.control("gateways/paystack/ORD-1/succeed?hooks=lost", "");
        JsonNode twice = sandbox.control("gateways/paystack/ORD-2/succeed?hooks=twice", "");

        assertThat(lost.path("hooks")).isEmpty();
        assertThat(lost.at("/order/state").asText()).isEqualTo("PAID");
        assertThat(twice.path("hooks")).hasSize(2);
        assertThat(sandbox.received)
                .hasSize(2)
                .allMatch(received ->
                        received.json().at("/data/reference").asText().equals("ORD-2"));
    }

    @Test
    void lists_orders_without_their_secrets() {
        order("ORD-1");

        JsonNode orders = json(sandbox.get("/_sandbox/gateways")).path("paystack");

        assertThat(orders).hasSize(1);
        assertThat(orders.at("/0/reference").asText()).isEqualTo("ORD-1");
        assertThat(orders.at("/0/asked").asLong()).isEqualTo(500_000);
        assertThat(orders.at("/0").has("details")).isFalse();
    }

    @Test
    void refuses_what_cannot_happen() {
        order("ORD-1");

        assertThat(act("ORD-1", "refund").statusCode()).isEqualTo(409);
        assertThat(act("ORD-9", "succeed").statusCode()).isEqualTo(404);
        assertThat(act("ORD-1", "vanish").statusCode()).isEqualTo(404);
        assertThat(act("ORD-1", "succeed?hooks=maybe").statusCode()).isEqualTo(400);
        assertThat(sandbox.post("/_sandbox/gateways/nobody/ORD-1/succeed", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void the_story_makes_orders_and_lets_customers_decide() {
        sandbox.meetHub();

        await().atMost(Duration.ofSeconds(20)).until(() -> {
            sandbox.control("story", "{\"play\":50}");
            sandbox.clock.advance(Duration.ofSeconds(30));
            return sandbox.received.stream()
                    .anyMatch(received -> received.target().equals("/webhooks/phoneshop/paystack"));
        });
    }

    private HttpResponse<String> act(String order, String act) {
        return sandbox.post("/_sandbox/gateways/paystack/" + order + '/' + act, "");
    }

    private void order(String reference) {
        HttpResponse<String> started = sandbox.post(
                "/gateways/paystack/transaction/initialize",
                "{\"email\":\"a@example.com\",\"amount\":\"500000\",\"currency\":\"KES\",\"reference\":\"" + reference
                        + "\"}",
                AUTHORIZED);
        assertThat(started.statusCode()).as(started.body()).isEqualTo(200);
    }
}
