package dev.wasl.hub.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItems;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.delete;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.FakeHub;
import dev.wasl.hub.HttpSideTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

@HttpSideTest
class ApiTest {

    @Autowired
    MockMvc mvc;

    @Autowired
    ObjectMapper json;

    @Autowired
    FakeHub hub;

    @AfterEach
    void well() {
        hub.brokerDown(false);
        hub.unbalanced(false);
        hub.brokenRoutes.clear();
        hub.mappingProblem = null;
    }

    @Test
    void pages_through_everything_once_by_cursor() throws Exception {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        int parts = 0;
        do {
            JsonNode page = read(get("/api/v1/deliveries?limit=3&cursor=" + cursor));
            page.get("items")
                    .forEach(item -> seen.add(item.get("trackingNumber").asText()));
            assertThat(page.get("items").size()).isLessThanOrEqualTo(3);
            cursor = page.get("nextCursor").isNull()
                    ? ""
                    : page.get("nextCursor").asText();
            parts++;
        } while (!cursor.isEmpty() && parts < 10);

        assertThat(parts).isEqualTo(3);
        assertThat(seen).hasSize(8).doesNotHaveDuplicates().startsWith("90000000", "90000001", "80000001");
    }

    @Test
    void writes_money_in_minor_units_and_times_in_utc() throws Exception {
        call(get("/api/v1/deliveries/90000001"))
                .andExpect(jsonPath("$.cod.amountMinor").value(45000))
                .andExpect(jsonPath("$.cod.currency").value("EGP"))
                .andExpect(jsonPath("$.cod.positive").doesNotExist())
                .andExpect(jsonPath("$.promisedDate").value("2026-11-21"))
                .andExpect(jsonPath("$.updatedAt", containsString("Z")))
                .andExpect(jsonPath("$.history.length()").value(2))
                .andExpect(jsonPath("$.attempts[0].reason").value("Customer did not answer"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"90000001", "CAI-90000001", " 9000 0001 ", "ALX-01-90000001", "٩٠٠٠٠٠٠١"})
    void finds_a_delivery_by_what_is_printed_on_the_label(String written) throws Exception {
        call(get("/api/v1/deliveries/{number}", written))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.trackingNumber").value("90000001"));
    }

    @Test
    void asks_the_courier_about_a_delivery_as_printed_on_the_label() throws Exception {
        call(post("/api/v1/deliveries/{number}/refresh", "CAI-90000001"))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.tenant").value("hvar"))
                .andExpect(jsonPath("$.courier").value("bosta"))
                .andExpect(jsonPath("$.trackingNumber").value("90000001"));

        assertThat(hub.commands).last().isEqualTo("refresh hvar bosta 90000001");
    }

    @Test
    void says_when_there_is_nobody_to_ask_about_a_delivery() throws Exception {
        hub.commands.clear();

        call(post("/api/v1/deliveries/11111111/refresh"))
                .andExpect(status().isNotFound())
                .andExpect(jsonPath("$.code").value("WASL-9104"));
        call(post("/api/v1/deliveries/80000001/refresh?tenant=portal"))
                .andExpect(status().isNotFound())
                .andExpect(content().contentType("application/problem+json;charset=UTF-8"))
                .andExpect(jsonPath("$.code").value("WASL-1003"));
        call(post("/api/v1/deliveries/90000001/refresh?tenant=nobody"))
                .andExpect(status().isNotFound())
                .andExpect(jsonPath("$.code").value("WASL-1002"));

        assertThat(hub.commands).isEmpty();
    }

    @Test
    void filters_deliveries_by_status_and_time() throws Exception {
        call(get("/api/v1/deliveries?status=DELIVERED"))
                .andExpect(jsonPath("$.items").isEmpty());
        call(get("/api/v1/deliveries?unexpected=true"))
                .andExpect(jsonPath("$.items.length()").value(1))
                .andExpect(jsonPath("$.items[0].unexpected").value(true));
        call(get("/api/v1/deliveries?updatedSince=2999-01-01T00:00:00Z"))
                .andExpect(jsonPath("$.items").isEmpty());
        call(get("/api/v1/deliveries?tenant=portal&updatedSince=2000-01-01T00:00:00Z"))
                .andExpect(jsonPath("$.items.length()").value(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01012345678",
                "+201012345678",
                "00201012345678",
                "201012345678",
                "010 1234 5678",
                "+20 (10) 1234-5678",
                "٠١٠١٢٣٤٥٦٧٨",
                "\u200f+20\u00a0101\u00a0234\u00a05678",
                "01112345678"
            })
    void finds_a_customer_by_any_form_of_the_phone(String written) throws Exception {
        call(get("/api/v1/customers/{phone}?tenant=hvar", written))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.phone").value("+201012345678"))
                .andExpect(jsonPath("$.tenant").value("hvar"));
    }

    @Test
    void reads_a_local_number_with_the_country_of_the_tenant() throws Exception {
        call(get("/api/v1/customers/0612345678"))
                .andExpect(jsonPath("$.phone").value("+212612345678"))
                .andExpect(jsonPath("$.tenant").value("cctv"));
    }

    @Test
    void tells_which_other_tenants_know_the_customer() throws Exception {
        call(get("/api/v1/customers/01012345678"))
                .andExpect(jsonPath("$.tenant").value("hvar"))
                .andExpect(jsonPath("$.otherTenants", contains("portal")));
        call(get("/api/v1/customers/01012345678?tenant=portal"))
                .andExpect(jsonPath("$.tenant").value("portal"))
                .andExpect(jsonPath("$.otherTenants").isEmpty());
    }

    @Test
    void says_when_a_phone_is_none_or_unknown() throws Exception {
        call(get("/api/v1/customers/12"))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.code").value("WASL-9101"));
        call(get("/api/v1/customers/01099999999"))
                .andExpect(status().isNotFound())
                .andExpect(jsonPath("$.code").value("WASL-9104"));
    }

    @Test
    void finds_payments_by_either_reference() throws Exception {
        for (String reference : List.of("pi_3Qx", "INV-7")) {
            call(get("/api/v1/payments").param("reference", reference))
                    .andExpect(jsonPath("$.items[0].gatewayPaymentId").value("pi_3Qx"))
                    .andExpect(jsonPath("$.items[0].amount.amountMinor").value(125000));
        }
        call(get("/api/v1/payments?reference=other"))
                .andExpect(jsonPath("$.items").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"90000001", "CAI-90000001"})
    void tells_the_whole_journey_of_a_reference_in_time_order(String reference) throws Exception {
        call(get("/api/v1/messages").param("reference", reference))
                .andExpect(jsonPath(
                        "$.items[*].step", contains("RECEIVED", "PUBLISHED", "APPLIED", "APPLIED", "NOTIFIED")))
                .andExpect(jsonPath("$.items[0].outcome").value("ACCEPTED"))
                .andExpect(jsonPath("$.items[1].eventType").value("dev.wasl.delivery.status_changed.v1"))
                .andExpect(jsonPath("$.items[1].eventTime").value("2026-11-20T07:59:00Z"))
                .andExpect(jsonPath("$.items[2].consumer").value("crm"))
                .andExpect(jsonPath("$.items[4].channel").value("WHATSAPP"))
                .andExpect(jsonPath("$.nextCursor").isEmpty());
    }

    @Test
    void tells_the_journey_of_a_phone_in_local_form() throws Exception {
        call(get("/api/v1/messages").param("reference", "010 1234 5678"))
                .andExpect(jsonPath("$.items[0].receiptId").value(FakeHub.RECEIPT.toString()));
    }

    @Test
    void shows_one_message_with_its_canonical_events() throws Exception {
        call(get("/api/v1/messages/" + FakeHub.RECEIPT))
                .andExpect(jsonPath("$.canonical[0].subject").value("delivery/bosta/90000001"))
                .andExpect(jsonPath("$.journey.length()").value(4))
                .andExpect(jsonPath("$.raw.headers.x-event").value("1"));
    }

    @Test
    void replays_and_discards_parked_messages() throws Exception {
        call(post("/api/v1/parked/" + FakeHub.PARKED_HVAR + "/replay"))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.id").value(FakeHub.PARKED_HVAR.toString()));
        assertThat(hub.commands).last().isEqualTo("replay " + FakeHub.PARKED_HVAR);

        call(post("/api/v1/parked/replay")
                        .contentType("application/json")
                        .content("{\"ids\":[\"" + FakeHub.PARKED_HVAR + "\"],\"tenant\":\"hvar\"}"))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.replayed").value(2));
        assertThat(hub.commands).last().isEqualTo("replay-all [hvar] [" + FakeHub.PARKED_HVAR + "] null");

        call(post("/api/v1/parked/" + FakeHub.PARKED_HVAR + "/discard")
                        .contentType("application/json")
                        .content("{\"reason\":\"test order\"}"))
                .andExpect(status().isOk());
        assertThat(hub.commands).last().isEqualTo("discard " + FakeHub.PARKED_HVAR + " test order");
    }

    @Test
    void gives_nothing_up_without_a_reason() throws Exception {
        hub.commands.clear();

        call(post("/api/v1/parked/" + FakeHub.PARKED_HVAR + "/discard")
                        .contentType("application/json")
                        .content("{\"reason\":\" \"}"))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.errors[0].field").value("reason"));
        call(post("/api/v1/parked/replay").contentType("application/json").content("{}"))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.detail").value("Name 'ids' or a 'fingerprint'."));

        assertThat(hub.commands).isEmpty();
    }

    @Test
    void starts_a_backfill_and_says_where_it_is() throws Exception {
        String location = call(post("/api/v1/connectors/hvar/bosta/backfills")
                        .contentType("application/json")
                        .content("{\"from\":\"2026-01-01T00:00:00Z\"}"))
                .andExpect(status().isCreated())
                .andReturn()
                .getResponse()
                .getHeader("Location");

        assertThat(hub.commands).last().isEqualTo("backfill hvar 2026-01-01T00:00:00Z");
        call(get(location))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.state").value("RUNNING"))
                .andExpect(jsonPath("$.rows").value(40600));
        call(post(location + "/pause")).andExpect(status().isOk());
        assertThat(hub.commands).last().isEqualTo("pause hvar bosta");
        call(post(location + "/explode")).andExpect(status().isNotFound());
    }

    @Test
    void starts_a_backfill_of_everything_without_a_body() throws Exception {
        call(post("/api/v1/connectors/hvar/bosta/backfills")).andExpect(status().isCreated());

        assertThat(hub.commands).last().isEqualTo("backfill hvar null");
    }

    @Test
    void explains_a_backfill_that_cannot_start() throws Exception {
        call(post("/api/v1/connectors/hvar/bosta/backfills")
                        .contentType("application/json")
                        .content("{\"to\":\"1970-01-01T00:00:00Z\"}"))
                .andExpect(status().isConflict())
                .andExpect(jsonPath("$.code").value("WASL-5006"))
                .andExpect(jsonPath("$.detail").value("A backfill is open already."));
        call(post("/api/v1/connectors/portal/stripe/backfills"))
                .andExpect(status().isNotFound())
                .andExpect(jsonPath("$.code").value("WASL-5005"));
        call(post("/api/v1/connectors/hvar/nothing/runs")).andExpect(status().isNotFound());
    }

    @Test
    void lists_connectors_with_and_without_sync() throws Exception {
        call(get("/api/v1/connectors"))
                .andExpect(jsonPath("$.items[*].connector", contains("bosta", "bosta", "whatsapp", "stripe")))
                .andExpect(jsonPath("$.items[0].sync.phase").value("BLOCKED"))
                .andExpect(jsonPath("$.items[0].sync.budget.source").value("app.bosta.co"))
                .andExpect(jsonPath("$.items[0].sync.budget.limit").value(0.75))
                .andExpect(jsonPath("$.items[0].sync.budget.rate").value(0.375))
                .andExpect(jsonPath("$.items[0].sync.budget.usedLastHour").value(512))
                .andExpect(jsonPath("$.items[1].sync.phase").value("IDLE"))
                .andExpect(jsonPath("$.items[1].sync.waiting").value(7))
                .andExpect(jsonPath("$.items[1].sync.backfill.sourceTotal").value(100000))
                .andExpect(jsonPath("$.items[2].sync").doesNotExist());
    }

    @Test
    void shows_a_ledger_that_balances() throws Exception {
        call(get("/api/v1/ledger"))
                .andExpect(jsonPath("$.balanced").value(true))
                .andExpect(jsonPath("$.totals.received").value(60641))
                .andExpect(jsonPath("$.totals.oldestPendingSince").isNotEmpty())
                .andExpect(jsonPath("$.rows[0].balanced").value(true));
    }

    @Test
    void shows_a_ledger_that_does_not_balance() throws Exception {
        hub.unbalanced(true);

        call(get("/api/v1/ledger"))
                .andExpect(jsonPath("$.balanced").value(false))
                .andExpect(jsonPath("$.rows[0].balanced").value(false))
                .andExpect(jsonPath("$.rows[1].balanced").value(true));
        call(get("/api/v1/health")).andExpect(jsonPath("$.status").value("DEGRADED"));
    }

    @Test
    void tells_which_file_is_broken_and_why() throws Exception {
        hub.brokenRoutes.put("shop-order-in.camel.yaml", "no component shop");
        hub.mappingProblem = "line 3: unexpected }";

        call(get("/api/v1/health"))
                .andExpect(jsonPath("$.status").value("DEGRADED"))
                .andExpect(jsonPath("$.reasons")
                        .value(hasItems(
                                "The route file shop-order-in.camel.yaml is broken: no component shop",
                                "The mapping bosta-delivery-in is broken: line 3: unexpected }")));
    }

    @Test
    void sums_up_the_health_and_says_why_also_without_the_broker() throws Exception {
        call(get("/api/v1/health"))
                .andExpect(jsonPath("$.status").value("DEGRADED"))
                .andExpect(jsonPath(
                        "$.reasons",
                        contains("Nobody reads the queue outbound.whatsapp.", "Parked messages wait for a person.")))
                .andExpect(jsonPath("$.parked").value(15))
                .andExpect(jsonPath("$.queues.length()").value(6));
        hub.brokerDown(true);
        call(get("/api/v1/health"))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.status").value("DEGRADED"))
                .andExpect(jsonPath("$.reasons[0]").value("The broker does not answer."))
                .andExpect(jsonPath("$.queues").doesNotExist());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/deliveries?limit=0",
                "/api/v1/deliveries?limit=201",
                "/api/v1/deliveries?limit=many",
                "/api/v1/deliveries?status=LATE",
                "/api/v1/deliveries?updatedSince=yesterday",
                "/api/v1/deliveries?cursor=nonsense",
                "/api/v1/deliveries?cursor=%00",
                "/api/v1/parked?cursor=MjAyNi0xMS0yMFQwODowMDowMFp8eA",
                "/api/v1/messages/42"
            })
    void says_what_is_wrong_with_a_parameter(String url) throws Exception {
        String body = call(get(java.net.URI.create(url)))
                .andExpect(status().isBadRequest())
                .andExpect(content().contentType("application/problem+json;charset=UTF-8"))
                .andExpect(jsonPath("$.code").value("WASL-9101"))
                .andExpect(jsonPath("$.title").value("Bad Request"))
                .andExpect(jsonPath("$.type").value("urn:wasl:error:WASL-9101"))
                .andReturn()
                .getResponse()
                .getContentAsString();

        assertThat(body).doesNotContain("Exception").doesNotContain("java.");
    }

    @Test
    void names_the_values_that_a_parameter_may_have() throws Exception {
        call(get("/api/v1/deliveries?status=LATE"))
                .andExpect(jsonPath("$.errors[0].field").value("status"))
                .andExpect(jsonPath("$.errors[0].message", containsString("OUT_FOR_DELIVERY")));
    }

    @Test
    void answers_wrong_requests_with_problems() throws Exception {
        call(get("/api/v1/nothing"))
                .andExpect(status().isNotFound())
                .andExpect(jsonPath("$.code").value("WASL-9104"));
        call(delete("/api/v1/deliveries"))
                .andExpect(status().isMethodNotAllowed())
                .andExpect(header().string("Allow", "GET"))
                .andExpect(jsonPath("$.code").value("WASL-9105"));
        call(post("/api/v1/parked/replay").contentType("text/plain").content("x"))
                .andExpect(status().isUnsupportedMediaType())
                .andExpect(jsonPath("$.code").value("WASL-9107"));
        call(get("/api/v1/deliveries").accept("text/csv"))
                .andExpect(status().isNotAcceptable())
                .andExpect(content().contentType("application/problem+json;charset=UTF-8"));
        call(post("/api/v1/parked/replay").contentType("application/json").content("{\"ids\":"))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.detail").value("The body is missing or is not well-formed JSON."));
        call(post("/api/v1/parked/replay").contentType("application/json").content("{\"ids\":[\"x\"]}"))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.errors[0].field").value("ids.[0]"));
    }

    @Test
    void describes_itself() throws Exception {
        JsonNode api = json.readTree(mvc.perform(get("/v3/api-docs"))
                .andExpect(status().isOk())
                .andReturn()
                .getResponse()
                .getContentAsString());

        assertThat(api.at("/info/title").asText()).isEqualTo("Wasl hub");
        assertThat(api.at("/components/securitySchemes/apiKey/scheme").asText()).isEqualTo("bearer");
        assertThat(api.at("/paths/~1api~1v1~1deliveries/get/description").asText())
                .contains("`read:deliveries`");
        assertThat(api.at("/paths/~1api~1v1~1deliveries/get/responses/4XX/content")
                        .has("application/problem+json"))
                .isTrue();
        assertThat(api.at("/components/schemas/Money/properties").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("amountMinor", "currency");
        assertThat(api.at("/paths").fieldNames()).toIterable().allMatch(path -> path.startsWith("/api/v1/"));
    }

    private ResultActions call(MockHttpServletRequestBuilder request) throws Exception {
        return mvc.perform(request.header("Authorization", "Bearer wasl-demo-key"));
    }

    private JsonNode read(MockHttpServletRequestBuilder request) throws Exception {
        return json.readTree(call(request)
                .andExpect(status().isOk())
                .andReturn()
                .getResponse()
                .getContentAsString());
    }
}
