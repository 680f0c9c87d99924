package dev.wasl.hub.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wasl.hub.Bookkeeping;
import dev.wasl.hub.journal.Arrival.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

class RejectedRequestsTest {

    private static final Bookkeeping BOOKS = new Bookkeeping((queue, properties, body) -> {});

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final RejectedRequests rejected = new RejectedRequests(
            BOOKS.bean(ArrivalJournal.class),
            BOOKS.bean(JournalRepository.class),
            BOOKS.bean(TransactionTemplate.class),
            meters);

    @BeforeEach
    void start() {
        BOOKS.clear();
        rejected.start();
    }

    @AfterEach
    void stop() {
        rejected.stop();
    }

    @AfterAll
    static void close() {
        BOOKS.close();
    }

    @Test
    void keeps_the_beginning_of_a_large_body_and_counts_the_request() {
        rejected.record(request(new byte[64 * 1024 + 1]));
        rejected.record(request(new byte[10]));

        await().untilAsserted(() -> assertThat(kept()).isEqualTo(2));
        assertThat(BOOKS.jdbc().queryForList("SELECT octet_length(raw) FROM hub.message ORDER BY 1", Integer.class))
                .containsExactly(10, 64 * 1024);
        assertThat(BOOKS.ledger("portal"))
                .returns(2L, LedgerView.Row::received)
                .returns(2L, LedgerView.Row::rejected)
                .returns(true, LedgerView.Row::balanced);
    }

    @Test
    void a_flood_while_the_database_is_slow_is_counted_and_not_kept() throws Exception {
        int sent = 3_000;
        try (Connection slow =
                Objects.requireNonNull(BOOKS.jdbc().getDataSource()).getConnection()) {
            slow.setAutoCommit(false);
            slow.createStatement().execute("LOCK TABLE hub.message");
            for (int i = 0; i < sent; i++) {
                rejected.record(request(new byte[1]));
            }
            assertThat(dropped()).isBetween(sent - 1_200.0, sent - 1_000.0);
            slow.rollback();
        }

        await().untilAsserted(() -> assertThat(kept() + dropped()).isEqualTo(sent));
        assertThat(BOOKS.ledger("portal").rejected()).isEqualTo(kept());
    }

    @Test
    void forgets_the_oldest_beyond_ten_thousand_and_nothing_else() {
        BOOKS.jdbc().update("""
                INSERT INTO hub.message (receipt_id, received_at, message_id, tenant, connector, kind, outcome)
                SELECT gen_random_uuid(), '2026-11-20T00:00:00Z'::timestamptz + make_interval(secs => n), 'evt_' || n,
                       'portal', 'stripe', 'WEBHOOK', CASE WHEN n = 0 THEN 'ACCEPTED' ELSE 'REJECTED' END
                FROM generate_series(0, 10004) n""");

        rejected.record(request(new byte[1]));

        await().untilAsserted(() -> assertThat(kept()).isEqualTo(10_000));
        assertThat(BOOKS.jdbc()
                        .queryForList("SELECT message_id FROM hub.message ORDER BY received_at LIMIT 2", String.class))
                .containsExactly("evt_0", "evt_6");
    }

    @Test
    void what_comes_after_the_end_is_only_counted() {
        rejected.stop();

        rejected.record(request(new byte[1]));

        assertThat(dropped()).isEqualTo(1);
        assertThat(kept()).isZero();
    }

    private static Arrival request(byte[] raw) {
        UUID receipt = UUID.randomUUID();
        return new Arrival(
                receipt,
                receipt.toString(),
                "portal",
                "stripe",
                "WEBHOOK",
                Instant.parse("2026-11-20T08:00:00Z"),
                "application/json",
                Map.of(),
                raw,
                Outcome.REJECTED,
                "the signature is wrong",
                List.of(),
                Set.of());
    }

    private double dropped() {
        return meters.get("wasl.intake.rejected.dropped").counter().count();
    }

    private long kept() {
        return Objects.requireNonNull(
                BOOKS.jdbc().queryForObject("SELECT count(*) FROM hub.message WHERE outcome = 'REJECTED'", Long.class));
    }
}
