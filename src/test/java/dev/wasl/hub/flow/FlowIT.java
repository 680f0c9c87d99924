package dev.wasl.hub.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.delivery.ParkedMessage;
import dev.wasl.hub.delivery.ParkedMessages;
import dev.wasl.hub.delivery.Replay;
import dev.wasl.hub.flow.FlowTestApplication.RecordingConsumer;
import dev.wasl.hub.flow.FlowTestApplication.SteeredMapping;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.MessageWriter;
import dev.wasl.hub.intake.ReceiptIds;
import dev.wasl.hub.journal.LedgerView;
import dev.wasl.hub.journal.MessageJournal;
import dev.wasl.hub.mapping.CanonicalCodec;
import dev.wasl.hub.ops.QueueView;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The way of a message through a real broker and a real database. */
@SpringBootTest(classes = FlowTestApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
@DirtiesContext
class FlowIT {

    @TempDir
    static Path data;

    @Autowired
    MessageWriter writer;

    @Autowired
    CanonicalCodec codec;

    @Autowired
    SteeredMapping mapping;

    @Autowired
    @Qualifier("crmProjection")
    RecordingConsumer crm;

    @Autowired
    @Qualifier("analyticsProjection")
    RecordingConsumer analytics;

    @Autowired
    LedgerView ledger;

    @Autowired
    MessageJournal journal;

    @Autowired
    ParkedMessages parked;

    @Autowired
    Replay replay;

    @Autowired
    QueueView queues;

    @Autowired
    RouteStatus routes;

    @Autowired
    ConnectionFactory connections;

    @Autowired
    JdbcTemplate jdbc;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("wasl.data-dir", () -> data.toString());
        registry.add("wasl.flow.max-backoff", () -> "10ms");
        registry.add("wasl.tenants.portal.connectors.stripe.signing-secrets", () -> "whsec_x");
    }

    @BeforeEach
    void empty() {
        // what the test before did not wait for
        await().untilAsserted(() -> assertThat(queues.queues()).allMatch(queue -> queue.depth() == 0));
        mapping.broken.clear();
        crm.before = text -> {};
        analytics.before = text -> {};
        crm.texts.clear();
        analytics.texts.clear();
        // what has left its queue may still be in a transaction, and lock the same tables in another order
        await().ignoreExceptionsInstanceOf(PessimisticLockingFailureException.class)
                .until(() -> {
                    jdbc.execute("TRUNCATE hub.message, hub.arrival, hub.inbox, hub.in_flight, hub.ledger, hub.parked");
                    return true;
                });
    }

    @Test
    void fifty_concurrent_arrivals_of_one_event_are_one_applied_and_forty_nine_duplicates() {
        List<CompletableFuture<Void>> stored = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            stored.add(writer.write(message("evt_1", "{\"text\":\"paid\"}")));
        }
        CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)).join();

        await().untilAsserted(
                        () -> assertThat(row().applied() + row().duplicate()).isEqualTo(50));
        assertThat(row())
                .returns(50L, LedgerView.Row::received)
                .returns(1L, LedgerView.Row::applied)
                .returns(49L, LedgerView.Row::duplicate)
                .returns(0L, LedgerView.Row::pending)
                .returns(true, LedgerView.Row::balanced);
        await().untilAsserted(() -> assertThat(analytics.texts).containsExactly("paid"));
        assertThat(crm.texts).containsExactly("paid");
        assertThat(journal.findByReference(Set.of("portal"), "evt_1", 100)).hasSize(50);
    }

    @Test
    void a_message_that_the_broker_delivers_again_is_counted_once_and_applied_once() {
        InboundMessage message = message("evt_again", "{\"text\":\"once\"}");
        writer.writeAll(List.of(message));
        await().untilAsserted(() -> assertThat(crm.texts).containsExactly("once"));

        writer.writeAll(List.of(message, message));
        writer.writeAll(List.of(message("evt_after", "{\"text\":\"after\"}")));

        await().untilAsserted(() -> assertThat(analytics.texts).containsExactly("once", "after"));
        await().untilAsserted(() -> assertThat(row().pending()).isZero());
        assertThat(crm.texts).containsExactly("once", "after");
        assertThat(row()).returns(2L, LedgerView.Row::received).returns(2L, LedgerView.Row::applied);
        assertThat(row().balanced()).isTrue();
    }

    @Test
    void a_broken_mapping_parks_its_messages_and_a_replay_applies_them_once() {
        mapping.broken.add("stripe-payment-in");
        writer.writeAll(List.of(message("evt_2", "{\"text\":\"late\"}")));
        await().untilAsserted(() -> assertThat(work()).hasSize(1));
        assertThat(row()).returns(1L, LedgerView.Row::parked).returns(true, LedgerView.Row::balanced);
        assertThat(work().get(0).code()).isEqualTo(ErrorCode.MAPPING_BROKEN.id());

        mapping.broken.clear();
        UUID id = work().get(0).id();
        replay.replay(id);

        await().untilAsserted(() -> assertThat(crm.texts).containsExactly("late"));
        await().untilAsserted(() -> assertThat(row().applied()).isEqualTo(1));
        assertThat(row()).returns(0L, LedgerView.Row::parked).returns(true, LedgerView.Row::balanced);
        assertThat(work()).isEmpty();
        assertThatThrownBy(() -> replay.replay(id)).isInstanceOfSatisfying(HubException.class, e -> assertThat(e.code())
                .isEqualTo(ErrorCode.NOT_REPLAYABLE));
    }

    @Test
    void a_replay_that_fails_again_stays_one_piece_of_work() {
        mapping.broken.add("stripe-payment-in");
        writer.writeAll(List.of(message("evt_3", "{\"text\":\"never\"}")));
        await().untilAsserted(() -> assertThat(work()).hasSize(1));

        replay.replay(work().get(0).id());

        await().untilAsserted(() -> {
            assertThat(work()).hasSize(1);
            assertThat(work().get(0).state()).isEqualTo(ParkedMessages.State.PARKED);
            assertThat(work().get(0).replays()).isEqualTo(1);
            assertThat(row().parked()).isEqualTo(1);
        });
        assertThat(row()).returns(1L, LedgerView.Row::received).returns(true, LedgerView.Row::balanced);
    }

    @Test
    void one_poison_message_is_parked_and_its_neighbours_are_applied() {
        crm.before = text -> {
            if (text.equals("poison")) {
                throw new IllegalStateException("cannot be applied");
            }
        };
        List<InboundMessage> batch = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            batch.add(message("evt_p" + i, i == 42 ? "{\"text\":\"poison\"}" : "{\"text\":\"good" + i + "\"}"));
        }
        writer.writeAll(batch);

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(row().applied() + row().parked())
                .isEqualTo(100));
        assertThat(crm.texts).hasSize(99).doesNotHaveDuplicates().doesNotContain("poison");
        assertThat(row())
                .returns(99L, LedgerView.Row::applied)
                .returns(1L, LedgerView.Row::parked)
                .returns(true, LedgerView.Row::balanced);

        crm.before = text -> {};
        replay.replay(work().get(0).id());

        await().untilAsserted(() -> assertThat(row().applied()).isEqualTo(100));
        assertThat(crm.texts).hasSize(100).contains("poison");
        assertThat(row()).returns(0L, LedgerView.Row::parked).returns(true, LedgerView.Row::balanced);
    }

    @Test
    void a_database_that_is_away_for_a_moment_parks_nothing() {
        AtomicInteger failures = new AtomicInteger(3);
        crm.before = text -> {
            if (failures.getAndDecrement() > 0) {
                throw new TransientDataAccessResourceException("away");
            }
        };
        writer.writeAll(List.of(message("evt_t", "{\"text\":\"patient\"}")));

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(crm.texts).containsExactly("patient"));
        assertThat(work()).isEmpty();
    }

    @Test
    void a_database_that_is_away_for_longer_than_the_broker_has_patience_parks_nothing() {
        AtomicInteger failures = new AtomicInteger(50);
        crm.before = text -> {
            if (failures.getAndDecrement() > 0) {
                throw new TransientDataAccessResourceException("away");
            }
        };
        writer.writeAll(List.of(message("evt_u", "{\"text\":\"very patient\"}")));

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(crm.texts).containsExactly("very patient"));
        assertThat(failures).hasValue(-1);
        assertThat(work()).isEmpty();
        assertThat(row()).returns(1L, LedgerView.Row::applied).returns(true, LedgerView.Row::balanced);
    }

    @Test
    void a_message_at_which_the_connection_breaks_each_time_is_parked_and_its_neighbours_are_applied() {
        crm.before = text -> {
            if (text.equals("breaks it")) {
                throw new DataAccessResourceFailureException("lost", new SQLException("connection reset", "08006"));
            }
        };
        writer.writeAll(List.of(
                message("evt_c1", "{\"text\":\"before\"}"),
                message("evt_c2", "{\"text\":\"breaks it\"}"),
                message("evt_c3", "{\"text\":\"after\"}")));

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(row().applied() + row().parked())
                .isEqualTo(3));
        assertThat(crm.texts).containsExactlyInAnyOrder("before", "after");
        assertThat(work()).singleElement().returns("evt_c2", ParkedMessage::messageId);
    }

    @Test
    void a_message_that_says_nothing_counts_as_applied() {
        writer.writeAll(List.of(message("evt_s", "{\"silent\":true}")));

        await().untilAsserted(() -> assertThat(rows()).isNotEmpty());
        assertThat(row()).returns(1L, LedgerView.Row::applied).returns(true, LedgerView.Row::balanced);
        assertThat(journal.findByReference(Set.of("portal"), "evt_s", 10))
                .singleElement()
                .returns("IGNORED", entry -> entry.outcome());
    }

    @Test
    void a_message_of_three_parts_is_applied_when_all_of_them_are() {
        writer.writeAll(List.of(message("evt_m", "{\"text\":\"part\",\"parts\":3}")));

        await().untilAsserted(() -> assertThat(crm.texts).hasSize(3));
        await().untilAsserted(() -> assertThat(row().applied()).isEqualTo(1));
        assertThat(row().balanced()).isTrue();
    }

    @Test
    void text_with_a_nul_character_is_applied_and_the_original_bytes_are_kept() {
        String body = "{\"text\":\"a\\u0000b\"}";
        InboundMessage message = message("evt_nul", body);
        writer.writeAll(List.of(message));

        await().untilAsserted(() -> assertThat(crm.texts).containsExactly("a\uFFFDb"));
        assertThat(journal.original(Set.of("portal"), message.receiptId()))
                .hasValueSatisfying(
                        original -> assertThat(original.body()).isEqualTo(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void what_no_mapping_understood_is_found_by_the_ids_in_its_body() {
        mapping.broken.add("stripe-payment-in");
        String hashed = "0".repeat(64);
        writer.writeAll(List.of(message(hashed, "{\"text\":\"lost\",\"data\":{\"object\":{\"id\":\"pi_lost\"}}}")));

        await().untilAsserted(() -> assertThat(work()).hasSize(1));
        assertThat(journal.findByReference(Set.of("portal"), "pi_lost", 10))
                .singleElement()
                .satisfies(entry -> assertThat(entry.outcome()).isEqualTo("PARKED"));
        mapping.broken.clear();
    }

    @Test
    void what_is_not_json_is_parked_with_its_bytes() {
        writer.writeAll(List.of(message("evt_bad", "{\"text\":")));

        await().untilAsserted(() -> assertThat(work()).hasSize(1));
        assertThat(work().get(0).code()).isEqualTo(ErrorCode.MALFORMED_BODY.id());
        assertThat(parked.body(Set.of("portal"), work().get(0).id()))
                .hasValue("{\"text\":".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_breaks_its_step_is_parked_alone_although_it_shared_a_broker_message() {
        List<InboundMessage> bundle = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            bundle.add(message("evt_b" + i, i == 7 ? "{\"bug\":true}" : "{\"text\":\"whole" + i + "\"}"));
        }
        writer.writeAll(bundle);

        await().untilAsserted(() -> assertThat(row().applied() + row().parked()).isEqualTo(20));
        assertThat(crm.texts).hasSize(19).doesNotHaveDuplicates();
        assertThat(work()).singleElement().satisfies(one -> {
            assertThat(one.messageId()).isEqualTo("evt_b7");
            assertThat(one.code()).isEqualTo(ErrorCode.EFFECT_FAILED.id());
        });
        assertThat(row()).returns(true, LedgerView.Row::balanced);
    }

    @Test
    void what_is_logged_of_a_failure_says_message_tenant_and_route() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger hub = (Logger) LoggerFactory.getLogger("dev.wasl.hub");
        lines.start();
        hub.addAppender(lines);
        try {
            writer.writeAll(List.of(message("evt_l1", "{\"text\":\"fine\"}"), message("evt_l2", "{\"bug\":true}")));
            await().untilAsserted(
                            () -> assertThat(row().applied() + row().parked()).isEqualTo(2));
        } finally {
            hub.detachAppender(lines);
        }

        assertThat(lines.list)
                .filteredOn(line -> line.getFormattedMessage().contains("could not process a message")
                        || line.getFormattedMessage().startsWith("Parked a message"))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line.getMDCPropertyMap())
                        .containsEntry("messageId", "evt_l2")
                        .containsEntry("tenant", "portal")
                        .containsEntry("route", "stripe-payment-in"));
    }

    @Test
    void a_dead_letter_of_many_messages_becomes_a_piece_of_work_for_each() throws Exception {
        try (Connection connection = connections.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
            BytesMessage bundle = InboundCodec.write(
                    session, List.of(message("evt_d1", "{\"text\":\"one\"}"), message("evt_d2", "{\"text\":\"two\"}")));
            bundle.setStringProperty("_AMQ_ORIG_QUEUE", "inbound.stripe");
            session.createProducer(session.createQueue("dead-letter")).send(bundle);
            session.commit();
        }

        await().untilAsserted(() ->
                assertThat(work()).extracting(ParkedMessage::messageId).containsExactlyInAnyOrder("evt_d1", "evt_d2"));
        assertThat(row())
                .returns(2L, LedgerView.Row::received)
                .returns(2L, LedgerView.Row::parked)
                .returns(true, LedgerView.Row::balanced);
        work().forEach(one -> replay.replay(one.id()));

        await().untilAsserted(() -> assertThat(crm.texts).containsExactlyInAnyOrder("one", "two"));
    }

    @Test
    void a_canonical_dead_letter_of_many_becomes_a_piece_of_work_for_each() throws Exception {
        List<CanonicalMessage> told = List.of(said("one"), said("two"), unreadable("three"));
        try (Connection connection = connections.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
            BytesMessage bundle = PartCodec.write(session, told);
            bundle.setStringProperty("_AMQ_ORIG_QUEUE", "analytics");
            session.createProducer(session.createQueue("dead-letter")).send(bundle);
            session.commit();
        }
        await().untilAsserted(() -> assertThat(work())
                .extracting(ParkedMessage::messageId)
                .containsExactlyInAnyOrder("one", "two", "three"));

        work().forEach(one -> replay.replay(one.id()));

        await().untilAsserted(() -> assertThat(analytics.texts).containsExactlyInAnyOrder("one", "two"));
        await().untilAsserted(() -> assertThat(work()).singleElement().satisfies(one -> {
            assertThat(one.messageId()).isEqualTo("three");
            assertThat(one.state()).isEqualTo(ParkedMessages.State.PARKED);
            assertThat(one.code()).isEqualTo(ErrorCode.MALFORMED_BODY.id());
        }));
        assertThat(crm.texts).isEmpty();
    }

    @Test
    void what_cannot_be_read_from_a_bundle_is_parked_alone() throws Exception {
        try (Connection connection = connections.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                CanonicalSender sender = new CanonicalSender(session)) {
            sender.send(List.of(said("before"), unreadable("broken"), said("behind")), null);
            session.commit();
        }

        await().untilAsserted(() -> assertThat(work()).hasSize(3)); // crm, analytics and notify each
        await().untilAsserted(() -> assertThat(crm.texts).containsExactly("before", "behind"));
        await().untilAsserted(() -> assertThat(analytics.texts).containsExactly("before", "behind"));
        assertThat(work())
                .allSatisfy(one -> assertThat(one.messageId()).isEqualTo("broken"))
                .extracting(ParkedMessage::queue)
                .containsExactlyInAnyOrder("canonical::crm", "canonical::analytics", "canonical::notify");
    }

    @Test
    void every_route_file_runs_and_queues_are_visible() {
        assertThat(routes.files()).isNotEmpty().allSatisfy(file -> assertThat(file.error())
                .isNull());
        assertThat(queues.queues())
                .extracting(QueueView.Queue::name)
                .contains("crm", "analytics", "notify", "inbound.stripe", "inbound.bosta", "dead-letter");
        assertThat(queues.queues())
                .filteredOn(queue -> queue.name().equals("crm"))
                .singleElement()
                .satisfies(queue -> assertThat(queue.consumers()).isPositive());
    }

    private CanonicalMessage said(String text) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("id", text).put("source", "/portal/test").put("type", "dev.wasl.interaction.received.v1");
        event.put("subject", "interaction/" + text).put("time", "2026-11-20T08:00:00Z");
        event.put("tenant", "portal").put("correlationid", text);
        event.putObject("data").put("text", text);
        return new CanonicalMessage(codec.validate(event), event.toString().getBytes(StandardCharsets.UTF_8), null);
    }

    private CanonicalMessage unreadable(String id) {
        return new CanonicalMessage(said(id).event(), "{\"cut".getBytes(StandardCharsets.UTF_8), null);
    }

    private LedgerView.Row row() {
        assertThat(rows()).hasSize(1);
        return rows().get(0);
    }

    private List<LedgerView.Row> rows() {
        return ledger.rows(Set.of("portal"));
    }

    private List<ParkedMessage> work() {
        return parked.page(new ParkedMessages.Filter(
                Set.of("portal"),
                null,
                null,
                Set.of(ParkedMessages.State.PARKED, ParkedMessages.State.REPLAYING),
                null,
                100));
    }

    private static InboundMessage message(String id, String body) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        return new InboundMessage(
                ReceiptIds.next(now),
                id,
                "portal",
                "stripe",
                InboundMessage.Kind.WEBHOOK,
                now,
                "application/json",
                Map.of(),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
