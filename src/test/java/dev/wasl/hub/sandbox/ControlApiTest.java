package dev.wasl.hub.sandbox;

import static dev.wasl.hub.sandbox.TestSandbox.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlApiTest {

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
    void storms_until_the_time_is_over() {
        misbehave("bosta", "429-storm", 30);

        HttpResponse<String> refused = search();

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(json(refused).path("retryAfter").asInt()).isEqualTo(30);
        sandbox.clock.advance(Duration.ofSeconds(30));
        assertThat(search().statusCode()).isEqualTo(200);
    }

    @Test
    void fails_with_5xx_in_several_forms() {
        misbehave("bosta", "5xx", 60);

        Set<Integer> statuses = new HashSet<>();
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> answer = search();
            statuses.add(answer.statusCode());
            bodies.add(answer.body());
        }

        assertThat(statuses).containsExactlyInAnyOrder(500, 502, 503);
        assertThat(bodies).contains("").anyMatch(body -> body.startsWith("<html>"));
    }

    @Test
    void cuts_answers_in_half() {
        misbehave("bosta", "truncated", 60);

        assertThatThrownBy(this::search).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void never_answers() {
        misbehave("bosta", "timeout", 60);

        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(sandbox.url("/api/v2/cities")))
                .timeout(Duration.ofMillis(700));

        assertThatThrownBy(() -> sandbox.send(request)).hasCauseInstanceOf(java.net.http.HttpTimeoutException.class);
    }

    @Test
    void answers_slowly() {
        misbehave("bosta", "slow", 60);
        HttpRequest.Builder hasty = HttpRequest.newBuilder(URI.create(sandbox.url("/api/v2/cities")))
                .timeout(Duration.ofMillis(700));

        assertThatThrownBy(() -> sandbox.send(hasty)).isInstanceOf(UncheckedIOException.class);
        assertThat(search().statusCode()).isEqualTo(200);
    }

    @Test
    void knows_no_key_any_more_for_one_provider_only() {
        misbehave("bosta", "wrong-key", 60);

        assertThat(search().statusCode()).isEqualTo(401);
        assertThat(json(search()).path("errorCode").asInt()).isEqualTo(1028);
        JsonNode state = json(sandbox.get("/_sandbox/state"));
        assertThat(state.at("/misbehaving/bosta").asText()).isEqualTo("wrong-key");
        assertThat(state.at("/misbehaving/twilio").asText()).isEqualTo("none");
        misbehave("bosta", "none", 1);
        assertThat(search().statusCode()).isEqualTo(200);
    }

    @Test
    void accepts_a_message_whose_answer_never_comes() {
        misbehave("whatsapp", "truncated", 60);

        assertThatThrownBy(() -> sandbox.post(
                        "/v23.0/" + TestSandbox.PHONE_ID + "/messages",
                        "{\"messaging_product\":\"whatsapp\",\"to\":\"201000000001\",\"type\":\"text\",\"text\":{\"body\":\"x\"}}",
                        "Authorization",
                        "Bearer " + TestSandbox.META_TOKEN))
                .isInstanceOf(UncheckedIOException.class);

        assertThat(sandbox.sandbox.report().messages()).containsEntry("whatsapp", 1L);
    }

    @Test
    void refuses_orders_that_make_no_sense() {
        assertThat(sandbox.post("/_sandbox/misbehave", "{\"mode\":\"sulk\"}").statusCode())
                .isEqualTo(400);
        assertThat(sandbox.post("/_sandbox/misbehave", "{\"mode\":\"slow\",\"target\":\"moon\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(sandbox.post("/_sandbox/story", "{\"rate\":-1}").statusCode())
                .isEqualTo(400);
        assertThat(sandbox.post("/_sandbox/nothing", "").statusCode()).isEqualTo(404);
    }

    @Test
    void tells_its_story_at_the_ordered_rate() {
        sandbox.meetHub();
        JsonNode told = sandbox.control("story", "{\"rate\":6000}");

        assertThat(told.path("rate").asInt()).isEqualTo(6000);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> sandbox.sandbox.report().events() > 100);
        sandbox.control("story", "{\"pause\":true}");
        assertThat(sandbox.sandbox.report().paused()).isTrue();
    }

    @Test
    void advances_a_delivery_to_its_end() {
        String number = json(search()).at("/data/deliveries/0/trackingNumber").asText();
        int status = 200;
        int steps = 0;
        while (status == 200 && steps < 50) {
            steps++;
            status = sandbox.post("/_sandbox/deliveries/" + number + "/advance", "")
                    .statusCode();
        }

        JsonNode view = json(sandbox.get("/_sandbox/deliveries/" + number));
        assertThat(status).isEqualTo(409);
        assertThat(view.path("ended").asBoolean()).isTrue();
        assertThat(view.path("detail").path("trackingNumber").asText()).isEqualTo(number);
        assertThat(view.path("story")).allMatch(step -> step.has("at"));
        assertThat(sandbox.get("/_sandbox/deliveries/1").statusCode()).isEqualTo(404);
    }

    @Test
    void is_steered_from_this_machine_and_not_by_web_pages() throws Exception {
        assertThat(sandbox.get("/_sandbox/state", "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        try (Socket socket = new Socket("127.0.0.1", sandbox.sandbox.port())) {
            OutputStream out = socket.getOutputStream();
            out.write("GET /_sandbox/state HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 403");
        }
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            network.inetAddresses()
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .forEach(address -> assertThatThrownBy(() -> new Socket(address, sandbox.sandbox.port()).close())
                            .isInstanceOf(java.io.IOException.class));
        }
    }

    @Test
    void leaves_no_thread_behind() {
        sandbox.meetHub();
        sandbox.control("story", "{\"play\":50}");
        int port = sandbox.sandbox.smtpPort();

        sandbox.close();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                                .filter(Thread::isAlive)
                                .map(Thread::getName))
                        .noneMatch(name -> name.startsWith("sandbox-")
                                || name.contains("smtp:127.0.0.1:" + port)
                                || name.startsWith("HTTP-Dispatcher")));
        sandbox = new TestSandbox();
    }

    private void misbehave(String target, String mode, int seconds) {
        JsonNode order = sandbox.control(
                "misbehave",
                String.format(Locale.ROOT, "{\"target\":\"%s\",\"mode\":\"%s\",\"for\":%d}", target, mode, seconds));
        assertThat(order.path("mode").asText()).isEqualTo(mode);
    }

    private HttpResponse<String> search() {
        return sandbox.post("/api/v2/deliveries/search", "{\"limit\":5}", "Authorization", TestSandbox.KEY);
    }
}
