package dev.wasl.hub.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.FakeHub;
import dev.wasl.hub.HttpSideTest;
import dev.wasl.hub.access.TestKeys;
import dev.wasl.hub.intake.InboundMessage;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

@HttpSideTest
class PaymentsApiTest {

    private static final String REQUESTS = "/api/v1/payments/requests";

    @Autowired
    MockMvc mvc;

    @Autowired
    ObjectMapper json;

    @Autowired
    FakeHub hub;

    @Autowired
    JdbcTemplate jdbc;

    @BeforeEach
    @AfterEach
    void empty() {
        hub.brokerDown(false);
        hub.written.clear();
        jdbc.execute("TRUNCATE hub.payment_request, hub.payment_record, hub.payment_settlement, hub.payment_query,"
                + " crm.payment, crm.delivery");
    }

    @Test
    void asks_for_a_payment_and_says_where_the_customer_pays() throws Exception {
        String location = ask("ORD-1", "125.50", "portal", null)
                .andExpect(status().isCreated())
                .andExpect(jsonPath("$.status").value("PENDING"))
                .andExpect(jsonPath("$.gateway").value("stripe"))
                .andExpect(jsonPath("$.amount.amountMinor").value(12550))
                .andExpect(jsonPath("$.amount.currency").value("EGP"))
                .andExpect(jsonPath("$.link").value("https://pay.example/ORD-1"))
                .andExpect(jsonPath("$.customer.phone").value("+201012345678"))
                .andExpect(jsonPath("$.customer.phoneRaw").value("٠١٠١٢٣٤٥٦٧٨"))
                .andExpect(jsonPath("$.nextAskedAt").isNotEmpty())
                .andExpect(jsonPath("$.quarantine").doesNotExist())
                .andExpect(jsonPath("$.askedBy").value("bootstrap"))
                .andReturn()
                .getResponse()
                .getHeader("Location");

        call(get(location)).andExpect(jsonPath("$.reference").value("ORD-1"));
        call(get(REQUESTS + "?tenant=portal&reference=cs_ORD-1"))
                .andExpect(jsonPath("$.items[*].reference", contains("ORD-1")));
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM hub.audit WHERE action = 'payment.ask' AND target = 'payment-request/ORD-1'",
                        Long.class))
                .isPositive();
    }

    @Test
    void a_repetition_is_the_same_request_and_something_else_is_a_conflict() throws Exception {
        String first =
                ask("ORD-1", "125.50", "portal", null).andReturn().getResponse().getContentAsString();

        String again = ask("ORD-1", "125.5", "portal", null)
                .andExpect(status().isOk())
                .andReturn()
                .getResponse()
                .getContentAsString();

        assertThat(json.readTree(again)).isEqualTo(json.readTree(first));
        ask("ORD-1", "125.51", "portal", null)
                .andExpect(status().isConflict())
                .andExpect(jsonPath("$.code").value("WASL-4003"))
                .andExpect(jsonPath("$.detail", containsString("125.50 EGP by stripe")));
    }

    @Test
    void says_when_the_gateway_refuses_or_does_not_answer() throws Exception {
        ask("ORD-1", "5", "portal", "refuse")
                .andExpect(status().isUnprocessableEntity())
                .andExpect(jsonPath("$.code").value("WASL-4006"))
                .andExpect(jsonPath("$.detail", containsString("no such currency")));
        ask("ORD-2", "5", "portal", "silent")
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.status").value("STARTING"))
                .andExpect(jsonPath("$.error.code").value("WASL-5001"));
    }

    @ParameterizedTest
    @CsvSource({
        "amount, -5, must be a decimal",
        "amount, 5e3, must be a decimal",
        "amount, 0, more than zero",
        "amount, 5.123, EGP has 2 decimals",
        "amount, ٥, must be a decimal",
        "currency, XYZ, no currency XYZ",
        "currency, EGYPT, ISO 4217",
        "reference, ' ', blank",
        "reference, 'a\u0000b', must match",
        "gateway, paypal, has stripe",
        "tenant, cctv, has none",
        "tenant, nobody, No tenant",
        "returnUrl, javascript:alert(1), web page",
        "returnUrl, 'https://', web page",
        "expiresAt, 2020-01-01T00:00:00Z, future",
        "expiresAt, +999999999-12-31T00:00:00Z, future",
        "expiresAt, soon, wrong form"
    })
    void says_what_is_wrong_with_a_request(String field, String value, String detail) throws Exception {
        Map<String, Object> body = new java.util.HashMap<>(Map.of(
                "tenant", "portal", "reference", "ORD-1", "amount", "5", "currency", "EGP", "gateway", "stripe"));
        body.put(field, value);

        call(post(REQUESTS).contentType("application/json").content(json.writeValueAsBytes(body)))
                .andExpect(status().is4xxClientError())
                .andExpect(jsonPath("$.detail", containsString(detail)));

        assertThat(jdbc.queryForObject("SELECT count(*) FROM hub.payment_request", Long.class))
                .isZero();
    }

    @Test
    void a_phone_that_is_none_is_refused() throws Exception {
        call(post(REQUESTS).contentType("application/json").content("""
                        {"tenant":"portal","reference":"O","amount":"5","currency":"EGP","gateway":"stripe","customer":{"phone":"12"}}"""))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.detail", containsString("customer.phone")));
    }

    @Test
    void text_with_nul_is_kept_without_it() throws Exception {
        call(post(REQUESTS).contentType("application/json").content("""
                        {"tenant":"portal","reference":"O","amount":"5","currency":"EGP","gateway":"stripe",
                        "description":"a\\u0000b","customer":{"name":"\\u0000"}}"""))
                .andExpect(status().isCreated())
                .andExpect(jsonPath("$.description").value("a\uFFFDb"));
    }

    @Test
    void a_key_of_one_tenant_need_not_name_it_and_cannot_ask_for_another() throws Exception {
        String portal = new TestKeys(jdbc).of("portal");
        String body = """
                {%s"reference":"ORD-1","amount":"5","currency":"EGP","gateway":"stripe"}""";

        mvc.perform(post(REQUESTS)
                        .header("Authorization", portal)
                        .contentType("application/json")
                        .content(body.formatted("")))
                .andExpect(status().isCreated())
                .andExpect(jsonPath("$.tenant").value("portal"));
        mvc.perform(post(REQUESTS)
                        .header("Authorization", portal)
                        .contentType("application/json")
                        .content(body.formatted("\"tenant\":\"hvar\",")))
                .andExpect(status().isNotFound());
        call(post(REQUESTS).contentType("application/json").content(body.formatted("")))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.detail").value("Say which 'tenant' it is for."));
        String id = json.readTree(call(get(REQUESTS)).andReturn().getResponse().getContentAsString())
                .at("/items/0/id")
                .asText();
        mvc.perform(get(REQUESTS + "/" + id).header("Authorization", new TestKeys(jdbc).of("hvar")))
                .andExpect(status().isNotFound());
    }

    @Test
    void has_the_gateway_asked_and_the_expectation_corrected() throws Exception {
        String location =
                ask("ORD-1", "125.50", "portal", null).andReturn().getResponse().getHeader("Location");
        jdbc.update(
                "UPDATE hub.payment_request SET mismatch = 'expected 125.50', mismatch_at = now(), next_query_at = NULL");
        call(get(REQUESTS + "?quarantined=true"))
                .andExpect(jsonPath("$.items.length()").value(1));
        call(get(location)).andExpect(jsonPath("$.quarantine.difference").value("expected 125.50"));

        call(post(location + "/query"))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.nextAskedAt").isNotEmpty());
        call(post(location + "/expectation")
                        .contentType("application/json")
                        .content("{\"amount\":\"100\",\"currency\":\"EGP\"}"))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.errors[0].field").value("reason"));
        call(post(location + "/expectation")
                        .contentType("application/json")
                        .content("{\"amount\":\"100\",\"currency\":\"EGP\",\"reason\":\"agreed by phone\"}"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.amount.amountMinor").value(12550))
                .andExpect(jsonPath("$.expected.amount.amountMinor").value(10000))
                .andExpect(jsonPath("$.expected.reference").value("ORD-1"));

        assertThat(jdbc.queryForList(
                        "SELECT action || ' ' || coalesce(reason, '') FROM hub.audit WHERE target = 'payment-request/ORD-1' ORDER BY id",
                        String.class))
                .endsWith("payment.query ", "payment.expect agreed by phone");
        call(post(REQUESTS + "/" + UUID.randomUUID() + "/query")).andExpect(status().isNotFound());
    }

    @Test
    void records_cash_once_and_sends_it_the_way_of_every_message() throws Exception {
        String body = """
                {"tenant":"cctv","reference":"INV-1","method":"bank-transfer","amount":"1250.50","currency":"MAD",
                "occurredAt":"2026-11-19T10:00:00Z","note":"slip 7","customer":{"phone":"0612345678"}}""";

        String first = call(post("/api/v1/payments/manual")
                        .contentType("application/json")
                        .content(body))
                .andExpect(status().isCreated())
                .andExpect(jsonPath("$.method").value("bank-transfer"))
                .andExpect(jsonPath("$.recordedBy").value("bootstrap"))
                .andReturn()
                .getResponse()
                .getContentAsString();
        call(post("/api/v1/payments/manual").contentType("application/json").content(body))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.id").value(json.readTree(first).get("id").asText()));
        call(post("/api/v1/payments/manual")
                        .contentType("application/json")
                        .content(body.replace("1250.50", "1250.51")))
                .andExpect(status().isConflict());
        call(post("/api/v1/payments/manual")
                        .contentType("application/json")
                        .content(body.replace("\"note\"", "\"receipt\":\"2\",\"note\"")))
                .andExpect(status().isCreated());

        assertThat(hub.written)
                .hasSize(2)
                .allMatch(message -> message.kind() == InboundMessage.Kind.API
                        && message.connector().equals("manual"));
        JsonNode message = json.readTree(hub.written.get(0).body());
        assertThat(message.get("amount").get("amountMinor").asLong()).isEqualTo(125_050);
        assertThat(message.get("recordedBy").asText()).isEqualTo("bootstrap");
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM hub.audit WHERE action = 'payment.record' AND reason = 'slip 7'",
                        Long.class))
                .isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "method, cheque, wrong form",
        "occurredAt, 2999-01-01T00:00:00Z, future",
        "occurredAt, -999999999-01-01T00:00:00Z, before",
        "amount, 0, more than zero"
    })
    void says_what_is_wrong_with_a_record(String field, String value, String detail) throws Exception {
        Map<String, Object> body = new java.util.HashMap<>(Map.of(
                "tenant", "portal",
                "reference", "ORD-1",
                "amount", "5",
                "currency", "EGP",
                "method", "cash",
                "occurredAt", "2026-11-19T10:00:00Z"));
        body.put(field, value);

        call(post("/api/v1/payments/manual").contentType("application/json").content(json.writeValueAsBytes(body)))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.detail", containsString(detail)));
    }

    @Test
    void says_when_cash_is_kept_but_not_yet_on_its_way() throws Exception {
        hub.brokerDown(true);

        call(post("/api/v1/payments/manual").contentType("application/json").content("""
                        {"tenant":"cctv","reference":"INV-1","method":"cash","amount":"5","currency":"MAD",
                        "occurredAt":"2026-11-19T10:00:00Z"}"""))
                .andExpect(status().isServiceUnavailable())
                .andExpect(header().exists("Retry-After"));
    }

    @Test
    void compares_what_was_expected_with_what_was_seen_and_settled() throws Exception {
        ask("ORD-1", "100", "portal", null);
        ask("ORD-2", "50", "portal", null);
        jdbc.update("UPDATE hub.payment_request SET status = 'PAID', repaired = true WHERE reference = 'ORD-1'");
        payment("pi_1", "ORD-1", 10_000, 1_000, 290);
        payment("pi_9", "ORD-9", 7_000, 0, 0);
        String payout = String.format(Locale.ROOT, """
                {"tenant":"portal","gateway":"stripe","payout":"po_1","amount":"80.00","fees":"2.90","currency":"EGP","paidOn":"%s"}""", java.time.LocalDate.now(java.time.ZoneId.of("Africa/Cairo")));
        call(post("/api/v1/payments/settlements")
                        .contentType("application/json")
                        .content(payout))
                .andExpect(status().isCreated());
        call(post("/api/v1/payments/settlements")
                        .contentType("application/json")
                        .content(payout))
                .andExpect(status().isOk());
        call(post("/api/v1/payments/settlements")
                        .contentType("application/json")
                        .content(payout.replace("80.00", "81.00")))
                .andExpect(status().isConflict());

        call(get("/api/v1/reports/payments?tenant=portal&from=2026-01-01&to=2027-01-01"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.rows.length()").value(1))
                .andExpect(jsonPath("$.rows[0].gateway").value("stripe"))
                .andExpect(jsonPath("$.rows[0].expected.count").value(2))
                .andExpect(jsonPath("$.rows[0].expected.amount.amountMinor").value(15_000))
                .andExpect(jsonPath("$.rows[0].paid.amount.amountMinor").value(10_000))
                .andExpect(jsonPath("$.rows[0].open.count").value(1))
                .andExpect(jsonPath("$.rows[0].repaired").value(1))
                .andExpect(jsonPath("$.rows[0].captured.amount.amountMinor").value(17_000))
                .andExpect(jsonPath("$.rows[0].unasked.count").value(1))
                .andExpect(jsonPath("$.rows[0].refunded.amountMinor").value(1_000))
                .andExpect(jsonPath("$.rows[0].fees.amountMinor").value(290))
                .andExpect(jsonPath("$.rows[0].settled.amount.amountMinor").value(8_000))
                .andExpect(jsonPath("$.rows[0].settledFees.amountMinor").value(290))
                .andExpect(jsonPath("$.rows[0].difference.amountMinor").value(17_000 - 1_000 - 8_000 - 290))
                .andExpect(jsonPath("$.rows[0].paidTwice").value(0));
        jdbc.update("UPDATE crm.payment SET status = 'CANCELLED' WHERE gateway_payment_id = 'pi_9'");
        call(get("/api/v1/reports/payments?tenant=portal&from=2026-01-01&to=2027-01-01"))
                .andExpect(jsonPath("$.rows[0].reversed.amountMinor").value(7_000))
                .andExpect(jsonPath("$.rows[0].difference.amountMinor").value(17_000 - 7_000 - 1_000 - 8_000 - 290));
        payment("pi_2", "ORD-1", 10_000, 0, 0);
        call(get("/api/v1/reports/payments?tenant=portal&gateway=stripe&from=2026-01-01&to=2027-01-01"))
                .andExpect(jsonPath("$.rows[0].paidTwice").value(1));
        call(get("/api/v1/reports/payments?tenant=hvar&from=2026-01-01&to=2027-01-01"))
                .andExpect(jsonPath("$.rows").isEmpty());
    }

    @Test
    void one_call_asks_about_everything_that_is_not_settled() throws Exception {
        ask("ORD-1", "100", "portal", null);
        ask("ORD-2", "50", "portal", null);
        ask("ORD-3", "50", "portal", null);
        jdbc.update("UPDATE hub.payment_request SET status = 'PAID', next_query_at = NULL WHERE reference = 'ORD-1'");
        jdbc.update("UPDATE hub.payment_request SET next_query_at = NULL WHERE reference = 'ORD-2'");

        call(post("/api/v1/reports/payments/requery")
                        .contentType("application/json")
                        .content(
                                "{\"tenant\":\"portal\",\"gateway\":\"stripe\",\"from\":\"2026-01-01\",\"to\":\"2027-01-01\"}"))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.payments").value(2));

        assertThat(jdbc.queryForList(
                        "SELECT reference FROM hub.payment_request WHERE next_query_at <= now() + interval '1 s' ORDER BY 1",
                        String.class))
                .containsExactly("ORD-2", "ORD-3");
        call(post("/api/v1/reports/payments/requery")
                        .contentType("application/json")
                        .content("{\"gateway\":\"paystack\",\"from\":\"2026-01-01\",\"to\":\"2027-01-01\"}"))
                .andExpect(jsonPath("$.payments").value(0));
    }

    @Test
    void tells_what_became_of_cash_on_delivery_day_by_day() throws Exception {
        // 22:30 UTC is the next day in Cairo
        delivery("1", 75_000, "2026-11-01T22:30:00Z", null, 0, 0, 0);
        delivery("2", 10_000, "2026-11-02T10:00:00Z", "2026-11-03T15:00:00Z", 10_000, 6_156, 3_844);
        delivery("3", 0, "2026-11-03T10:00:00Z", "2026-11-03T15:00:00Z", 0, 6_156, -6_156);
        delivery("4", -5_000, "2026-11-03T10:00:00Z", null, 0, 0, 0);

        call(get("/api/v1/reports/cod?tenant=hvar&from=2026-11-02&to=2026-11-30"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.days.length()").value(2))
                .andExpect(jsonPath("$.days[0].day").value("2026-11-02"))
                .andExpect(jsonPath("$.days[0].deliveries").value(2))
                .andExpect(jsonPath("$.days[0].collected.amountMinor").value(85_000))
                .andExpect(jsonPath("$.days[0].outstanding.amountMinor").value(85_000))
                .andExpect(jsonPath("$.days[0].open.amountMinor").value(75_000))
                .andExpect(jsonPath("$.days[0].late.amountMinor").value(75_000))
                .andExpect(jsonPath("$.days[1].day").value("2026-11-03"))
                .andExpect(jsonPath("$.days[1].settlements").value(2))
                .andExpect(jsonPath("$.days[1].settled.amountMinor").value(10_000))
                .andExpect(jsonPath("$.days[1].fees.amountMinor").value(12_312))
                .andExpect(jsonPath("$.days[1].remitted.amountMinor").value(-2_312))
                .andExpect(jsonPath("$.days[1].paidOut.amountMinor").value(5_000))
                .andExpect(jsonPath("$.days[1].outstanding.amountMinor").value(70_000))
                .andExpect(jsonPath("$.late.length()").value(1))
                .andExpect(jsonPath("$.late[0].trackingNumber").value("1"))
                .andExpect(jsonPath("$.late[0].collectedOn").value("2026-11-02"));
        call(get("/api/v1/reports/cod?tenant=hvar&from=2026-11-03&to=2026-11-03"))
                .andExpect(jsonPath("$.days[0].outstanding.amountMinor").value(70_000));
    }

    @ParameterizedTest
    @CsvSource({
        "'/api/v1/reports/cod?from=2026-11-02', from=2026-11-02",
        "'/api/v1/reports/cod?from=2026-11-02&to=2026-11-01', before it begins",
        "'/api/v1/reports/cod?from=2020-11-02&to=2026-11-01', at most 400",
        "'/api/v1/reports/payments?from=%2B999999999-01-01&to=%2B999999999-12-31', lies between",
        "'/api/v1/reports/payments?from=yesterday&to=2026-11-01', yesterday"
    })
    void says_what_is_wrong_with_a_period(String url, String ignored) throws Exception {
        call(get(java.net.URI.create(url)))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.code").value("WASL-9101"));
    }

    private void payment(String id, String reference, long minor, long refunded, long fee) {
        jdbc.update("""
                INSERT INTO crm.payment (tenant, gateway, gateway_payment_id, merchant_reference, status, status_at, amount_minor,
                    currency, refunded_minor, fee_minor, captured_at, live, occurred_at, created_at, stored_at, updated_at, fold)
                VALUES ('portal', 'stripe', ?, ?, 'CAPTURED', now(), ?, 'EGP', ?, ?, now(), true, now(), now(), now(), now(), '{}')
                """, id, reference, minor, refunded, fee);
    }

    private void delivery(
            String tracking,
            long collected,
            String deliveredAt,
            @org.jspecify.annotations.Nullable String depositedAt,
            long settled,
            long fees,
            long net) {
        jdbc.update(
                """
                INSERT INTO crm.delivery (tenant, courier, tracking_number, status, state_code, terminal, unexpected, status_at,
                    observed_at, cod_collected_minor, currency, delivered_at, deposited_at, settled_cod_minor,
                    settled_fees_minor, net_deposited_minor, attempts, created_at, stored_at, updated_at, last_receipt_at, fold)
                VALUES ('hvar', 'bosta', ?, 'DELIVERED', 45, true, false, now(), now(), ?, 'EGP', ?::timestamptz, ?::timestamptz,
                    CASE WHEN ? THEN ?::bigint END, CASE WHEN ? THEN ?::bigint END, CASE WHEN ? THEN ?::bigint END, 1, now(),
                    now(), now(), now(), '{}')
                """,
                tracking,
                collected,
                deliveredAt,
                depositedAt,
                depositedAt != null,
                settled,
                depositedAt != null,
                fees,
                depositedAt != null,
                net);
    }

    private ResultActions ask(
            String reference, String amount, String tenant, @org.jspecify.annotations.Nullable String description)
            throws Exception {
        Map<String, Object> body = new java.util.HashMap<>(Map.of(
                "tenant",
                tenant,
                "reference",
                reference,
                "amount",
                amount,
                "currency",
                "egp",
                "gateway",
                "stripe",
                "customer",
                Map.of("name", "Mona", "phone", "٠١٠١٢٣٤٥٦٧٨")));
        if (description != null) {
            body.put("description", description);
        }
        return call(post(REQUESTS).contentType("application/json").content(json.writeValueAsBytes(body)));
    }

    private ResultActions call(MockHttpServletRequestBuilder request) throws Exception {
        return mvc.perform(request.header("Authorization", "Bearer wasl-demo-key"));
    }
}
