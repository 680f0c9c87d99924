package dev.wasl.hub.journal;

import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
class UpkeepRepository {

    private static final String PREFIX = "message_";

    private final JdbcTemplate jdbc;

    UpkeepRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Creates the partition of a month that has not begun; names and bounds are our own numbers, not data. */
    void createMonth(YearMonth month) {
        jdbc.execute(String.format(
                Locale.ROOT,
                "CREATE TABLE IF NOT EXISTS hub.%s PARTITION OF hub.message FOR VALUES FROM ('%s') TO ('%s') WITH (toast_tuple_target = 8160)",
                name(month),
                month.atDay(1),
                month.plusMonths(1).atDay(1)));
    }

    int dropMonthsBefore(YearMonth first) {
        List<String> tables = jdbc.queryForList("""
                SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = 'hub.message'::regclass AND c.relname ~ '^message_\\d{6}$'
                """, String.class);
        int dropped = 0;
        for (String table : tables) {
            if (table.compareTo(name(first)) < 0) {
                jdbc.execute("DROP TABLE hub." + table);
                dropped++;
            }
        }
        return dropped;
    }

    /** Deletes what partitions cannot drop. */
    int forget(LocalDate messages, LocalDate judgements) {
        int rows = jdbc.update("DELETE FROM hub.message_default WHERE received_at < ?", start(messages));
        rows += jdbc.update("DELETE FROM hub.arrival WHERE received_at < ?", start(judgements));
        rows += jdbc.update("DELETE FROM hub.inbox WHERE applied_at < ?", start(judgements));
        return rows;
    }

    private static Timestamp start(LocalDate day) {
        return Timestamp.from(day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private static String name(YearMonth month) {
        return String.format(Locale.ROOT, "%s%04d%02d", PREFIX, month.getYear(), month.getMonthValue());
    }
}
