package dev.wasl.hub.connector.paypal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.wasl.hub.TestDatabase;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class PayPalArrivalRepositoryTest {

    private static final Instant NOW = Instant.parse("2026-11-01T10:00:10.123456Z");

    @Test
    void tells_the_body_that_an_event_first_came_with() {
        JdbcTemplate jdbc = new JdbcTemplate(TestDatabase.fresh());
        PayPalArrivalRepository arrivals = new PayPalArrivalRepository(jdbc);
        byte[] body = "{\"id\":\"WH-1\",\"n\":\"منى\"}".getBytes(StandardCharsets.UTF_8);
        UUID first = arrival(jdbc, "portal", "paypal", "WH-1", body);
        jdbc.update(
                "INSERT INTO hub.arrival (tenant, connector, message_id, receipt_id, received_at) VALUES (?, ?, ?, ?, ?)",
                "portal",
                "paypal",
                "WH-1",
                first,
                Timestamp.from(NOW));
        arrival(jdbc, "portal", "paypal", "WH-1", new byte[] {1});

        assertThat(arrivals.fingerprint("portal", "WH-1")).isEqualTo(Fingerprint.of(body));
        assertThat(arrivals.fingerprint("portal", "WH-2")).isNull();
        assertThat(arrivals.fingerprint("hvar", "WH-1")).isNull();
    }

    @Test
    void says_come_again_when_the_journal_cannot_be_read() {
        PayPalArrivalRepository arrivals = new PayPalArrivalRepository(new JdbcTemplate(TestDatabase.empty()));

        assertThatThrownBy(() -> arrivals.fingerprint("portal", "WH-1"))
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    }

    private static UUID arrival(JdbcTemplate jdbc, String tenant, String connector, String messageId, byte[] raw) {
        UUID receipt = UUID.randomUUID();
        jdbc.update("""
                INSERT INTO hub.message (receipt_id, received_at, message_id, tenant, connector, kind, outcome, raw)
                VALUES (?, ?, ?, ?, ?, 'WEBHOOK', 'ACCEPTED', ?)
                """, receipt, Timestamp.from(NOW), messageId, tenant, connector, raw);
        return receipt;
    }
}
