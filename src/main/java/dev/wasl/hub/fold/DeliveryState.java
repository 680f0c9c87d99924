package dev.wasl.hub.fold;

import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.Delivery.Attempt;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.canonical.Money;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all observations of one delivery amount to. The order in which they arrive, and how often, makes no difference.
 *
 * <p>The status is that of the newest observation (at the same moment: the one further on its way, then detail before
 * webhook before search), with three exceptions, each a comparison of registers and so free of order:
 *
 * <ul>
 *   <li>a delivery that ended stays ended: the newest <em>terminal</em> observation holds, however new an open one is.
 *       Among terminal ones the newest holds, because couriers correct themselves (terminated, then returned);
 *   <li>{@code ARCHIVED} is book-keeping: it counts only for a delivery that did not end otherwise;
 *   <li>{@code OTHER}, a state unknown to us, counts only when nothing else is known.
 * </ul>
 *
 * <p>A code can mean something else for a delivery that crosses a border, and some channels do not know whether it does.
 * One observation that knows is enough, whenever it comes: until then both readings of the codes are kept.
 *
 * <p>What should not have happened is flagged by {@link #unexpected}.
 *
 * @param way what was observed of the states
 * @param abroad the same if the delivery turns out to cross a border; null when that is known, and when it is the same
 * @param told the newest of every other field
 * @param attempts attempts by id, as the newest detail told them; an attempt known only from a webhook has an id that
 *     starts with {@code #} and disappears once a detail that is as new lists the attempts
 * @param attemptsAt the newest observation that listed the attempts
 * @param attemptNo the largest attempt number told; counts only until the attempts are listed
 * @param observedAt the newest observation; null before the first
 */
public record DeliveryState(
        Way way,
        @Nullable Way abroad,
        Map<DeliveryField, Told<Object>> told,
        Map<String, Told<Attempt>> attempts,
        @Nullable Instant attemptsAt,
        int attemptNo,
        @Nullable Instant observedAt) {

    /** A delivery of which nothing was heard. */
    public static final DeliveryState NOTHING = new DeliveryState(
            new Way(null, null, Collections.emptyMap()),
            null,
            Collections.emptyMap(),
            Collections.emptyMap(),
            null,
            0,
            null);

    /** What only an observation tells rightly that knows whether the delivery crosses a border. */
    private static final Set<DeliveryField> BY_BORDER =
            EnumSet.of(DeliveryField.KIND, DeliveryField.DELIVERED_AT, DeliveryField.RETURNED_AT);

    /**
     * The states by one reading of the courier's codes.
     *
     * @param open the newest observation of a state that is not terminal
     * @param end the newest observation of a terminal state
     * @param firsts when each status was first seen
     */
    public record Way(@Nullable Seen open, @Nullable Seen end, Map<DeliveryStatus, Instant> firsts) {

        private Way with(Delivery delivery, Seen seen) {
            boolean terminal = seen.status().terminal();
            return new Way(
                    terminal ? open : max(Seen.OPEN, open, seen),
                    terminal ? max(Seen.END, end, seen) : end,
                    firstsWith(delivery, seen));
        }

        private Map<DeliveryStatus, Instant> firstsWith(Delivery delivery, Seen seen) {
            Map<DeliveryStatus, Instant> folded = new EnumMap<>(DeliveryStatus.class);
            folded.putAll(firsts);
            folded.merge(seen.status(), seen.at(), DeliveryState::earliest);
            for (Delivery.Step step : timelineOf(delivery)) {
                // a list of steps tells when an exchange turned round, which decides what state 41 means
                if (step.status() == DeliveryStatus.COLLECTED_FROM_CUSTOMER && step.done() && step.at() != null) {
                    folded.merge(step.status(), Told.micros(step.at()), DeliveryState::earliest);
                }
            }
            return folded;
        }

        private void write(Map<String, Object> json) {
            if (open != null) {
                json.put("open", open.json());
            }
            if (end != null) {
                json.put("end", end.json());
            }
            Map<String, Object> times = new LinkedHashMap<>();
            firsts.forEach((status, at) -> times.put(status.name(), at.toString()));
            json.put("firsts", times);
        }

        private static Way read(Map<?, ?> json) {
            Map<DeliveryStatus, Instant> firsts = new EnumMap<>(DeliveryStatus.class);
            Column.map(json, "firsts")
                    .forEach((status, at) -> firsts.put(DeliveryStatus.valueOf(status.toString()), Column.instant(at)));
            return new Way(Seen.of(json.get("open")), Seen.of(json.get("end")), firsts);
        }
    }

    /**
     * A state as it was observed once.
     *
     * @param code the courier's state code
     * @param value the courier's own words, which differ by channel
     * @param at when it was so
     */
    public record Seen(
            DeliveryStatus status,
            int code,
            @Nullable String value,
            Delivery.@Nullable Direction direction,
            @Nullable Boolean succeeded,
            Instant at,
            Delivery.Via via) {

        /** From less to more believable, for states that are not terminal. */
        private static final Comparator<Seen> OPEN = Comparator.<Seen, Boolean>comparing(
                        seen -> seen.status() != DeliveryStatus.OTHER)
                .thenComparing(Seen::at)
                .thenComparing(seen -> progress(seen.status()))
                .thenComparing(seen -> weight(seen.via()))
                .thenComparing(Seen::toString);

        /** From less to more believable, for terminal states. */
        private static final Comparator<Seen> END = Comparator.<Seen, Boolean>comparing(
                        seen -> seen.status() != DeliveryStatus.ARCHIVED)
                .thenComparing(OPEN);

        private static Seen of(Delivery delivery, Instant at) {
            return new Seen(
                    delivery.status(),
                    delivery.rawStateCode(),
                    delivery.rawStateValue(),
                    delivery.direction(),
                    delivery.succeeded(),
                    at,
                    delivery.via());
        }

        /** The same if the delivery crosses a border: nothing that comes of another meaning of the code stays. */
        private Seen abroad(@Nullable DeliveryStatus meaning) {
            return meaning == null
                    ? this
                    : new Seen(
                            meaning,
                            code,
                            value,
                            meaning.terminal() ? Delivery.Direction.NONE : Delivery.Direction.FORWARD,
                            null,
                            at,
                            via);
        }

        private Map<String, Object> json() {
            Map<String, Object> map = new LinkedHashMap<>();
            Column.put(map, "status", status);
            Column.put(map, "code", code);
            Column.put(map, "value", value);
            Column.put(map, "direction", direction);
            Column.put(map, "succeeded", succeeded);
            Column.put(map, "at", at);
            Column.put(map, "via", via);
            return map;
        }

        private static @Nullable Seen of(@Nullable Object json) {
            if (!(json instanceof Map<?, ?> map)) {
                return null;
            }
            String direction = Column.text(map, "direction");
            return new Seen(
                    DeliveryStatus.valueOf(String.valueOf(map.get("status"))),
                    Column.integer(map, "code"),
                    Column.text(map, "value"),
                    direction == null ? null : Delivery.Direction.valueOf(direction),
                    (Boolean) map.get("succeeded"),
                    Column.instant(map, "at"),
                    Delivery.Via.valueOf(String.valueOf(map.get("via"))));
        }
    }

    /** The state after one more observation. */
    public DeliveryState fold(Delivery delivery) {
        Instant at = Told.micros(delivery.observedAt());
        Seen seen = Seen.of(delivery, at);
        Way home = way.with(delivery, seen);
        Way other = abroad == null && delivery.statusAbroad() == null
                ? home
                : (abroad == null ? way : abroad).with(delivery, seen.abroad(delivery.statusAbroad()));
        boolean crosses = crossesBorder() || crossesBorder(delivery);
        Instant listedAt = delivery.attempts() != null ? latest(attemptsAt, at) : attemptsAt;
        return new DeliveryState(
                crosses ? other : home,
                crosses || other.equals(home) ? null : other,
                toldWith(delivery, at),
                attemptsWith(delivery, at, listedAt),
                listedAt,
                Math.max(attemptNo, delivery.attemptNo() == null ? 0 : delivery.attemptNo()),
                latest(observedAt, at));
    }

    private static boolean crossesBorder(Delivery delivery) {
        return delivery.kind() == DeliveryKind.INTERNATIONAL;
    }

    /** Whether anybody ever said that the delivery crosses a border. */
    public boolean crossesBorder() {
        return kind() == DeliveryKind.INTERNATIONAL;
    }

    private Map<DeliveryField, Told<Object>> toldWith(Delivery delivery, Instant at) {
        Map<DeliveryField, Told<Object>> known = FoldField.copy(DeliveryField.class, told);
        if (crossesBorder(delivery) && !crossesBorder()) {
            known.keySet().removeAll(BY_BORDER);
        }
        Map<DeliveryField, Told<Object>> folded =
                FoldField.fold(known, DeliveryField.class, delivery, at, weight(delivery.via()));
        if (crossesBorder() && !crossesBorder(delivery)) {
            folded.keySet().removeAll(BY_BORDER);
            BY_BORDER.stream().filter(known::containsKey).forEach(field -> folded.put(field, known.get(field)));
        }
        return folded;
    }

    /** The same with these fields only and without the names of couriers, for those who must not keep more. */
    public DeliveryState only(Set<DeliveryField> fields) {
        Map<DeliveryField, Told<Object>> kept = FoldField.copy(DeliveryField.class, told);
        kept.keySet().retainAll(fields);
        Map<String, Told<Attempt>> nameless = new TreeMap<>(attempts);
        nameless.replaceAll((id, attempt) -> new Told<>(micros(attempt.value(), null), attempt.at(), attempt.weight()));
        return new DeliveryState(way, abroad, kept, nameless, attemptsAt, attemptNo, observedAt);
    }

    private static List<Delivery.Step> timelineOf(Delivery delivery) {
        return delivery.timeline() == null ? List.of() : delivery.timeline();
    }

    private Map<String, Told<Attempt>> attemptsWith(Delivery delivery, Instant at, @Nullable Instant listedAt) {
        Map<String, Told<Attempt>> folded = new TreeMap<>(attempts);
        if (delivery.attempts() != null) {
            for (Attempt attempt : delivery.attempts()) {
                folded.merge(
                        attempt.id(),
                        new Told<>(micros(attempt, attempt.courierName()), at, weight(delivery.via())),
                        Told::newest);
            }
        } else if (delivery.via() == Delivery.Via.WEBHOOK && delivery.status() == DeliveryStatus.EXCEPTION) {
            Attempt attempt = new Attempt(
                    "#" + at.toEpochMilli(),
                    delivery.kind() == DeliveryKind.SEND ? Attempt.Type.DELIVERY : Attempt.Type.OTHER,
                    Attempt.Outcome.FAILED,
                    at,
                    null,
                    delivery.problem(),
                    null,
                    null,
                    null);
            folded.merge(attempt.id(), new Told<>(attempt, at, weight(delivery.via())), Told::newest);
        }
        if (listedAt != null) {
            folded.entrySet()
                    .removeIf(entry -> entry.getKey().startsWith("#")
                            && !entry.getValue().at().isAfter(listedAt));
        }
        return folded;
    }

    private static Attempt micros(Attempt attempt, @Nullable String courierName) {
        return new Attempt(
                attempt.id(),
                attempt.type(),
                attempt.outcome(),
                attempt.at() == null ? null : Told.micros(attempt.at()),
                attempt.succeededAt() == null ? null : Told.micros(attempt.succeededAt()),
                attempt.problem(),
                attempt.cod(),
                courierName,
                attempt.hub());
    }

    /** The observation that the status rests on. */
    public Seen seen() {
        Seen seen = way.end() != null ? way.end() : way.open();
        if (seen == null) {
            throw new IllegalStateException("nothing was observed");
        }
        return seen;
    }

    /** Where the delivery is. */
    public DeliveryStatus status() {
        return statusOf(seen().status(), seen().at());
    }

    /**
     * What a status means for this delivery at a time: an exchange that is out again after it collected the goods is
     * on its way back to the business, whatever the courier's code (41) is called.
     */
    public DeliveryStatus statusOf(DeliveryStatus status, Instant at) {
        Instant collected = way.firsts().get(DeliveryStatus.COLLECTED_FROM_CUSTOMER);
        boolean turnedRound = kind() == DeliveryKind.EXCHANGE && collected != null && !at.isBefore(collected);
        return turnedRound && status == DeliveryStatus.OUT_FOR_DELIVERY ? DeliveryStatus.OUT_FOR_RETURN : status;
    }

    /** Which way the parcel moves, null when nobody said. */
    public Delivery.@Nullable Direction direction() {
        return status() == DeliveryStatus.OUT_FOR_RETURN ? Delivery.Direction.RETURN : seen().direction();
    }

    /** Whether an ended delivery did what it was made for; null while it is open and when it cannot be known. */
    public @Nullable Boolean succeeded() {
        DeliveryStatus status = status();
        if (!status.terminal()) {
            return null;
        }
        if (seen().succeeded() != null) {
            return seen().succeeded();
        }
        if (status == DeliveryStatus.RETURNED) {
            DeliveryKind kind = kind();
            return kind == null
                    ? null
                    : kind == DeliveryKind.RETURN_PICKUP
                            || kind == DeliveryKind.EXCHANGE
                            || kind == DeliveryKind.SIGN_AND_RETURN;
        }
        return status == DeliveryStatus.DELIVERED;
    }

    /**
     * Since when the status holds: for an ended delivery the moment of its end, else the newest observation (a courier
     * repeats states, so an earlier moment cannot be told from a list row).
     */
    public Instant statusAt() {
        Instant ended = endedAt();
        return ended == null ? seen().at() : ended;
    }

    /** When the delivery ended; null while it is open. */
    public @Nullable Instant endedAt() {
        return switch (status()) {
            case DELIVERED -> deliveredAt();
            case RETURNED -> returnedAt();
            default -> status().terminal() ? way.firsts().get(status()) : null;
        };
    }

    /** When it was handed over: as told, else when that was first seen. */
    public @Nullable Instant deliveredAt() {
        return instant(DeliveryField.DELIVERED_AT, way.firsts().get(DeliveryStatus.DELIVERED));
    }

    /** When it was back at the business: as told, else when that was first seen. */
    public @Nullable Instant returnedAt() {
        return instant(DeliveryField.RETURNED_AT, way.firsts().get(DeliveryStatus.RETURNED));
    }

    /** What was collected, in minor units: as told, else what was to be collected from whom it was delivered to. */
    public @Nullable Object collectedMinor() {
        Object collected = value(DeliveryField.COD_COLLECTED);
        return collected == null && status() == DeliveryStatus.DELIVERED ? value(DeliveryField.COD) : collected;
    }

    /** When it was made: as told, else when it was first seen. */
    public Instant createdAt() {
        Instant created =
                instant(DeliveryField.CREATED_AT, Collections.min(way.firsts().values()));
        return created == null ? seen().at() : created;
    }

    /**
     * How many attempts were made at the customer's door: counted as soon as they were listed, because the counters of
     * couriers disagree; until then by the longer of the two accounts.
     */
    public int attemptCount() {
        if (attemptsAt == null) {
            return Math.max(attemptNo, attempts.size());
        }
        DeliveryKind kind = kind();
        boolean collects = kind == DeliveryKind.RETURN_PICKUP || kind == DeliveryKind.CASH_COLLECTION;
        int visits = count(collects ? Attempt.Type.PICKUP : Attempt.Type.DELIVERY);
        int doors = kind == DeliveryKind.EXCHANGE && visits == 0 ? count(Attempt.Type.PICKUP) : visits;
        // what failed after the list was made; a delivery on its way back fails at the business
        return doors + (kind == DeliveryKind.RTO ? 0 : count(Attempt.Type.OTHER));
    }

    private int count(Attempt.Type type) {
        return (int) attempts.values().stream()
                .filter(attempt -> attempt.value().type() == type)
                .count();
    }

    /**
     * Whether something happened that the courier's own rules exclude: an open state after the end, a second end other
     * than a return after delivery, a state that is not known.
     */
    public boolean unexpected() {
        if (way.firsts().containsKey(DeliveryStatus.OTHER)) {
            return true;
        }
        Seen open = way.open();
        Seen end = way.end();
        if (end == null) {
            return false;
        }
        boolean reopened = open != null && open.at().isAfter(end.at());
        long ends = way.firsts().keySet().stream()
                .filter(status -> status.terminal() && status != DeliveryStatus.ARCHIVED)
                .count();
        boolean returnedAfterDelivery = ends == 2
                && way.firsts().containsKey(DeliveryStatus.DELIVERED)
                && end.status() == DeliveryStatus.RETURNED;
        return reopened || (ends > 1 && !returnedAfterDelivery);
    }

    /** What the delivery is for, null when nobody said. */
    public @Nullable DeliveryKind kind() {
        return (DeliveryKind) value(DeliveryField.KIND);
    }

    /** The newest value of a field, null when it was never told. */
    public @Nullable Object value(DeliveryField field) {
        Told<Object> newest = told.get(field);
        return newest == null ? null : newest.value();
    }

    /** When the value of a field was told. */
    public @Nullable Instant toldAt(DeliveryField field) {
        Told<Object> newest = told.get(field);
        return newest == null ? null : newest.at();
    }

    private @Nullable Instant instant(DeliveryField field, @Nullable Instant otherwise) {
        return value(field) instanceof Instant stated ? stated : otherwise;
    }

    /**
     * Adds the columns of a row: one per field, and {@code fold} with what {@link #read} needs beside them. Attempts
     * are rows of their own.
     */
    public void write(Map<String, Object> row) {
        told.forEach((field, value) -> field.write(value.value(), row));
        Map<String, Object> fold = new LinkedHashMap<>();
        way.write(fold);
        if (abroad != null) {
            Map<String, Object> other = new LinkedHashMap<>();
            abroad.write(other);
            fold.put("abroad", other);
        }
        fold.put("stamps", FoldField.stamps(told));
        Column.put(fold, "attemptsAt", attemptsAt);
        Column.put(fold, "attemptNo", attemptNo);
        Column.put(fold, "observedAt", observedAt);
        row.put("fold", fold);
    }

    /** The state that {@link #write} and {@link #writeAttempt} wrote. */
    public static DeliveryState read(Map<String, Object> row, Collection<Map<String, Object>> attemptRows) {
        Map<?, ?> fold = Column.map(row, "fold");
        Map<String, Told<Attempt>> attempts = new TreeMap<>();
        attemptRows.forEach(attempt -> attempts.put(String.valueOf(attempt.get("attempt_id")), readAttempt(attempt)));
        return new DeliveryState(
                Way.read(fold),
                fold.get("abroad") instanceof Map<?, ?> other ? Way.read(other) : null,
                FoldField.read(DeliveryField.class, DeliveryField.BY_KEY, row, String.valueOf(fold.get("stamps"))),
                attempts,
                Column.instantOrNull(fold.get("attemptsAt")),
                Column.integer(fold, "attemptNo"),
                Column.instantOrNull(fold.get("observedAt")));
    }

    /** The columns of an attempt's row, without those that name the delivery. */
    public static Map<String, Object> writeAttempt(Told<Attempt> told) {
        Attempt attempt = told.value();
        Map<String, Object> row = new HashMap<>();
        Column.put(row, "attempt_id", attempt.id());
        Column.put(row, "type", attempt.type());
        Column.put(row, "outcome", attempt.outcome());
        Column.put(row, "attempted_at", attempt.at());
        Column.put(row, "succeeded_at", attempt.succeededAt());
        if (attempt.problem() != null) {
            DeliveryField.EXCEPTION.write(attempt.problem(), row);
        }
        if (attempt.cod() != null) {
            Column.put(row, "cod_minor", attempt.cod().amountMinor());
            Column.put(row, "currency", attempt.cod().currency());
        }
        Column.put(row, "courier_name", attempt.courierName());
        Column.put(row, "hub", attempt.hub());
        Column.put(row, "told_at", told.at());
        Column.put(row, "told_weight", told.weight());
        return row;
    }

    private static Told<Attempt> readAttempt(Map<String, Object> row) {
        Attempt attempt = new Attempt(
                String.valueOf(row.get("attempt_id")),
                Attempt.Type.valueOf(String.valueOf(row.get("type"))),
                Attempt.Outcome.valueOf(String.valueOf(row.get("outcome"))),
                Column.instantOrNull(row.get("attempted_at")),
                Column.instantOrNull(row.get("succeeded_at")),
                (Delivery.Problem) DeliveryField.EXCEPTION.read(row),
                row.get("cod_minor") instanceof Number minor
                        ? new Money(minor.longValue(), String.valueOf(row.get("currency")))
                        : null,
                Column.text(row, "courier_name"),
                Column.text(row, "hub"));
        return new Told<>(attempt, Column.instant(row, "told_at"), Column.integer(row, "told_weight"));
    }

    /** How far on its way a delivery is, to choose between statements about the same moment. */
    private static int progress(DeliveryStatus status) {
        return switch (status) {
            case OTHER -> -1;
            case CREATED -> 0;
            case PICKED_UP -> 10;
            case AT_HUB -> 20;
            case IN_TRANSIT -> 25;
            case OUT_FOR_PICKUP -> 30;
            case COLLECTED_FROM_CUSTOMER -> 35;
            case OUT_FOR_DELIVERY -> 40;
            case OUT_FOR_RETURN -> 45;
            case EXCEPTION -> 50;
            case ON_HOLD -> 55;
            case AWAITING_ACTION -> 60;
            case INVESTIGATION -> 65;
            case ARCHIVED -> 70;
            case CANCELLED -> 75;
            case TERMINATED -> 76;
            case DAMAGED -> 80;
            case LOST -> 81;
            case DELIVERED -> 90;
            case RETURNED -> 95;
        };
    }

    private static int weight(Delivery.Via via) {
        return switch (via) {
            case SEARCH -> 0;
            case WEBHOOK -> 1;
            case DETAIL -> 2;
        };
    }

    private static Seen max(Comparator<Seen> order, @Nullable Seen one, Seen other) {
        return one == null || order.compare(other, one) > 0 ? other : one;
    }

    private static Instant earliest(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant latest(@Nullable Instant one, Instant other) {
        return one == null || one.isBefore(other) ? other : one;
    }
}
