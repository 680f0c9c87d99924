package dev.wasl.hub.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.TestDatabase;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class VoidedPaymentsMigrationTest {

    @Test
    void days_lose_the_captures_that_were_voided_before_days_knew_of_voids() {
        DataSource database = TestDatabase.empty();
        Flyway before = flyway(database, "0012?");
        before.migrate();
        JdbcTemplate jdbc = new JdbcTemplate(database);
        jdbc.execute("""
                INSERT INTO analytics.fact_payment (tenant, gateway, gateway_payment_id, status, currency, live,
                    amount_minor, refunded_minor, fee_minor, first_at, captured_at, status_at, first_day, captured_day,
                    status_day, updated_at, fold)
                SELECT 'hvar', 'paymob', id, status, 'EGP', true, minor, 0, fee, at, captured, at, date '2026-01-10',
                    captured::date, date '2026-01-10', at, '{}'
                FROM (VALUES
                    ('1', 'CANCELLED', 1000, 30, timestamptz '2026-01-10 12:00Z', timestamptz '2026-01-10 12:00Z'),
                    ('2', 'CANCELLED', 500, NULL, timestamptz '2026-01-10 12:00Z', timestamptz '2026-01-10 12:00Z'),
                    ('3', 'CANCELLED', 200, NULL, timestamptz '2026-01-10 12:00Z', NULL),
                    ('4', 'CAPTURED', 70, 3, timestamptz '2026-01-10 12:00Z', timestamptz '2026-01-10 12:00Z'))
                    AS f(id, status, minor, fee, at, captured)""");
        jdbc.execute("""
                INSERT INTO analytics.daily_payment (tenant, day, gateway, currency, live, created, captured,
                    captured_minor, fees_minor)
                VALUES ('hvar', '2026-01-10', 'paymob', 'EGP', true, 4, 3, 1570, 33),
                    ('other', '2026-01-10', 'paymob', 'EGP', true, 1, 1, 10, 1)""");

        flyway(database, "latest").migrate();

        assertThat(jdbc.queryForList(
                        "SELECT concat_ws(' ', tenant, created, captured, captured_minor, fees_minor)"
                                + " FROM analytics.daily_payment ORDER BY tenant",
                        String.class))
                .containsExactly("hvar 4 1 70 3", "other 1 1 10 1");
        assertThat(new TotalsRepository(jdbc).differences("hvar")).isEmpty();
    }

    private static Flyway flyway(DataSource database, String target) {
        return Flyway.configure()
                .dataSource(database)
                .schemas("hub")
                .defaultSchema("hub")
                .target(target)
                .load();
    }
}
