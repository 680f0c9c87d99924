package dev.wasl.hub.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class LedgerMetersTest {

    private final JdbcTemplate jdbc = new JdbcTemplate(TestDatabase.fresh());
    private final LedgerRepository repository = new LedgerRepository(jdbc);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LedgerMeters meters = new LedgerMeters(repository, registry);

    @BeforeEach
    void three_received_of_which_one_is_under_way() {
        jdbc.update("""
                INSERT INTO hub.ledger (tenant, connector, bucket, total)
                VALUES ('portal', 'stripe', 'received', 3), ('portal', 'stripe', 'applied', 2)""");
        repository.insertInFlight(UUID.randomUUID(), "portal", "stripe", Instant.EPOCH);
    }

    @Test
    void shows_every_sum_of_a_connector() {
        meters.refresh();

        assertThat(sum("received")).isEqualTo(3);
        assertThat(sum("applied")).isEqualTo(2);
        assertThat(sum("pending")).isEqualTo(1);
        assertThat(sum("parked")).isZero();
        assertThat(difference()).isZero();
    }

    @Test
    void shows_what_cannot_be_accounted_for_and_follows_changes() {
        meters.refresh();
        jdbc.update("DELETE FROM hub.in_flight");

        meters.refresh();

        assertThat(sum("pending")).isZero();
        assertThat(difference()).isEqualTo(1);
    }

    private double sum(String bucket) {
        return registry.get("wasl.ledger")
                .tags("tenant", "portal", "connector", "stripe", "bucket", bucket)
                .gauge()
                .value();
    }

    private double difference() {
        return registry.get("wasl.ledger.difference")
                .tags("tenant", "portal", "connector", "stripe")
                .gauge()
                .value();
    }
}
