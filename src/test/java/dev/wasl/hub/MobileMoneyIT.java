package dev.wasl.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.payment.PaymentRequest;
import dev.wasl.hub.payment.PaymentRequest.Status;
import dev.wasl.hub.payment.PaymentRequests;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole hub against the played gateways of mobile money: asked for, paid, failed, lost, forged. */
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
class MobileMoneyIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Map<String, String> TENANTS =
            Map.of("mtn-momo", "phoneshop", "airtel", "phoneshop", "orange-money", "cctv");

    @TempDir
    static Path folder;

    @Autowired
    PaymentRequests payments;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    Environment environment;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("wasl.data-dir", () -> folder.resolve("data").toString());
    }

    @ParameterizedTest
    @CsvSource({
        "mtn-momo, succeed, PAID, CAPTURED",
        "mtn-momo, fail, FAILED, FAILED",
        "mtn-momo, expire, EXPIRED, EXPIRED",
        "airtel, succeed, PAID, CAPTURED",
        "airtel, fail, FAILED, FAILED",
        "airtel, expire, EXPIRED, EXPIRED",
        "orange-money, succeed, PAID, CAPTURED",
        "orange-money, fail, FAILED, FAILED"
    })
    void a_callback_has_the_gateway_asked_and_its_answer_is_the_truth(
            String connector, String act, Status status, String payment) throws Exception {
        PaymentRequest asked = ask(connector);
        assertThat(asked.status()).isEqualTo(Status.PENDING);

        JsonNode told = act(connector, asked, act, "sent");

        assertThat(told.at("/hooks/0/status").asInt()).isEqualTo(200);
        await().atMost(LONG).untilAsserted(() -> assertThat(now(asked).status()).isEqualTo(status));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(rows(asked)).singleElement().satisfies(row -> {
                    assertThat(row.get("status")).isEqualTo(payment);
                    assertThat(row.get("amount_minor")).isEqualTo(asked.amount().amountMinor());
                    assertThat(row.get("authenticity")).isEqualTo("REQUERIED");
                }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mtn-momo", "airtel", "orange-money"})
    void the_same_callback_twice_is_one_payment(String connector) throws Exception {
        PaymentRequest asked = ask(connector);

        act(connector, asked, "succeed", "twice");

        await().atMost(LONG).untilAsserted(() -> assertThat(rows(asked))
                .singleElement()
                .satisfies(row -> assertThat(row.get("status")).isEqualTo("CAPTURED")));
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM hub.message WHERE tenant = ? AND outcome = 'ACCEPTED' AND kind = 'POLL'"
                                + " AND encode(raw, 'escape') LIKE ?",
                        Long.class,
                        asked.tenant(),
                        "%" + asked.id() + "%"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "mtn-momo, succeed, PAID",
        "airtel, succeed, PAID",
        "orange-money, succeed, PAID",
        "orange-money, expire, EXPIRED"
    })
    void a_lost_callback_costs_only_the_time_until_the_next_question(String connector, String act, Status status)
            throws Exception {
        PaymentRequest asked = ask(connector);

        act(connector, asked, act, "lost");
        payments.queryNow(now(asked));

        await().atMost(LONG).untilAsserted(() -> assertThat(now(asked).status()).isEqualTo(status));
        await().atMost(LONG).untilAsserted(() -> assertThat(rows(asked)).hasSize(1));
    }

    @ParameterizedTest
    @CsvSource({"mtn-momo, 404", "airtel, 401", "orange-money, 404"})
    void a_forged_callback_is_refused_and_nobody_is_asked(String connector, int answer) throws Exception {
        PaymentRequest asked = ask(connector);
        PaymentRequest before = now(asked);

        JsonNode told = act(connector, asked, "forge", "sent");

        assertThat(told.at("/hooks/0/status").asInt()).isEqualTo(answer);
        told.at("/hooks")
                .forEach(hook -> assertThat(hook.path("status").asInt()).isIn(401, 404));
        assertThat(now(asked)).isEqualTo(before);
    }

    @Test
    void another_amount_waits_in_quarantine() throws Exception {
        PaymentRequest asked = ask("mtn-momo");

        act("mtn-momo", asked, "succeed-with-other-amount", "sent");

        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(now(asked).progress().mismatch()).contains("the gateway says"));
        assertThat(now(asked).status()).isEqualTo(Status.PENDING);
        await().atMost(LONG).untilAsserted(() -> assertThat(jdbc.queryForList(
                        "SELECT reason FROM hub.message WHERE outcome = 'PARKED' AND reason LIKE ?",
                        String.class,
                        "%" + asked.reference() + "%"))
                .singleElement()
                .asString()
                .contains("WASL-4001"));
        assertThat(rows(asked)).isEmpty();
    }

    @Test
    void a_refund_that_airtel_tells_to_nobody_is_found_by_asking() throws Exception {
        PaymentRequest asked = ask("airtel");
        act("airtel", asked, "succeed", "sent");
        await().atMost(LONG).untilAsserted(() -> assertThat(now(asked).status()).isEqualTo(Status.PAID));

        act("airtel", asked, "refund", "sent");
        payments.queryNow(now(asked));

        await().atMost(LONG).untilAsserted(() -> assertThat(rows(asked))
                .singleElement()
                .satisfies(row -> assertThat(row.get("status")).isEqualTo("REVERSED")));
        assertThat(now(asked).status()).isEqualTo(Status.PAID);
    }

    private PaymentRequest ask(String connector) {
        String tenant = TENANTS.get(connector);
        boolean uganda = tenant.equals("phoneshop");
        return payments.ask(new PaymentRequests.Wanted(
                        tenant,
                        connector,
                        "IT-" + NUMBER.incrementAndGet(),
                        uganda ? new Money(45_000, "UGX") : new Money(45_050, "MAD"),
                        new Party("Amina", uganda ? "+256752000001" : "+212612345678", null, null, null),
                        "Amina's order",
                        null,
                        null,
                        "it"))
                .request();
    }

    private PaymentRequest now(PaymentRequest asked) {
        return payments.find(List.of(asked.tenant()), asked.id()).orElseThrow();
    }

    private List<Map<String, Object>> rows(PaymentRequest asked) {
        return jdbc.queryForList(
                "SELECT status, amount_minor, authenticity FROM crm.payment WHERE tenant = ? AND merchant_reference = ?",
                asked.tenant(),
                asked.reference());
    }

    /** Lets something happen at the played gateway; the order is known there by its own id or by our reference. */
    private JsonNode act(String connector, PaymentRequest asked, String act, String hooks) throws Exception {
        URI address =
                URI.create("http://127.0.0.1:" + environment.getProperty("wasl.sandbox.port") + "/_sandbox/gateways/"
                        + connector + '/' + asked.progress().gatewayOrderId() + '/' + act + "?hooks=" + hooks);
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(address)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }
}
