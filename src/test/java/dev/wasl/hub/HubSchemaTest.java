package dev.wasl.hub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class HubSchemaTest {

    @Test
    void migrates_an_empty_database() {
        JdbcTemplate jdbc = new JdbcTemplate(TestDatabase.fresh());

        assertThat(jdbc.queryForObject("SELECT count(*) FROM hub.ledger", Long.class))
                .isZero();
    }
}
