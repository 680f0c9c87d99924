package dev.wasl.hub.fold;

import dev.wasl.hub.canonical.Address;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes observations of a delivery for tests, with little in them but what the test is about. */
public final class Observation {

    private final String trackingNumber;
    private final Delivery.Via via;
    private final int code;
    private final Instant at;
    private @Nullable DeliveryKind kind = DeliveryKind.SEND;
    private @Nullable Party receiver;
    private @Nullable Address pickup;
    private @Nullable Address dropOff;
    private @Nullable Money cod;
    private @Nullable Money codCollected;
    private @Nullable Money fees;
    private Delivery.@Nullable Settlement settlement;
    private Delivery.@Nullable Problem problem;
    private @Nullable Integer attemptNo;
    private @Nullable List<Delivery.Attempt> attempts;
    private @Nullable List<Delivery.Step> timeline;
    private @Nullable Instant createdAt;
    private @Nullable Instant deliveredAt;

    private Observation(String trackingNumber, Delivery.Via via, int code, Instant at) {
        this.trackingNumber = trackingNumber;
        this.via = via;
        this.code = code;
        this.at = at;
    }

    public static Observation webhook(String trackingNumber, int code, String at) {
        return new Observation(trackingNumber, Delivery.Via.WEBHOOK, code, Instant.parse(at));
    }

    public static Observation search(String trackingNumber, int code, String at) {
        return new Observation(trackingNumber, Delivery.Via.SEARCH, code, Instant.parse(at));
    }

    public static Observation detail(String trackingNumber, int code, String at) {
        return new Observation(trackingNumber, Delivery.Via.DETAIL, code, Instant.parse(at));
    }

    public Observation kind(@Nullable DeliveryKind value) {
        kind = value;
        return this;
    }

    public Observation receiver(@Nullable String name, @Nullable String phone, @Nullable String second) {
        receiver = new Party(name, phone, second, null, null);
        return this;
    }

    public Observation receiver(Party value) {
        receiver = value;
        return this;
    }

    public Observation pickup(Address value) {
        pickup = value;
        return this;
    }

    public Observation dropOff(Address value) {
        dropOff = value;
        return this;
    }

    public Observation cod(long minor) {
        cod = new Money(minor, "EGP");
        return this;
    }

    public Observation codCollected(long minor) {
        codCollected = new Money(minor, "EGP");
        return this;
    }

    public Observation fees(long minor) {
        fees = new Money(minor, "EGP");
        return this;
    }

    public Observation deposited(long minor, String depositedAt) {
        settlement = new Delivery.Settlement(
                "77", null, null, null, new Money(minor, "EGP"), Instant.parse(depositedAt), null, null);
        return this;
    }

    public Observation paidOut(String cashoutId, String cashoutAt) {
        settlement = new Delivery.Settlement("77", null, null, null, null, null, cashoutId, Instant.parse(cashoutAt));
        return this;
    }

    public Observation problem(int exceptionCode, String reason, int attempt) {
        problem = new Delivery.Problem(exceptionCode, null, reason);
        attemptNo = attempt;
        return this;
    }

    public Observation attempt(String id, Delivery.Attempt.Outcome outcome, String attemptedAt) {
        return attempt(id, Delivery.Attempt.Type.DELIVERY, outcome, attemptedAt);
    }

    public Observation attempt(
            String id, Delivery.Attempt.Type type, Delivery.Attempt.Outcome outcome, String attemptedAt) {
        attempts = new ArrayList<>(attempts == null ? List.of() : attempts);
        attempts.add(
                new Delivery.Attempt(id, type, outcome, Instant.parse(attemptedAt), null, null, null, "courier", null));
        return this;
    }

    public Observation attemptNo(int value) {
        attemptNo = value;
        return this;
    }

    public Observation step(int stepCode, String value, String stepAt) {
        timeline = new ArrayList<>(timeline == null ? List.of() : timeline);
        timeline.add(
                new Delivery.Step(stepCode, value, status(stepCode), abroad(stepCode), Instant.parse(stepAt), true));
        return this;
    }

    public Observation created(String value) {
        createdAt = Instant.parse(value);
        return this;
    }

    public Observation delivered(String value) {
        deliveredAt = Instant.parse(value);
        return this;
    }

    public Delivery delivery() {
        boolean crosses = kind == DeliveryKind.INTERNATIONAL;
        DeliveryStatus meaning = abroad(code);
        return new Delivery(
                "bosta",
                null,
                trackingNumber,
                kind,
                null,
                crosses && meaning != null ? meaning : status(code),
                crosses || via == Delivery.Via.WEBHOOK ? null : meaning,
                code,
                "state " + code,
                null,
                null,
                at,
                via,
                null,
                null,
                null,
                receiver,
                pickup,
                dropOff,
                null,
                cod,
                codCollected,
                fees,
                settlement,
                null,
                null,
                null,
                null,
                attemptNo,
                problem,
                attempts,
                timeline,
                createdAt,
                null,
                null,
                deliveredAt,
                null,
                null);
    }

    /** What a code means for a delivery across a border, where that differs. */
    private static @Nullable DeliveryStatus abroad(int code) {
        return switch (code) {
            case 45 -> DeliveryStatus.IN_TRANSIT;
            case 60 -> DeliveryStatus.DELIVERED;
            default -> null;
        };
    }

    private static DeliveryStatus status(int code) {
        return switch (code) {
            case 10 -> DeliveryStatus.CREATED;
            case 22 -> DeliveryStatus.OUT_FOR_PICKUP;
            case 23 -> DeliveryStatus.COLLECTED_FROM_CUSTOMER;
            case 24 -> DeliveryStatus.AT_HUB;
            case 30 -> DeliveryStatus.IN_TRANSIT;
            case 41 -> DeliveryStatus.OUT_FOR_DELIVERY;
            case 45 -> DeliveryStatus.DELIVERED;
            case 46 -> DeliveryStatus.RETURNED;
            case 47 -> DeliveryStatus.EXCEPTION;
            case 48 -> DeliveryStatus.TERMINATED;
            case 60 -> DeliveryStatus.RETURNED;
            case 49 -> DeliveryStatus.CANCELLED;
            case 100 -> DeliveryStatus.LOST;
            case 104 -> DeliveryStatus.ARCHIVED;
            default -> DeliveryStatus.OTHER;
        };
    }
}
