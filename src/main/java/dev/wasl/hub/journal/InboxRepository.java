package dev.wasl.hub.journal;

import java.util.List;
import java.util.SortedSet;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
class InboxRepository {

    private final JdbcTemplate jdbc;

    InboxRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Inserts in key order, so that concurrent consumers wait instead of dead-locking. */
    List<String> insert(String consumer, SortedSet<String> messageIds) {
        return jdbc.queryForList("""
                INSERT INTO hub.inbox (consumer, message_id)
                SELECT ?, * FROM unnest(?::text[]) ON CONFLICT DO NOTHING RETURNING message_id
                """, String.class, consumer, messageIds.toArray(String[]::new));
    }
}
