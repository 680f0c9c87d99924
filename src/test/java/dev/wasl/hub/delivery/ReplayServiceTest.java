package dev.wasl.hub.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.Bookkeeping;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Interaction;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.delivery.ParkedMessages.State;
import dev.wasl.hub.journal.Arrival;
import dev.wasl.hub.journal.Arrival.Outcome;
import dev.wasl.hub.journal.ArrivalJournal;
import dev.wasl.hub.journal.Ledger;
import dev.wasl.hub.journal.LedgerView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replays and decisions with the real ledger; the broker is what a test makes of it. */
class ReplayServiceTest {

    private static final String INBOUND = "inbound.stripe";
    private static final String CRM = "canonical::crm";
    private static final String ANALYTICS = "canonical::analytics";

    private static final List<String> SENT = new ArrayList<>();
    private static Consumer<String> broker = id -> {};
    private static final Bookkeeping BOOKS = new Bookkeeping((queue, properties, body) -> {
        String id = new String(body, StandardCharsets.UTF_8);
        broker.accept(id);
        SENT.add(id);
    });

    private final ReplayService replay = BOOKS.bean(ReplayService.class);
    private final Ledger ledger = BOOKS.bean(Ledger.class);

    @BeforeEach
    void empty() {
        BOOKS.clear();
        SENT.clear();
        broker = id -> {};
    }

    @AfterAll
    static void close() {
        BOOKS.close();
    }

    @Test
    void a_replay_is_pending_until_its_consumer_settles_it() {
        UUID receipt = received("evt_1", Outcome.PARKED);
        UUID id = park(INBOUND, "evt_1", receipt, true);

        replay.replay(id);

        assertThat(SENT).containsExactly("evt_1");
        assertThat(row(id)).returns(State.RESOLVED, ParkedMessage::state).returns(1, ParkedMessage::replays);
        assertSums(0, 0, 0, 1);
        apply(receipt, "evt_1");
        assertSums(1, 0, 0, 0);
    }

    @Test
    void a_replay_that_the_broker_does_not_take_waits_again() {
        UUID receipt = received("evt_1", Outcome.PARKED);
        UUID id = park(INBOUND, "evt_1", receipt, true);
        broker = unavailable();

        assertFailure(ErrorCode.BROKER_UNAVAILABLE, () -> replay.replay(id));

        assertThat(row(id)).returns(State.PARKED, ParkedMessage::state).returns(0, ParkedMessage::replays);
        assertSums(0, 0, 1, 0);

        broker = taken -> {};
        replay.replay(id);

        assertThat(SENT).containsExactly("evt_1");
        assertThat(row(id).state()).isEqualTo(State.RESOLVED);
        assertSums(0, 0, 0, 1);
    }

    @Test
    void a_failed_replay_for_another_consumer_leaves_the_message_pending_for_the_crm() {
        UUID receipt = received("evt_1", Outcome.ACCEPTED);
        UUID id = park(ANALYTICS, "evt_1", receipt, false);
        broker = unavailable();

        assertFailure(ErrorCode.BROKER_UNAVAILABLE, () -> replay.replay(id));

        assertThat(row(id).state()).isEqualTo(State.PARKED);
        assertSums(0, 0, 0, 1);
    }

    @Test
    void what_was_stored_and_settled_although_the_broker_did_not_confirm_is_counted_once() {
        UUID receipt = received("evt_1", Outcome.PARKED);
        UUID id = park(INBOUND, "evt_1", receipt, true);
        broker = taken -> {
            apply(receipt, taken);
            unavailable().accept(taken);
        };

        assertFailure(ErrorCode.BROKER_UNAVAILABLE, () -> replay.replay(id));

        assertThat(row(id).state()).isEqualTo(State.PARKED);
        assertSums(1, 0, 0, 0);

        broker = taken -> {};
        replay.replay(id);
        assertThat(row(id).state()).isEqualTo(State.RESOLVED);
        assertSums(1, 0, 0, 0);
    }

    @Test
    void what_was_parked_again_while_the_broker_did_not_confirm_is_counted_once() {
        UUID receipt = received("evt_1", Outcome.PARKED);
        UUID id = park(INBOUND, "evt_1", receipt, true);
        broker = taken -> {
            BOOKS.inTransaction(() -> parkNow(INBOUND, taken, receipt, ledger.parked(receipt)));
            unavailable().accept(taken);
        };

        assertFailure(ErrorCode.BROKER_UNAVAILABLE, () -> replay.replay(id));

        assertThat(row(id).state()).isEqualTo(State.PARKED);
        assertSums(0, 0, 1, 0);
    }

    @Test
    void the_start_sends_what_a_crash_interrupted() {
        UUID receipt = received("evt_1", Outcome.PARKED);
        UUID id = park(INBOUND, "evt_1", receipt, true);
        crash(id);
        assertSums(0, 0, 0, 1);

        replay.resume();

        assertThat(SENT).containsExactly("evt_1");
        assertThat(row(id).state()).isEqualTo(State.RESOLVED);
        assertSums(0, 0, 0, 1);
    }

    @Test
    void the_start_sends_every_interrupted_replay_however_many() {
        BOOKS.jdbc().update("""
                INSERT INTO hub.parked (id, tenant, connector, queue, stage, message_id, code, reason, fingerprint,
                                        properties, body, in_ledger, state)
                SELECT gen_random_uuid(), 'portal', 'stripe', 'canonical::analytics', 'analytics', 'evt_' || n, 'WASL-3001',
                       'no', 'f', '{}', 'x', false, 'REPLAYING' FROM generate_series(1, 1001) n""");

        replay.resume();

        assertThat(SENT).hasSize(1001);
        assertThat(count(State.REPLAYING)).isZero();
    }

    @Test
    void an_interrupted_replay_that_cannot_be_sent_waits_again_and_does_not_hinder_the_others() {
        for (String event : List.of("evt_1", "evt_2", "evt_3")) {
            crash(park(INBOUND, event, received(event, Outcome.PARKED), true));
        }
        broker = taken -> {
            if (taken.equals("evt_2")) {
                throw new IllegalStateException("cannot be written");
            }
        };

        replay.resume();

        assertThat(SENT).containsExactly("evt_1", "evt_3");
        assertThat(count(State.RESOLVED)).isEqualTo(2);
        assertThat(count(State.PARKED)).isEqualTo(1);
        assertSums(0, 0, 1, 2);
    }

    @Test
    void a_start_without_broker_asks_it_once_and_lets_everything_wait() {
        for (String event : List.of("evt_1", "evt_2", "evt_3")) {
            crash(park(INBOUND, event, received(event, Outcome.PARKED), true));
        }
        List<String> asked = new ArrayList<>();
        broker = taken -> {
            asked.add(taken);
            unavailable().accept(taken);
        };

        replay.resume();

        assertThat(asked).containsExactly("evt_1");
        assertThat(count(State.PARKED)).isEqualTo(3);
        assertSums(0, 0, 3, 0);
    }

    @Test
    void a_start_whose_database_does_not_answer_goes_on() {
        BOOKS.jdbc().execute("ALTER TABLE hub.parked RENAME TO parked_away");
        try {
            assertThatCode(replay::resume).doesNotThrowAnyException();
        } finally {
            BOOKS.jdbc().execute("ALTER TABLE hub.parked_away RENAME TO parked");
        }
    }

    @Test
    void many_are_chosen_by_tenant_and_ids_or_cause_oldest_first_up_to_the_limit() {
        UUID first = park(CRM, "evt_1", null, false);
        UUID second = park(CRM, "evt_2", null, false);
        UUID third = park(CRM, "evt_3", null, false);
        UUID other = park("shop", CRM, "evt_4", null, "has no state", false);
        park("portal", CRM, "evt_5", null, "has no price", false);
        age(third, 3);
        age(first, 2);
        age(second, 1);
        String cause = row(first).fingerprint();

        assertThat(replay.replayAll(selection(null, cause, 2))).isEqualTo(2);
        assertThat(SENT).containsExactly("evt_3", "evt_1");
        assertThat(replay.replayAll(selection(List.of(first, second, other), null, 100)))
                .isEqualTo(1);
        assertThat(SENT).containsExactly("evt_3", "evt_1", "evt_2");
        assertThat(replay.replayAll(selection(List.of(other), cause, 100))).isZero();
        assertThat(replay.replayAll(new Replay.Selection(Set.of(), null, null, 100)))
                .isZero();
        assertThat(replay.replayAll(new Replay.Selection(Set.of("portal", "shop"), List.of(other), cause, 100)))
                .isEqualTo(1);
        assertThat(count(State.PARKED)).isEqualTo(1);
    }

    @Test
    void many_stop_where_the_broker_stops_and_what_was_sent_stays_sent() {
        for (String event : List.of("evt_1", "evt_2", "evt_3")) {
            park(INBOUND, event, received(event, Outcome.PARKED), true);
        }
        broker = taken -> {
            if (!SENT.isEmpty()) {
                unavailable().accept(taken);
            }
        };

        assertFailure(ErrorCode.BROKER_UNAVAILABLE, () -> replay.replayAll(selection(null, null, 100)));

        assertThat(SENT).hasSize(1);
        assertThat(count(State.RESOLVED)).isEqualTo(1);
        assertThat(count(State.PARKED)).isEqualTo(2);
        assertSums(0, 0, 2, 1);
    }

    @Test
    void what_is_discarded_counts_as_rejected_and_cannot_be_replayed() {
        UUID id = park(INBOUND, "evt_1", received("evt_1", Outcome.PARKED), true);

        replay.discard(id, "a test order");

        assertSums(0, 1, 0, 0);
        assertThat(row(id)).satisfies(row -> {
            assertThat(row.state()).isEqualTo(State.DISCARDED);
            assertThat(row.reason()).endsWith(" | a test order");
            assertThat(row.resolvedAt()).isNotNull();
        });
        assertFailure(ErrorCode.NOT_REPLAYABLE, () -> replay.replay(id));
        assertFailure(ErrorCode.NOT_REPLAYABLE, () -> replay.discard(id, "again"));
        assertFailure(ErrorCode.PARKED_NOT_FOUND, () -> replay.discard(UUID.randomUUID(), "nothing"));
        assertSums(0, 1, 0, 0);
    }

    @Test
    void what_is_discarded_for_another_consumer_does_not_change_the_ledger() {
        UUID id = park(ANALYTICS, "evt_1", received("evt_1", Outcome.ACCEPTED), false);

        replay.discard(id, "not worth a fact");

        assertThat(row(id).state()).isEqualTo(State.DISCARDED);
        assertSums(0, 0, 0, 1);
    }

    @Test
    void two_received_messages_of_one_canonical_id_are_two_pieces_of_work_and_both_leave_the_ledger() {
        UUID one = received("evt_1", Outcome.ACCEPTED);
        UUID two = received("evt_1_told_again", Outcome.ACCEPTED);
        UUID first = park(CRM, "refund_1", one, true);
        UUID second = park(CRM, "refund_1", two, true);
        assertThat(second).isNotEqualTo(first);
        assertSums(0, 0, 2, 0);

        replay.replay(first);
        replay.replay(second);
        apply(one, "refund_1");
        apply(two, "refund_1");

        assertSums(2, 0, 0, 0);
        assertThat(count(State.RESOLVED)).isEqualTo(2);
    }

    @Test
    void a_message_without_receipt_that_fails_twice_is_one_piece_of_work() {
        assertThat(park(ANALYTICS, "own_1", null, false)).isEqualTo(park(ANALYTICS, "own_1", null, false));
    }

    // --- steps --------------------------------------------------------------------------------------------------

    private static UUID received(String event, Outcome outcome) {
        UUID receipt = UUID.randomUUID();
        Arrival arrival = new Arrival(
                receipt,
                event,
                "portal",
                "stripe",
                "WEBHOOK",
                Instant.parse("2026-11-20T08:00:00Z"),
                "application/json",
                Map.of(),
                new byte[0],
                outcome,
                null,
                outcome == Outcome.ACCEPTED ? List.of("{}") : List.of(),
                Set.of());
        BOOKS.inTransaction(() -> BOOKS.bean(ArrivalJournal.class).record(List.of(arrival)));
        return receipt;
    }

    private UUID park(String queue, String event, @Nullable UUID receipt, boolean inLedger) {
        return park("portal", queue, event, receipt, "has no state", inLedger);
    }

    private UUID park(
            String tenant, String queue, String event, @Nullable UUID receipt, String reason, boolean inLedger) {
        BOOKS.inTransaction(() -> {
            if (queue.equals(CRM) && receipt != null) {
                assertThat(ledger.parked(receipt)).isTrue();
            }
            parkNow(tenant, queue, event, receipt, reason, inLedger);
        });
        return BOOKS.jdbc()
                .queryForObject(
                        "SELECT id FROM hub.parked WHERE tenant = ? AND queue = ? AND message_id = ? AND receipt_id IS NOT DISTINCT FROM ?::uuid",
                        UUID.class,
                        tenant,
                        queue,
                        event,
                        receipt == null ? null : receipt.toString());
    }

    private static void parkNow(String queue, String event, @Nullable UUID receipt, boolean inLedger) {
        parkNow("portal", queue, event, receipt, "has no state", inLedger);
    }

    private static void parkNow(
            String tenant, String queue, String event, @Nullable UUID receipt, String reason, boolean inLedger) {
        BOOKS.bean(Parking.class)
                .park(new ParkRequest(
                        tenant,
                        "stripe",
                        queue,
                        "stripe-payment-in",
                        event,
                        receipt,
                        new HubException(ErrorCode.MAPPING_FAILED, reason),
                        Map.of("receivedAt", "2026-11-20T08:00:00Z"),
                        event.getBytes(StandardCharsets.UTF_8),
                        inLedger));
    }

    /** Leaves a replay as a crash does that comes after its first step. */
    private void crash(UUID id) {
        Consumer<String> before = broker;
        broker = taken -> {
            throw new Crash();
        };
        assertThatThrownBy(() -> replay.replay(id)).isInstanceOf(Crash.class);
        broker = before;
    }

    private void apply(UUID receipt, String event) {
        CanonicalEvent said = new CanonicalEvent(
                "1.0",
                event,
                "/portal/stripe",
                "dev.wasl.interaction.received.v1",
                "interaction/1",
                Instant.EPOCH,
                "application/json",
                null,
                "portal",
                event,
                null,
                null,
                new Interaction(
                        Notification.Channel.SMS,
                        "test",
                        event,
                        new Party(null, "+201000000001", null, null, null),
                        "text",
                        null,
                        Instant.EPOCH));
        CanonicalMessage message =
                new CanonicalMessage(said, new byte[0], new CanonicalMessage.Origin(receipt, "stripe", 1));
        BOOKS.inTransaction(() -> ledger.applied(List.of(message)));
    }

    private static void age(UUID id, int hours) {
        BOOKS.jdbc()
                .update("UPDATE hub.parked SET parked_at = now() - make_interval(hours => ?) WHERE id = ?", hours, id);
    }

    private static Replay.Selection selection(@Nullable List<UUID> ids, @Nullable String fingerprint, int limit) {
        return new Replay.Selection(Set.of("portal"), ids, fingerprint, limit);
    }

    private static Consumer<String> unavailable() {
        return id -> {
            throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "the broker did not confirm");
        };
    }

    private static ParkedMessage row(UUID id) {
        return BOOKS.bean(ParkedMessages.class)
                .find(Set.of("portal", "shop"), id)
                .orElseThrow();
    }

    private static long count(State state) {
        return BOOKS.jdbc().queryForObject("SELECT count(*) FROM hub.parked WHERE state = ?", Long.class, state.name());
    }

    private static void assertFailure(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run).isInstanceOfSatisfying(HubException.class, e -> assertThat(e.code())
                .isEqualTo(code));
    }

    private static void assertSums(long applied, long rejected, long parked, long pending) {
        assertThat(BOOKS.ledger("portal"))
                .returns(applied, LedgerView.Row::applied)
                .returns(rejected, LedgerView.Row::rejected)
                .returns(parked, LedgerView.Row::parked)
                .returns(pending, LedgerView.Row::pending)
                .returns(true, LedgerView.Row::balanced);
    }

    /** Nothing that the hub catches. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }
}
