package dev.wasl.hub.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.mock.env.MockEnvironment;

@ExtendWith(OutputCaptureExtension.class)
class StartupCheckTest {

    @TempDir
    Path data;

    @Test
    void accepts_the_demo_as_it_comes() {
        assertThatCode(() -> StartupCheck.check(demo())).doesNotThrowAnyException();
    }

    @Test
    void accepts_a_production_of_its_own() {
        MockEnvironment environment = production();
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
    void names_every_secret_that_is_missing_before_anything_else(CapturedOutput output) {
        assertThatThrownBy(() -> startProduction()).isInstanceOf(HubException.class);

        assertThat(output)
                .containsSubsequence(
                        "WASL-9001: WASL_BOOTSTRAP_ADMIN_PASSWORD is not set", "WASL_BOOTSTRAP_API_KEY is not set")
                .doesNotContain("wasl.public-url is missing", "\tat ");
    }

    @Test
    void names_the_credentials_that_servers_of_others_need(CapturedOutput output) {
        assertThatThrownBy(() -> startProduction(
                        "--wasl.database=external",
                        "--spring.datasource.url=jdbc:postgresql://127.0.0.1:1/wasl",
                        "--wasl.broker=external",
                        "--wasl.artemis.user=hub",
                        "--wasl.artemis.password=artemis",
                        "--wasl.access.bootstrap-api-key=wasl-demo-key"))
                .isInstanceOf(HubException.class);

        assertThat(output)
                .contains("spring.datasource.password is not set; the database has to let the hub in without one")
                .containsSubsequence(
                        "WASL_BOOTSTRAP_API_KEY is a demo or well-known value",
                        "wasl.artemis.password is a demo or well-known value",
                        "wasl.artemis.url is missing")
                .as("what an external database holds is known later")
                .doesNotContain("WASL_BOOTSTRAP_ADMIN_PASSWORD");
    }

    @Test
    void needs_no_first_password_where_there_is_a_database_already() throws IOException {
        Files.createDirectory(data.resolve("postgres"));

        startProduction().close();
    }

    @Test
    void warns_of_an_address_that_only_this_machine_reaches(CapturedOutput output) {
        for (String address : List.of("http://localhost:8080", "http://127.0.0.1", "http://[::1]:8080")) {
            StartupCheck.check(production().withProperty("wasl.public-url", address));

            assertThat(output).contains("wasl.public-url is " + address + ", which no provider reaches");
        }
    }

    @Test
    void accepts_no_secret_of_the_demo() {
        MockEnvironment demo = new MockEnvironment();
        SpringFactoriesLoader.forDefaultResourceLocation()
                .load(
                        EnvironmentPostProcessor.class,
                        SpringFactoriesLoader.ArgumentResolver.none(),
                        (type, name, e) -> {})
                .stream()
                .filter(processor -> processor.getClass().getSimpleName().equals("DemoEnvironment"))
                .forEach(processor -> processor.postProcessEnvironment(demo, new SpringApplication()));
        List<String> secrets = demo.getPropertySources().stream()
                .filter(EnumerablePropertySource.class::isInstance)
                .flatMap(source -> Stream.of(((EnumerablePropertySource<?>) source).getPropertyNames()))
                .filter(name -> name.matches(".*(secret|key|token|password|hash)[^.]*") && !name.endsWith("token-url"))
                .toList();

        assertThat(secrets).hasSizeGreaterThan(30).allSatisfy(name -> {
            MockEnvironment production = production().withProperty(name, demo.getRequiredProperty(name));
            assertThatThrownBy(() -> StartupCheck.check(production))
                    .hasMessageContaining(name.replaceAll("\\[\\d+]$", ""));
        });
    }

    /** With the configuration that the hub is delivered with. */
    private ConfigurableApplicationContext startProduction(String... arguments) {
        SpringApplication application = new SpringApplication(Nothing.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(Stream.concat(
                        Stream.of("--spring.profiles.active=production", "--wasl.data-dir=" + data),
                        Stream.of(arguments))
                .toArray(String[]::new));
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
                .withProperty(StartupCheck.ADMIN_PASSWORD, "correct horse battery staple")
                .withProperty(StartupCheck.API_KEY, "key-of-the-operator")
                .withProperty("wasl.tenants.hvar.connectors.bosta.api-key", "4f1d");
        environment.setActiveProfiles(StartupCheck.PRODUCTION);
        return environment;
    }

    @Configuration(proxyBeanMethods = false)
    static class Nothing {}
}
