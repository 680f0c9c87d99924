package dev.wasl.hub.sandbox;

import dev.wasl.hub.canonical.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An order at a played gateway, as it stands.
 *
 * @param id the gateway's id of the order
 * @param reference the merchant's number
 * @param asked what the merchant asked for
 * @param paid what the customer paid, null while nothing is paid
 * @param refunds what went back, oldest first
 * @param changedAt when something last happened
 * @param details what else the gateway must remember, by its own words; secrets of an order too
 */
record GatewayOrder(
        String tenant,
        String id,
        String reference,
        Money asked,
        State state,
        @Nullable Money paid,
        List<Refund> refunds,
        Instant createdAt,
        Instant changedAt,
        Map<String, String> details) {

    /** Money that went back at once. */
    record Refund(Money amount, Instant at) {}

    /** How an order stands. */
    enum State {
        OPEN,
        PAID,
        FAILED,
        EXPIRED,
        PARTLY_REFUNDED,
        REFUNDED,
        DISPUTED
    }

    GatewayOrder {
        refunds = List.copyOf(refunds);
        details = Map.copyOf(details);
    }

    /** A new order. */
    static GatewayOrder open(
            String tenant, String id, String reference, Money asked, Instant now, Map<String, String> details) {
        return new GatewayOrder(tenant, id, reference, asked, State.OPEN, null, List.of(), now, now, details);
    }

    /** A detail, empty when there is none. */
    String detail(String name) {
        return details.getOrDefault(name, "");
    }

    GatewayOrder with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(details);
        more.put(name, value);
        return new GatewayOrder(tenant, id, reference, asked, state, paid, refunds, createdAt, changedAt, more);
    }

    /** What went back altogether. */
    Money refunded() {
        return new Money(
                refunds.stream()
                        .mapToLong(refund -> refund.amount().amountMinor())
                        .sum(),
                asked.currency());
    }

    /** What went back when something last did; there must have been a refund. */
    Money lastRefund() {
        return refunds.get(refunds.size() - 1).amount();
    }

    /** What was paid, or what was asked for while nothing is paid. */
    Money amount() {
        return paid == null ? asked : paid;
    }

    /**
     * The order after something happened to it.
     *
     * @throws IllegalStateException when that cannot happen to it any more
     */
    GatewayOrder after(GatewayPlayer.Act act, Instant now) {
        return switch (act) {
            case SUCCEED -> paid(asked, act, now);
            case SUCCEED_WITH_OTHER_AMOUNT -> paid(other(asked), act, now);
            case FAIL -> ended(State.FAILED, act, now);
            case EXPIRE -> ended(State.EXPIRED, act, now);
            case REFUND_PART -> refund(Math.max(1, left() / 4), act, now);
            case REFUND -> refund(left(), act, now);
            case DISPUTE -> {
                if (state != State.PAID && state != State.PARTLY_REFUNDED) {
                    throw cannot(act);
                }
                yield changed(State.DISPUTED, paid, refunds, now);
            }
            case FORGE -> this;
        };
    }

    private GatewayOrder paid(Money amount, GatewayPlayer.Act act, Instant now) {
        if (state != State.OPEN && state != State.FAILED) {
            throw cannot(act);
        }
        return changed(State.PAID, amount, List.of(), now);
    }

    private GatewayOrder ended(State end, GatewayPlayer.Act act, Instant now) {
        if (state != State.OPEN) {
            throw cannot(act);
        }
        return changed(end, null, List.of(), now);
    }

    private GatewayOrder refund(long minor, GatewayPlayer.Act act, Instant now) {
        if (state != State.PAID && state != State.PARTLY_REFUNDED) {
            throw cannot(act);
        }
        // in whole units, because some gateways take no others
        long unit = unit(asked.currency());
        long rounded = minor == left() ? minor : Math.max(unit, minor / unit * unit);
        long part = Math.min(left(), rounded);
        State next = part == left() ? State.REFUNDED : State.PARTLY_REFUNDED;
        List<Refund> more = new ArrayList<>(refunds);
        more.add(new Refund(new Money(part, asked.currency()), now));
        return changed(next, paid, more, now);
    }

    private long left() {
        return amount().amountMinor() - refunded().amountMinor();
    }

    /** Half of an amount in whole units, and two units instead of one. */
    private static Money other(Money amount) {
        long unit = unit(amount.currency());
        long half = amount.amountMinor() / 2 / unit * unit;
        return new Money(half > 0 ? half : amount.amountMinor() + unit, amount.currency());
    }

    private static long unit(String currency) {
        return Money.ofMajor(java.math.BigDecimal.ONE, currency).amountMinor();
    }

    private GatewayOrder changed(State next, @Nullable Money nowPaid, List<Refund> refundsNow, Instant now) {
        return new GatewayOrder(tenant, id, reference, asked, next, nowPaid, refundsNow, createdAt, now, details);
    }

    private IllegalStateException cannot(GatewayPlayer.Act act) {
        return new IllegalStateException("an order that is " + state + " cannot " + act.word());
    }
}
