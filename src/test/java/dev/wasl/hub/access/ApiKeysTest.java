package dev.wasl.hub.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.SteeredClock;
import dev.wasl.hub.TestDatabase;
import dev.wasl.hub.ops.DatabaseHealth;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class ApiKeysTest {

    private final SteeredClock clock = new SteeredClock(Instant.parse("2026-11-20T08:00:00Z"));
    private Switched database;
    private JdbcTemplate jdbc;
    private ApiKeyRepository repository;
    private ApiKeys keys;

    @BeforeEach
    void database() {
        database = new Switched(TestDatabase.fresh());
        jdbc = new JdbcTemplate(database);
        repository = new ApiKeyRepository(jdbc);
        keys = new ApiKeys(
                repository,
                new DatabaseHealth(database, clock),
                new AccessSettings("", "", Duration.ofSeconds(15), 5, Duration.ofMinutes(15)),
                clock);
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

    @Test
    void a_good_key_works_for_minutes_while_the_database_is_away_and_an_unknown_one_does_not() {
        save("shop", null);
        assertThat(keys.find("shop")).isPresent();
        assertThat(keys.find("guess")).isEmpty();
        database.away = true;

        clock.advance(Duration.ofSeconds(60));
        assertThat(keys.find("shop")).isPresent();
        assertThatThrownBy(() -> keys.find("guess")).isInstanceOf(DataAccessException.class);
        assertThatThrownBy(() -> keys.find("new")).isInstanceOf(DataAccessException.class);
        clock.advance(Duration.ofSeconds(255));
        assertThatThrownBy(() -> keys.find("shop")).isInstanceOf(DataAccessException.class);
    }

    @Test
    void a_key_that_was_revoked_meanwhile_ends_when_the_database_is_back() {
        save("shop", null);
        assertThat(keys.find("shop")).isPresent();
        jdbc.update("UPDATE hub.api_key SET revoked_at = now()");
        database.away = true;
        clock.advance(Duration.ofSeconds(60));
        assertThat(keys.find("shop")).isPresent();

        database.away = false;
        clock.advance(Duration.ofSeconds(5));

        assertThat(keys.find("shop")).isEmpty();
    }

    @Test
    void only_the_first_question_in_five_seconds_waits_for_a_database_that_is_away() {
        database.away = true;

        for (String key : new String[] {"a", "b", "c"}) {
            assertThatThrownBy(() -> keys.find(key)).isInstanceOf(DataAccessException.class);
        }
        assertThat(database.asked).isOne();
        clock.advance(Duration.ofSeconds(5));
        database.away = false;
        assertThat(keys.find("a")).isEmpty();
    }

    /** A database that can be taken away. */
    private static final class Switched extends DelegatingDataSource {

        private boolean away;
        private int asked;

        private Switched(DataSource database) {
            super(database);
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (away) {
                asked++;
                throw new SQLException("away");
            }
            return super.getConnection();
        }
    }

    private void save(String key, java.time.Instant expiresAt) {
        repository.save(
                UUID.randomUUID(), key, ApiKeys.hash(key), Set.of(Scope.READ_DELIVERIES), Set.of("hvar"), expiresAt);
    }
}
