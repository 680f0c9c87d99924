package dev.wasl.hub.access;

import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.wasl.hub.HttpSide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureMockMvc;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.MockMvc;

@SpringBootTest(classes = HttpSide.class, properties = "wasl.sandbox.enabled=false")
@AutoConfigureObservability
@AutoConfigureMockMvc
class MetricsAccessTest {

    @Autowired
    MockMvc mvc;

    @Test
    void are_open_by_default() throws Exception {
        mvc.perform(get("/actuator/prometheus")).andExpect(status().isOk());
    }

    @Nested
    @ActiveProfiles("production")
    @TestPropertySource(
            properties = {
                "wasl.public-url=https://hub.example.com",
                "WASL_BOOTSTRAP_ADMIN_PASSWORD=correct horse battery",
                "WASL_BOOTSTRAP_API_KEY=key-of-the-operator"
            })
    class InProduction {

        @Autowired
        JdbcTemplate jdbc;

        @Test
        void need_a_key_of_their_own_scope(@Autowired MockMvc mvc) throws Exception {
            TestKeys keys = new TestKeys(jdbc);

            mvc.perform(get("/actuator/prometheus")).andExpect(status().isUnauthorized());
            mvc.perform(get("/actuator/prometheus").header("Authorization", keys.with(Scope.READ_OPS)))
                    .andExpect(status().isForbidden());
            mvc.perform(get("/actuator/prometheus").header("Authorization", keys.with(Scope.METRICS)))
                    .andExpect(status().isOk());
            mvc.perform(get("/actuator/prometheus").header("Authorization", "Bearer key-of-the-operator"))
                    .andExpect(status().isOk());
            mvc.perform(get("/api/v1/ledger").header("Authorization", "Bearer wasl-demo-key"))
                    .andExpect(status().isUnauthorized());
        }
    }
}
