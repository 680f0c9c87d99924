package dev.wasl.hub.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;

class BootstrapTest {

    private final PasswordEncoder passwords = PasswordEncoderFactories.createDelegatingPasswordEncoder();
    private final MockEnvironment production = new MockEnvironment();
    private JdbcTemplate jdbc;
    private DemoLogin demo;

    @BeforeEach
    void database() {
        production.setActiveProfiles("production");
        jdbc = new JdbcTemplate(TestDatabase.fresh());
    }

    @Test
    void makes_the_demo_login_and_key_where_nothing_is_set() {
        start(new MockEnvironment(), "", "");

        assertThat(passwords.matches("wasl-demo", storedPassword())).isTrue();
        assertThat(scopesOf("wasl-demo-key")).hasSize(Scope.values().length);
        assertThat(demo.login()).contains(new DemoLogin.Login("admin", "wasl-demo"));
    }

    @Test
    void makes_what_is_asked_for_and_nothing_else() {
        start(production, "correct horse battery", "key-of-the-operator");

        assertThat(passwords.matches("correct horse battery", storedPassword())).isTrue();
        assertThat(scopesOf("key-of-the-operator")).hasSize(Scope.values().length);
        assertThat(demo.login()).isEmpty();
        assertThat(jdbc.queryForObject("SELECT count(*) FROM hub.api_key", Integer.class))
                .isOne();
    }

    @Test
    void changes_nothing_when_started_again() {
        start(production, "correct horse battery", "key-of-the-operator");
        String before = storedPassword();

        start(production, "correct horse battery", "key-of-the-operator");
        start(production, "", "");

        assertThat(storedPassword()).isEqualTo(before);
        assertThat(jdbc.queryForList("SELECT action FROM hub.audit", String.class))
                .containsExactly("user.create", "api-key.save");
    }

    @Test
    void replaces_password_and_key_when_the_value_changes() {
        start(production, "correct horse battery", "key-of-the-operator");

        start(production, "another horse", "another-key");

        assertThat(passwords.matches("another horse", storedPassword())).isTrue();
        assertThat(passwords.matches("correct horse battery", storedPassword())).isFalse();
        assertThat(scopesOf("another-key")).isNotEmpty();
        assertThat(scopesOf("key-of-the-operator")).isEmpty();
    }

    @Test
    void gives_the_key_the_scopes_of_a_later_version() {
        start(production, "correct horse battery", "key-of-the-operator");
        jdbc.update("UPDATE hub.api_key SET scopes = '{read:deliveries}'");

        start(production, "correct horse battery", "key-of-the-operator");

        assertThat(scopesOf("key-of-the-operator")).hasSize(Scope.values().length);
    }

    @Test
    void does_not_start_production_without_a_password() {
        assertThatThrownBy(() -> start(production, "", "key-of-the-operator"))
                .isInstanceOf(BootstrapSecretException.class)
                .hasMessageContaining("WASL_BOOTSTRAP_ADMIN_PASSWORD is not set");
        assertThat(jdbc.queryForObject("SELECT count(*) FROM hub.app_user", Integer.class))
                .isZero();
    }

    @Test
    void does_not_start_production_without_a_key() {
        assertThatThrownBy(() -> start(production, "correct horse battery", ""))
                .hasMessageContaining("WASL_BOOTSTRAP_API_KEY is not set");
    }

    @Test
    void does_not_start_production_with_a_demo_value() {
        assertThatThrownBy(() -> start(production, "wasl-demo", "key-of-the-operator"))
                .hasMessageContaining("WASL_BOOTSTRAP_ADMIN_PASSWORD holds the public demo value");
        assertThatThrownBy(() -> start(production, "correct horse battery", "wasl-demo-key"))
                .hasMessageContaining("WASL_BOOTSTRAP_API_KEY holds the public demo value");
    }

    @Test
    void does_not_start_production_on_what_a_demo_left_behind() {
        start(new MockEnvironment(), "", "");

        assertThatThrownBy(() -> start(production, "", ""))
                .hasMessageContaining("still holds the login 'admin' with the public demo value")
                .hasMessageContaining("WASL_BOOTSTRAP_ADMIN_PASSWORD");
        assertThatThrownBy(() -> start(production, "correct horse battery", ""))
                .hasMessageContaining("still holds an API key with the public demo value");
        start(production, "correct horse battery", "key-of-the-operator");
        assertThat(scopesOf("wasl-demo-key")).isEmpty();
    }

    @Test
    void refuses_a_password_that_would_be_cut_off() {
        assertThatThrownBy(() -> start(new MockEnvironment(), "x".repeat(73), ""))
                .hasMessageContaining("longer than 72 bytes");
    }

    @Test
    void says_at_the_start_in_one_sentence_what_is_missing() {
        List<FailureAnalyzer> analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
                .load(
                        FailureAnalyzer.class,
                        SpringFactoriesLoader.FailureHandler.logging(
                                org.apache.commons.logging.LogFactory.getLog(getClass())));
        RuntimeException failure =
                new IllegalStateException("context", BootstrapSecretException.missing("WASL_X", "the login"));

        FailureAnalysis analysis = analyzers.stream()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .orElseThrow();

        assertThat(analysis.getDescription())
                .isEqualTo("WASL_X is not set, and the production profile makes no default for the login.");
        assertThat(analysis.getAction()).isEqualTo("Set the environment variable WASL_X and start again.");
    }

    @Test
    void the_audit_cannot_be_changed() {
        start(production, "correct horse battery", "key-of-the-operator");

        for (String statement :
                List.of("UPDATE hub.audit SET actor = 'nobody'", "DELETE FROM hub.audit", "TRUNCATE hub.audit")) {
            assertThatThrownBy(() -> jdbc.execute(statement)).hasMessageContaining("append-only");
        }
    }

    @Test
    void keeps_secrets_out_of_what_is_printed() {
        assertThat(settings("correct horse battery", "key-of-the-operator").toString())
                .doesNotContain("horse")
                .doesNotContain("key-of");
    }

    private void start(MockEnvironment environment, String password, String key) {
        demo = new DemoLogin();
        new Bootstrap(
                        settings(password, key),
                        new UserRepository(jdbc),
                        new ApiKeyRepository(jdbc),
                        passwords,
                        new Audit(new AuditRepository(jdbc), Clock.systemUTC()),
                        demo,
                        environment)
                .afterSingletonsInstantiated();
    }

    private static AccessSettings settings(String password, String key) {
        return new AccessSettings(password, key, Duration.ofSeconds(15), 5, Duration.ofMinutes(15));
    }

    private String storedPassword() {
        return jdbc.queryForObject("SELECT password_hash FROM hub.app_user WHERE username = 'admin'", String.class);
    }

    private java.util.Set<Scope> scopesOf(String key) {
        return new ApiKeyRepository(jdbc)
                .findByHash(ApiKeys.hash(key))
                .map(ApiKey::scopes)
                .orElse(java.util.Set.of());
    }
}
