package dev.wasl.hub.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.wasl.hub.FakeHub;
import dev.wasl.hub.HttpSideTest;
import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.TestKeys;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

@HttpSideTest
class ApiAccessTest {

    private static final String DEMO = "Bearer wasl-demo-key";

    @Autowired
    MockMvc mvc;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    FakeHub hub;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    RequestMappingHandlerMapping mappings;

    TestKeys keys;

    @BeforeEach
    void keys() {
        keys = new TestKeys(jdbc);
    }

    @Test
    void refuses_a_request_without_key_and_says_how_to_send_one() throws Exception {
        mvc.perform(get("/api/v1/deliveries"))
                .andExpect(status().isUnauthorized())
                .andExpect(header().string("WWW-Authenticate", "Bearer realm=\"wasl\""))
                .andExpect(content().contentType("application/problem+json;charset=UTF-8"))
                .andExpect(jsonPath("$.code").value("WASL-9102"))
                .andExpect(jsonPath("$.status").value(401))
                .andExpect(jsonPath("$.instance").value("/api/v1/deliveries"))
                .andExpect(jsonPath("$.detail").value("Send an API key as 'Authorization: Bearer <key>'."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer nonsense", "Bearer ", "Bearer", "Basic d2FzbC1kZW1vLWtleQ==", "wasl-demo-key"})
    void refuses_what_is_no_key_without_repeating_it(String authorization) throws Exception {
        String body = mvc.perform(get("/api/v1/deliveries").header("Authorization", authorization))
                .andExpect(status().isUnauthorized())
                .andReturn()
                .getResponse()
                .getContentAsString();

        assertThat(body).doesNotContain("nonsense").doesNotContain("d2FzbC1kZW1vLWtleQ");
    }

    @Test
    void takes_the_demo_key_outside_of_production() throws Exception {
        mvc.perform(get("/api/v1/deliveries").header("Authorization", DEMO)).andExpect(status().isOk());
    }

    @Test
    void takes_the_scheme_in_any_case() throws Exception {
        mvc.perform(get("/api/v1/deliveries").header("Authorization", "bearer wasl-demo-key"))
                .andExpect(status().isOk());
    }

    @Test
    void refuses_an_expired_key() throws Exception {
        mvc.perform(get("/api/v1/deliveries")
                        .header("Authorization", keys.until(Instant.now().minusSeconds(1))))
                .andExpect(status().isUnauthorized());
        mvc.perform(get("/api/v1/deliveries")
                        .header("Authorization", keys.until(Instant.now().plusSeconds(60))))
                .andExpect(status().isOk());
    }

    @Test
    void notes_that_a_key_was_used() throws Exception {
        String key = keys.with(Scope.READ_DELIVERIES);

        mvc.perform(get("/api/v1/deliveries").header("Authorization", key)).andExpect(status().isOk());

        assertThat(jdbc.queryForObject(
                        "SELECT last_used_at IS NOT NULL FROM hub.api_key WHERE name = ?",
                        Boolean.class,
                        key.substring("Bearer ".length())))
                .isTrue();
    }

    @Test
    void keeps_no_key_in_the_database() {
        assertThat(jdbc.queryForList("SELECT key_hash FROM hub.api_key", String.class))
                .isNotEmpty()
                .allMatch(hash -> hash.matches("[0-9a-f]{64}"));
    }

    @Test
    void a_login_opens_the_console_but_not_the_api() throws Exception {
        mvc.perform(
                        get("/api/v1/deliveries")
                                .with(org.springframework.security.test.web.servlet.request
                                        .SecurityMockMvcRequestPostProcessors.user("admin")
                                        .roles("ADMIN")))
                .andExpect(status().isForbidden());
    }

    static Stream<Arguments> operations() {
        return Stream.of(
                Arguments.of("GET", "/api/v1/deliveries", Scope.READ_DELIVERIES),
                Arguments.of("GET", "/api/v1/deliveries/90000001", Scope.READ_DELIVERIES),
                Arguments.of("POST", "/api/v1/deliveries/90000001/refresh", Scope.WRITE_CONNECTORS),
                Arguments.of("GET", "/api/v1/customers/01012345678", Scope.READ_CUSTOMERS),
                Arguments.of("GET", "/api/v1/payments", Scope.READ_PAYMENTS),
                Arguments.of("GET", "/api/v1/payments/requests", Scope.READ_PAYMENTS),
                Arguments.of("GET", "/api/v1/reports/cod?from=2026-11-01&to=2026-11-20", Scope.READ_PAYMENTS),
                Arguments.of("GET", "/api/v1/reports/payments?from=2026-11-01&to=2026-11-20", Scope.READ_PAYMENTS),
                Arguments.of("POST", "/api/v1/payments/requests", Scope.WRITE_PAYMENTS),
                Arguments.of("POST", "/api/v1/payments/manual", Scope.WRITE_PAYMENTS),
                Arguments.of("POST", "/api/v1/payments/settlements", Scope.WRITE_PAYMENTS),
                Arguments.of("POST", "/api/v1/reports/payments/requery", Scope.WRITE_PAYMENTS),
                Arguments.of("GET", "/api/v1/messages?reference=90000001", Scope.READ_MESSAGES),
                Arguments.of("GET", "/api/v1/messages/" + FakeHub.RECEIPT, Scope.READ_MESSAGES),
                Arguments.of("GET", "/api/v1/parked", Scope.READ_OPS),
                Arguments.of("GET", "/api/v1/parked/fingerprints", Scope.READ_OPS),
                Arguments.of("GET", "/api/v1/parked/" + FakeHub.PARKED_HVAR, Scope.READ_OPS),
                Arguments.of("POST", "/api/v1/parked/" + FakeHub.PARKED_HVAR + "/replay", Scope.WRITE_PARKED),
                Arguments.of("POST", "/api/v1/parked/replay", Scope.WRITE_PARKED),
                Arguments.of("POST", "/api/v1/parked/" + FakeHub.PARKED_HVAR + "/discard", Scope.WRITE_PARKED),
                Arguments.of("GET", "/api/v1/connectors", Scope.READ_OPS),
                Arguments.of("POST", "/api/v1/connectors/hvar/bosta/backfills", Scope.WRITE_CONNECTORS),
                Arguments.of("GET", "/api/v1/connectors/hvar/bosta/backfills", Scope.READ_OPS),
                Arguments.of("POST", "/api/v1/connectors/hvar/bosta/runs", Scope.WRITE_CONNECTORS),
                Arguments.of("GET", "/api/v1/ledger", Scope.READ_OPS),
                Arguments.of("GET", "/api/v1/notifications", Scope.READ_OPS),
                Arguments.of("POST", "/api/v1/notifications/" + FakeHub.HELD + "/release", Scope.WRITE_NOTIFICATIONS),
                Arguments.of("GET", "/api/v1/keys", Scope.WRITE_KEYS),
                Arguments.of("GET", "/api/v1/health", Scope.READ_OPS));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void needs_the_scope_of_the_operation(String method, String url, Scope needed) throws Exception {
        Scope[] others =
                Stream.of(Scope.values()).filter(scope -> scope != needed).toArray(Scope[]::new);
        String body = String.format(
                Locale.ROOT, """
                {"reason":"test","fingerprint":"f","tenant":"portal","reference":"ORD-ACCESS","amount":"5","currency":"EGP",
                "gateway":"stripe","method":"cash","occurredAt":"2026-11-20T08:00:00Z","payout":"po_1",
                "paidOn":"2026-11-20"%s}""", url.contains("/reports/") ? ",\"from\":\"2026-11-01\",\"to\":\"2026-11-20\"" : "");

        mvc.perform((method.equals("GET")
                                ? get(url)
                                : post(url).contentType("application/json").content(body))
                        .header("Authorization", keys.with(others)))
                .andExpect(status().isForbidden())
                .andExpect(jsonPath("$.code").value("WASL-9103"))
                .andExpect(jsonPath("$.detail").value("The API key lacks the scope '" + needed.id() + "'."));
        mvc.perform((method.equals("GET")
                                ? get(url)
                                : post(url).contentType("application/json").content(body))
                        .header("Authorization", keys.with(needed)))
                .andExpect(status().is2xxSuccessful());
    }

    @Test
    void every_operation_names_a_scope() {
        List<HandlerMethod> silent = mappings.getHandlerMethods().entrySet().stream()
                .filter(entry -> entry.getKey().getPatternValues().stream().anyMatch(path -> path.startsWith("/api/")))
                .map(java.util.Map.Entry::getValue)
                .filter(method -> AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), NeedsScope.class)
                                == null
                        && AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), NeedsScope.class) == null)
                .toList();

        assertThat(silent).as("operations of the API without @NeedsScope").isEmpty();
    }

    @Test
    void a_key_of_one_tenant_sees_nothing_of_another() throws Exception {
        String hvar = keys.of("hvar");
        String portal = keys.of("portal");

        mvc.perform(get("/api/v1/deliveries").header("Authorization", hvar))
                .andExpect(jsonPath("$.items.length()").value(7))
                .andExpect(jsonPath(
                        "$.items[*].tenant", org.hamcrest.Matchers.everyItem(org.hamcrest.Matchers.is("hvar"))));
        mvc.perform(get("/api/v1/deliveries").header("Authorization", portal))
                .andExpect(jsonPath("$.items.length()").value(1))
                .andExpect(jsonPath("$.items[0].tenant").value("portal"));
    }

    static Stream<Arguments> belongingToHvar() {
        return Stream.of(
                Arguments.of("GET", "/api/v1/deliveries/90000001"),
                Arguments.of("POST", "/api/v1/deliveries/90000001/refresh"),
                Arguments.of("GET", "/api/v1/deliveries?tenant=hvar"),
                Arguments.of("GET", "/api/v1/customers/+201112345678"),
                Arguments.of("GET", "/api/v1/payments?tenant=hvar"),
                Arguments.of("GET", "/api/v1/messages/" + FakeHub.RECEIPT),
                Arguments.of("GET", "/api/v1/messages?reference=90000001&tenant=hvar"),
                Arguments.of("GET", "/api/v1/parked/" + FakeHub.PARKED_HVAR),
                Arguments.of("POST", "/api/v1/parked/" + FakeHub.PARKED_HVAR + "/replay"),
                Arguments.of("POST", "/api/v1/parked/" + FakeHub.PARKED_HVAR + "/discard"),
                Arguments.of("GET", "/api/v1/connectors?tenant=hvar"),
                Arguments.of("POST", "/api/v1/connectors/hvar/bosta/backfills"),
                Arguments.of("GET", "/api/v1/connectors/hvar/bosta/backfills"),
                Arguments.of("POST", "/api/v1/connectors/hvar/bosta/runs"),
                Arguments.of("GET", "/api/v1/ledger?tenant=hvar"),
                Arguments.of("GET", "/api/v1/notifications?tenant=hvar"));
    }

    @ParameterizedTest
    @MethodSource("belongingToHvar")
    void another_tenants_rows_do_not_exist_for_a_key(String method, String url) throws Exception {
        hub.commands.clear();

        mvc.perform((method.equals("GET")
                                ? get(url)
                                : post(url).contentType("application/json").content("{\"reason\":\"mine?\"}"))
                        .header("Authorization", keys.of("portal")))
                .andExpect(status().isNotFound())
                .andExpect(content().contentType("application/problem+json;charset=UTF-8"));

        assertThat(hub.commands).isEmpty();
        mvc.perform((method.equals("GET")
                                ? get(url)
                                : post(url).contentType("application/json").content("{\"reason\":\"mine\"}"))
                        .header("Authorization", keys.of("hvar")))
                .andExpect(status().is2xxSuccessful());
    }

    @Test
    void lists_without_filter_stay_within_the_keys_tenants() throws Exception {
        String portal = keys.of("portal");

        mvc.perform(get("/api/v1/messages?reference=90000001").header("Authorization", portal))
                .andExpect(jsonPath("$.items").isEmpty());
        mvc.perform(get("/api/v1/parked?tenant=unknown").header("Authorization", portal))
                .andExpect(status().isNotFound());
        mvc.perform(get("/api/v1/parked").header("Authorization", portal))
                .andExpect(jsonPath("$.items.length()").value(1))
                .andExpect(jsonPath("$.items[0].tenant").value("portal"));
        mvc.perform(get("/api/v1/ledger").header("Authorization", portal))
                .andExpect(jsonPath("$.rows.length()").value(1))
                .andExpect(jsonPath("$.totals.received").value(3309));
        mvc.perform(get("/api/v1/connectors").header("Authorization", portal))
                .andExpect(jsonPath("$.items[0].tenant").value("portal"));
        mvc.perform(post("/api/v1/parked/replay")
                        .contentType("application/json")
                        .content("{\"fingerprint\":\"f\"}")
                        .header("Authorization", portal))
                .andExpect(status().isAccepted());
        assertThat(hub.commands).last().asString().startsWith("replay-all [portal]");
    }

    @Test
    void raw_bytes_need_their_own_scope() throws Exception {
        mvc.perform(get("/api/v1/messages/" + FakeHub.RECEIPT).header("Authorization", keys.with(Scope.READ_MESSAGES)))
                .andExpect(jsonPath("$.raw").doesNotExist());
        mvc.perform(get("/api/v1/messages/" + FakeHub.RECEIPT)
                        .header("Authorization", keys.with(Scope.READ_MESSAGES, Scope.READ_RAW)))
                .andExpect(jsonPath("$.raw.text").value("{\"trackingNumber\":90000001}"));
        mvc.perform(get("/api/v1/parked/" + FakeHub.PARKED_HVAR).header("Authorization", keys.with(Scope.READ_OPS)))
                .andExpect(jsonPath("$.body").doesNotExist());
        mvc.perform(get("/api/v1/parked/" + FakeHub.PARKED_HVAR)
                        .header("Authorization", keys.with(Scope.READ_OPS, Scope.READ_RAW)))
                .andExpect(jsonPath("$.body.base64").value("/wA="));
    }

    @Test
    void writes_down_who_replayed_what_and_why() throws Exception {
        String key = keys.of("hvar");

        mvc.perform(post("/api/v1/parked/" + FakeHub.PARKED_HVAR + "/replay")
                        .contentType("application/json")
                        .content("{\"reason\":\"mapping fixed\"}")
                        .header("Authorization", key))
                .andExpect(status().isAccepted());

        assertThat(jdbc.queryForMap(
                        "SELECT actor_kind, action, target, tenant, reason, ip FROM hub.audit WHERE actor = ?",
                        key.substring("Bearer ".length())))
                .containsEntry("actor_kind", "API_KEY")
                .containsEntry("action", "parked.replay")
                .containsEntry("target", "parked/" + FakeHub.PARKED_HVAR)
                .containsEntry("tenant", "hvar")
                .containsEntry("reason", "mapping fixed")
                .containsEntry("ip", "127.0.0.1");
    }
}
