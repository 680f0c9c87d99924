package dev.wasl.hub.fold;

import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all statements of a gateway about one payment amount to, whatever their order and number. Classes of states
 * follow each other and none undoes a later one: open (pending, authorised, failed: the newest holds), closed
 * (cancelled, expired), captured, refunded (by the sum refunded), disputed or reversed (the newest holds). Two things
 * look back: a cancellation after the capture is a void, which takes the money back, and a refund after a dispute was
 * won tells more than the victory.
 *
 * @param open the newest of pending, authorised and failed
 * @param closed the newest of cancelled and expired
 * @param capturedAt the earliest statement that the money was taken
 * @param recapturedAt the newest one
 * @param cancelledAt the newest statement that it was cancelled or voided
 * @param refund the newest statement about refunds
 * @param dispute the newest of disputed, won, lost and reversed
 * @param totals cumulative refunded amounts in minor units, by the time they were told for; {@link #ALL} when a full
 *     refund was told without amount
 * @param refunds single refunds by the gateway's id, or by the event's when neither the id nor a total was told
 * @param told the newest of every other field
 * @param firstAt the earliest statement; null before the first
 * @param lastAt the newest statement; null before the first
 */
public record PaymentState(
        @Nullable Mark open,
        @Nullable Mark closed,
        @Nullable Instant capturedAt,
        @Nullable Instant recapturedAt,
        @Nullable Instant cancelledAt,
        @Nullable Mark refund,
        @Nullable Mark dispute,
        Map<Instant, Long> totals,
        Map<String, Refund> refunds,
        Map<PaymentField, Told<Object>> told,
        @Nullable Instant firstAt,
        @Nullable Instant lastAt) {

    /** A cumulative total that means "everything". */
    public static final long ALL = Long.MAX_VALUE;

    /** A payment of which nothing was heard. */
    public static final PaymentState NOTHING = new PaymentState(
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Collections.emptyMap(),
            Collections.emptyMap(),
            Collections.emptyMap(),
            null,
            null);

    /** A status and when it was said. */
    public record Mark(PaymentStatus status, Instant at) {

        private static @Nullable Mark newest(@Nullable Mark one, Mark other) {
            // at the same moment the later word of the enum holds: captured after pending, lost after disputed
            Comparator<Mark> order = Comparator.comparing(Mark::at).thenComparing(Mark::rank);
            return one == null || order.compare(other, one) > 0 ? other : one;
        }

        // the order of the enum is meant, and the number is not stored
        @SuppressWarnings("EnumOrdinal")
        private int rank() {
            return switch (status) {
                case FAILED -> 1;
                case AUTHORISED -> 2;
                case REVERSED -> PaymentStatus.values().length;
                default -> status.ordinal();
            };
        }
    }

    /**
     * One refund, known by the gateway's id.
     *
     * @param minor its amount
     * @param doneAt the earliest statement that it succeeded
     * @param failedAt the earliest statement that it failed, which is final
     */
    public record Refund(
            long minor, @Nullable Instant doneAt, @Nullable Instant failedAt) {

        private Refund with(Refund other) {
            return new Refund(
                    Math.max(minor, other.minor), earliest(doneAt, other.doneAt), earliest(failedAt, other.failedAt));
        }
    }

    /**
     * A change of the sum refunded.
     *
     * @param minor what it rose by, negative when a refund failed after it was counted
     */
    public record Refunding(Instant at, long minor) {}

    /** The state after one more statement. */
    public PaymentState fold(Payment payment) {
        Instant at = Told.micros(payment.occurredAt());
        Mark mark = new Mark(payment.status(), at);
        Mark openNow = open;
        Mark closedNow = closed;
        Instant capturedNow = capturedAt;
        Instant recapturedNow = recapturedAt;
        Instant cancelledNow = cancelledAt;
        Mark refundNow = refund;
        Mark disputeNow = dispute;
        Map<Instant, Long> totalsNow = totals;
        Map<String, Refund> refundsNow = refunds;
        switch (payment.status()) {
            case PENDING, AUTHORISED, FAILED -> openNow = Mark.newest(open, mark);
            case CANCELLED -> {
                closedNow = Mark.newest(closed, mark);
                cancelledNow = newest(cancelledAt, at);
            }
            case EXPIRED -> closedNow = Mark.newest(closed, mark);
            case CAPTURED -> {
                capturedNow = earliest(capturedAt, at);
                recapturedNow = newest(recapturedAt, at);
            }
            case REFUND_PENDING, REFUND_FAILED, PARTIALLY_REFUNDED, REFUNDED -> {
                refundNow = Mark.newest(refund, mark);
                totalsNow = totalsWith(payment, at);
                refundsNow = refundsWith(payment, at);
            }
            case REVERSED, DISPUTED, DISPUTE_WON, DISPUTE_LOST -> disputeNow = Mark.newest(dispute, mark);
            case UNKNOWN -> {
                // recorded by whoever keeps history; says nothing about where the payment is
            }
        }
        return new PaymentState(
                openNow,
                closedNow,
                capturedNow,
                recapturedNow,
                cancelledNow,
                refundNow,
                disputeNow,
                totalsNow,
                refundsNow,
                FoldField.fold(told, PaymentField.class, payment, at, 0),
                earliest(firstAt, at),
                lastAt == null || lastAt.isBefore(at) ? at : lastAt);
    }

    private Map<Instant, Long> totalsWith(Payment payment, Instant at) {
        boolean done =
                payment.status() == PaymentStatus.PARTIALLY_REFUNDED || payment.status() == PaymentStatus.REFUNDED;
        Long total = null;
        if (done && payment.refundedTotal() != null) {
            total = payment.refundedTotal().amountMinor();
        } else if (payment.status() == PaymentStatus.REFUNDED && payment.refundAmount() == null) {
            total = ALL;
        }
        if (total == null) {
            return totals;
        }
        Map<Instant, Long> folded = new TreeMap<>(totals);
        folded.merge(at, total, Math::max);
        return folded;
    }

    private Map<String, Refund> refundsWith(Payment payment, Instant at) {
        if (payment.refundAmount() == null || payment.status() == PaymentStatus.REFUND_PENDING) {
            return refunds;
        }
        boolean failed = payment.status() == PaymentStatus.REFUND_FAILED;
        if (!failed && payment.refundId() == null && payment.refundedTotal() != null) {
            // the total counts it; nothing that is told of this refund by its id would find it under the event's
            return refunds;
        }
        String id = payment.refundId() == null ? payment.gatewayEventId() : payment.refundId();
        Map<String, Refund> folded = new TreeMap<>(refunds);
        folded.merge(
                id,
                new Refund(payment.refundAmount().amountMinor(), failed ? null : at, failed ? at : null),
                Refund::with);
        return folded;
    }

    /** Where the payment is. */
    public PaymentStatus status() {
        return standing().status();
    }

    /** When the statement was made that the status rests on. */
    public Instant statusAt() {
        return standing().at();
    }

    private Mark standing() {
        if (dispute != null && !isOver(dispute)) {
            return dispute;
        }
        Instant voided = voidedAt();
        if (voided != null) {
            return new Mark(PaymentStatus.CANCELLED, voided);
        }
        if (refund != null) {
            return new Mark(refundStatus(refund), refund.at());
        }
        if (capturedAt != null) {
            return new Mark(PaymentStatus.CAPTURED, capturedAt);
        }
        if (closed != null) {
            return closed;
        }
        if (open != null) {
            return open;
        }
        if (firstAt == null) {
            throw new IllegalStateException("nothing was said");
        }
        return new Mark(PaymentStatus.UNKNOWN, firstAt);
    }

    /** Whether a dispute was won and the money went back to the customer after that all the same. */
    private boolean isOver(Mark newest) {
        return newest.status() == PaymentStatus.DISPUTE_WON
                && refund != null
                && refund.at().isAfter(newest.at());
    }

    /**
     * When money that was taken was given back by cancelling the payment as a whole; null when it was not. Gateways that
     * tell the payment again with its first time (Paymob) say both for the same moment.
     */
    private @Nullable Instant voidedAt() {
        boolean voided = cancelledAt != null && recapturedAt != null && !cancelledAt.isBefore(recapturedAt);
        return voided && refund == null ? cancelledAt : null;
    }

    /** The earliest statement that the money was taken; null when nobody said so, and after a void: it never comes then. */
    public @Nullable Instant takenAt() {
        return voidedAt() == null ? capturedAt : null;
    }

    private PaymentStatus refundStatus(Mark newest) {
        Long amount = amountMinor();
        long refunded = refundedMinor();
        if (amount == null && totals.containsValue(ALL)) {
            return PaymentStatus.REFUNDED;
        }
        if (refunded > 0) {
            boolean whole = amount == null ? newest.status() == PaymentStatus.REFUNDED : refunded >= amount;
            return whole ? PaymentStatus.REFUNDED : PaymentStatus.PARTIALLY_REFUNDED;
        }
        return newest.status();
    }

    /** The amount taken, else the amount asked for; minor units, null when never told. */
    public @Nullable Long amountMinor() {
        Object captured = value(PaymentField.CAPTURED);
        return (Long) (captured == null ? value(PaymentField.STATED) : captured);
    }

    /** All that went back to the customer, in minor units. */
    public long refundedMinor() {
        return refundings().stream().mapToLong(Refunding::minor).sum();
    }

    /**
     * How the sum refunded changed, oldest first. Cumulative totals lead where a gateway tells them, the sum of
     * distinct refunds where that is more or nothing else is known.
     */
    public List<Refunding> refundings() {
        List<Refunding> byTotal = byTotal();
        List<Refunding> byRefund = byRefund();
        return sum(byRefund) > sum(byTotal) ? byRefund : byTotal;
    }

    private List<Refunding> byTotal() {
        if (totals.isEmpty()) {
            return List.of();
        }
        Long amount = amountMinor();
        List<Refunding> told = new ArrayList<>();
        totals.forEach(
                (at, total) -> told.add(new Refunding(at, total == ALL ? (amount == null ? 0 : amount) : total)));
        refunds.values().forEach(single -> {
            if (single.failedAt() != null) {
                told.add(new Refunding(single.failedAt(), -single.minor()));
            }
        });
        // in time order the level rises to each total told and falls by what failed after it was counted
        told.sort(Comparator.comparing(Refunding::at)
                .thenComparing(Comparator.comparingLong(Refunding::minor).reversed()));
        List<Refunding> changes = new ArrayList<>();
        long level = 0;
        for (Refunding step : told) {
            long next = step.minor() >= 0 ? Math.max(level, step.minor()) : Math.max(0, level + step.minor());
            if (next != level) {
                changes.add(new Refunding(step.at(), next - level));
                level = next;
            }
        }
        return changes;
    }

    private List<Refunding> byRefund() {
        List<Refunding> changes = new ArrayList<>();
        for (Refund single : refunds.values()) {
            if (single.doneAt() != null) {
                changes.add(new Refunding(single.doneAt(), single.minor()));
                if (single.failedAt() != null) {
                    changes.add(new Refunding(single.failedAt(), -single.minor()));
                }
            }
        }
        changes.sort(Comparator.comparing(Refunding::at).thenComparingLong(Refunding::minor));
        return changes;
    }

    private static long sum(List<Refunding> changes) {
        return changes.stream().mapToLong(Refunding::minor).sum();
    }

    /** The newest value of a field, null when it was never told. */
    public @Nullable Object value(PaymentField field) {
        Told<Object> newest = told.get(field);
        return newest == null ? null : newest.value();
    }

    /** The same without the person who paid, for those who must not keep personal data. */
    public PaymentState anonymous() {
        Map<PaymentField, Told<Object>> kept = FoldField.copy(PaymentField.class, told);
        kept.remove(PaymentField.CUSTOMER_NAME);
        kept.remove(PaymentField.CUSTOMER_PHONE);
        kept.remove(PaymentField.CUSTOMER_EMAIL);
        return new PaymentState(
                open,
                closed,
                capturedAt,
                recapturedAt,
                cancelledAt,
                refund,
                dispute,
                totals,
                refunds,
                kept,
                firstAt,
                lastAt);
    }

    /** Adds the columns of a row: one per field, and {@code fold} with what {@link #read} needs beside them. */
    public void write(Map<String, Object> row) {
        told.forEach((field, value) -> field.write(value.value(), row));
        Map<String, Object> fold = new LinkedHashMap<>();
        putMark(fold, "open", open);
        putMark(fold, "closed", closed);
        putMark(fold, "refund", refund);
        putMark(fold, "dispute", dispute);
        Column.put(fold, "capturedAt", capturedAt);
        if (recapturedAt != null && !recapturedAt.equals(capturedAt)) {
            Column.put(fold, "recapturedAt", recapturedAt);
        }
        Column.put(fold, "cancelledAt", cancelledAt);
        Map<String, Object> totalsJson = new LinkedHashMap<>();
        totals.forEach((at, total) -> totalsJson.put(at.toString(), total));
        fold.put("totals", totalsJson);
        Map<String, Object> refundsJson = new LinkedHashMap<>();
        refunds.forEach((id, single) -> {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("minor", single.minor());
            Column.put(json, "doneAt", single.doneAt());
            Column.put(json, "failedAt", single.failedAt());
            refundsJson.put(id, json);
        });
        fold.put("refunds", refundsJson);
        fold.put("stamps", FoldField.stamps(told));
        Column.put(fold, "firstAt", firstAt);
        Column.put(fold, "lastAt", lastAt);
        row.put("fold", fold);
    }

    /** The state that {@link #write} wrote. */
    public static PaymentState read(Map<String, Object> row) {
        Map<?, ?> fold = Column.map(row, "fold");
        Map<Instant, Long> totals = new TreeMap<>();
        Column.map(fold, "totals").forEach((at, total) -> totals.put(Column.instant(at), ((Number) total).longValue()));
        Map<String, Refund> refunds = new TreeMap<>();
        Column.map(fold, "refunds").forEach((id, json) -> {
            Map<?, ?> single = (Map<?, ?>) json;
            refunds.put(
                    id.toString(),
                    new Refund(
                            ((Number) Column.needed(single, "minor")).longValue(),
                            Column.instantOrNull(single.get("doneAt")),
                            Column.instantOrNull(single.get("failedAt"))));
        });
        return new PaymentState(
                mark(fold.get("open")),
                mark(fold.get("closed")),
                Column.instantOrNull(fold.get("capturedAt")),
                Column.instantOrNull(fold.get(fold.get("recapturedAt") == null ? "capturedAt" : "recapturedAt")),
                cancelledAt(fold),
                mark(fold.get("refund")),
                mark(fold.get("dispute")),
                totals,
                refunds,
                FoldField.read(PaymentField.class, PaymentField.BY_KEY, row, String.valueOf(fold.get("stamps"))),
                Column.instantOrNull(fold.get("firstAt")),
                Column.instantOrNull(fold.get("lastAt")));
    }

    /** Rows written before this was kept have it in the newest closing statement, if at all. */
    private static @Nullable Instant cancelledAt(Map<?, ?> fold) {
        Instant kept = Column.instantOrNull(fold.get("cancelledAt"));
        Mark closed = mark(fold.get("closed"));
        return kept == null && closed != null && closed.status() == PaymentStatus.CANCELLED ? closed.at() : kept;
    }

    private static void putMark(Map<String, Object> fold, String name, @Nullable Mark mark) {
        if (mark != null) {
            fold.put(
                    name, Map.of("status", mark.status().name(), "at", mark.at().toString()));
        }
    }

    private static @Nullable Mark mark(@Nullable Object json) {
        return json instanceof Map<?, ?> map
                ? new Mark(PaymentStatus.valueOf(String.valueOf(map.get("status"))), Column.instant(map, "at"))
                : null;
    }

    private static Instant newest(@Nullable Instant one, Instant other) {
        return one == null || other.isAfter(one) ? other : one;
    }

    private static @Nullable Instant earliest(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }
}
