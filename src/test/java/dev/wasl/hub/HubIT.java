package dev.wasl.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.analytics.AnalyticsAudit;
import dev.wasl.hub.journal.LedgerView;
import dev.wasl.hub.tenant.Tenants;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole hub as a newcomer starts it: own database, own broker, sandbox; spoken to over HTTP. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "wasl.sandbox.port=0",
            "wasl.sandbox.deliveries=400",
            "wasl.sandbox.story-rate=60",
            "wasl.sandbox.bosta.requests-per-second=0",
            "wasl.sandbox.bosta.hiccups-per-thousand=0",
            "wasl.tenants.hvar.connectors.bosta.requests-per-second=0"
        })
@DirtiesContext
class HubIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    @LocalServerPort
    int port;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    LedgerView ledger;

    @Autowired
    AnalyticsAudit audit;

    @Autowired
    Tenants tenants;

    @Autowired
    Environment environment;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path mappings = Files.createDirectories(folder.resolve("mappings"));
        registry.add("wasl.data-dir", () -> folder.resolve("data").toString());
        registry.add("wasl.mappings.directory", mappings::toString);
    }

    @Test
    void the_same_stripe_event_fifty_times_at_once_is_one_payment() throws Exception {
        LedgerView.Row before = row("portal", "stripe");
        byte[] body = paymentIntent("evt_fifty", "pi_fifty", "ORD-50", 12_550);

        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(http.sendAsync(stripe("portal", body), HttpResponse.BodyHandlers.ofString()));
        }

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isBetween(200, 299));
        await().atMost(LONG).untilAsserted(() -> {
            LedgerView.Row after = row("portal", "stripe");
            assertThat(after.duplicate() - before.duplicate()).isGreaterThanOrEqualTo(49);
        });
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        get("/api/v1/payments?reference=ORD-50").get("items"))
                .singleElement()
                .satisfies(payment -> {
                    assertThat(payment.get("status").asText()).isEqualTo("CAPTURED");
                    assertThat(payment.get("amount").get("amountMinor").asLong())
                            .isEqualTo(12_550);
                }));
        assertThat(
                        jdbc.queryForList(
                                "SELECT outcome, count(*) AS n FROM hub.message WHERE message_id = 'evt_fifty' GROUP BY 1 ORDER BY 1"))
                .extracting(line -> line.get("outcome") + " " + line.get("n"))
                .containsExactly("ACCEPTED 1", "DUPLICATE 49");
    }

    @Test
    void a_forged_event_is_refused_and_stays_visible() throws Exception {
        byte[] body = paymentIntent("evt_forged", "pi_forged", "ORD-F", 100);
        HttpRequest forged = HttpRequest.newBuilder(uri("/webhooks/portal/stripe"))
                .header("Stripe-Signature", "t=" + Instant.now().getEpochSecond() + ",v1=" + "0".repeat(64))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();

        assertThat(http.send(forged, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);

        await().atMost(LONG).untilAsserted(() -> assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM hub.message WHERE outcome = 'REJECTED' AND reason = 'BAD_SIGNATURE'",
                        Long.class))
                .isPositive());
        assertThat(row("portal", "stripe").rejected()).isPositive();
        assertThat(get("/api/v1/payments?reference=ORD-F").get("items")).isEmpty();
    }

    @Test
    void a_broken_mapping_parks_its_flow_only_and_the_repaired_one_applies_once() throws Exception {
        Path live = folder.resolve("mappings/stripe-payment-in.jslt");
        Files.writeString(live, "// version: 2\n{ \"type\": ");
        Files.setLastModifiedTime(live, FileTime.from(Instant.now().minusSeconds(60)));
        long deliveriesBefore = count("SELECT count(*) FROM hub.inbox WHERE consumer = 'crm'");

        // the change counts within a second, so messages follow until one of them meets the broken file
        await().atMost(LONG).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            String id = "broken" + System.nanoTime();
            assertThat(http.send(
                                    stripe("portal", paymentIntent("evt_" + id, "pi_" + id, "ORD-BROKEN", 700)),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(202);
            assertThat(get("/api/v1/parked?tenant=portal").get("items")).isNotEmpty();
        });
        JsonNode parked = get("/api/v1/parked?tenant=portal").get("items").get(0);
        assertThat(parked.get("code").asText()).isEqualTo("WASL-2001");
        // Bosta's flow goes on
        post("/api/v1/connectors/hvar/bosta/runs", "{}");
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(count("SELECT count(*) FROM hub.inbox WHERE consumer = 'crm'"))
                        .isGreaterThan(deliveriesBefore));

        Files.delete(live);
        await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            for (JsonNode waiting : get("/api/v1/parked?tenant=portal").get("items")) {
                post("/api/v1/parked/" + waiting.get("id").asText() + "/replay", "{\"reason\":\"mapping repaired\"}");
            }
            assertThat(get("/api/v1/parked?tenant=portal").get("items")).isEmpty();
            assertThat(row("portal", "stripe").pending()).isZero();
        });
        assertThat(row("portal", "stripe")).returns(0L, LedgerView.Row::parked).returns(true, LedgerView.Row::balanced);
        assertThat(count("SELECT count(*) FROM hub.parked WHERE tenant = 'portal' AND state = 'PARKED'"))
                .isZero();
        assertThat(count("SELECT count(*) FROM crm.payment WHERE merchant_reference = 'ORD-BROKEN'"))
                .isEqualTo(count(
                        "SELECT count(DISTINCT message_id) FROM hub.message WHERE message_id LIKE 'evt_broken%'"));
    }

    @Test
    void a_backfill_brings_every_delivery_and_every_total_equals_the_ledger() throws Exception {
        post("/api/v1/connectors/hvar/bosta/backfills", "{}");

        await().atMost(Duration.ofSeconds(120))
                .untilAsserted(() -> assertThat(count("SELECT count(*) FROM crm.delivery WHERE tenant = 'hvar'"))
                        .isGreaterThanOrEqualTo(400));
        post(sandbox("/_sandbox/story"), "{\"pause\":true}");

        // once everything is applied, both sides and the ledger say the same
        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            assertThat(ledger.rows(tenants.names()))
                    .isNotEmpty()
                    .allSatisfy(row -> assertThat(row.balanced()).as("%s", row).isTrue())
                    .allSatisfy(row -> assertThat(row.pending()).isZero());
            assertThat(audit.totals(null))
                    .isNotEmpty()
                    .allSatisfy(total ->
                            assertThat(total.analytics()).as("%s", total).isEqualTo(total.crm()))
                    .filteredOn(total -> total.entity().equals("delivery"))
                    .allSatisfy(total -> assertThat(total.daily()).isEqualTo(total.crm()));
            assertThat(audit.differences(null)).isEmpty();
        });
        // details still arrive, so the two sides are read again until they were read at one moment
        await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> {
            long accepted = count("SELECT count(*) FROM hub.message WHERE outcome = 'ACCEPTED' AND kind <> 'HUB'");
            long ignored = count("SELECT count(*) FROM hub.message WHERE outcome = 'IGNORED'");
            assertThat(ledger.rows(tenants.names()).stream()
                            .mapToLong(LedgerView.Row::applied)
                            .sum())
                    .isEqualTo(accepted + ignored);
            assertThat(ledger.rows(tenants.names()).stream()
                            .mapToLong(LedgerView.Row::received)
                            .sum())
                    .isEqualTo(count("SELECT count(*) FROM hub.message WHERE kind <> 'HUB'"));
        });
    }

    private LedgerView.Row row(String tenant, String connector) {
        return ledger.rows(List.of(tenant)).stream()
                .filter(row -> row.connector().equals(connector))
                .findFirst()
                .orElse(new LedgerView.Row(tenant, connector, 0, 0, 0, 0, 0, 0, null));
    }

    private long count(String sql) {
        Long count = jdbc.queryForObject(sql, Long.class);
        return count == null ? 0 : count;
    }

    private String sandbox(String path) {
        return "http://127.0.0.1:" + environment.getProperty("wasl.sandbox.port") + path;
    }

    private URI uri(String path) {
        return URI.create(path.startsWith("http") ? path : "http://127.0.0.1:" + port + path);
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

    private void post(String path, String body) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Authorization", "Bearer wasl-demo-key")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    }

    private HttpRequest stripe(String tenant, byte[] body) throws Exception {
        String secret =
                environment.getRequiredProperty("wasl.tenants." + tenant + ".connectors.stripe.signing-secrets[0]");
        long now = Instant.now().getEpochSecond();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((now + ".").getBytes(StandardCharsets.US_ASCII));
        String signature = HexFormat.of().formatHex(mac.doFinal(body));
        return HttpRequest.newBuilder(uri("/webhooks/" + tenant + "/stripe"))
                .header("Stripe-Signature", "t=" + now + ",v1=" + signature)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private static byte[] paymentIntent(String event, String payment, String order, long amount) {
        return String.format(Locale.ROOT, """
                {"id":"%s","object":"event","created":%d,"livemode":false,"type":"payment_intent.succeeded","data":{"object":{
                "id":"%s","object":"payment_intent","amount":%d,"amount_received":%d,"currency":"egp","status":"succeeded",
                "metadata":{"order_id":"%s"}}}}""", event, Instant.now().getEpochSecond(), payment, amount, amount, order)
                .getBytes(StandardCharsets.UTF_8);
    }
}
