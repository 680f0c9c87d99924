package dev.wasl.hub.crm;

import static dev.wasl.hub.Projections.message;
import static dev.wasl.hub.Projections.messages;
import static dev.wasl.hub.fold.Observation.detail;
import static dev.wasl.hub.fold.Observation.search;
import static dev.wasl.hub.fold.Observation.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.AtOnce;
import dev.wasl.hub.Projections;
import dev.wasl.hub.canonical.Address;
import dev.wasl.hub.canonical.CanonicalData;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.canonical.Interaction;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.canonical.Unknown;
import dev.wasl.hub.fold.Observation;
import dev.wasl.hub.fold.Statements;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;

class CrmProjectionTest {

    private static final String ONE = "+201000000001";
    private static final String TWO = "+201000000002";

    private final Projections projections = new Projections();
    private final CrmProjection crm = projections.bean(CrmProjection.class);

    @AfterEach
    void close() {
        projections.close();
    }

    @Test
    void keeps_a_delivery_with_its_customer_way_and_attempts() {
        apply(detail("90000001", 47, "2026-01-11T12:00:00Z")
                .receiver("Mona", ONE, TWO)
                .cod(185_000)
                .fees(5_400)
                .problem(7, "no answer", 1)
                .attempt("a1", Delivery.Attempt.Outcome.FAILED, "2026-01-11T11:59:00Z")
                .step(10, "new", "2026-01-10T08:00:00Z")
                .step(41, "out_for_delivery", "2026-01-11T09:00:00Z")
                .created("2026-01-10T08:00:00Z"));

        assertThat(projections.row("SELECT * FROM crm.delivery"))
                .containsEntry("tenant", "hvar")
                .containsEntry("courier", "bosta")
                .containsEntry("tracking_number", "90000001")
                .containsEntry("kind", "SEND")
                .containsEntry("status", "EXCEPTION")
                .containsEntry("state_code", 47)
                .containsEntry("terminal", false)
                .containsEntry("unexpected", false)
                .containsEntry("receiver_phone", ONE)
                .containsEntry("cod_minor", 185_000L)
                .containsEntry("currency", "EGP")
                .containsEntry("fees_minor", 5_400L)
                .containsEntry("attempts", 1)
                .containsEntry("exception_code", 7)
                .containsEntry("exception_reason", "no answer");
        assertThat(projections.row("SELECT * FROM crm.customer"))
                .containsEntry("phone", ONE)
                .containsEntry("name", "Mona")
                .containsEntry(
                        "id",
                        projections.row("SELECT customer_id FROM crm.delivery").get("customer_id"));
        assertThat(strings("SELECT phone FROM crm.customer_alias ORDER BY 1")).containsExactly(ONE, TWO);
        assertThat(strings("SELECT state_code || ' ' || status FROM crm.delivery_state ORDER BY at"))
                .containsExactly("10 CREATED", "41 OUT_FOR_DELIVERY", "47 EXCEPTION");
        assertThat(projections.row("SELECT * FROM crm.delivery_attempt"))
                .containsEntry("attempt_id", "a1")
                .containsEntry("outcome", "FAILED");
    }

    @Test
    void what_was_really_collected_takes_the_place_of_what_was_to_be() {
        apply(search("1", 45, "2026-01-12T10:00:00.200Z").cod(75_000));
        assertThat(projections.row("SELECT * FROM crm.delivery")).containsEntry("cod_collected_minor", 75_000L);

        apply(webhook("1", 45, "2026-01-12T10:00:00Z").codCollected(70_000));
        apply(search("1", 45, "2026-01-12T11:00:00Z").cod(75_000));

        assertThat(projections.row("SELECT * FROM crm.delivery"))
                .containsEntry("cod_minor", 75_000L)
                .containsEntry("cod_collected_minor", 70_000L);
    }

    @Test
    void a_way_that_turns_out_to_cross_a_border_is_told_anew() {
        apply(detail("1", 45, "2026-01-12T10:00:00Z").delivered("2026-01-12T10:00:00Z"));
        apply(webhook("1", 41, "2026-01-13T10:00:00Z").kind(DeliveryKind.INTERNATIONAL));

        assertThat(projections.row("SELECT * FROM crm.delivery"))
                .containsEntry("kind", "INTERNATIONAL")
                .containsEntry("status", "OUT_FOR_DELIVERY")
                .containsEntry("terminal", false)
                .containsEntry("delivered_at", null);
        assertThat(strings("SELECT state_code || ' ' || status FROM crm.delivery_state ORDER BY at"))
                .containsExactly("45 IN_TRANSIT", "41 OUT_FOR_DELIVERY");
    }

    @Test
    void tells_which_deliveries_are_known_to_cross_a_border() {
        apply(webhook("1", 41, "2026-01-13T10:00:00Z").kind(DeliveryKind.INTERNATIONAL));
        apply(webhook("2", 41, "2026-01-13T10:00:00Z"));
        BorderCrossings crossings = projections.bean(BorderCrossings.class);

        assertThat(crossings.among("hvar", "bosta", List.of("1", "2", "3"))).containsExactly("1");
        assertThat(crossings.among("telite", "bosta", List.of("1"))).isEmpty();
        assertThat(crossings.among("hvar", "other", List.of("1"))).isEmpty();
    }

    @Test
    void a_state_that_is_not_known_shows_in_the_meters_the_log_and_the_list_of_what_to_look_at() {
        CanonicalMessage unknown = message(
                "hvar", "evt-9", webhook("1", 999, "2026-01-12T10:00:00Z").delivery());
        apply(webhook("1", 41, "2026-01-12T09:00:00Z"));
        apply(webhook("2", 41, "2026-01-12T09:00:00Z"));
        crm.apply(List.of(unknown));
        crm.apply(List.of(unknown));

        assertThat(projections
                        .bean(MeterRegistry.class)
                        .get("wasl.delivery.unknown")
                        .tags("tenant", "hvar", "courier", "bosta")
                        .counter()
                        .count())
                .isEqualTo(1);
        List<DeliveryView> list = projections
                .bean(Deliveries.class)
                .page(new Deliveries.Filter(List.of("hvar"), null, true, null, null, 9));
        assertThat(list).extracting(DeliveryView::trackingNumber).containsExactly("1");
        assertThat(list).extracting(DeliveryView::status).containsExactly(DeliveryStatus.OUT_FOR_DELIVERY);
        assertThat(projections
                        .bean(Deliveries.class)
                        .find(List.of("hvar"), "1")
                        .get(0)
                        .history())
                .extracting(DeliveryView.State::status)
                .containsExactly(DeliveryStatus.OUT_FOR_DELIVERY, DeliveryStatus.OTHER);
    }

    @Test
    void whoever_reads_a_return_pickup_finds_the_address_of_the_customer() {
        apply(detail("1", 22, "2026-01-12T10:00:00Z")
                .kind(DeliveryKind.RETURN_PICKUP)
                .pickup(in("Cairo"))
                .dropOff(in("Sharqia")));

        DeliveryView view =
                projections.bean(Deliveries.class).find(List.of("hvar"), "1").get(0);

        assertThat(view.city()).isEqualTo("Cairo");
        assertThat(view.pickup()).isEqualTo(in("Cairo"));
        assertThat(view.dropOff()).isEqualTo(in("Sharqia"));
    }

    private static Address in(String city) {
        return new Address("EG", city, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    @Test
    void applies_a_message_once_and_settles_it_every_time() {
        CanonicalMessage message = message(
                "hvar", "evt-1", webhook("1", 45, "2026-01-11T12:00:00Z").delivery());

        crm.apply(List.of(message, message));
        Map<String, Object> row = projections.row("SELECT * FROM crm.delivery");
        crm.apply(List.of(message));

        assertThat(projections.row("SELECT * FROM crm.delivery")).isEqualTo(row);
        assertThat(projections.settled()).hasSize(3);
    }

    @Test
    void settles_messages_that_have_no_effect() {
        crm.apply(List.of(message("hvar", new Unknown("dev.wasl.stock.low.v1"))));

        assertThat(projections.settled()).hasSize(1);
        assertThat(projections.count("crm.delivery")).isZero();
    }

    @Test
    void a_failing_message_leaves_nothing_behind() {
        CanonicalMessage good =
                message("hvar", webhook("1", 45, "2026-01-11T12:00:00Z").delivery());
        CanonicalMessage bad =
                message("hvar", webhook("2\u0000", 45, "2026-01-11T12:00:00Z").delivery());

        assertThatThrownBy(() -> crm.apply(List.of(good, bad))).isInstanceOf(DataAccessException.class);

        assertThat(projections.count("crm.delivery")).isZero();
        assertThat(projections.count("hub.inbox")).isZero();
        crm.apply(List.of(good));
        assertThat(projections.count("crm.delivery")).isOne();
    }

    @Test
    void a_row_that_says_the_same_again_is_not_a_change() {
        apply(search("1", 24, "2026-01-11T12:00:00Z"));
        Object updated = projections.row("SELECT updated_at FROM crm.delivery").get("updated_at");
        apply(search("1", 24, "2026-01-11T12:00:00Z"));

        assertThat(projections.row("SELECT * FROM crm.delivery")).containsEntry("updated_at", updated);
        assertThat(projections.row("SELECT last_receipt_at > updated_at AS later FROM crm.delivery"))
                .containsEntry("later", true);
    }

    @Test
    void a_corrected_way_replaces_the_step_that_was_only_seen() {
        apply(search("1", 30, "2026-01-11T12:00:00Z"));
        apply(webhook("1", 30, "2026-01-11T10:30:00Z"));

        assertThat(strings("SELECT state_code || ' ' || exact FROM crm.delivery_state"))
                .containsExactly("30 true");
    }

    @Test
    void random_deliveries_end_in_the_same_rows_in_any_order_and_any_batches() {
        for (long seed = 0; seed < 12; seed++) {
            Statements statements = new Statements(seed);
            List<Delivery> told = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                told.addAll(statements.deliveries("T" + i, 8));
            }
            String one = "a" + seed;
            String other = "b" + seed;
            applyInBatches(messages(one, told), new Random(seed));
            applyInBatches(messages(other, statements.shuffled(told)), new Random(seed + 1));

            String sql = """
                    SELECT to_jsonb(d) - 'id' - 'tenant' - 'customer_id' - 'stored_at' - 'updated_at'
                        - 'last_receipt_at' - 'fold'
                    FROM crm.delivery d WHERE tenant = ? ORDER BY tracking_number""";
            assertThat(strings(sql, other)).isEqualTo(strings(sql, one)).hasSize(5);
            String attempts = """
                    SELECT to_jsonb(a) - 'tenant' FROM crm.delivery_attempt a
                    WHERE tenant = ? ORDER BY tracking_number, attempt_id""";
            assertThat(strings(attempts, other)).isEqualTo(strings(attempts, one));
            String customers = """
                    SELECT to_jsonb(c) - 'id' - 'tenant' - 'created_at' - 'updated_at'
                    FROM crm.customer c WHERE tenant = ? ORDER BY phone""";
            assertThat(strings(customers, other)).isEqualTo(strings(customers, one));
        }
    }

    @Test
    void payments_fold_with_their_history_and_find_their_customer() {
        apply(webhook("1", 10, "2026-01-11T08:00:00Z")
                .receiver(new Party("Mona", ONE, null, null, "Mona@Example.com")));
        crm.apply(List.of(
                message("hvar", payment("pi_1", "evt_3", PaymentStatus.PARTIALLY_REFUNDED, 3, 400L, null)),
                message("hvar", payment("pi_1", "evt_1", PaymentStatus.PENDING, 1, null, null)),
                message("hvar", payment("pi_1", "evt_2", PaymentStatus.CAPTURED, 2, null, "mona@example.com"))));

        assertThat(projections.row("SELECT * FROM crm.payment"))
                .containsEntry("gateway", "stripe")
                .containsEntry("gateway_payment_id", "pi_1")
                .containsEntry("merchant_reference", "INV-1")
                .containsEntry("status", "PARTIALLY_REFUNDED")
                .containsEntry("amount_minor", 1_000L)
                .containsEntry("refunded_minor", 400L)
                .containsEntry("currency", "EGP")
                .containsEntry(
                        "customer_id",
                        projections.row("SELECT id FROM crm.customer").get("id"));
        assertThat(strings("SELECT status FROM crm.payment_event ORDER BY occurred_at"))
                .containsExactly("PENDING", "CAPTURED", "PARTIALLY_REFUNDED");
    }

    @Test
    void a_payment_finds_the_customer_whose_address_is_learned_later() {
        crm.apply(List.of(
                message("hvar", payment("pi_1", "evt_1", PaymentStatus.CAPTURED, 1, null, "mona@example.com"))));
        assertThat(projections.row("SELECT customer_id FROM crm.payment")).containsEntry("customer_id", null);

        apply(webhook("1", 10, "2026-01-11T08:00:00Z")
                .receiver(new Party("Mona", ONE, null, null, "Mona@Example.com")));

        assertThat(projections.row("SELECT customer_id FROM crm.payment"))
                .containsEntry(
                        "customer_id",
                        projections.row("SELECT id FROM crm.customer").get("id"));
    }

    @Test
    void two_customers_who_turn_out_to_share_a_phone_become_the_older_one() {
        apply(webhook("1", 10, "2026-01-11T08:00:00Z").receiver("Mona", ONE, null));
        apply(webhook("2", 10, "2026-01-12T08:00:00Z").receiver("Mona Ali", TWO, null));
        crm.apply(List.of(message(
                "hvar", payment("pi_1", "evt_1", PaymentStatus.CAPTURED, new Party(null, TWO, null, null, null)))));
        crm.apply(List.of(message("hvar", notification("n-1", Notification.Status.SENT, 1, TWO))));
        Object older = projections.row("SELECT min(id) AS id FROM crm.customer").get("id");

        apply(webhook("3", 10, "2026-01-13T08:00:00Z").receiver(null, TWO, ONE));

        assertThat(projections.row("SELECT * FROM crm.customer WHERE merged_into IS NULL"))
                .containsEntry("id", older)
                .containsEntry("phone", ONE)
                .containsEntry("name", "Mona Ali");
        assertThat(projections.row("SELECT merged_into FROM crm.customer WHERE id <> ?", older))
                .containsEntry("merged_into", older);
        for (String table : List.of("crm.customer_alias", "crm.delivery", "crm.payment", "crm.interaction")) {
            assertThat(projections.jdbc().queryForList("SELECT DISTINCT customer_id FROM " + table, Object.class))
                    .as(table)
                    .containsExactly(older);
        }
    }

    @Test
    void the_same_phone_of_another_tenant_is_another_customer() {
        crm.apply(List.of(
                message(
                        "hvar",
                        webhook("1", 10, "2026-01-11T08:00:00Z")
                                .receiver("A", ONE, null)
                                .delivery()),
                message(
                        "cctv",
                        webhook("1", 10, "2026-01-11T08:00:00Z")
                                .receiver("B", ONE, null)
                                .delivery())));

        assertThat(strings("SELECT tenant || name FROM crm.customer ORDER BY 1"))
                .containsExactly("cctvB", "hvarA");
    }

    @Test
    void a_notification_is_one_row_that_only_goes_forward() {
        crm.apply(List.of(
                message("hvar", notification("n-1", Notification.Status.DELIVERED, 1, ONE)),
                message("hvar", notification("n-1", Notification.Status.REQUESTED, 1, ONE))));
        crm.apply(List.of(message("hvar", notification("n-1", Notification.Status.SENT, 1, ONE))));

        assertThat(projections.row("SELECT * FROM crm.interaction"))
                .containsEntry("direction", "OUT")
                .containsEntry("status", "DELIVERED")
                .containsEntry(
                        "customer_id",
                        projections.row("SELECT id FROM crm.customer").get("id"));
    }

    @Test
    void a_message_from_a_customer_is_kept_once() {
        Interaction interaction = new Interaction(
                Notification.Channel.WHATSAPP,
                "whatsapp",
                "wamid.1",
                new Party("Mona", ONE, null, null, null),
                "أين طلبي؟",
                null,
                Instant.parse("2026-01-11T08:00:00Z"));
        crm.apply(List.of(message("hvar", interaction)));
        crm.apply(List.of(message("hvar", interaction)));

        assertThat(projections.row("SELECT * FROM crm.interaction"))
                .containsEntry("direction", "IN")
                .containsEntry("interaction_id", "whatsapp:wamid.1")
                .containsEntry("body", "أين طلبي؟")
                .containsEntry(
                        "customer_id",
                        projections.row("SELECT id FROM crm.customer").get("id"));
    }

    @Test
    void consumers_that_meet_on_the_same_things_lose_nothing() throws Exception {
        Statements statements = new Statements(7);
        List<CanonicalData> told = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            told.addAll(statements.deliveries("T" + i, 15));
            told.addAll(statements.payments("pi_" + i, 5));
        }
        List<CanonicalMessage> messages = messages("together", statements.shuffled(told));
        int consumers = 4;
        AtOnce.run(consumers, consumer -> {
            List<CanonicalMessage> mine = new ArrayList<>();
            for (int i = consumer; i < messages.size(); i += consumers) {
                mine.add(messages.get(i));
            }
            for (int i = 0; i < mine.size(); i += 10) {
                crm.apply(mine.subList(i, Math.min(i + 10, mine.size())));
            }
        });
        crm.apply(messages("alone", told));

        String deliveries = """
                SELECT to_jsonb(d) - 'id' - 'tenant' - 'customer_id' - 'stored_at' - 'updated_at'
                    - 'last_receipt_at' - 'fold'
                FROM crm.delivery d WHERE tenant = ? ORDER BY tracking_number""";
        assertThat(strings(deliveries, "together"))
                .isEqualTo(strings(deliveries, "alone"))
                .hasSize(20);
        String payments = """
                SELECT to_jsonb(p) - 'id' - 'tenant' - 'customer_id' - 'stored_at' - 'updated_at' - 'fold'
                FROM crm.payment p WHERE tenant = ? ORDER BY gateway_payment_id""";
        assertThat(strings(payments, "together"))
                .isEqualTo(strings(payments, "alone"))
                .hasSize(20);
        assertThat(strings("SELECT phone FROM crm.customer_alias GROUP BY tenant, phone HAVING count(*) > 1"))
                .isEmpty();
        assertThat(strings("SELECT phone FROM crm.customer WHERE tenant = 'together' ORDER BY 1"))
                .isEqualTo(strings("SELECT phone FROM crm.customer WHERE tenant = 'alone' ORDER BY 1"));
    }

    @Test
    void consumers_that_merge_customers_at_once_agree_on_who_is_who() throws Exception {
        Random random = new Random(11);
        List<CanonicalMessage> messages = new ArrayList<>();
        for (int i = 0; i < 240; i++) {
            // phones 0-2, 3-5, ... belong together
            int person = random.nextInt(10) * 3;
            String phone = "+2010000000" + (10 + person + random.nextInt(3));
            String second = random.nextInt(4) == 0 ? "+2010000000" + (10 + person + random.nextInt(3)) : null;
            messages.add(message(
                    "hvar",
                    webhook("T" + i % 60, 24, "2026-01-11T12:00:00Z")
                            .receiver("Name", phone, second)
                            .delivery()));
        }
        for (int person = 0; person < 30; person += 3) {
            for (int other = 1; other < 3; other++) {
                messages.add(message(
                        "hvar",
                        webhook("P" + person + other, 24, "2026-01-11T12:00:00Z")
                                .receiver("Name", "+2010000000" + (10 + person), "+2010000000" + (10 + person + other))
                                .delivery()));
            }
        }
        AtOnce.run(4, consumer -> {
            for (int i = consumer * 5; i < messages.size(); i += 20) {
                crm.apply(messages.subList(i, Math.min(i + 5, messages.size())));
            }
        });

        assertThat(projections.count("crm.customer WHERE merged_into IS NULL")).isEqualTo(10);
        assertThat(projections.count("crm.customer_alias")).isEqualTo(30);
        assertThat(projections.count("""
                        crm.customer_alias a JOIN crm.customer c ON c.id = a.customer_id
                        WHERE c.merged_into IS NOT NULL""")).isZero();
        assertThat(projections.count("""
                        crm.delivery d JOIN crm.customer_alias a ON a.phone = d.receiver_phone
                        WHERE d.customer_id IS DISTINCT FROM a.customer_id""")).isZero();
        assertThat(projections.count("""
                        crm.customer c JOIN crm.customer into_ ON into_.id = c.merged_into
                        WHERE into_.merged_into IS NOT NULL""")).isZero();
    }

    private void apply(Observation observation) {
        crm.apply(List.of(message("hvar", observation.delivery())));
    }

    private void applyInBatches(List<CanonicalMessage> messages, Random random) {
        int from = 0;
        while (from < messages.size()) {
            int to = Math.min(messages.size(), from + 1 + random.nextInt(15));
            crm.apply(messages.subList(from, to));
            from = to;
        }
    }

    private List<String> strings(String sql, Object... arguments) {
        return projections.jdbc().queryForList(sql, String.class, arguments);
    }

    private static Payment payment(
            String id,
            String eventId,
            PaymentStatus status,
            int second,
            @Nullable Long refunded,
            @Nullable String email) {
        Party customer = email == null ? null : new Party(null, null, null, null, email);
        return paymentBy(id, eventId, status, second, refunded, customer);
    }

    private static Payment payment(String id, String eventId, PaymentStatus status, Party customer) {
        return paymentBy(id, eventId, status, 1, null, customer);
    }

    private static Payment paymentBy(
            String id,
            String eventId,
            PaymentStatus status,
            int second,
            @Nullable Long refunded,
            @Nullable Party customer) {
        return new Payment(
                "stripe",
                eventId,
                "charge.something",
                id,
                null,
                "INV-1",
                status,
                new Money(1_000, "EGP"),
                refunded == null ? null : new Money(refunded, "EGP"),
                null,
                null,
                null,
                null,
                Instant.parse("2026-01-11T12:00:00Z").plusSeconds(second),
                true,
                "card",
                customer,
                null,
                null,
                "SIGNED_BODY");
    }

    private static Notification notification(String id, Notification.Status status, int attempt, String phone) {
        return new Notification(
                id,
                "out-for-delivery",
                "delivery/bosta/1#OUT_FOR_DELIVERY#1",
                Notification.Channel.WHATSAPP,
                "whatsapp",
                null,
                attempt,
                status,
                new Party("Mona", phone, null, null, null),
                "ar",
                "out-for-delivery",
                "1",
                null,
                null,
                Instant.parse("2026-01-11T12:00:00Z").plusSeconds(status.rank()));
    }
}
