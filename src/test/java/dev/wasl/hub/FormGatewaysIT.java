package dev.wasl.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.util.HtmlUtils;

/**
 * The whole hub against the played Paystack, Flutterwave and CMI: what a back office asks for, what customers do, and what the
 * API says of it afterwards.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "wasl.sandbox.port=0",
            "wasl.sandbox.deliveries=20",
            "wasl.sandbox.story-rate=0",
            "wasl.sandbox.webhooks.lost=0",
            "wasl.payments.schedule=1s, 2s, 5s"
        })
@DirtiesContext
class FormGatewaysIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Pattern INPUT = Pattern.compile("name=\"([^\"]*)\" value=\"([^\"]*)\"");

    /** The gateways, each with a tenant that has it in the demo. */
    enum Played {
        PAYSTACK("paystack", "phoneshop", "KES"),
        FLUTTERWAVE_V3("flutterwave-v3", "phoneshop", "UGX"),
        FLUTTERWAVE_V4("flutterwave-v4", "phoneshop", "KES"),
        CMI("cmi", "cctv", "MAD");

        final String connector;
        final String tenant;
        final String currency;

        Played(String connector, String tenant, String currency) {
            this.connector = connector;
            this.tenant = tenant;
            this.currency = currency;
        }
    }

    @TempDir
    static Path folder;

    @LocalServerPort
    int port;

    @Autowired
    Environment environment;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws Exception {
        Path mappings = Files.createDirectories(folder.resolve("mappings"));
        registry.add("wasl.data-dir", () -> folder.resolve("data").toString());
        registry.add("wasl.mappings.directory", mappings::toString);
    }

    @ParameterizedTest
    @EnumSource(Played.class)
    void a_paid_order_is_paid_once_however_often_it_is_told(Played gateway) throws Exception {
        JsonNode request = ask(gateway, "PAID-" + gateway);

        JsonNode told = act(gateway, request, "succeed?hooks=twice");

        assertThat(told.path("hooks"))
                .hasSize(2)
                .allSatisfy(hook -> assertThat(hook.path("status").asInt()).isEqualTo(200));
        awaitRequest(request, "PAID");
        assertPayment(request, "CAPTURED", 50_000);
    }

    @ParameterizedTest
    @EnumSource(Played.class)
    void an_order_whose_callback_is_lost_is_repaired(Played gateway) throws Exception {
        JsonNode request = ask(gateway, "LOST-" + gateway);

        act(gateway, request, "succeed?hooks=lost");

        // without the callback CMI was never told to take the money
        awaitRequest(request, gateway == Played.CMI ? "AUTHORISED" : "PAID");
    }

    @ParameterizedTest
    @EnumSource(Played.class)
    void a_failure_is_known_whether_or_not_the_gateway_tells_it(Played gateway) throws Exception {
        JsonNode request = ask(gateway, "FAIL-" + gateway);

        act(gateway, request, "fail");

        awaitRequest(request, "FAILED");
    }

    @ParameterizedTest
    @EnumSource(Played.class)
    void another_amount_waits_in_quarantine(Played gateway) throws Exception {
        JsonNode request = ask(gateway, "LESS-" + gateway);

        act(gateway, request, "succeed-with-other-amount");

        await().atMost(LONG).untilAsserted(() -> assertThat(
                        get("/api/v1/payments/requests/" + request.path("id").asText())
                                .toString())
                .contains("the gateway says"));
        assertThat(get("/api/v1/payments/requests/" + request.path("id").asText())
                        .path("status")
                        .asText())
                .isNotEqualTo("PAID");
        assertThat(get("/api/v1/payments?reference=" + request.path("reference").asText())
                        .path("items"))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Played.class)
    void a_lie_changes_nothing(Played gateway) throws Exception {
        JsonNode request = ask(gateway, "LIE-" + gateway);

        JsonNode told = act(gateway, request, "forge");

        // CMI is answered in its own words
        assertThat(told.at("/hooks/0/status").asInt()).isEqualTo(gateway == Played.CMI ? 200 : 401);
        JsonNode paid = ask(gateway, "AFTER-" + gateway);
        act(gateway, paid, "succeed");
        awaitRequest(paid, "PAID");
        assertThat(get("/api/v1/payments/requests/" + request.path("id").asText())
                        .path("status")
                        .asText())
                .isEqualTo("PENDING");
    }

    @ParameterizedTest
    @EnumSource(
            value = Played.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CMI"})
    void refunds_add_up_to_the_whole(Played gateway) throws Exception {
        JsonNode request = ask(gateway, "BACK-" + gateway);
        act(gateway, request, "succeed");
        awaitRequest(request, "PAID");

        act(gateway, request, "refund-part");
        assertRefunded(request, "PARTIALLY_REFUNDED");
        act(gateway, request, "refund");

        assertRefunded(request, "REFUNDED");
        assertPayment(request, "REFUNDED", 50_000);
    }

    @Test
    void a_refund_at_cmi_is_found_by_asking() throws Exception {
        JsonNode request = ask(Played.CMI, "BACK-CMI");
        act(Played.CMI, request, "succeed");
        awaitRequest(request, "PAID");

        act(Played.CMI, request, "refund");
        post("/api/v1/payments/requests/" + request.path("id").asText() + "/query", "");

        assertRefunded(request, "REFUNDED");
    }

    private JsonNode ask(Played gateway, String reference) throws Exception {
        JsonNode request = post("/api/v1/payments/requests", """
                {"tenant": "%s", "reference": "%s", "amount": "%s", "currency": "%s", "gateway": "%s",
                 "customer": {"name": "Amina Nakató", "phone": "+256700000001", "email": "amina@example.com"},
                 "returnUrl": "https://shop.example/thanks"}""".formatted(
                        gateway.tenant,
                        reference,
                        gateway.currency.equals("UGX") ? "50000" : "500.00",
                        gateway.currency,
                        gateway.connector));
        assertThat(request.path("status").asText()).as(request.toString()).isEqualTo("PENDING");
        if (gateway == Played.CMI) {
            openInBrowser(request.path("link").asText());
        }
        return request;
    }

    /** What a customer's browser does with the page that leads to CMI. */
    private void openInBrowser(String link) throws Exception {
        HttpResponse<String> page = http.send(
                HttpRequest.newBuilder(uri(URI.create(link).getRawPath())).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        StringBuilder form = new StringBuilder();
        Matcher inputs = INPUT.matcher(page.body());
        while (inputs.find()) {
            form.append(form.isEmpty() ? "" : "&")
                    .append(encoded(HtmlUtils.htmlUnescape(inputs.group(1))))
                    .append('=')
                    .append(encoded(HtmlUtils.htmlUnescape(inputs.group(2))));
        }
        HttpResponse<String> cmi = http.send(
                HttpRequest.newBuilder(uri(sandbox("/gateways/cmi/fim/est3Dgate")))
                        .POST(HttpRequest.BodyPublishers.ofString(form.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(cmi.body()).contains("Card number");
    }

    private JsonNode act(Played gateway, JsonNode request, String act) throws Exception {
        String order =
                request.path("gatewayOrderId").asText(request.path("reference").asText());
        return post(sandbox("/_sandbox/gateways/" + gateway.connector + '/' + encoded(order) + '/' + act), "");
    }

    private void awaitRequest(JsonNode request, String status) {
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        get("/api/v1/payments/requests/" + request.path("id").asText())
                                .path("status")
                                .asText())
                .isEqualTo(status));
    }

    private void assertPayment(JsonNode request, String status, long minor) {
        await().atMost(LONG).untilAsserted(() -> assertThat(get("/api/v1/payments?reference="
                                + request.path("reference").asText())
                        .path("items"))
                .singleElement()
                .satisfies(payment -> {
                    assertThat(payment.path("status").asText()).isEqualTo(status);
                    assertThat(payment.at("/amount/amountMinor").asLong()).isEqualTo(minor);
                }));
    }

    private void assertRefunded(JsonNode request, String status) {
        await().atMost(LONG).untilAsserted(() -> assertThat(get("/api/v1/payments?reference="
                                + request.path("reference").asText())
                        .path("items"))
                .singleElement()
                .satisfies(
                        payment -> assertThat(payment.path("status").asText()).isEqualTo(status)));
    }

    private String sandbox(String path) {
        return "http://127.0.0.1:" + environment.getProperty("wasl.sandbox.port") + path;
    }

    private URI uri(String path) {
        return URI.create(path.startsWith("http") ? path : "http://127.0.0.1:" + port + path);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Authorization", "Bearer wasl-demo-key")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private JsonNode post(String path, String body) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Authorization", "Bearer wasl-demo-key")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return JSON.readTree(answer.body());
    }
}
