package dev.wasl.hub.ops;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/**
 * Looks at the configuration before anything is started, and stops the start with sentences that name the properties
 * that are wrong, secrets first. The profile {@code production} tolerates nothing that belongs to the demo.
 */
final class StartupCheck {

    /** The profile of real money and real parcels. */
    static final String PRODUCTION = "production";

    static final String ADMIN_PASSWORD = "WASL_BOOTSTRAP_ADMIN_PASSWORD";
    static final String API_KEY = "WASL_BOOTSTRAP_API_KEY";

    private static final Logger LOG = LoggerFactory.getLogger(StartupCheck.class);
    private static final Set<String> PLACES = Set.of("embedded", "external");
    private static final Set<String> WELL_KNOWN = Set.of(
            "admin",
            "administrator",
            "artemis",
            "password",
            "postgres",
            "secret",
            "changeme",
            "change-me",
            "hub",
            "wasl",
            "test",
            "123456");
    /** How the secrets begin with which the demo connects its tenants. */
    private static final List<String> DEMO_PREFIXES = List.of(
            "demo",
            "sandbox",
            "whsec_demo",
            "wasl-demo",
            "sk_test_demo",
            "egy_sk_test_demo",
            "egy_pk_test_demo",
            "flwseck_test-demo");

    private static final Set<String> OWN_MACHINE = Set.of("localhost", "0.0.0.0", "[::1]", "[::]");

    private final Environment environment;
    private final List<String> problems = new ArrayList<>();

    private StartupCheck(Environment environment) {
        this.environment = environment;
    }

    /** Runs the check at the start of every context. */
    static final class Initializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            check(context.getEnvironment());
        }
    }

    /** @throws HubException {@code CONFIGURATION} about everything that is wrong */
    static void check(Environment environment) {
        StartupCheck check = new StartupCheck(environment);
        boolean production = environment.acceptsProfiles(Profiles.of(PRODUCTION));
        if (production) {
            check.secrets();
        }
        check.places();
        if (production) {
            check.sandbox();
            check.publicUrl();
        }
        if (!check.problems.isEmpty()) {
            throw new HubException(ErrorCode.CONFIGURATION, String.join(System.lineSeparator(), check.problems));
        }
    }

    private void places() {
        requirePlace("wasl.database");
        requirePlace("wasl.broker");
        if (external("wasl.database") && blank(environment.getProperty("spring.datasource.url"))) {
            problems.add(
                    "spring.datasource.url is missing, and wasl.database=external needs the address of your PostgreSQL"
                            + " there (jdbc:postgresql://host:5432/wasl)");
        }
        if (external("wasl.broker") && blank(environment.getProperty("wasl.artemis.url"))) {
            problems.add("wasl.artemis.url is missing, and wasl.broker=external needs the address of your Artemis there"
                    + " (tcp://host:61616)");
        }
    }

    private void requirePlace(String property) {
        String value = environment.getProperty(property, "embedded");
        if (!PLACES.contains(value.toLowerCase(Locale.ROOT))) {
            problems.add(property + " must be embedded or external, not '" + value + "'");
        }
    }

    private boolean external(String property) {
        return "external".equalsIgnoreCase(environment.getProperty(property));
    }

    private void secrets() {
        requireOwnSecret(ADMIN_PASSWORD, "wasl.access.bootstrap-admin-password", "the login 'admin'");
        requireOwnSecret(API_KEY, "wasl.access.bootstrap-api-key", "the first API key");
        if (external("wasl.database")
                && !environment.getProperty("spring.datasource.url", "").contains("password=")) {
            credential("spring.datasource.password", "database");
        }
        if (external("wasl.broker")) {
            credential("wasl.artemis.password", "broker");
        }
        Binder.get(environment)
                .bind("wasl.tenants", Bindable.mapOf(String.class, Object.class))
                .ifBound(tenants -> tenants.forEach((tenant, settings) -> {
                    if (settings instanceof Map<?, ?> map && map.get("connectors") instanceof Map<?, ?> connectors) {
                        requireNoDemo("wasl.tenants." + tenant + ".connectors", connectors);
                    }
                }));
    }

    private void requireOwnSecret(String variable, String property, String what) {
        String value = environment.getProperty(property, "");
        if (value.isBlank()) {
            value = environment.getProperty(variable, "");
        }
        if (!value.isBlank()) {
            requireOwn(variable, value);
        } else if (environment.getProperty(variable) != null) {
            problems.add(variable + " is set but empty; give it a secret of your own or leave it out");
        } else if (firstStart()) {
            problems.add(variable + " is not set, and the production profile makes no default for " + what
                    + "; give it a secret of your own");
        }
    }

    /** Whether the hub's database is still to be made. Nobody knows of an external one, which is looked into later. */
    private boolean firstStart() {
        return !external("wasl.database")
                && Files.notExists(Path.of(environment.getProperty("wasl.data-dir", "./data"), "postgres"));
    }

    /** A server of somebody else's: it may know the hub by a certificate or by its address, so none is no problem yet. */
    private void credential(String property, String server) {
        String value = environment.getProperty(property, "");
        if (value.isBlank()) {
            LOG.warn(
                    "{} is not set; the {} has to let the hub in without one, or the start fails there",
                    property,
                    server);
        } else {
            requireOwn(property, value);
        }
    }

    private void requireOwn(String name, String value) {
        String plain = value.strip().toLowerCase(Locale.ROOT);
        if (WELL_KNOWN.contains(plain) || demo(plain)) {
            problems.add(name + " is a demo or well-known value; give it a secret of your own");
        }
    }

    private void sandbox() {
        if (environment.getProperty("wasl.sandbox.enabled", Boolean.class, false)) {
            problems.add("wasl.sandbox.enabled must be false in production: the sandbox invents parcels and payments");
        }
    }

    private void publicUrl() {
        String value = environment.getProperty("wasl.public-url");
        if (value == null || value.isBlank()) {
            problems.add(
                    "wasl.public-url is missing: production needs the address under which providers reach this hub");
            return;
        }
        String host;
        try {
            host = URI.create(value.strip()).getHost();
        } catch (IllegalArgumentException e) {
            problems.add("wasl.public-url is not an address: " + value);
            return;
        }
        if (host == null) {
            problems.add("wasl.public-url is not an address with a host name: " + value);
            return;
        }
        String name = host.toLowerCase(Locale.ROOT);
        if (OWN_MACHINE.contains(name) || name.endsWith(".localhost") || name.matches("127(\\.\\d+){3}")) {
            LOG.warn(
                    "wasl.public-url is {}, which no provider reaches, and signatures that contain the address fail."
                            + " Set it to what providers call.",
                    value);
        }
    }

    private void requireNoDemo(String property, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, child) -> requireNoDemo(property + "." + key, child));
        } else if (value instanceof Collection<?> values) {
            values.forEach(child -> requireNoDemo(property, child));
        } else if (value != null && demo(value.toString().strip().toLowerCase(Locale.ROOT))) {
            problems.add(property + " is a demo value, which production does not accept");
        }
    }

    private static boolean demo(String value) {
        return DEMO_PREFIXES.stream().anyMatch(value::startsWith);
    }

    private static boolean blank(@Nullable String value) {
        return value == null || value.isBlank();
    }
}
