package dev.wasl.hub.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.SteeredClock;
import dev.wasl.hub.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class JournalUpkeepTest {

    private final JdbcTemplate jdbc = new JdbcTemplate(TestDatabase.fresh());
    private final SteeredClock clock = new SteeredClock(Instant.parse("2026-11-20T08:00:00Z"));
    private final JournalUpkeep upkeep =
            new JournalUpkeep(new UpkeepRepository(jdbc), clock, Period.ofDays(60), Period.ofDays(10));

    @AfterEach
    void close() {
        upkeep.destroy();
    }

    @Test
    void makes_the_next_two_months_and_messages_go_into_them() {
        upkeep.run();
        upkeep.run();
        message("2026-11-30T23:59:59Z");
        message("2026-12-01T00:00:00Z");
        message("2027-01-31T23:59:59Z");
        message("2027-02-01T00:00:00Z");

        assertThat(months()).containsExactly("message_202612", "message_202701");
        assertThat(jdbc.queryForList(
                        "SELECT tableoid::regclass::text FROM hub.message ORDER BY received_at", String.class))
                .containsExactly(
                        "hub.message_default", "hub.message_202612", "hub.message_202701", "hub.message_default");
    }

    @Test
    void drops_months_whose_last_day_is_over_and_keeps_the_others() {
        upkeep.run();
        message("2026-11-29T00:00:00Z");
        message("2026-12-31T23:59:59Z");
        message("2027-01-01T00:00:00Z");

        clock.advance(Duration.ofDays(71)); // 30 January: 60 days before is 1 December
        upkeep.run();
        assertThat(months()).containsExactly("message_202612", "message_202701", "message_202702", "message_202703");
        assertThat(received()).containsExactly("2026-12-31", "2027-01-01");

        clock.advance(Duration.ofDays(31)); // 2 March: 60 days before is 1 January
        upkeep.run();
        assertThat(months())
                .containsExactly(
                        "message_202701", "message_202702", "message_202703", "message_202704", "message_202705");
        assertThat(received()).containsExactly("2027-01-01");
    }

    @Test
    void forgets_judgements_after_their_own_time() {
        jdbc.update("""
                INSERT INTO hub.arrival (tenant, connector, message_id, receipt_id, received_at)
                VALUES ('portal', 'stripe', 'old', gen_random_uuid(), '2026-11-09T23:59:59Z'),
                       ('portal', 'stripe', 'young', gen_random_uuid(), '2026-11-10T00:00:00Z')""");
        jdbc.update("""
                INSERT INTO hub.inbox (consumer, message_id, applied_at)
                VALUES ('crm', 'old', '2026-11-09T23:59:59Z'), ('crm', 'young', '2026-11-10T00:00:00Z')""");
        message("2026-11-01T00:00:00Z");

        upkeep.run();

        assertThat(jdbc.queryForList("SELECT message_id FROM hub.arrival", String.class))
                .containsExactly("young");
        assertThat(jdbc.queryForList("SELECT message_id FROM hub.inbox", String.class))
                .containsExactly("young");
        assertThat(received()).containsExactly("2026-11-01");
    }

    private void message(String receivedAt) {
        jdbc.update("""
                INSERT INTO hub.message (receipt_id, received_at, message_id, tenant, connector, kind, outcome)
                VALUES (gen_random_uuid(), ?::timestamptz, 'evt', 'portal', 'stripe', 'WEBHOOK', 'ACCEPTED')""", receivedAt);
    }

    private List<String> received() {
        return jdbc.queryForList(
                "SELECT (received_at AT TIME ZONE 'UTC')::date::text FROM hub.message ORDER BY received_at",
                String.class);
    }

    private List<String> months() {
        return jdbc.queryForList("""
                SELECT relname FROM pg_class WHERE relnamespace = 'hub'::regnamespace AND relkind = 'r'
                AND relname ~ '^message_[0-9]+$' ORDER BY 1""", String.class);
    }
}
