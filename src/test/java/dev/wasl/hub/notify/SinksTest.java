package dev.wasl.hub.notify;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.BasicCredentials;
import com.github.tomakehurst.wiremock.http.Fault;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SinksTest {

    private static final String TWILIO = "/2010-04-01/Accounts/AC1/Messages.json";

    private final WireMockServer provider = new WireMockServer(options().dynamicPort());
    private CamelContext camel;
    private Sinks.Sink twilio;
    private Sinks.Sink whatsapp;

    @BeforeEach
    void start() throws Exception {
        provider.start();
        camel = NotifyCamel.start();
        Sinks sinks = new Sinks(camel);
        twilio = sinks.sink(
                "twilio-message-sink",
                "shop",
                Map.of(
                        "baseUrl",
                        "http://localhost:" + provider.port(),
                        "accountSid",
                        "AC1",
                        "authToken",
                        "to&ken=+%/é",
                        "connectTimeout",
                        500,
                        "readTimeout",
                        1500));
        whatsapp = sinks.sink(
                "whatsapp-message-sink",
                "shop",
                Map.of(
                        "baseUrl",
                        "http://localhost:" + provider.port(),
                        "phoneNumberId",
                        "106",
                        "accessToken",
                        "EAAG&x=+%",
                        "connectTimeout",
                        500,
                        "readTimeout",
                        1500));
    }

    @AfterEach
    void stop() throws Exception {
        camel.stop();
        provider.stop();
    }

    @Test
    void sends_the_form_with_the_credentials_at_once() {
        provider.stubFor(post(TWILIO).willReturn(aResponse().withStatus(201).withBody("{\"sid\":\"SM1\"}")));

        Sinks.Answer answer = twilio.send("To=%2B201001234567&Body=a".getBytes(StandardCharsets.UTF_8));

        assertThat(answer.failure()).isNull();
        assertThat(answer.status()).isEqualTo(201);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{\"sid\":\"SM1\"}");
        provider.verify(
                1,
                postRequestedFor(urlEqualTo(TWILIO))
                        .withBasicAuth(new BasicCredentials("AC1", "to&ken=+%/é"))
                        .withHeader("Content-Type", equalTo("application/x-www-form-urlencoded; charset=UTF-8"))
                        .withRequestBody(equalTo("To=%2B201001234567&Body=a")));
        assertThat(provider.getAllServeEvents()).hasSize(1);
    }

    @Test
    void sends_the_bearer_token_as_it_is() {
        provider.stubFor(post("/v23.0/106/messages")
                .willReturn(aResponse().withStatus(200).withBody("{}")));

        Sinks.Answer answer = whatsapp.send("{\"to\":\"أحمد\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).isEqualTo(200);
        provider.verify(
                1,
                postRequestedFor(urlEqualTo("/v23.0/106/messages"))
                        .withHeader("Authorization", equalTo("Bearer EAAG&x=+%"))
                        .withHeader("Content-Type", equalTo("application/json"))
                        .withRequestBody(equalTo("{\"to\":\"أحمد\"}")));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307, 400, 401, 407, 429, 500, 503})
    void sends_one_request_whatever_the_answer_is(int status) {
        provider.stubFor(post(TWILIO)
                .willReturn(aResponse()
                        .withStatus(status)
                        .withHeader("Retry-After", "7")
                        .withHeader("WWW-Authenticate", "Basic realm=\"Twilio API\"")
                        .withHeader("Location", "http://localhost:" + provider.port() + "/elsewhere")
                        .withBody("{\"code\":20429}")));

        Sinks.Answer answer = twilio.send("a=b".getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.retryAfter()).isEqualTo("7");
        assertThat(provider.getAllServeEvents()).hasSize(1);
    }

    @Test
    void reports_a_reset_and_a_late_answer_after_one_request_each() {
        provider.stubFor(post(TWILIO).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        assertThat(twilio.send("a=b".getBytes(StandardCharsets.UTF_8)).failure())
                .isNotNull();
        await().untilAsserted(() -> assertThat(provider.getAllServeEvents()).hasSize(1));

        provider.resetAll();
        provider.stubFor(post(TWILIO).willReturn(aResponse().withStatus(201).withFixedDelay(10_000)));
        long before = System.nanoTime();
        assertThat(twilio.send("a=b".getBytes(StandardCharsets.UTF_8)).failure())
                .isNotNull();
        assertThat((System.nanoTime() - before) / 1_000_000).isLessThan(8_000);
    }

    @Test
    void refuses_an_answer_without_end() {
        provider.stubFor(post(TWILIO).willReturn(aResponse().withStatus(201).withBody("x".repeat(100_000))));

        Sinks.Answer answer = twilio.send("a=b".getBytes(StandardCharsets.UTF_8));

        assertThat(answer.failure()).isNotNull();
        assertThat(answer.status()).isNull();
    }

    @Test
    void keeps_a_failed_call_out_of_a_catch_all_error_handler() throws Exception {
        try (var parking = new DefaultCamelContext()) {
            NotifyCamel.configure(parking);
            NotifyCamel.parkEverything(parking);
            parking.start();
            Sinks.Sink unreachable = new Sinks(parking)
                    .sink(
                            "twilio-message-sink",
                            "shop",
                            Map.of("baseUrl", "http://127.0.0.1:1", "accountSid", "AC1", "authToken", "t"));

            Sinks.Answer answer = unreachable.send("a=b".getBytes(StandardCharsets.UTF_8));

            assertThat(answer.failure()).isInstanceOf(java.net.ConnectException.class);
        }
    }

    @Test
    void keeps_secrets_out_of_what_an_endpoint_calls_itself() {
        assertThat(camel.getEndpoints().stream().map(Object::toString))
                .noneMatch(name -> name.contains("to&ken") || name.contains("EAAG"));
    }
}
