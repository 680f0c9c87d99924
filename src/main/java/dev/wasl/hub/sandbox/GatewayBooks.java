package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.sandbox.GatewayPlayer.Act;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What every played gateway keeps: the tenants' accounts, their orders, of which the oldest are forgotten, and a count from
 * which new numbers come. Safe for use by many threads.
 */
final class GatewayBooks {

    private static final int KEPT = 2_000;

    private final String name;
    private final Map<String, Accounts.Gateway> accounts;
    private final String url;
    private final long seed;
    private final Clock clock;
    private final Map<String, GatewayOrder> byId = new LinkedHashMap<>();
    private final AtomicLong count = new AtomicLong();

    /**
     * Empty books.
     *
     * @param name of the connector
     * @param accounts with this gateway, by tenant
     * @param sandbox where the sandbox listens, without a slash at the end
     */
    GatewayBooks(String name, Map<String, Accounts.Gateway> accounts, String sandbox, long seed, Clock clock) {
        this.name = name;
        this.accounts = accounts;
        this.url = sandbox + root(name);
        this.seed = seed;
        this.clock = clock;
    }

    /** The path under which the sandbox plays a gateway. */
    static String root(String name) {
        return "/gateways/" + name;
    }

    String name() {
        return name;
    }

    /** Where the gateway is, without a slash at the end. */
    String url() {
        return url;
    }

    /** The path of a request as the gateway itself knows it. */
    String path(Request request) {
        return request.path().substring(root(name).length());
    }

    Instant now() {
        return clock.instant();
    }

    List<String> tenants() {
        return List.copyOf(accounts.keySet());
    }

    /** The first account of which something is true. */
    Optional<Accounts.Gateway> account(Predicate<Accounts.Gateway> wanted) {
        return accounts.values().stream().filter(wanted).findFirst();
    }

    /** The first of a list of a tenant's secrets, empty when there is none. */
    String first(String tenant, String key) {
        Accounts.Gateway account = accounts.get(tenant);
        return account == null ? "" : account.first(key);
    }

    /** Dice for something new. */
    Dice dice(int purpose) {
        return Dice.at(seed, purpose, clock.millis(), count.incrementAndGet());
    }

    /** Dice that always fall the same for the same subject. */
    Dice diceOf(int purpose, long... subject) {
        long[] place = new long[subject.length + 1];
        place[0] = purpose;
        System.arraycopy(subject, 0, place, 1, subject.length);
        return Dice.at(seed, place);
    }

    /** An amount as the merchant wrote it, empty when it is none. */
    static Optional<Money> amount(String major, String currency) {
        try {
            return Optional.of(Money.ofMajor(new BigDecimal(major), currency));
        } catch (ArithmeticException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Keeps a new order. */
    synchronized GatewayOrder add(GatewayOrder order) {
        byId.put(order.id(), order);
        if (byId.size() > KEPT) {
            byId.remove(byId.keySet().iterator().next());
        }
        return order;
    }

    /** The order with this id, or the newest with this merchant's reference. */
    synchronized Optional<GatewayOrder> find(String idOrReference) {
        GatewayOrder known = byId.get(idOrReference);
        return known != null
                ? Optional.of(known)
                : orders().stream()
                        .filter(order -> order.reference().equals(idOrReference))
                        .findFirst();
    }

    /** As {@link #find}, within one tenant. */
    Optional<GatewayOrder> find(String tenant, String idOrReference) {
        return find(
                tenant,
                order -> order.id().equals(idOrReference) || order.reference().equals(idOrReference));
    }

    /** A tenant's newest order of which something is true. */
    Optional<GatewayOrder> find(String tenant, Predicate<GatewayOrder> wanted) {
        return orders().stream()
                .filter(order -> order.tenant().equals(tenant))
                .filter(wanted)
                .findFirst();
    }

    /** Every order that is remembered, newest first. */
    synchronized List<GatewayOrder> orders() {
        List<GatewayOrder> orders = new ArrayList<>(byId.values());
        Collections.reverse(orders);
        return orders;
    }

    /**
     * Changes an order.
     *
     * @throws NoSuchElementException when there is none
     */
    synchronized GatewayOrder change(String idOrReference, UnaryOperator<GatewayOrder> change) {
        GatewayOrder changed = change.apply(known(idOrReference));
        byId.replace(changed.id(), changed);
        return changed;
    }

    /**
     * Lets something happen to an order.
     *
     * @throws NoSuchElementException when there is none
     * @throws IllegalStateException when that cannot happen to it any more
     */
    GatewayOrder change(String idOrReference, Act act) {
        return change(idOrReference, order -> order.after(act, now()));
    }

    /**
     * The order as a stranger says that it stands: paid. It is not changed.
     *
     * @throws NoSuchElementException when there is none
     * @throws IllegalStateException when it cannot be paid any more
     */
    GatewayOrder claimed(String idOrReference) {
        return known(idOrReference).after(Act.SUCCEED, now());
    }

    private GatewayOrder known(String idOrReference) {
        return find(idOrReference).orElseThrow(() -> new NoSuchElementException("no order " + idOrReference));
    }

    /** The path at the hub where a tenant's callbacks go that have no address of their own. */
    String webhooks(String tenant) {
        return "/webhooks/" + tenant + '/' + name;
    }

    /** A callback in JSON without any proof, for the tenant's webhook address. */
    Hook hook(GatewayOrder order, String event, JsonNode body, int tries) {
        return new Hook(
                name,
                order.tenant(),
                event,
                order.id(),
                webhooks(order.tenant()),
                "application/json",
                Json.bytes(body),
                sent -> Map.of(),
                tries);
    }
}
