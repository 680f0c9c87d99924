package dev.wasl.hub.connector;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Remembers blocks of servers across restarts. */
@Repository
class BudgetRepository {

    private final JdbcTemplate jdbc;

    BudgetRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    record Remembered(Instant blockedUntil, double rate, Instant changedAt) {}

    Optional<Remembered> find(String source) {
        return jdbc
                .query(
                        "SELECT blocked_until, rate, changed_at FROM hub.request_budget WHERE source = ?",
                        (row, number) -> new Remembered(
                                row.getTimestamp(1).toInstant(),
                                row.getDouble(2),
                                row.getTimestamp(3).toInstant()),
                        source)
                .stream()
                .findFirst();
    }

    void save(String source, Instant blockedUntil, double rate, Instant now) {
        jdbc.update("""
                INSERT INTO hub.request_budget (source, blocked_until, rate, changed_at) VALUES (?, ?, ?, ?)
                ON CONFLICT ON CONSTRAINT pk_request_budget
                DO UPDATE SET blocked_until = greatest(request_budget.blocked_until, excluded.blocked_until),
                    rate = excluded.rate, changed_at = excluded.changed_at
                """, source, Timestamp.from(blockedUntil), rate, Timestamp.from(now));
    }
}
