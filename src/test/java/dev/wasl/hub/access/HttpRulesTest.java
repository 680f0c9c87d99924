package dev.wasl.hub.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.user;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.forwardedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrlPattern;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.wasl.hub.HttpSideTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.test.web.servlet.MockMvc;

@HttpSideTest
class HttpRulesTest {

    @Autowired
    MockMvc mvc;

    @Autowired
    JdbcTemplate jdbc;

    @ParameterizedTest
    @ValueSource(strings = {"/", "/console/now", "/console/now/panel", "/console/anything", "/some/old/link"})
    void sends_a_stranger_to_the_login(String page) throws Exception {
        mvc.perform(get(page).accept("text/html"))
                .andExpect(status().isFound())
                .andExpect(redirectedUrlPattern("**/login"));
    }

    @Test
    void tells_a_script_by_status_that_the_login_has_ended() throws Exception {
        mvc.perform(get("/console/now/panel").header("HX-Request", "true")).andExpect(status().isUnauthorized());
        mvc.perform(get("/console/now/stream").accept("text/event-stream")).andExpect(status().isUnauthorized());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/css/console.css", "/js/now.js", "/img/mark.svg"})
    void shows_everybody_what_the_login_page_needs(String path) throws Exception {
        mvc.perform(get(path)).andExpect(status().isOk());
    }

    @Test
    void logs_in_and_goes_where_the_person_wanted_to() throws Exception {
        MockHttpSession session =
                (MockHttpSession) mvc.perform(get("/console/now?x=1").accept("text/html"))
                        .andReturn()
                        .getRequest()
                        .getSession();

        mvc.perform(post("/login")
                        .session(session)
                        .with(csrf())
                        .param("username", "Admin")
                        .param("password", "wasl-demo"))
                .andExpect(redirectedUrlPattern("**/console/now?x=1"));

        assertThat(jdbc.queryForList("SELECT actor FROM hub.audit WHERE action = 'login'", String.class))
                .contains("admin");
    }

    @Test
    void does_not_come_back_to_a_fragment_after_the_login() throws Exception {
        MockHttpSession session = new MockHttpSession();
        mvc.perform(get("/console/now/panel").session(session).header("HX-Request", "true"));

        mvc.perform(post("/login")
                        .session(session)
                        .with(csrf())
                        .param("username", "admin")
                        .param("password", "wasl-demo"))
                .andExpect(redirectedUrl("/console/now"));
    }

    @Test
    void refuses_a_wrong_password_and_an_unknown_name_alike() throws Exception {
        for (String name : new String[] {"admin", "nobody-" + UUID.randomUUID()}) {
            mvc.perform(post("/login")
                            .with(csrf())
                            .with(from("192.0.2.7"))
                            .param("username", name)
                            .param("password", "x"))
                    .andExpect(redirectedUrl("/login?error"));
        }
    }

    @Test
    void makes_a_guesser_wait_even_with_the_right_password() throws Exception {
        for (int i = 0; i < 5; i++) {
            mvc.perform(post("/login")
                            .with(csrf())
                            .with(from("192.0.2.9"))
                            .param("username", "admin")
                            .param("password", "guess" + i))
                    .andExpect(redirectedUrl("/login?error"));
        }

        mvc.perform(post("/login")
                        .with(csrf())
                        .with(from("192.0.2.9"))
                        .param("username", "admin")
                        .param("password", "wasl-demo"))
                .andExpect(status().isTooManyRequests())
                .andExpect(header().exists("Retry-After"))
                .andExpect(forwardedUrl("/login?wait=14"));
        mvc.perform(post("/login")
                        .with(csrf())
                        .with(from("192.0.2.10"))
                        .param("username", "admin")
                        .param("password", "wasl-demo"))
                .andExpect(redirectedUrl("/console/now"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/logout"})
    void changes_nothing_without_a_token_of_the_page(String path) throws Exception {
        mvc.perform(post(path)
                        .with(user("admin").roles("ADMIN"))
                        .param("username", "admin")
                        .param("password", "wasl-demo"))
                .andExpect(status().isForbidden());
    }

    @Test
    void a_user_without_a_role_sees_nothing() throws Exception {
        mvc.perform(get("/console/now").with(user("x").roles("GUEST"))).andExpect(status().isForbidden());
        mvc.perform(get("/console/now").with(user("x").roles("VIEWER"))).andExpect(status().isOk());
    }

    @Test
    void an_api_key_does_not_open_the_console() throws Exception {
        mvc.perform(get("/console/now").accept("text/html").header("Authorization", "Bearer wasl-demo-key"))
                .andExpect(redirectedUrlPattern("**/login"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/api/v1/ledger", "/actuator/health"})
    void sends_strict_headers(String path) throws Exception {
        mvc.perform(get(path))
                .andExpect(header().string("X-Frame-Options", "DENY"))
                .andExpect(header().string("X-Content-Type-Options", "nosniff"))
                .andExpect(header().string("Referrer-Policy", "same-origin"))
                .andExpect(header().exists("Permissions-Policy"))
                .andExpect(result -> assertThat(result.getResponse().getHeader("Content-Security-Policy"))
                        .contains(
                                "default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                        .doesNotContain("unsafe"));
    }

    @Test
    void asks_gateways_for_neither_login_nor_token() throws Exception {
        mvc.perform(post("/webhooks/hvar/bosta").content("{}"))
                .andExpect(status().isNotFound())
                .andExpect(header().doesNotExist("Set-Cookie"));
    }

    @Test
    void opens_health_to_everybody_and_other_endpoints_to_nobody() throws Exception {
        mvc.perform(get("/actuator/health")).andExpect(status().isOk());
        mvc.perform(get("/actuator/health/liveness")).andExpect(status().isOk());
        for (String path : new String[] {"/actuator", "/actuator/env", "/actuator/beans", "/actuator/heapdump"}) {
            mvc.perform(get(path))
                    .andExpect(status().isUnauthorized())
                    .andExpect(jsonPath("$.code").value("WASL-9102"));
            mvc.perform(get(path).header("Authorization", "Bearer wasl-demo-key"))
                    .andExpect(status().isForbidden());
        }
        mvc.perform(post("/actuator/health")).andExpect(status().isUnauthorized());
    }

    @Test
    void an_odd_url_is_the_callers_mistake() throws Exception {
        mvc.perform(get(java.net.URI.create("/api//v1/ledger")))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.code").value("WASL-9101"));
    }

    private static org.springframework.test.web.servlet.request.RequestPostProcessor from(String address) {
        return request -> {
            request.setRemoteAddr(address);
            return request;
        };
    }
}
