package dev.wasl.hub.sandbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The orders of one played gateway; the oldest are forgotten. Safe for use by many threads. */
final class GatewayOrders {

    private static final int KEPT = 2_000;

    private final Map<String, GatewayOrder> byId = new LinkedHashMap<>();

    synchronized void add(GatewayOrder order) {
        byId.put(order.id(), order);
        if (byId.size() > KEPT) {
            byId.remove(byId.keySet().iterator().next());
        }
    }

    /** The order with this id, or the newest with this merchant's reference. */
    synchronized Optional<GatewayOrder> find(String idOrReference) {
        GatewayOrder known = byId.get(idOrReference);
        return known != null
                ? Optional.of(known)
                : newestFirst().stream()
                        .filter(order -> order.reference().equals(idOrReference))
                        .findFirst();
    }

    /** As {@link #find}, within one tenant. */
    synchronized Optional<GatewayOrder> find(String tenant, String idOrReference) {
        return newestFirst().stream()
                .filter(order -> order.tenant().equals(tenant)
                        && (order.id().equals(idOrReference)
                                || order.reference().equals(idOrReference)))
                .findFirst();
    }

    /**
     * Changes an order.
     *
     * @throws NoSuchElementException when there is none
     */
    synchronized GatewayOrder change(String idOrReference, UnaryOperator<GatewayOrder> change) {
        GatewayOrder changed = change.apply(find(idOrReference).orElseThrow(() -> missing(idOrReference)));
        byId.replace(changed.id(), changed);
        return changed;
    }

    synchronized List<GatewayOrder> newestFirst() {
        List<GatewayOrder> orders = new ArrayList<>(byId.values());
        Collections.reverse(orders);
        return orders;
    }

    private static NoSuchElementException missing(String order) {
        return new NoSuchElementException("no order " + order);
    }
}
