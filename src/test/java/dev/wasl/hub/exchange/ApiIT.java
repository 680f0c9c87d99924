package dev.wasl.hub.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The API on the hub's own database and a real server: what fakes of the repositories cannot answer wrong. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "wasl.sandbox.enabled=false",
            // nothing listens there, and without a key nothing is asked
            "wasl.tenants.hvar.connectors.bosta.base-url=http://127.0.0.1:1",
            "wasl.tenants.portal.connectors.stripe.base-url=http://127.0.0.1:1",
            "wasl.tenants.portal.connectors.stripe.api-key=sk_test_nobody",
            "wasl.tenants.portal.connectors.stripe.return-url=https://shop.example/"
        })
@DirtiesContext
class ApiIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MOMENT = "2026-11-20T08:00:00Z";
    private static final UUID PARKED = UUID.fromString("01980000-0000-7000-8000-0000000000a0");
    private static final UUID LOST = UUID.randomUUID();

    /** Of another tenant than the rest: what hostile requests may send again or give up. */
    private static final UUID VICTIM = UUID.fromString("01980000-0000-7000-8000-0000000000c0");

    private static final UUID NOTIFICATION = UUID.fromString("01980000-0000-7000-8000-0000000000b0");

    @TempDir
    static Path folder;

    @LocalServerPort
    int port;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("wasl.data-dir", () -> folder.resolve("data").toString());
    }

    /** Five of everything at the same moment, and one later. */
    @BeforeAll
    static void rows(@Autowired JdbcTemplate jdbc) {
        for (int i = 0; i < 6; i++) {
            String at = i == 5 ? "2026-11-20T09:00:00Z" : MOMENT;
            UUID id = new UUID(PARKED.getMostSignificantBits(), PARKED.getLeastSignificantBits() + i);
            jdbc.update("""
                    INSERT INTO crm.delivery (tenant, courier, tracking_number, status, state_code, terminal, unexpected,
                        status_at, observed_at, attempts, created_at, stored_at, updated_at, last_receipt_at, fold,
                        receiver_name, receiver_phone, drop_off_address, cod_minor, currency)
                    SELECT 'hvar', 'bosta', ?, 'OUT_FOR_DELIVERY', 41, false, false, t, t, 0, t, t, t, t, '{}',
                        'Mona', '+201012345678', '{"city":"Cairo"}', 45000, 'EGP' FROM (SELECT ?::timestamptz t) x
                    """, "9000000" + i, at);
            jdbc.update("""
                    INSERT INTO crm.payment (tenant, gateway, gateway_payment_id, merchant_reference, status, status_at,
                        refunded_minor, amount_minor, currency, live, occurred_at, created_at, stored_at, updated_at, fold)
                    SELECT 'portal', 'stripe', ?, 'INV-7', 'CAPTURED', t, 0, 1000, 'EGP', true, t, t, t, t, '{}'
                    FROM (SELECT ?::timestamptz t) x
                    """, "pi_" + i, at);
            jdbc.update("""
                    INSERT INTO hub.message (receipt_id, received_at, message_id, tenant, connector, kind, outcome, raw,
                        canonical, refs)
                    VALUES (?, ?::timestamptz, ?, 'hvar', 'bosta', 'WEBHOOK', 'PARKED', '{}', '[]', ARRAY[?])
                    """, id, at, "m" + i, "9000000" + i);
            jdbc.update("""
                    INSERT INTO hub.parked (id, parked_at, tenant, connector, queue, stage, message_id, receipt_id, code,
                        reason, fingerprint, properties, body, in_ledger)
                    VALUES (?, ?::timestamptz, 'hvar', 'bosta', 'inbound.bosta', 'bosta-delivery-in', ?, ?, 'WASL-2002',
                        'no such field', ?, '{}', '{}', false)
                    """, id, at, "m" + i, id, i == 5 ? "rare" : "common");
            jdbc.update(
                    """
                    INSERT INTO hub.notification (id, tenant, rule, cause, subject, subject_reference, category, template,
                        language, recipient, variables, plan, channel, provider, state, expires_at, event_id, event_time,
                        created_at, updated_at, refs)
                    SELECT ?, 'hvar', 'out-for-delivery', ?, 'delivery/bosta/90000000', '90000000', 'UTILITY', 'x', 'ar',
                        '{}', '{}', '[]', 'SMS', 'twilio', 'FAILED', t, 'e', t, t, t, '{}' FROM (SELECT ?::timestamptz t) x
                    """,
                    new UUID(NOTIFICATION.getMostSignificantBits(), NOTIFICATION.getLeastSignificantBits() + i),
                    "cause" + i,
                    at);
        }
        jdbc.update("""
                INSERT INTO hub.parked (id, tenant, connector, queue, stage, message_id, code, reason, fingerprint,
                    properties, body, in_ledger)
                VALUES (?, 'cctv', 'bosta', 'inbound.bosta', 'bosta-delivery-in', 'v', 'WASL-2002', 'x', 'x', '{}', '{}', false)
                """, VICTIM);
        Long customer = jdbc.queryForObject("""
                INSERT INTO crm.customer (tenant, phone, name, name_at, first_seen_at, last_seen_at, created_at, updated_at)
                SELECT 'hvar', '+201012345678', 'Mona', t, t, t, t, t FROM (SELECT ?::timestamptz t) x RETURNING id
                """, Long.class, MOMENT);
        jdbc.update("""
                INSERT INTO crm.customer_alias (tenant, phone, customer_id, created_at)
                VALUES ('hvar', '+201012345678', ?, now()), ('hvar', '+201112345678', ?, now())
                """, customer, customer);
        Long proved = jdbc.queryForObject("""
                INSERT INTO crm.customer (tenant, phone, first_seen_at, last_seen_at, created_at, updated_at)
                SELECT 'telite', '+551187654321', t, t, t, t FROM (SELECT ?::timestamptz t) x RETURNING id
                """, Long.class, MOMENT);
        jdbc.update("""
                INSERT INTO crm.customer_alias (tenant, phone, customer_id, created_at)
                VALUES ('telite', '+551187654321', ?, now())
                """, proved);
        jdbc.update("""
                INSERT INTO hub.message (receipt_id, received_at, message_id, tenant, connector, kind, outcome, refs)
                SELECT gen_random_uuid(), ?::timestamptz + n * interval '1 second', 'busy' || n, 'telite', 'bosta',
                       'WEBHOOK', 'IGNORED', ARRAY['BUSY'] FROM generate_series(1, 201) n
                """, MOMENT);
        jdbc.update("UPDATE crm.delivery SET customer_id = ?", customer);
    }

    @Test
    void pages_through_rows_of_one_moment_without_losing_or_repeating_any() throws Exception {
        assertThat(walk("/api/v1/deliveries?tenant=hvar", "trackingNumber"))
                .containsExactly("90000005", "90000004", "90000003", "90000002", "90000001", "90000000");
        assertThat(walk("/api/v1/payments?reference=INV-7", "gatewayPaymentId"))
                .containsExactly("pi_5", "pi_4", "pi_3", "pi_2", "pi_1", "pi_0");
        assertThat(walk("/api/v1/messages?connector=bosta&outcome=PARKED", "messageId"))
                .containsExactly("m5", "m4", "m3", "m2", "m1", "m0");
        assertThat(walk("/api/v1/parked?connector=bosta", "messageId"))
                .containsExactly("m5", "m4", "m3", "m2", "m1", "m0");
        assertThat(walk("/api/v1/notifications?status=FAILED", "id"))
                .hasSize(6)
                .doesNotHaveDuplicates()
                .startsWith("01980000-0000-7000-8000-0000000000b5", "01980000-0000-7000-8000-0000000000b4");
    }

    @Test
    void finds_work_that_does_not_say_whose_it_is(@Autowired JdbcTemplate jdbc) throws Exception {
        jdbc.update("""
                INSERT INTO hub.parked (id, tenant, connector, queue, stage, message_id, code, reason, fingerprint,
                    properties, body, in_ledger)
                VALUES (?, 'unknown', 'unknown', 'dead-letter', 'hub-dead-letter', 'lost', 'WASL-3002', 'x', 'y', '{}', '{}', false)
                """, LOST);

        assertThat(get("/api/v1/parked?tenant=unknown").findValuesAsText("messageId"))
                .contains("lost");
        assertThat(get("/api/v1/parked?connector=unknown").findValuesAsText("messageId"))
                .contains("lost");
        jdbc.update("DELETE FROM hub.parked WHERE id = ?", LOST);
    }

    @Test
    void filters_in_the_database() throws Exception {
        assertThat(get("/api/v1/deliveries?status=OUT_FOR_DELIVERY&updatedSince=2026-11-20T08:30:00Z")
                        .findValuesAsText("trackingNumber"))
                .containsExactly("90000005");
        assertThat(get("/api/v1/deliveries?status=DELIVERED").get("items")).isEmpty();
        assertThat(get("/api/v1/payments?reference=pi_3&status=CAPTURED").findValuesAsText("merchantReference"))
                .containsExactly("INV-7");
        assertThat(get("/api/v1/payments?status=REFUNDED").get("items")).isEmpty();
        assertThat(get("/api/v1/messages?outcome=REJECTED&connector=bosta").get("items"))
                .isEmpty();
        assertThat(get("/api/v1/parked?fingerprint=rare").findValuesAsText("messageId"))
                .containsExactly("m5");
        assertThat(get("/api/v1/parked?tenant=hvar&state=RESOLVED").get("items"))
                .isEmpty();
    }

    @Test
    void groups_what_waits_by_cause() throws Exception {
        JsonNode groups = get("/api/v1/parked/fingerprints?tenant=hvar").get("items");

        assertThat(groups.findValuesAsText("fingerprint")).containsExactly("common", "rare");
        assertThat(groups.get(0).get("count").asInt()).isEqualTo(5);
        assertThat(groups.get(0).get("newest").asText()).isEqualTo(MOMENT);
    }

    @Test
    void finds_a_customer_by_each_of_the_phones() throws Exception {
        for (String phone : List.of("01012345678", "01112345678")) {
            JsonNode customer = get("/api/v1/customers/" + phone);

            assertThat(customer.get("phone").asText()).isEqualTo("+201012345678");
            assertThat(customer.get("otherPhones").get(0).asText()).isEqualTo("+201112345678");
            assertThat(customer.get("names").get(0).asText()).isEqualTo("Mona");
            assertThat(customer.get("deliveries").asInt()).isEqualTo(6);
        }
    }

    @Test
    void says_when_a_journey_is_longer_than_it_shows() throws Exception {
        JsonNode all = get("/api/v1/messages?reference=90000001");
        assertThat(all.has("truncated")).isFalse();
        assertThat(all.get("items")).isNotEmpty();

        JsonNode busy = get("/api/v1/messages?reference=BUSY");
        assertThat(busy.get("truncated").asBoolean()).isTrue();
        assertThat(busy.get("items")).hasSize(200);
        assertThat(busy.at("/items/0/messageId").asText()).isEqualTo("busy2");
    }

    @Test
    void finds_a_customer_whose_phone_whatsapp_proved_against_the_book() throws Exception {
        for (String phone : List.of("%2B551187654321", "00551187654321", "%2B55%2011%208765-4321")) {
            assertThat(get("/api/v1/customers/" + phone).get("phone").asText()).isEqualTo("+551187654321");
        }
    }

    @Test
    void hostile_values_are_the_callers_mistake_in_every_parameter_of_every_operation() throws Exception {
        String request = askForPayment();
        JsonNode api = get("/v3/api-docs");
        List<String> wrong = new ArrayList<>();
        int calls = 0;
        for (Map.Entry<String, JsonNode> path : api.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                Target target = new Target(operation.getKey(), path.getKey(), operation.getValue(), api, request);
                for (HttpRequest hostile : target.hostile()) {
                    HttpResponse<String> answer = http.send(hostile, HttpResponse.BodyHandlers.ofString());
                    calls++;
                    boolean refusedByOthers = answer.statusCode() == 502 || answer.statusCode() == 503;
                    boolean problem = answer.headers()
                            .firstValue("Content-Type")
                            .orElse("")
                            .startsWith("application/problem+json");
                    if ((answer.statusCode() >= 500 && !refusedByOthers) || (answer.statusCode() >= 400 && !problem)) {
                        wrong.add(hostile.method() + " " + hostile.uri() + " "
                                + hostile.headers().firstValue("X-Test-Body").orElse("") + " -> "
                                + answer.statusCode());
                    }
                }
            }
        }

        assertThat(wrong).as("of %s calls", calls).isEmpty();
        assertThat(calls).isGreaterThan(1000);
    }

    /** One operation as the API describes it, called with one value wrong at a time. */
    private final class Target {

        private static final Map<String, String> SAMPLES = Map.ofEntries(
                Map.entry("tenant", "hvar"),
                Map.entry("connector", "bosta"),
                Map.entry("command", "pause"),
                Map.entry("limit", "5"),
                Map.entry("trackingNumber", "90000001"),
                Map.entry("phone", "01012345678"),
                Map.entry("receiptId", PARKED.toString()),
                Map.entry("reference", "ORD-1"),
                Map.entry("amount", "10"),
                Map.entry("fees", "1"),
                Map.entry("currency", "EGP"),
                Map.entry("gateway", "stripe"),
                Map.entry("method", "cash"),
                Map.entry("payout", "po_1"),
                Map.entry("occurredAt", MOMENT),
                Map.entry("createdFrom", MOMENT),
                Map.entry("createdTo", "2026-11-21T08:00:00Z"),
                Map.entry("expiresAt", "2099-11-21T08:00:00Z"),
                Map.entry("paidOn", "2026-11-20"),
                Map.entry("from", "2026-11-01"),
                Map.entry("to", "2026-11-20"),
                Map.entry("email", "a@example.com"),
                Map.entry("returnUrl", "https://shop.example/"),
                Map.entry("name", "Mona"),
                Map.entry("reason", "because"));

        /** As they stand in an address: what no text, time, number or cursor should be. */
        private static final List<String> VALUES = Stream.concat(
                        Stream.of(
                                        "\u0000",
                                        "a\u0000b",
                                        "'",
                                        "\"><script>",
                                        "%",
                                        "..",
                                        "/",
                                        ";",
                                        "\\",
                                        "\ud83d\ude00",
                                        "\u202e123",
                                        "-1",
                                        "99999999999999999999",
                                        "1e999999999",
                                        "NaN",
                                        "null",
                                        "{}",
                                        "+999999999-12-31T23:59:59Z",
                                        "-999999999-01-01T00:00:00Z",
                                        "+294277-01-01T00:00:00Z",
                                        "-4714-01-01T00:00:00Z",
                                        "0000-01-01T00:00:00Z",
                                        "+999999999-12-31",
                                        "-999999999-01-01",
                                        "0000-00-00",
                                        "00000000-0000-0000-0000-000000000000",
                                        "x".repeat(3000),
                                        cursor(MOMENT, "x"),
                                        cursor(MOMENT, PARKED.toString()),
                                        cursor(MOMENT, "\u0000"),
                                        cursor(MOMENT, "99999999999999999999"),
                                        cursor(MOMENT, "-1"),
                                        cursor("+999999999-12-31T23:59:59Z", "1"),
                                        cursor("-999999999-01-01T00:00:00Z", "1"),
                                        cursor("+294277-01-01T00:00:00Z", "1"),
                                        cursor("-4714-01-01T00:00:00Z", PARKED.toString()),
                                        cursor("+294277-01-01T00:00:00Z", PARKED.toString()))
                                .map(ApiIT::encoded),
                        Stream.of("", "%FF%FE", "%C0%80", "%20"))
                .toList();

        /** As they stand in JSON. */
        private static final List<String> JSON_VALUES = List.of(
                "\"\\u0000\"",
                "\"a\\u0000b\"",
                "\"\\ud800\"",
                "\"\"",
                "\" \"",
                "\"'\"",
                "\"" + "x".repeat(3000) + "\"",
                "\"+999999999-12-31T23:59:59Z\"",
                "\"-999999999-01-01T00:00:00Z\"",
                "\"+294277-01-01T00:00:00Z\"",
                "\"-4714-01-01T00:00:00Z\"",
                "\"+999999999-12-31\"",
                "\"-999999999-01-01\"",
                "\"0001-01-01T00:00:00Z\"",
                "\"9999-12-31T23:59:59Z\"",
                "\"1E+2\"",
                "\"9999999999999\"",
                "\"01980000-0000-7000-8000-0000000000c0\"",
                "-1",
                "0",
                "1e999999999",
                "1e400",
                "99999999999999999999",
                "31556889864403199.9",
                "true",
                "null",
                "[]",
                "[null]",
                "[\"\\u0000\"]",
                "{}",
                "[[[[]]]]");

        private final String method;
        private final String path;
        private final List<JsonNode> parameters = new ArrayList<>();
        private final JsonNode body;
        private final JsonNode api;
        private final Map<String, String> samples = new LinkedHashMap<>(SAMPLES);

        Target(String method, String path, JsonNode operation, JsonNode api, String paymentRequest) {
            this.method = method.toUpperCase(Locale.ROOT);
            this.path = path;
            this.api = api;
            operation.path("parameters").forEach(parameters::add);
            this.body = resolve(operation.at("/requestBody/content/application~1json/schema"));
            samples.put(
                    "id",
                    path.contains("/parked/")
                            ? VICTIM.toString()
                            : path.contains("/requests/") ? paymentRequest : NOTIFICATION.toString());
            if (path.startsWith("/api/v1/payments") || path.startsWith("/api/v1/reports/payments")) {
                samples.put("tenant", "portal");
            }
        }

        List<HttpRequest> hostile() {
            List<HttpRequest> requests = new ArrayList<>();
            for (JsonNode parameter : parameters) {
                for (String value : VALUES) {
                    requests.add(request(parameter.get("name").asText(), value, valid(body)));
                }
            }
            for (String whole :
                    List.of("", "{", "[]", "null", "\"\\u0000\"", "\u0000", "[".repeat(2000), "{\"a\":1}")) {
                if (!method.equals("GET")) {
                    requests.add(request(null, "", whole));
                }
            }
            List<String> fields = new ArrayList<>();
            body.path("properties").fieldNames().forEachRemaining(fields::add);
            if (fields.contains("createdFrom")) {
                fields.addAll(List.of("from", "to"));
            }
            for (String field : fields) {
                for (String value : JSON_VALUES) {
                    requests.add(request(null, "", with(body, field, value)));
                    JsonNode inner = resolve(body.at("/properties/" + field));
                    inner.path("properties")
                            .fieldNames()
                            .forEachRemaining(name ->
                                    requests.add(request(null, "", with(body, field, with(inner, name, value)))));
                }
            }
            return requests;
        }

        private HttpRequest request(@Nullable String hostile, String value, String json) {
            String address = path;
            StringBuilder query = new StringBuilder();
            for (JsonNode parameter : parameters) {
                String name = parameter.get("name").asText();
                String given = name.equals(hostile) ? value : encoded(samples.getOrDefault(name, ""));
                if (parameter.get("in").asText().equals("path")) {
                    address = address.replace("{" + name + "}", given);
                } else if (name.equals(hostile) || parameter.path("required").asBoolean()) {
                    query.append(query.isEmpty() ? '?' : '&')
                            .append(name)
                            .append('=')
                            .append(given);
                }
            }
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(address + query))
                    .header("Authorization", "Bearer wasl-demo-key")
                    .method(
                            method,
                            method.equals("GET")
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(json));
            if (!method.equals("GET")) {
                request.header("Content-Type", "application/json");
                String shown = json.replaceAll("[^ -~]", "?");
                request.header("X-Test-Body", shown.substring(0, Math.min(300, shown.length())));
            }
            return request.build();
        }

        private String valid(JsonNode schema) {
            return with(schema, "", "");
        }

        private String with(JsonNode schema, String hostile, String value) {
            List<String> members = new ArrayList<>();
            for (Map.Entry<String, JsonNode> property :
                    schema.path("properties").properties()) {
                String sample = samples.get(property.getKey());
                if (!property.getKey().equals(hostile) && sample != null) {
                    members.add('"' + property.getKey() + "\":\"" + sample + '"');
                }
            }
            if (!hostile.isEmpty()) {
                members.add('"' + hostile + "\":" + value);
            }
            return '{' + String.join(",", members) + '}';
        }

        private JsonNode resolve(JsonNode schema) {
            return schema.has("$ref") ? api.at(schema.get("$ref").asText().substring(1)) : schema;
        }
    }

    private String askForPayment() throws Exception {
        ObjectNode wanted = JSON.createObjectNode()
                .put("tenant", "portal")
                .put("reference", "ORD-asked")
                .put("amount", "10")
                .put("currency", "EGP")
                .put("gateway", "stripe");
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri("/api/v1/payments/requests"))
                        .header("Authorization", "Bearer wasl-demo-key")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(wanted.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return JSON.readTree(answer.body()).get("id").asText();
    }

    /** The values of a field of every row, two rows a part. */
    private List<String> walk(String list, String field) throws Exception {
        List<String> seen = new ArrayList<>();
        String next = "";
        for (int parts = 0; parts < 10; parts++) {
            JsonNode page = get(list + "&limit=2&cursor=" + next);
            page.get("items").forEach(item -> seen.add(item.get(field).asText()));
            if (page.get("nextCursor").isNull()) {
                return seen;
            }
            next = page.get("nextCursor").asText();
        }
        throw new AssertionError("The list does not end: " + seen);
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

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String cursor(String at, String id) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((at + "|" + id).getBytes(StandardCharsets.UTF_8));
    }
}
