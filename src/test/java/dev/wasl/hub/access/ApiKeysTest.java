package dev.wasl.hub.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.SteeredClock;
import dev.wasl.hub.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class ApiKeysTest {

    private final SteeredClock clock = new SteeredClock(Instant.parse("2026-11-20T08:00:00Z"));
    private JdbcTemplate jdbc;
    private ApiKeyRepository repository;
    private ApiKeys keys;

    @BeforeEach
    void database() {
        jdbc = new JdbcTemplate(TestDatabase.fresh());
        repository = new ApiKeyRepository(jdbc);
        keys = new ApiKeys(
                repository, new AccessSettings("", "", Duration.ofSeconds(15), 5, Duration.ofMinutes(15)), clock);
    }

    @Test
    void notices_a_revoked_key_within_the_time_it_is_remembered() {
        save("shop", null);
        assertThat(keys.find("shop")).isPresent();
        jdbc.update("UPDATE hub.api_key SET revoked_at = now()");

        clock.advance(Duration.ofSeconds(14));
        assertThat(keys.find("shop")).isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertThat(keys.find("shop")).isEmpty();
    }

    @Test
    void an_end_counts_at_once_also_for_a_remembered_key() {
        save("shop", clock.instant().plusSeconds(5));
        assertThat(keys.find("shop")).isPresent();

        clock.advance(Duration.ofSeconds(5));

        assertThat(keys.find("shop")).isEmpty();
    }

    @Test
    void a_new_key_works_once_its_absence_is_forgotten() {
        assertThat(keys.find("shop")).isEmpty();
        save("shop", null);

        clock.advance(Duration.ofSeconds(15));

        assertThat(keys.find("shop")).isPresent();
    }

    @Test
    void keeps_the_tenants_of_a_key() {
        save("shop", null);

        assertThat(keys.find("shop")).get().extracting(ApiKey::tenants).isEqualTo(Set.of("hvar"));
    }

    @Test
    void a_scope_that_this_version_does_not_know_opens_nothing() {
        save("shop", null);
        jdbc.update("UPDATE hub.api_key SET scopes = '{read:everything,read:deliveries}'");

        assertThat(keys.find("shop")).get().extracting(ApiKey::scopes).isEqualTo(Set.of(Scope.READ_DELIVERIES));
    }

    private void save(String key, java.time.Instant expiresAt) {
        repository.save(
                UUID.randomUUID(), key, ApiKeys.hash(key), Set.of(Scope.READ_DELIVERIES), Set.of("hvar"), expiresAt);
    }
}
