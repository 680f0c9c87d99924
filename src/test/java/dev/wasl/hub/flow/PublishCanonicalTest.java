package dev.wasl.hub.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.Bookkeeping;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.delivery.ParkedMessages;
import dev.wasl.hub.delivery.Parking;
import dev.wasl.hub.delivery.Replay;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.ReceiptIds;
import dev.wasl.hub.journal.ArrivalJournal;
import dev.wasl.hub.journal.Ledger;
import dev.wasl.hub.journal.LedgerView;
import dev.wasl.hub.journal.MessageJournal;
import jakarta.jms.Connection;
import jakarta.jms.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

/** What the books say when the database has committed a batch and the broker has not, or when an event is very old. */
class PublishCanonicalTest {

    private static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    private static final TestBroker BROKER = new TestBroker();
    private static final Bookkeeping BOOKS = new Bookkeeping((queue, properties, body) -> {});
    private static final FlowTestApplication.PlainCodec CODEC = new FlowTestApplication.PlainCodec();

    private final Ledger ledger = BOOKS.bean(Ledger.class);
    private final PublishCanonical publish = new PublishCanonical(
            BOOKS.bean(ArrivalJournal.class),
            ledger,
            BOOKS.bean(Parking.class),
            CODEC,
            BOOKS.bean(TransactionTemplate.class));

    @BeforeAll
    static void start() {
        BROKER.start();
    }

    @AfterAll
    static void close() {
        BROKER.close();
        BOOKS.close();
    }

    @BeforeEach
    void empty() {
        BOOKS.clear();
    }

    @Test
    void a_batch_that_comes_again_after_a_crash_is_counted_once_and_sent_again() throws Exception {
        List<Mapped> batch =
                List.of(mapped("evt_1", 1), silent(message("evt_2")), failed(message("evt_3")), mapped("evt_1", 1));

        List<CanonicalMessage> first = publish(batch);
        assertSums(4, 1, 1, 1, 1);
        List<CanonicalMessage> second = publish(batch);

        assertSums(4, 1, 1, 1, 1);
        assertThat(work()).isEqualTo(1);
        assertThat(second).extracting(one -> one.event().id()).containsExactly("evt_1");
        assertThat(second.get(0).origin()).isEqualTo(first.get(0).origin());
        assertThat(batch)
                .extracting(one -> BOOKS.bean(MessageJournal.class)
                        .find(Set.of("portal"), one.message().receiptId())
                        .orElseThrow()
                        .outcome())
                .containsExactly("ACCEPTED", "IGNORED", "PARKED", "DUPLICATE");
        ledgerApplied(second);
        assertSums(4, 2, 1, 1, 0);
    }

    @Test
    void what_is_mapped_differently_after_a_crash_leaves_what_is_pending() throws Exception {
        InboundMessage silenced = message("evt_1");
        InboundMessage broken = message("evt_2");
        publish(List.of(mapped(silenced, 1), mapped(broken, 1)));
        assertSums(2, 0, 0, 0, 2);

        publish(List.of(silent(silenced), failed(broken)));

        assertSums(2, 1, 0, 1, 0);
        assertThat(work()).isEqualTo(1);
    }

    @Test
    void a_replay_whose_event_came_again_after_its_judgement_was_forgotten_is_a_duplicate() throws Exception {
        InboundMessage old = message("evt_1");
        publish(List.of(failed(old)));
        BOOKS.jdbc().update("DELETE FROM hub.arrival");
        ledgerApplied(publish(List.of(mapped("evt_1", 1))));
        assertSums(2, 1, 0, 1, 0);

        BOOKS.bean(Replay.class).replayAll(new Replay.Selection(Set.of("portal"), null, null, 10));
        assertSums(2, 1, 0, 0, 1);
        assertThat(publish(List.of(mapped(old, 1)))).isEmpty();

        assertSums(2, 1, 1, 0, 0);
    }

    @Test
    void an_event_that_fails_again_after_its_judgement_was_forgotten_is_work_of_its_own() throws Exception {
        InboundMessage old = message("evt_1");
        InboundMessage young = message("evt_1");
        publish(List.of(failed(old)));
        BOOKS.jdbc().update("DELETE FROM hub.arrival");
        publish(List.of(failed(young)));
        assertSums(2, 0, 0, 2, 0);

        BOOKS.bean(Replay.class).replayAll(new Replay.Selection(Set.of("portal"), null, null, 10));
        ledgerApplied(publish(List.of(mapped(old, 1), mapped(young, 1))));

        assertSums(2, 1, 1, 0, 0);
        assertThat(work()).isZero();
    }

    @Test
    void a_message_of_three_parts_of_which_one_is_parked_is_parked_until_that_one_is_applied() throws Exception {
        List<CanonicalMessage> parts = publish(List.of(mapped("evt_1", 3)));
        UUID receipt = parts.get(0).origin().receiptId();

        ledgerApplied(parts.subList(0, 1));
        assertSums(1, 0, 0, 0, 1);
        BOOKS.inTransaction(() -> assertThat(ledger.parked(receipt)).isTrue());
        ledgerApplied(parts.subList(2, 3));
        assertSums(1, 0, 0, 1, 0);

        BOOKS.inTransaction(() -> ledger.reopened(receipt, "portal", "stripe", NOW));
        assertSums(1, 0, 0, 0, 1);
        ledgerApplied(parts.subList(1, 2));

        assertSums(1, 1, 0, 0, 0);
    }

    @Test
    void a_repaired_message_of_three_parts_is_pending_until_all_of_them_are_applied() throws Exception {
        InboundMessage message = message("evt_1");
        publish(List.of(failed(message)));
        BOOKS.bean(Replay.class).replayAll(new Replay.Selection(Set.of("portal"), null, null, 10));

        publish(List.of(mapped(message, 3)));
        List<CanonicalMessage> parts = publish(List.of(mapped(message, 3)));

        ledgerApplied(parts.subList(0, 2));
        assertSums(1, 0, 0, 0, 1);
        ledgerApplied(parts.subList(2, 3));
        assertSums(1, 1, 0, 0, 0);
    }

    /** Publishes a batch up to the commit of the broker, which never comes. */
    private List<CanonicalMessage> publish(List<Mapped> batch) throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext();
                Connection connection = BROKER.connections().createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
            Exchange exchange = new DefaultExchange(camel);
            exchange.getExchangeExtension().setFromRouteId("stripe-payment-in");
            exchange.setProperty(JmsBatch.PROPERTY, new JmsBatch(session));
            exchange.getMessage().setBody(batch);
            List<CanonicalMessage> sent = publish.publish(exchange);
            session.rollback();
            return sent;
        }
    }

    private void ledgerApplied(List<CanonicalMessage> messages) {
        BOOKS.inTransaction(() -> ledger.applied(messages));
    }

    private static Mapped mapped(String id, int parts) {
        return mapped(message(id), parts);
    }

    private static Mapped mapped(InboundMessage message, int parts) {
        List<CanonicalEvent> events = new ArrayList<>();
        for (int i = 1; i <= parts; i++) {
            String id = parts == 1 ? message.messageId() : message.messageId() + '#' + i;
            ObjectNode event = JsonNodeFactory.instance.objectNode();
            event.put("id", id).put("source", "/portal/stripe").put("type", "dev.wasl.interaction.received.v1");
            event.put("subject", "interaction/" + id).put("time", NOW.toString());
            event.put("tenant", "portal").put("correlationid", id);
            event.putObject("data").put("text", "said");
            events.add(CODEC.validate(event));
        }
        return new Mapped(message, events, null);
    }

    private static Mapped silent(InboundMessage message) {
        return new Mapped(message, List.of(), null);
    }

    private static Mapped failed(InboundMessage message) {
        return new Mapped(message, List.of(), new HubException(ErrorCode.MAPPING_FAILED, "has no state"));
    }

    private static InboundMessage message(String id) {
        return new InboundMessage(
                ReceiptIds.next(NOW),
                id,
                "portal",
                "stripe",
                InboundMessage.Kind.WEBHOOK,
                NOW,
                "application/json",
                Map.of(),
                new byte[] {'{', '}'});
    }

    private static long work() {
        return BOOKS.bean(ParkedMessages.class).count(Set.of("portal"));
    }

    private static void assertSums(long received, long applied, long duplicate, long parked, long pending) {
        assertThat(BOOKS.ledger("portal"))
                .returns(received, LedgerView.Row::received)
                .returns(applied, LedgerView.Row::applied)
                .returns(duplicate, LedgerView.Row::duplicate)
                .returns(parked, LedgerView.Row::parked)
                .returns(pending, LedgerView.Row::pending)
                .returns(true, LedgerView.Row::balanced);
    }
}
