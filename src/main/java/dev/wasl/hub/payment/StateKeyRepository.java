package dev.wasl.hub.payment;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The key that hubs on one database share when nobody configured one. */
@Repository
class StateKeyRepository {

    private final JdbcTemplate jdbc;

    StateKeyRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The key; the offered one becomes it when there is none. */
    byte[] keyOr(byte[] offered) {
        jdbc.update("INSERT INTO hub.payment_state_key (key) VALUES (?) ON CONFLICT DO NOTHING", (Object) offered);
        byte[] key = jdbc.queryForObject("SELECT key FROM hub.payment_state_key", byte[].class);
        return key == null ? offered : key;
    }
}
