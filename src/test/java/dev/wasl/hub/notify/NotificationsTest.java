package dev.wasl.hub.notify;

import static dev.wasl.hub.notify.NotifyHub.NOW;
import static dev.wasl.hub.notify.NotifyHub.PHONE;
import static dev.wasl.hub.notify.NotifyHub.delivery;
import static dev.wasl.hub.notify.NotifyHub.payment;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.AtOnce;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.CanonicalTypes;
import dev.wasl.hub.canonical.Delivery.Direction;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import dev.wasl.hub.canonical.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is requested, and what is not. Nothing is sent here. */
class NotificationsTest {

    private NotifyHub hub;

    @BeforeEach
    void start() {
        hub = NotifyHub.with(NotifyHub.providers("http://127.0.0.1:1", 1));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void requests_a_notification_and_tells_the_hub() {
        hub.apply(delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, NOW));

        NotificationDesk.Entry entry = hub.only();
        assertThat(entry.rule()).isEqualTo("out-for-delivery");
        assertThat(entry.cause()).isEqualTo("delivery/bosta/90000001#OUT_FOR_DELIVERY#1");
        assertThat(entry.state()).isEqualTo(Status.REQUESTED);
        assertThat(entry.channel()).isEqualTo(Channel.WHATSAPP);
        assertThat(entry.address()).isEqualTo(PHONE);
        assertThat(entry.language()).isEqualTo("ar");
        hub.get(NotificationOutbox.class).publish();
        assertThat(hub.published()).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(CanonicalTypes.NOTIFICATION_STATUS_CHANGED);
            assertThat(event.id()).isEqualTo(entry.id() + "#0#REQUESTED");
            assertThat(event.subject()).isEqualTo("notification/" + entry.id());
            assertThat(event.correlationid()).isEqualTo("delivery/bosta/90000001");
        });
        assertThat(hub.get(NotificationOutbox.class).publish()).isZero();
    }

    @Test
    void keeps_events_in_the_outbox_while_the_broker_is_down() {
        hub.apply(delivery("90000001", DeliveryStatus.DELIVERED, NOW));
        NotificationOutbox outbox = hub.get(NotificationOutbox.class);
        hub.get(NotifyHub.Published.class).broken = true;
        org.assertj.core.api.Assertions.assertThatThrownBy(outbox::publish).isInstanceOf(IllegalStateException.class);
        assertThat(hub.attention().unpublished()).isEqualTo(1);

        hub.get(NotifyHub.Published.class).broken = false;

        assertThat(outbox.publish()).isEqualTo(1);
        assertThat(hub.attention().unpublished()).isZero();
    }

    @Test
    void speaks_once_when_fifty_events_report_the_same_cause_at_the_same_time() throws Exception {
        AtOnce.run(10, consumer -> {
            for (int i = 0; i < 5; i++) {
                hub.apply(
                        delivery("90000001", DeliveryStatus.DELIVERED, NOW),
                        delivery("90000002", DeliveryStatus.OUT_FOR_DELIVERY, NOW));
            }
        });

        assertThat(hub.jdbc.queryForList("SELECT rule FROM hub.notification ORDER BY rule", String.class))
                .containsExactly("delivered", "out-for-delivery");
        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.notification_change", Integer.class))
                .isEqualTo(2);
        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.inbox", Integer.class))
                .isEqualTo(100);
    }

    @Test
    void ignores_a_message_that_was_applied_before() {
        CanonicalMessage message = delivery("90000001", DeliveryStatus.DELIVERED, NOW);
        hub.apply(message);
        hub.jdbc.update("DELETE FROM hub.notification");

        hub.apply(message, message);

        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.notification", Integer.class))
                .isZero();
    }

    @Test
    void says_nothing_about_old_news() {
        hub.apply(
                delivery("90000001", DeliveryStatus.DELIVERED, NOW.minus(Duration.ofDays(30))),
                delivery("90000002", DeliveryStatus.OUT_FOR_DELIVERY, NOW.minus(Duration.ofHours(7))),
                delivery("90000003", DeliveryStatus.IN_TRANSIT, NOW));

        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.notification", Integer.class))
                .isZero();
    }

    @Test
    void says_nothing_about_a_parcel_whose_settlement_arrives_long_after_its_delivery() {
        CanonicalMessage late = delivery("90000001", DeliveryStatus.DELIVERED, NOW.minus(Duration.ofDays(9)));
        hub.apply(NotifyHub.message(
                "late",
                late.event().type(),
                late.event().subject(),
                "bosta",
                NOW,
                late.event().data()));

        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.notification", Integer.class))
                .isZero();
    }

    @Test
    void says_nothing_about_what_a_backfill_brings() {
        UUID backfilled = UUID.randomUUID();
        UUID live = UUID.randomUUID();
        for (Map.Entry<UUID, String> row :
                Map.of(backfilled, "BACKFILL", live, "WEBHOOK").entrySet()) {
            hub.jdbc.update("""
                    INSERT INTO hub.message (receipt_id, received_at, message_id, tenant, connector, kind, outcome)
                    VALUES (?, now(), 'm', 'shop', 'bosta', ?, 'ACCEPTED')
                    """, row.getKey(), row.getValue());
        }
        CanonicalMessage one = delivery("90000001", DeliveryStatus.DELIVERED, NOW);
        CanonicalMessage two = delivery("90000002", DeliveryStatus.DELIVERED, NOW);

        hub.apply(
                NotifyHub.message(
                        "a",
                        one.event().type(),
                        one.event().subject(),
                        "bosta",
                        NOW,
                        one.event().data(),
                        backfilled),
                NotifyHub.message(
                        "b",
                        two.event().type(),
                        two.event().subject(),
                        "bosta",
                        NOW,
                        two.event().data(),
                        live));

        assertThat(hub.only().reference()).isEqualTo("90000002");
    }

    @Test
    void does_not_repeat_itself_when_channels_count_attempts_differently() {
        Party receiver = new Party("A", PHONE, null, null, null);
        hub.apply(
                delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, NOW, receiver, null),
                delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, NOW.plusSeconds(60), receiver, 2));
        assertThat(hub.only().cause()).endsWith("#1");

        hub.clock.advance(Duration.ofHours(7));
        hub.apply(delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, hub.clock.instant(), receiver, 3));
        assertThat(hub.only().cause()).as("the same day, counted once more").endsWith("#1");

        hub.clock.advance(Duration.ofHours(13));
        hub.apply(delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, hub.clock.instant(), receiver, 2));

        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.notification", Integer.class))
                .isEqualTo(2);
    }

    @Test
    void does_not_announce_what_was_overtaken() {
        hub.apply(delivery("90000001", DeliveryStatus.DELIVERED, NOW));
        hub.apply(delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, NOW.minus(Duration.ofHours(2))));

        assertThat(hub.only().rule()).isEqualTo("delivered");
    }

    @Test
    void withdraws_an_announcement_that_was_not_sent_yet() {
        hub.apply(delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, NOW.minusSeconds(600)));
        hub.apply(delivery("90000001", DeliveryStatus.DELIVERED, NOW));

        assertThat(hub.jdbc.queryForList(
                        "SELECT rule || ' ' || state FROM hub.notification ORDER BY rule", String.class))
                .containsExactly("delivered REQUESTED", "out-for-delivery FAILED");
        assertThat(hub.jdbc.queryForObject(
                        "SELECT error_code FROM hub.notification WHERE state = 'FAILED'", String.class))
                .isEqualTo("OVERTAKEN");
        assertThat(hub.get(NotificationLog.class).counts(List.of("shop"), NOW.minusSeconds(60)))
                .as("no failure that somebody should look into")
                .containsExactly(
                        new NotificationLog.Count(Channel.WHATSAPP, Status.FAILED, true, 1),
                        new NotificationLog.Count(Channel.WHATSAPP, Status.REQUESTED, false, 1));
    }

    @Test
    void waits_for_the_event_that_knows_the_recipient() {
        hub.apply(delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, NOW, null, 1));
        assertThat(hub.only().heldCode()).isEqualTo("WASL-6002");
        assertThat(hub.only().dueAt()).isNull();
        assertThat(hub.attention().waitingForRecipient()).isEqualTo(1);

        hub.apply(delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, NOW.plusSeconds(20)));

        assertThat(hub.only().heldCode()).isNull();
        assertThat(hub.only().address()).isEqualTo(PHONE);
        assertThat(hub.only().dueAt()).isEqualTo(NOW);
    }

    @Test
    void tells_nobody_of_an_exchange_whose_way_is_not_known() {
        Party receiver = new Party("A", PHONE, null, null, null);
        hub.apply(exchange(null, DeliveryStatus.OUT_FOR_DELIVERY, NOW, null));
        hub.apply(exchange(Direction.RETURN, DeliveryStatus.OUT_FOR_RETURN, NOW.plusSeconds(20), receiver));
        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.notification", Integer.class))
                .isZero();

        hub.apply(exchange(Direction.FORWARD, DeliveryStatus.OUT_FOR_DELIVERY, NOW.plusSeconds(40), receiver));

        assertThat(hub.only().rule()).isEqualTo("out-for-delivery");
    }

    @Test
    void drops_what_waited_for_a_recipient_when_a_later_event_says_something_else() {
        Party receiver = new Party("A", PHONE, null, null, null);
        hub.apply(
                delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, NOW, null, 1),
                delivery("90000002", DeliveryStatus.OUT_FOR_DELIVERY, NOW, null, 1),
                delivery("90000003", DeliveryStatus.OUT_FOR_DELIVERY, NOW, null, 1));

        hub.apply(
                delivery("90000001", DeliveryStatus.RETURNED, NOW.plusSeconds(20), receiver, 1),
                delivery("90000002", DeliveryStatus.AT_HUB, NOW.minusSeconds(3_600), receiver, 1),
                delivery("90000003", DeliveryStatus.OUT_FOR_DELIVERY, NOW.plusSeconds(20), receiver, 1),
                delivery("90000003", DeliveryStatus.TERMINATED, NOW.plusSeconds(30), null, 1));

        assertThat(hub.jdbc.queryForList(
                        "SELECT subject_reference || ' ' || state || coalesce(' ' || error_code, '') FROM hub.notification ORDER BY 1",
                        String.class))
                .containsExactly("90000001 FAILED OVERTAKEN", "90000002 REQUESTED", "90000003 FAILED OVERTAKEN");
        assertThat(hub.about("90000002")).singleElement().satisfies(entry -> assertThat(entry.address())
                .isEqualTo(PHONE));
    }

    @Test
    void a_failed_attempt_stays_true_when_the_parcel_is_back_at_the_hub_but_not_when_it_was_on_its_way_back() {
        Party receiver = new Party("A", PHONE, null, null, null);
        hub.apply(
                delivery("90000001", DeliveryStatus.EXCEPTION, NOW, null, 1),
                exchange(null, DeliveryStatus.EXCEPTION, NOW, null));

        hub.apply(
                delivery("90000001", DeliveryStatus.AT_HUB, NOW.plusSeconds(20), receiver, 1),
                exchange(Direction.RETURN, DeliveryStatus.EXCEPTION, NOW.plusSeconds(20), receiver));

        assertThat(hub.about("90000001")).singleElement().satisfies(entry -> assertThat(entry.address())
                .isEqualTo(PHONE));
        assertThat(hub.about("90000009")).singleElement().satisfies(entry -> assertThat(entry.errorCode())
                .isEqualTo("OVERTAKEN"));
    }

    @Test
    void does_not_call_collected_money_a_delivered_parcel() {
        hub.apply(delivery(
                "90000001",
                DeliveryKind.CASH_COLLECTION,
                Direction.NONE,
                DeliveryStatus.DELIVERED,
                null,
                NOW,
                new Party("A", PHONE, null, null, null),
                1));

        assertThat(hub.jdbc.queryForObject("SELECT count(*) FROM hub.notification", Integer.class))
                .isZero();
    }

    private static CanonicalMessage exchange(Direction direction, DeliveryStatus status, Instant at, Party receiver) {
        return delivery("90000009", DeliveryKind.EXCHANGE, direction, status, null, at, receiver, 1);
    }

    @Test
    void calls_a_parcel_at_customs_not_delivered_although_the_channel_does_not_know_of_the_border() {
        hub.apply(
                byDetail("70000001", DeliveryStatus.DELIVERED, DeliveryStatus.IN_TRANSIT, NOW),
                byDetail("90000001", DeliveryStatus.DELIVERED, DeliveryStatus.IN_TRANSIT, NOW));

        assertThat(hub.only().reference()).isEqualTo("90000001");
    }

    @Test
    void tells_of_the_delivery_behind_the_border_with_the_phone_of_a_channel_that_calls_it_a_return() {
        hub.apply(delivery(
                "70000001", DeliveryKind.INTERNATIONAL, Direction.NONE, DeliveryStatus.DELIVERED, null, NOW, null, 1));
        assertThat(hub.only().heldCode()).isEqualTo("WASL-6002");

        hub.apply(byDetail("70000001", DeliveryStatus.RETURNED, DeliveryStatus.DELIVERED, NOW.plusSeconds(20)));

        assertThat(hub.only().heldCode()).isNull();
        assertThat(hub.only().address()).isEqualTo(PHONE);
    }

    private static CanonicalMessage byDetail(
            String trackingNumber, DeliveryStatus status, DeliveryStatus abroad, Instant at) {
        Party receiver = new Party("A", PHONE, null, null, null);
        return delivery(trackingNumber, DeliveryKind.SEND, Direction.NONE, status, abroad, at, receiver, 1);
    }

    @Test
    void gives_up_when_nobody_ever_says_who_the_recipient_is() {
        hub.apply(delivery("90000001", DeliveryStatus.OUT_FOR_DELIVERY, NOW, null, 1));
        hub.clock.advance(Duration.ofHours(11));

        hub.get(NotificationSending.class).timers();

        assertThat(hub.only().state()).isEqualTo(Status.FAILED);
        assertThat(hub.only().errorCode()).isEqualTo("WASL-6002");
    }

    @Test
    void never_texts_a_landline_and_takes_the_second_phone_instead() {
        Party landline = new Party("A", "+20223456789", PHONE, null, null);
        Party onlyLandline = new Party("A", "+20223456789", null, null, null);
        hub.apply(delivery("90000001", DeliveryStatus.DELIVERED, NOW, landline, 1));
        assertThat(hub.only().address()).isEqualTo(PHONE);

        hub.apply(delivery("90000002", DeliveryStatus.DELIVERED, NOW, onlyLandline, 1));
        assertThat(hub.about("90000002")).singleElement().satisfies(entry -> assertThat(entry.heldCode())
                .isEqualTo("WASL-6002"));
    }

    @Test
    void says_nothing_for_a_tenant_that_switched_a_rule_off_or_has_no_channel() {
        Map<String, Object> off = new HashMap<>(NotifyHub.providers("http://127.0.0.1:1", 1));
        off.put("wasl.notify.tenants.shop.rules.delivered", "false");
        try (NotifyHub quiet = NotifyHub.with(off);
                NotifyHub bare = NotifyHub.with(Map.of())) {
            quiet.apply(delivery("90000001", DeliveryStatus.DELIVERED, NOW));
            bare.apply(delivery("90000001", DeliveryStatus.DELIVERED, NOW));

            assertThat(quiet.jdbc.queryForObject("SELECT count(*) FROM hub.notification", Integer.class))
                    .isZero();
            assertThat(bare.jdbc.queryForObject("SELECT count(*) FROM hub.notification", Integer.class))
                    .isZero();
        }
    }

    @Test
    void sends_one_receipt_for_a_payment_reported_by_two_events() {
        hub.apply(payment("1", "amine@example.com", NOW), payment("1", "amine@example.com", NOW.plusSeconds(1)));

        assertThat(hub.only().channel()).isEqualTo(Channel.EMAIL);
        assertThat(hub.only().address()).isEqualTo("amine@example.com");
    }

    @Test
    void finds_notifications_by_tenant_state_and_any_reference() {
        hub.apply(
                delivery("90000001", DeliveryStatus.DELIVERED, NOW),
                delivery("90000002", DeliveryStatus.DELIVERED, NOW),
                payment("1", "amine@example.com", NOW));
        NotificationLog log = hub.get(NotificationLog.class);
        List<String> shop = List.of("shop");

        List<NotificationLog.Entry> first =
                log.page(new NotificationLog.Filter(shop, null, Status.REQUESTED, false, null, 2));
        NotificationLog.Entry last = first.get(1);
        List<NotificationLog.Entry> second = log.page(new NotificationLog.Filter(
                shop, null, Status.REQUESTED, false, new NotificationLog.Position(last.requestedAt(), last.id()), 2));

        assertThat(first).hasSize(2);
        assertThat(second).hasSize(1).doesNotContainAnyElementsOf(first);
        assertThat(log.page(new NotificationLog.Filter(shop, Channel.EMAIL, null, false, null, 5)))
                .singleElement()
                .satisfies(entry -> assertThat(entry.recipient()).isEqualTo("amine@example.com"));
        assertThat(log.findByReference(shop, PHONE, 10)).hasSize(2);
        assertThat(log.findByReference(shop, "pi_1", 10)).hasSize(1);
        assertThat(log.counts(shop, NOW))
                .containsExactly(
                        new NotificationLog.Count(Channel.EMAIL, Status.REQUESTED, false, 1),
                        new NotificationLog.Count(Channel.WHATSAPP, Status.REQUESTED, false, 2));
    }

    @Test
    void answers_nothing_to_who_may_see_no_tenant() {
        hub.apply(delivery("90000001", DeliveryStatus.DELIVERED, NOW));
        NotificationLog log = hub.get(NotificationLog.class);

        for (List<String> tenants : List.of(List.<String>of(), List.of("nobody"))) {
            assertThat(log.page(new NotificationLog.Filter(tenants, null, null, false, null, 5)))
                    .isEmpty();
            assertThat(log.findByReference(tenants, PHONE, 5)).isEmpty();
            assertThat(log.counts(tenants, NOW)).isEmpty();
            assertThat(hub.get(NotificationDesk.class).find(tenants, hub.only().id()))
                    .isEmpty();
            assertThat(hub.get(NotificationDesk.class).attention(tenants).waitingForRecipient())
                    .isZero();
        }
        assertThat(hub.get(Notifications.class).release("nobody", hub.only().id()))
                .isFalse();
    }
}
