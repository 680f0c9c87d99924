package dev.wasl.hub.access;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Makes sure that somebody can come in: the login {@code admin} and the API key {@code bootstrap} with every scope.
 *
 * <p>While {@code WASL_BOOTSTRAP_ADMIN_PASSWORD} or {@code WASL_BOOTSTRAP_API_KEY} is set it is the truth at every
 * start: a changed value replaces the password, or the key, that was stored, and the former one stops working. Without
 * it what is stored stays. Where nothing is stored either, a demo value is made, except in production, where the start
 * fails. In production a demo value is refused, also one that a former demo left in the database.
 */
@Component
class Bootstrap implements SmartInitializingSingleton {

    static final String ADMIN = "admin";
    static final String KEY_NAME = "bootstrap";
    static final String DEMO_PASSWORD = "wasl-demo";
    static final String DEMO_KEY = "wasl-demo-key";
    static final String PASSWORD_VARIABLE = "WASL_BOOTSTRAP_ADMIN_PASSWORD";
    static final String KEY_VARIABLE = "WASL_BOOTSTRAP_API_KEY";

    private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);
    /** What bcrypt looks at; more would be ignored in silence. */
    private static final int LONGEST_PASSWORD = 72;

    private final AccessSettings settings;
    private final UserRepository users;
    private final ApiKeyRepository keys;
    private final PasswordEncoder passwords;
    private final Audit audit;
    private final DemoLogin demo;
    private final boolean production;

    Bootstrap(
            AccessSettings settings,
            UserRepository users,
            ApiKeyRepository keys,
            PasswordEncoder passwords,
            Audit audit,
            DemoLogin demo,
            Environment environment) {
        this.settings = settings;
        this.users = users;
        this.keys = keys;
        this.passwords = passwords;
        this.audit = audit;
        this.demo = demo;
        this.production = environment.acceptsProfiles(Profiles.of("production"));
    }

    @Override
    public void afterSingletonsInstantiated() {
        admin(settings.bootstrapAdminPassword());
        apiKey(settings.bootstrapApiKey());
    }

    private void admin(String wanted) {
        if (production && wanted.equals(DEMO_PASSWORD)) {
            throw BootstrapSecretException.demo(PASSWORD_VARIABLE);
        }
        if (wanted.getBytes(StandardCharsets.UTF_8).length > LONGEST_PASSWORD) {
            throw BootstrapSecretException.tooLong(PASSWORD_VARIABLE, LONGEST_PASSWORD);
        }
        Optional<UserRepository.Row> stored = users.find(ADMIN);
        if (wanted.isEmpty()) {
            keepAdmin(stored);
            return;
        }
        if (stored.isEmpty() || !passwords.matches(wanted, stored.get().passwordHash())) {
            users.save(ADMIN, passwords.encode(wanted), Set.of(Role.ADMIN));
            audit.byHub(stored.isEmpty() ? "user.create" : "user.password", ADMIN, "set by " + PASSWORD_VARIABLE);
            LOG.info("Set the password of the login '{}' from {}.", ADMIN, PASSWORD_VARIABLE);
        }
    }

    private void keepAdmin(Optional<UserRepository.Row> stored) {
        if (users.none()) {
            if (production) {
                throw BootstrapSecretException.missing(PASSWORD_VARIABLE, "the login '" + ADMIN + "'");
            }
            users.save(ADMIN, passwords.encode(DEMO_PASSWORD), Set.of(Role.ADMIN));
            LOG.info("Created the demo login '{}' with the password '{}'.", ADMIN, DEMO_PASSWORD);
            demo.valid();
        } else if (stored.filter(user -> user.enabled() && passwords.matches(DEMO_PASSWORD, user.passwordHash()))
                .isPresent()) {
            if (production) {
                throw BootstrapSecretException.leftover(PASSWORD_VARIABLE, "the login '" + ADMIN + "'");
            }
            demo.valid();
        }
    }

    private void apiKey(String wanted) {
        if (production && wanted.equals(DEMO_KEY)) {
            throw BootstrapSecretException.demo(KEY_VARIABLE);
        }
        if (wanted.isEmpty()) {
            keepKey(keys.findByHash(ApiKeys.hash(DEMO_KEY)).filter(key -> key.revokedAt() == null));
        } else if (keys.findByHash(ApiKeys.hash(wanted))
                .filter(Bootstrap::complete)
                .isEmpty()) {
            save(wanted);
            audit.byHub("api-key.save", KEY_NAME, "set by " + KEY_VARIABLE);
            LOG.info("Set the API key '{}' from {}.", KEY_NAME, KEY_VARIABLE);
        }
    }

    private void keepKey(Optional<ApiKey> demoKey) {
        if (production && keys.none()) {
            throw BootstrapSecretException.missing(KEY_VARIABLE, "the first API key");
        }
        if (production && demoKey.isPresent()) {
            throw BootstrapSecretException.leftover(KEY_VARIABLE, "an API key");
        }
        if (!production && (keys.none() || demoKey.filter(key -> !complete(key)).isPresent())) {
            save(DEMO_KEY);
            LOG.info("Created the demo API key '{}' with every scope.", DEMO_KEY);
        }
    }

    /** Whether a key is what it should be; a later version of the hub may know more scopes. */
    private static boolean complete(ApiKey key) {
        return key.revokedAt() == null
                && (!key.name().equals(KEY_NAME) || key.scopes().containsAll(EnumSet.allOf(Scope.class)));
    }

    private void save(String key) {
        keys.save(UUID.randomUUID(), KEY_NAME, ApiKeys.hash(key), EnumSet.allOf(Scope.class), null, null);
    }
}
