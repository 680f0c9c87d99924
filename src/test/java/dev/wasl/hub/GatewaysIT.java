package dev.wasl.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.journal.LedgerView;
import dev.wasl.hub.tenant.Tenants;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.util.HtmlUtils;

/**
 * Every payment gateway against its player, with the whole hub in between and spoken to as a back office speaks to it:
 * asked for over the API, told by callbacks over HTTP, seen in the CRM over the API. A new gateway is one line in
 * {@link Gateway}.
 */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "wasl.sandbox.port=0",
            "wasl.sandbox.deliveries=1",
            "wasl.sandbox.story-rate=0",
            "wasl.payments.queries-per-second=50",
            "wasl.payments.poll-interval=100ms"
        })
@DirtiesContext
class GatewaysIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** What a gateway cannot do or does not tell. */
    enum Lacks {
        /** Its refunds are made elsewhere, and no callback or answer tells of them. */
        REFUNDS,
        PARTIAL_REFUNDS,
        DISPUTES,
        /** The customer cannot pay another amount than was asked for. */
        OTHER_AMOUNTS,
        /** It takes the money when the answer to its callback says so; without one the money stays reserved. */
        CAPTURE_WITHOUT_CALLBACK
    }

    /** The gateways as the demo's tenants use them. */
    enum Gateway {
        STRIPE("stripe", "portal", "125.50", "EGP"),
        PAYPAL("paypal", "portal", "20.00", "USD"),
        PAYMOB("paymob", "hvar", "1000.00", "EGP", Lacks.DISPUTES),
        PAYSTACK("paystack", "phoneshop", "450.00", "KES"),
        FLUTTERWAVE_V3("flutterwave-v3", "phoneshop", "45000", "UGX", Lacks.DISPUTES),
        FLUTTERWAVE_V4("flutterwave-v4", "phoneshop", "45000", "UGX"),
        CMI("cmi", "cctv", "450.50", "MAD", Lacks.DISPUTES, Lacks.CAPTURE_WITHOUT_CALLBACK),
        MTN_MOMO("mtn-momo", "phoneshop", "45000", "UGX", Lacks.REFUNDS, Lacks.PARTIAL_REFUNDS, Lacks.DISPUTES),
        AIRTEL(
                "airtel",
                "phoneshop",
                "45000",
                "UGX",
                Lacks.REFUNDS,
                Lacks.PARTIAL_REFUNDS,
                Lacks.DISPUTES,
                Lacks.OTHER_AMOUNTS),
        ORANGE_MONEY(
                "orange-money",
                "cctv",
                "450.50",
                "MAD",
                Lacks.REFUNDS,
                Lacks.PARTIAL_REFUNDS,
                Lacks.DISPUTES,
                Lacks.OTHER_AMOUNTS);

        final String connector;
        final String tenant;
        final String amount;
        final String currency;
        final Set<Lacks> lacks = EnumSet.noneOf(Lacks.class);

        Gateway(String connector, String tenant, String amount, String currency, Lacks... lacks) {
            this.connector = connector;
            this.tenant = tenant;
            this.amount = amount;
            this.currency = currency;
            Stream.of(lacks).forEach(this.lacks::add);
        }

        /** What is found of a payment that succeeded when the gateway was not answered. */
        String found(String usually) {
            return lacks.contains(Lacks.CAPTURE_WITHOUT_CALLBACK) ? "AUTHORISED" : usually;
        }

        String phone() {
            return switch (tenant) {
                case "phoneshop" -> "+256752000001";
                case "cctv" -> "+212612345678";
                default -> "+201012345678";
            };
        }
    }

    @TempDir
    static Path folder;

    @LocalServerPort
    int port;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    LedgerView ledger;

    @Autowired
    Tenants tenants;

    @Autowired
    Environment environment;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("wasl.data-dir", () -> folder.resolve("data").toString());
    }

    @AfterEach
    void the_sum_holds() {
        assertThat(ledger.rows(tenants.names()))
                .allSatisfy(row -> assertThat(row.balanced()).as("%s", row).isTrue());
    }

    @ParameterizedTest
    @EnumSource
    void a_payment_that_succeeds_is_paid_and_one_captured_payment(Gateway gateway) throws Exception {
        JsonNode asked = ask(gateway);
        assertThat(asked.get("status").asText()).as("%s", asked).isEqualTo("PENDING");

        act(gateway, asked, "succeed", "sent");

        await().atMost(LONG).untilAsserted(() -> assertThat(status(asked)).isEqualTo("PAID"));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(payments(asked)).singleElement().satisfies(payment -> {
                    assertThat(payment.get("status").asText()).isEqualTo("CAPTURED");
                    assertThat(payment.get("amount")).isEqualTo(asked.get("amount"));
                }));
        assertThat(now(asked).get("confirmedAt").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_payment_that_fails_is_not_paid(Gateway gateway) throws Exception {
        JsonNode asked = ask(gateway);

        act(gateway, asked, "fail", "sent");
        query(asked);

        await().atMost(LONG).untilAsserted(() -> assertThat(status(asked)).isEqualTo("FAILED"));
        await().atMost(LONG).untilAsserted(() -> assertThat(payments(asked))
                .singleElement()
                .satisfies(payment -> assertThat(payment.get("status").asText()).isEqualTo("FAILED")));
    }

    @ParameterizedTest
    @EnumSource
    void refunds_add_up_whether_told_or_asked_for(Gateway gateway) throws Exception {
        assumeThat(gateway.lacks).as("what %s lacks", gateway).doesNotContain(Lacks.REFUNDS);
        JsonNode asked = ask(gateway);
        act(gateway, asked, "succeed", "sent");
        await().atMost(LONG).untilAsserted(() -> assertThat(payments(asked)).hasSize(1));
        long amount = asked.at("/amount/amountMinor").asLong();

        act(gateway, asked, "refund-part", "sent");
        query(asked);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(payments(asked)).singleElement().satisfies(payment -> {
                    assertThat(payment.get("status").asText()).isEqualTo("PARTIALLY_REFUNDED");
                    assertThat(payment.at("/refunded/amountMinor").asLong()).isBetween(1L, amount - 1);
                }));
        act(gateway, asked, "refund", "twice");
        query(asked);

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(payments(asked)).singleElement().satisfies(payment -> {
                    assertThat(payment.get("status").asText()).isEqualTo("REFUNDED");
                    assertThat(payment.at("/refunded/amountMinor").asLong()).isEqualTo(amount);
                }));
        assertThat(status(asked)).isEqualTo("PAID");
    }

    @Test
    void a_refund_that_airtel_tells_to_nobody_is_found_by_asking() throws Exception {
        JsonNode asked = ask(Gateway.AIRTEL);
        act(Gateway.AIRTEL, asked, "succeed", "sent");
        await().atMost(LONG).untilAsserted(() -> assertThat(status(asked)).isEqualTo("PAID"));

        act(Gateway.AIRTEL, asked, "refund", "sent");
        query(asked);

        await().atMost(LONG).untilAsserted(() -> assertThat(payments(asked))
                .singleElement()
                .satisfies(payment -> assertThat(payment.get("status").asText()).isEqualTo("REVERSED")));
        assertThat(status(asked)).isEqualTo("PAID");
    }

    @ParameterizedTest
    @EnumSource
    void a_dispute_shows(Gateway gateway) throws Exception {
        assumeThat(gateway.lacks).as("what %s lacks", gateway).doesNotContain(Lacks.DISPUTES);
        JsonNode asked = ask(gateway);
        act(gateway, asked, "succeed", "sent");
        await().atMost(LONG).untilAsserted(() -> assertThat(payments(asked)).hasSize(1));

        act(gateway, asked, "dispute", "sent");

        await().atMost(LONG).untilAsserted(() -> assertThat(payments(asked))
                .singleElement()
                .satisfies(payment -> assertThat(payment.get("status").asText()).isEqualTo("DISPUTED")));
    }

    @ParameterizedTest
    @EnumSource
    void callbacks_that_come_twice_are_one_payment(Gateway gateway) throws Exception {
        JsonNode asked = ask(gateway);

        act(gateway, asked, "succeed", "twice");

        await().atMost(LONG).untilAsserted(() -> assertThat(status(asked)).isEqualTo("PAID"));
        await().atMost(LONG).untilAsserted(() -> assertThat(payments(asked))
                .singleElement()
                .satisfies(payment -> assertThat(payment.get("status").asText()).isEqualTo("CAPTURED")));
    }

    @ParameterizedTest
    @EnumSource
    void a_lost_callback_is_made_up_for_by_asking(Gateway gateway) throws Exception {
        JsonNode asked = ask(gateway);

        act(gateway, asked, "succeed", "lost");
        query(asked);

        await().atMost(LONG).untilAsserted(() -> assertThat(status(asked)).isEqualTo(gateway.found("PAID")));
        await().atMost(LONG).untilAsserted(() -> assertThat(payments(asked))
                .singleElement()
                .satisfies(payment -> assertThat(payment.get("status").asText()).isEqualTo(gateway.found("CAPTURED"))));
        boolean paid = gateway.found("PAID").equals("PAID");
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        JsonNode report = get("/api/v1/reports/payments?tenant=" + gateway.tenant + "&gateway=" + gateway.connector
                + "&from=" + today.minusDays(1) + "&to=" + today.plusDays(1));
        assertThat(now(asked).get("repaired").asBoolean()).isEqualTo(paid);
        assertThat(report.at("/rows/0/repaired").asLong() > 0).as("%s", report).isEqualTo(paid);
        assertThat(report.at("/rows/0/expected/count").asLong()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void another_amount_waits_in_quarantine_until_a_person_accepts_it(Gateway gateway) throws Exception {
        assumeThat(gateway.lacks).as("what %s lacks", gateway).doesNotContain(Lacks.OTHER_AMOUNTS);
        JsonNode asked = ask(gateway);

        act(gateway, asked, "succeed-with-other-amount", "sent");

        await().atMost(LONG).untilAsserted(() -> assertThat(
                        now(asked).at("/quarantine/difference").asText())
                .contains("the gateway says"));
        assertThat(payments(asked))
                .noneMatch(payment -> payment.get("status").asText().equals("CAPTURED"));
        assertThat(status(asked)).isNotEqualTo("PAID");
        // the request is marked first, the message parked after it
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        get("/api/v1/parked?tenant=" + gateway.tenant).get("items"))
                .anyMatch(parked -> parked.get("code").asText().equals("WASL-4001")));

        String paid = now(asked).at("/quarantine/difference").asText().replaceAll(".*gateway says ([0-9.]+) .*", "$1");
        post(
                "/api/v1/payments/requests/" + asked.get("id").asText() + "/expectation",
                Map.of("amount", paid, "currency", gateway.currency, "reason", "agreed by phone"));
        for (JsonNode parked : get("/api/v1/parked?tenant=" + gateway.tenant).get("items")) {
            post("/api/v1/parked/" + parked.get("id").asText() + "/replay", Map.of("reason", "accepted"));
        }

        await().atMost(LONG).untilAsserted(() -> assertThat(status(asked)).isEqualTo(gateway.found("PAID")));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(payments(asked)).singleElement().satisfies(payment -> {
                    assertThat(payment.get("status").asText()).isEqualTo(gateway.found("CAPTURED"));
                    assertThat(payment.get("amount")).isNotEqualTo(asked.get("amount"));
                }));
        assertThat(now(asked).has("quarantine")).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void a_forged_callback_changes_nothing(Gateway gateway) throws Exception {
        JsonNode asked = ask(gateway);

        JsonNode told = act(gateway, asked, "forge", "twice");

        assertThat(told.get("hooks")).isNotEmpty();
        query(asked);
        await().atMost(LONG)
                .untilAsserted(() ->
                        assertThat(now(asked).path("lastAskedAt").asText()).isNotEmpty());
        assertThat(status(asked)).isEqualTo("PENDING");
        assertThat(payments(asked))
                .noneMatch(payment -> payment.get("status").asText().equals("CAPTURED"));
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM hub.message WHERE tenant = ? AND connector = ? AND outcome = 'REJECTED'",
                        Long.class,
                        gateway.tenant,
                        gateway.connector))
                .isPositive();
    }

    // --- the back office ------------------------------------------------------------------------------------------

    private JsonNode ask(Gateway gateway) throws Exception {
        String reference = "IT-" + NUMBER.incrementAndGet();
        JsonNode asked = post(
                "/api/v1/payments/requests",
                Map.of(
                        "tenant",
                        gateway.tenant,
                        "reference",
                        reference,
                        "amount",
                        gateway.amount,
                        "currency",
                        gateway.currency,
                        "gateway",
                        gateway.connector,
                        "customer",
                        Map.of("name", "Amina Nakato", "phone", gateway.phone(), "email", "amina@example.com"),
                        "description",
                        "order " + reference,
                        "returnUrl",
                        "https://shop.example/thanks"));
        if (gateway == Gateway.CMI) {
            pressTheButton(asked.get("link").asText());
        }
        return asked;
    }

    /** What the customer's browser does with a page of the hub that leads to the gateway by a form. */
    private void pressTheButton(String link) throws Exception {
        String page = http.send(
                        HttpRequest.newBuilder(uri(URI.create(link).getPath())).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        String action = attribute(page, "<form[^>]* action=\"([^\"]+)\"");
        StringBuilder form = new StringBuilder();
        Matcher fields = Pattern.compile("<input[^>]* name=\"([^\"]*)\"[^>]* value=\"([^\"]*)\"")
                .matcher(page);
        while (fields.find()) {
            form.append(form.isEmpty() ? "" : "&")
                    .append(URLEncoder.encode(HtmlUtils.htmlUnescape(fields.group(1)), StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(HtmlUtils.htmlUnescape(fields.group(2)), StandardCharsets.UTF_8));
        }
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(HtmlUtils.htmlUnescape(action)))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(page + answer.body()).isBetween(200, 399);
    }

    private static String attribute(String page, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(page);
        assertThat(matcher.find()).as(page).isTrue();
        return matcher.group(1);
    }

    private JsonNode now(JsonNode asked) throws Exception {
        return get("/api/v1/payments/requests/" + asked.get("id").asText());
    }

    private String status(JsonNode asked) throws Exception {
        return now(asked).get("status").asText();
    }

    private List<JsonNode> payments(JsonNode asked) throws Exception {
        JsonNode found = get("/api/v1/payments?tenant=" + asked.get("tenant").asText() + "&reference="
                + asked.get("reference").asText());
        return List.copyOf(JSON.convertValue(
                found.get("items"), JSON.getTypeFactory().constructCollectionType(List.class, JsonNode.class)));
    }

    private void query(JsonNode asked) throws Exception {
        post("/api/v1/payments/requests/" + asked.get("id").asText() + "/query", Map.of());
    }

    // --- the gateway's side ---------------------------------------------------------------------------------------

    /** Lets something happen at the played gateway. */
    private JsonNode act(Gateway gateway, JsonNode asked, String act, String hooks) throws Exception {
        String order =
                asked.path("gatewayOrderId").asText(asked.get("reference").asText());
        URI address = URI.create("http://127.0.0.1:" + environment.getProperty("wasl.sandbox.port")
                + "/_sandbox/gateways/" + gateway.connector + '/' + order + '/' + act + "?hooks=" + hooks);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(address)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    // --- HTTP -----------------------------------------------------------------------------------------------------

    private JsonNode get(String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    private JsonNode post(String path, Map<String, Object> body) throws Exception {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
    }

    private JsonNode send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = http.send(
                request.header("Authorization", "Bearer wasl-demo-key").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return JSON.readTree(answer.body());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
