package dev.wasl.hub.connector.paypal;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** The bodies that PayPal's events first came with, from the journal. */
@Repository
class PayPalArrivalRepository implements EarlierBodies.Journal {

    private final JdbcTemplate jdbc;

    PayPalArrivalRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public @Nullable String fingerprint(String tenant, String messageId) {
        try {
            return jdbc.queryForList("""
                            SELECT encode(sha256(m.raw), 'hex')
                            FROM hub.arrival a
                            JOIN hub.message m ON m.receipt_id = a.receipt_id AND m.received_at = a.received_at
                            WHERE a.tenant = ? AND a.connector = 'paypal' AND a.message_id = ? AND m.raw IS NOT NULL
                            """, String.class, tenant, messageId).stream()
                    .findFirst()
                    .orElse(null);
        } catch (DataAccessException e) {
            throw new HubException(ErrorCode.STORE_UNAVAILABLE, "earlier events of PayPal cannot be looked up", e);
        }
    }
}
