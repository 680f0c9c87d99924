package dev.wasl.hub.fold;

import dev.wasl.hub.canonical.Address;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.Delivery.Attempt;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random statements about few things at few moments, so that ties, regressions and contradictions are common. */
public final class Statements {

    public static final Instant START = Instant.parse("2026-01-10T20:00:00Z");
    private static final Map<Integer, DeliveryStatus> STATES = Map.ofEntries(
            Map.entry(10, DeliveryStatus.CREATED),
            Map.entry(21, DeliveryStatus.PICKED_UP),
            Map.entry(23, DeliveryStatus.COLLECTED_FROM_CUSTOMER),
            Map.entry(24, DeliveryStatus.AT_HUB),
            Map.entry(30, DeliveryStatus.IN_TRANSIT),
            Map.entry(41, DeliveryStatus.OUT_FOR_DELIVERY),
            Map.entry(45, DeliveryStatus.DELIVERED),
            Map.entry(46, DeliveryStatus.RETURNED),
            Map.entry(47, DeliveryStatus.EXCEPTION),
            Map.entry(48, DeliveryStatus.TERMINATED),
            Map.entry(60, DeliveryStatus.RETURNED),
            Map.entry(100, DeliveryStatus.LOST),
            Map.entry(104, DeliveryStatus.ARCHIVED),
            Map.entry(999, DeliveryStatus.OTHER));
    private static final Map<Integer, DeliveryStatus> ABROAD =
            Map.of(45, DeliveryStatus.IN_TRANSIT, 60, DeliveryStatus.DELIVERED);
    private static final List<Integer> CODES = STATES.keySet().stream().sorted().toList();

    private final Random random;

    public Statements(long seed) {
        this.random = new Random(seed);
    }

    public <T> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** The same statements in another order, some of them repeated. */
    public <T> List<T> shuffled(List<T> statements) {
        List<T> shuffled = new ArrayList<>(statements);
        for (T statement : statements) {
            if (random.nextInt(3) == 0) {
                shuffled.add(statement);
            }
        }
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    public List<Delivery> deliveries(String trackingNumber, int count) {
        List<Delivery> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(delivery(trackingNumber));
        }
        return list;
    }

    public Delivery delivery(String trackingNumber) {
        int code = any(CODES);
        Delivery.Via via = any(List.of(Delivery.Via.values()));
        boolean detail = via == Delivery.Via.DETAIL;
        boolean abroad = random.nextInt(8) == 0;
        return new Delivery(
                "bosta",
                maybe("id-" + trackingNumber),
                trackingNumber,
                abroad
                        ? DeliveryKind.INTERNATIONAL
                        : maybe(any(List.of(DeliveryKind.SEND, DeliveryKind.EXCHANGE, DeliveryKind.RETURN_PICKUP))),
                null,
                abroad ? ABROAD.getOrDefault(code, STATES.get(code)) : STATES.get(code),
                abroad ? null : ABROAD.get(code),
                code,
                maybe("state " + code + " by " + via),
                maybe(Delivery.Direction.FORWARD),
                maybe(random.nextBoolean()),
                at(),
                via,
                maybe("ORD-" + random.nextInt(3)),
                maybe(random.nextBoolean()),
                maybe(LocalDate.of(2026, 1, 10 + random.nextInt(3))),
                maybe(party()),
                maybe(address()),
                maybe(address()),
                null,
                maybe(money()),
                maybe(money()),
                maybe(money()),
                maybe(new Delivery.Settlement(
                        "cycle", maybe(money()), maybe(money()), null, maybe(money()), maybe(at()), null, null)),
                maybe(random.nextInt(3)),
                maybe("description " + random.nextInt(3)),
                null,
                null,
                maybe(random.nextInt(4)),
                maybe(new Delivery.Problem(random.nextInt(10), null, maybe("because"))),
                detail ? maybe(attempts()) : null,
                detail ? maybe(timeline()) : null,
                maybe(at()),
                null,
                null,
                maybe(at()),
                maybe(at()),
                null);
    }

    private List<Attempt> attempts() {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < random.nextInt(3); i++) {
            attempts.add(new Attempt(
                    "attempt-" + random.nextInt(3),
                    Attempt.Type.DELIVERY,
                    any(List.of(Attempt.Outcome.values())),
                    maybe(at()),
                    null,
                    maybe(new Delivery.Problem(7, null, "no answer")),
                    maybe(money()),
                    maybe("courier"),
                    null));
        }
        return attempts;
    }

    private List<Delivery.Step> timeline() {
        return List.of(
                new Delivery.Step(10, "new", DeliveryStatus.CREATED, null, at(), true),
                new Delivery.Step(23, "collected", DeliveryStatus.COLLECTED_FROM_CUSTOMER, null, maybe(at()), true));
    }

    private Address address() {
        return new Address(
                "EG",
                any(List.of("Cairo", "Giza")),
                null,
                maybe("Zone " + random.nextInt(3)),
                null,
                null,
                null,
                "Street " + random.nextInt(3),
                null,
                null,
                null,
                null,
                maybe(30.1 + random.nextInt(3)),
                null);
    }

    public Party party() {
        return new Party(
                maybe("Name " + random.nextInt(3)),
                maybe("+2010000000" + (10 + random.nextInt(4))),
                null,
                null,
                maybe("mail" + random.nextInt(3) + "@example.com"));
    }

    public List<Payment> payments(String id, int count) {
        List<Payment> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(payment(id, "evt_" + id + "_" + i));
        }
        return list;
    }

    public Payment payment(String id, String eventId) {
        return new Payment(
                "stripe",
                eventId,
                "some.event",
                id,
                null,
                maybe("INV-" + random.nextInt(2)),
                any(List.of(PaymentStatus.values())),
                maybe(money()),
                maybe(money()),
                maybe(money()),
                maybe("re_" + random.nextInt(3)),
                maybe(money()),
                maybe(money()),
                at(),
                random.nextBoolean(),
                maybe("card"),
                maybe(party()),
                maybe("declined"),
                null,
                "SIGNED_BODY");
    }

    public List<Notification> notifications(String id, int count) {
        List<Notification> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(notification(id));
        }
        return list;
    }

    public Notification notification(String id) {
        int attemptNo = 1 + random.nextInt(2);
        return new Notification(
                id,
                "out-for-delivery",
                "delivery/bosta/1#OUT_FOR_DELIVERY#1",
                attemptNo == 1 ? Notification.Channel.WHATSAPP : Notification.Channel.SMS,
                maybe("twilio"),
                maybe("SM" + random.nextInt(2)),
                attemptNo,
                any(List.of(Notification.Status.values())),
                new Party("Name", "+201000000010", null, null, null),
                "ar",
                "out-for-delivery",
                "1",
                maybe("63016"),
                null,
                at());
    }

    private Money money() {
        return new Money(random.nextInt(5) * 100L, "EGP");
    }

    /** One of few moments, over the midnight of more than one time zone, with digits that the database does not keep. */
    public Instant at() {
        return START.plusSeconds(random.nextInt(16) * 1800L).plusNanos(random.nextInt(2) * 123_456_789L);
    }

    private <T> @Nullable T maybe(T value) {
        return random.nextInt(3) == 0 ? null : value;
    }
}
