package dev.wasl.hub.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.delete;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.FakeHub;
import dev.wasl.hub.HttpSideTest;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.TestKeys;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;

@HttpSideTest
class KeysApiTest {

    private static final String DEMO = "Bearer wasl-demo-key";

    @Autowired
    MockMvc mvc;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    ObjectMapper json;

    @Autowired
    FakeHub hub;

    private TestKeys keys;
    private final String name = "k-" + UUID.randomUUID();

    @BeforeEach
    void keys() {
        keys = new TestKeys(jdbc);
    }

    @Test
    void a_key_is_shown_once_works_and_ends_at_once() throws Exception {
        JsonNode answer = read(make(DEMO, "\"scopes\":[\"read:deliveries\"],\"tenants\":[\"hvar\"]")
                .andExpect(status().isCreated()));
        String key = "Bearer " + answer.get("key").asText();
        String id = answer.at("/made/id").asText();

        assertThat(key).hasSizeGreaterThan(40);
        mvc.perform(get("/api/v1/deliveries").header("Authorization", key))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.items.length()").value(7));
        mvc.perform(get("/api/v1/payments").header("Authorization", key)).andExpect(status().isForbidden());
        JsonNode listed = entry(id);
        assertThat(listed.get("name").asText()).isEqualTo(name);
        assertThat(listed.get("lastUsedAt").asText()).isNotEmpty();
        assertThat(listed.has("key") || listed.toString().contains(key.substring(7)))
                .isFalse();
        assertThat(jdbc.queryForObject("SELECT key_hash FROM hub.api_key WHERE name = ?", String.class, name))
                .matches("[0-9a-f]{64}");

        mvc.perform(delete("/api/v1/keys/" + id).header("Authorization", DEMO))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.revokedAt").isNotEmpty());
        mvc.perform(get("/api/v1/deliveries").header("Authorization", key)).andExpect(status().isUnauthorized());
        mvc.perform(delete("/api/v1/keys/" + id).header("Authorization", DEMO)).andExpect(status().isOk());
        assertThat(jdbc.queryForList(
                        "SELECT action FROM hub.audit WHERE target = ? AND actor = 'bootstrap' ORDER BY id",
                        String.class,
                        "api-key/" + name))
                .containsExactly("api-key.make", "api-key.revoke");
    }

    @Test
    void a_name_is_given_once() throws Exception {
        JsonNode made = read(make(DEMO, "\"scopes\":[\"metrics\"]"));

        make(DEMO, "\"scopes\":[\"metrics\"]")
                .andExpect(status().isConflict())
                .andExpect(jsonPath("$.code").value("WASL-9108"));
        mvc.perform(delete("/api/v1/keys/" + made.at("/made/id").asText()).header("Authorization", DEMO));
        make(DEMO, "\"scopes\":[\"metrics\"]").andExpect(status().isConflict());
    }

    @Test
    void a_key_gives_no_scope_that_it_lacks() throws Exception {
        String caller = keys.with(Scope.WRITE_KEYS, Scope.READ_OPS);

        make(caller, "\"scopes\":[\"read:ops\",\"read:raw\"]")
                .andExpect(status().isForbidden())
                .andExpect(jsonPath("$.detail").value("The API key lacks the scope 'read:raw'."));
        make(caller, "\"scopes\":[\"read:ops\"]").andExpect(status().isCreated());
    }

    @Test
    void a_key_of_one_tenant_makes_sees_and_revokes_keys_of_that_tenant_only() throws Exception {
        String caller = keys.of("hvar");
        UUID everybodys = jdbc.queryForObject("SELECT id FROM hub.api_key WHERE name = 'bootstrap'", UUID.class);

        make(caller, "\"scopes\":[\"read:ops\"],\"tenants\":[\"hvar\",\"portal\"]")
                .andExpect(status().isNotFound())
                .andExpect(jsonPath("$.code").value("WASL-1002"));
        JsonNode made = read(make(caller, "\"scopes\":[\"read:ops\"]"));

        assertThat(made.at("/made/tenants").toString()).isEqualTo("[\"hvar\"]");
        JsonNode seen = read(mvc.perform(get("/api/v1/keys").header("Authorization", caller)));
        assertThat(seen.get("items"))
                .allSatisfy(key -> assertThat(key.path("tenants").toString()).isEqualTo("[\"hvar\"]"));
        mvc.perform(delete("/api/v1/keys/" + everybodys).header("Authorization", caller))
                .andExpect(status().isNotFound());
    }

    @Test
    void a_key_that_ends_makes_none_that_outlives_it() throws Exception {
        Instant end = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
        String caller = keys.until(end);

        make(caller, "\"scopes\":[\"read:ops\"],\"expiresAt\":\"" + end.plusSeconds(1) + "\"")
                .andExpect(status().isBadRequest());
        make(caller, "\"scopes\":[\"read:ops\"]")
                .andExpect(jsonPath("$.made.expiresAt").value(end.toString()));
        make(DEMO, "\"scopes\":[\"read:ops\"],\"expiresAt\":\"2020-01-01T00:00:00Z\"")
                .andExpect(status().isBadRequest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"scopes\":[]",
                "\"scopes\":null",
                "\"scopes\":[null]",
                "\"scopes\":[\"read:everything\"]",
                "\"scopes\":[\"read:ops\"],\"tenants\":[]",
                "\"scopes\":[\"read:ops\"],\"name\":\"With Spaces\""
            })
    void says_what_is_wrong_with_a_wish(String members) throws Exception {
        make(DEMO, members)
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.code").value("WASL-9101"));
    }

    @Test
    void a_held_notification_is_released_with_a_reason_on_record() throws Exception {
        mvc.perform(post("/api/v1/notifications/" + FakeHub.HELD + "/release")
                        .header("Authorization", DEMO)
                        .contentType("application/json")
                        .content("{\"reason\":\"template corrected\"}"))
                .andExpect(status().isNoContent());

        assertThat(hub.commands).last().isEqualTo("release " + FakeHub.HELD);
        assertThat(jdbc.queryForList(
                        "SELECT reason FROM hub.audit WHERE action = 'notification.release'", String.class))
                .contains("template corrected");
        mvc.perform(post("/api/v1/notifications/" + UUID.randomUUID() + "/release")
                        .header("Authorization", DEMO))
                .andExpect(status().isNotFound());
        mvc.perform(post("/api/v1/notifications/" + FakeHub.HELD + "/release")
                        .header("Authorization", keys.of("portal")))
                .andExpect(status().isNotFound());
    }

    private ResultActions make(String caller, String members) throws Exception {
        String body = members.contains("\"name\"") ? members : "\"name\":\"" + name + "\"," + members;
        return mvc.perform(post("/api/v1/keys")
                .header("Authorization", caller)
                .contentType("application/json")
                .content("{" + body + "}"));
    }

    private JsonNode entry(String id) throws Exception {
        for (JsonNode key : read(mvc.perform(get("/api/v1/keys").header("Authorization", DEMO)))
                .get("items")) {
            if (key.get("id").asText().equals(id)) {
                return key;
            }
        }
        throw new AssertionError(List.of("no key", id));
    }

    private JsonNode read(ResultActions answer) throws Exception {
        return json.readTree(answer.andReturn().getResponse().getContentAsString());
    }
}
