package dev.wasl.hub.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.HubException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.env.MockEnvironment;

@ExtendWith(OutputCaptureExtension.class)
class StartupCheckTest {

    @Test
    void accepts_the_demo_as_it_comes() {
        assertThatCode(() -> StartupCheck.check(demo())).doesNotThrowAnyException();
    }

    @Test
    void accepts_a_production_of_its_own() {
        MockEnvironment environment = production();
        environment.setProperty(StartupCheck.ADMIN_PASSWORD, "correct horse battery staple");
        environment.setProperty("wasl.tenants.hvar.connectors.stripe.signing-secrets[0]", "whsec_5f3a");

        assertThatCode(() -> StartupCheck.check(environment)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wasl.database", "wasl.broker"})
    void refuses_a_place_that_does_not_exist(String property) {
        assertThatThrownBy(() -> StartupCheck.check(demo().withProperty(property, "docker")))
                .isInstanceOf(HubException.class)
                .hasMessageContaining(property + " must be embedded or external, not 'docker'");
    }

    @Test
    void asks_for_the_address_of_an_external_database() {
        assertThatThrownBy(() -> StartupCheck.check(demo().withProperty("wasl.database", "external")))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("spring.datasource.url is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "wasl.sandbox.enabled, true",
        "WASL_BOOTSTRAP_ADMIN_PASSWORD, wasl-demo",
        "WASL_BOOTSTRAP_ADMIN_PASSWORD, ''",
        "WASL_BOOTSTRAP_ADMIN_PASSWORD, Admin",
        "WASL_BOOTSTRAP_API_KEY, demo-key",
        "WASL_BOOTSTRAP_API_KEY, '  '",
        "wasl.public-url, http://localhost:8080",
        "wasl.public-url, http://127.0.0.1",
        "wasl.public-url, http://[::1]:8080",
        "wasl.public-url, hub.example.com",
        "wasl.public-url, 'https://hub example'",
        "wasl.public-url, ''",
        "wasl.tenants.hvar.connectors.bosta.api-key, demo-api-key",
        "wasl.tenants.hvar.connectors.bosta.api-key, ' Sandbox-1'",
    })
    void refuses_what_belongs_to_the_demo_in_production(String property, String value) {
        MockEnvironment environment = production();
        environment.setProperty(property, value);

        assertThatThrownBy(() -> StartupCheck.check(environment))
                .isInstanceOf(HubException.class)
                .hasMessageContaining(property);
    }

    @Test
    void finds_a_demo_secret_in_a_list_and_in_the_environment() {
        MockEnvironment listed = production();
        listed.setProperty("wasl.tenants.hvar.connectors.stripe.signing-secrets[0]", "whsec_real");
        listed.setProperty("wasl.tenants.hvar.connectors.stripe.signing-secrets[1]", "whsec_demo_1");
        MockEnvironment variable = production();
        TestPropertyValues.of(Map.of("WASL_TENANTS_CCTV_CONNECTORS_STRIPE_SIGNINGSECRETS_0", "whsec_demo_2"))
                .applyTo(variable, TestPropertyValues.Type.SYSTEM_ENVIRONMENT);

        assertThatThrownBy(() -> StartupCheck.check(listed))
                .hasMessageContaining("wasl.tenants.hvar.connectors.stripe.signing-secrets")
                .message()
                .doesNotContain("whsec");
        assertThatThrownBy(() -> StartupCheck.check(variable))
                .hasMessageContaining("wasl.tenants.cctv.connectors.stripe.signingsecrets");
    }

    @Test
    void ends_a_wrong_start_with_a_sentence_and_no_stack_trace(CapturedOutput output) {
        SpringApplication application = new SpringApplication(Nothing.class);
        application.setWebApplicationType(WebApplicationType.NONE);

        assertThatThrownBy(() -> application.run("--wasl.database=oracle")).isInstanceOf(HubException.class);

        assertThat(output)
                .contains("WASL-9001: wasl.database must be embedded or external, not 'oracle'")
                .doesNotContain("\tat ");
    }

    @Test
    void announces_the_demo_with_its_login() {
        MockEnvironment environment = demo().withProperty("local.server.port", "12345");

        assertThat(ReadyMessage.text(environment, 7.25))
                .contains("http://localhost:12345/", "user admin", "password wasl-demo", "7.3 s after the JVM start");
    }

    @Test
    void never_announces_a_password_of_the_operator_s() {
        MockEnvironment chosen = demo().withProperty(StartupCheck.ADMIN_PASSWORD, "chosen by me");
        MockEnvironment production = production();
        production.setProperty(StartupCheck.ADMIN_PASSWORD, "chosen by me");

        assertThat(ReadyMessage.text(chosen, 1)).doesNotContain("chosen by me").contains(StartupCheck.ADMIN_PASSWORD);
        assertThat(ReadyMessage.text(production, 1))
                .doesNotContain("chosen by me", "admin", "wasl-demo")
                .contains("https://hub.example.com/");
    }

    private static MockEnvironment demo() {
        return new MockEnvironment()
                .withProperty("wasl.sandbox.enabled", "true")
                .withProperty("wasl.public-url", "http://localhost:8080")
                .withProperty("wasl.tenants.hvar.connectors.bosta.api-key", "demo-api-key");
    }

    private static MockEnvironment production() {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("wasl.sandbox.enabled", "false")
                .withProperty("wasl.public-url", "https://hub.example.com")
                .withProperty("wasl.tenants.hvar.connectors.bosta.api-key", "4f1d");
        environment.setActiveProfiles(StartupCheck.PRODUCTION);
        return environment;
    }

    @Configuration(proxyBeanMethods = false)
    static class Nothing {}
}
