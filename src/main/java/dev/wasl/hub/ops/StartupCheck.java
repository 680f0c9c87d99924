package dev.wasl.hub.ops;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/**
 * Looks at the configuration before anything is started, and stops the start with one sentence that names the property
 * that is wrong. The profile {@code production} tolerates nothing that belongs to the demo.
 */
class StartupCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    /** The profile of real money and real parcels. */
    static final String PRODUCTION = "production";

    /** The password of the demo's administrator. */
    static final String DEMO_PASSWORD = "wasl-demo";

    static final String ADMIN_PASSWORD = "WASL_BOOTSTRAP_ADMIN_PASSWORD";
    static final String API_KEY = "WASL_BOOTSTRAP_API_KEY";

    private static final Set<String> PLACES = Set.of("embedded", "external");
    private static final Set<String> WELL_KNOWN =
            Set.of("admin", "administrator", "password", "secret", "changeme", "change-me", "wasl", "test", "123456");
    private static final List<String> DEMO_PREFIXES = List.of("demo", "sandbox", "whsec_demo", "wasl-demo");
    private static final Set<String> OWN_MACHINE = Set.of("localhost", "0.0.0.0", "[::1]", "[::]");

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        check(context.getEnvironment());
    }

    /** @throws HubException {@code CONFIGURATION} about the first thing that is wrong */
    static void check(Environment environment) {
        requirePlace(environment, "wasl.database");
        requirePlace(environment, "wasl.broker");
        if (external(environment, "wasl.database") && blank(environment.getProperty("spring.datasource.url"))) {
            throw wrong(
                    "spring.datasource.url is missing, and wasl.database=external needs the address of your PostgreSQL"
                            + " there (jdbc:postgresql://host:5432/wasl)");
        }
        if (environment.acceptsProfiles(Profiles.of(PRODUCTION))) {
            checkProduction(environment);
        }
    }

    private static void requirePlace(Environment environment, String property) {
        String value = environment.getProperty(property, "embedded");
        if (!PLACES.contains(value.toLowerCase(Locale.ROOT))) {
            throw wrong(property + " must be embedded or external, not '" + value + "'");
        }
    }

    private static boolean external(Environment environment, String property) {
        return "external".equalsIgnoreCase(environment.getProperty(property));
    }

    private static void checkProduction(Environment environment) {
        if (environment.getProperty("wasl.sandbox.enabled", Boolean.class, false)) {
            throw wrong("wasl.sandbox.enabled must be false in production: the sandbox invents parcels and payments");
        }
        requireOwnSecret(environment, ADMIN_PASSWORD);
        requireOwnSecret(environment, API_KEY);
        requirePublicUrl(environment.getProperty("wasl.public-url"));
        Binder.get(environment)
                .bind("wasl.tenants", Bindable.mapOf(String.class, Object.class))
                .ifBound(tenants -> tenants.forEach((tenant, settings) -> {
                    if (settings instanceof Map<?, ?> map && map.get("connectors") instanceof Map<?, ?> connectors) {
                        requireNoDemo("wasl.tenants." + tenant + ".connectors", connectors);
                    }
                }));
    }

    private static void requireOwnSecret(Environment environment, String variable) {
        String value = environment.getProperty(variable);
        if (value == null) {
            return; // needed at the first start only, which its user checks
        }
        String plain = value.strip().toLowerCase(Locale.ROOT);
        if (plain.isEmpty()) {
            throw wrong(variable + " is set but empty; give it a secret of your own or leave it out");
        }
        if (WELL_KNOWN.contains(plain) || demo(plain)) {
            throw wrong(variable + " is a demo or well-known value; give it a secret of your own");
        }
    }

    private static void requirePublicUrl(@Nullable String value) {
        if (value == null || value.isBlank()) {
            throw wrong(
                    "wasl.public-url is missing: production needs the address under which providers reach this hub");
        }
        String host;
        try {
            host = URI.create(value.strip()).getHost();
        } catch (IllegalArgumentException e) {
            throw wrong("wasl.public-url is not an address: " + value);
        }
        if (host == null) {
            throw wrong("wasl.public-url is not an address with a host name: " + value);
        }
        String name = host.toLowerCase(Locale.ROOT);
        if (OWN_MACHINE.contains(name) || name.endsWith(".localhost") || name.matches("127(\\.\\d+){3}")) {
            throw wrong("wasl.public-url must be the address under which providers reach this hub, not " + value);
        }
    }

    private static void requireNoDemo(String property, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, child) -> requireNoDemo(property + "." + key, child));
        } else if (value instanceof Collection<?> values) {
            values.forEach(child -> requireNoDemo(property, child));
        } else if (value != null && demo(value.toString().strip().toLowerCase(Locale.ROOT))) {
            throw wrong(property + " is a demo value, which production does not accept");
        }
    }

    private static boolean demo(String value) {
        return DEMO_PREFIXES.stream().anyMatch(value::startsWith);
    }

    private static boolean blank(@Nullable String value) {
        return value == null || value.isBlank();
    }

    private static HubException wrong(String sentence) {
        return new HubException(ErrorCode.CONFIGURATION, sentence);
    }
}
