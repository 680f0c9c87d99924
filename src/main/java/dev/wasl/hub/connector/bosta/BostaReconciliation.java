package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.connector.ConnectorMemory;
import dev.wasl.hub.connector.OpenDeliveries;
import dev.wasl.hub.connector.OpenDeliveries.OpenDelivery;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.Want;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks for open deliveries that nothing was heard of for long, and wishes for their details: webhooks get lost, and a change
 * can slip through between pages. Goes round all of them before it asks for the same one again.
 *
 * <p>Also looks, less often, for delivered ones whose cash Bosta has not paid out: Bosta tells a pay-out in the detail alone,
 * days later, and leaves {@code updatedAt} as it was. They get what open deliveries leave, and a fifth in any case.
 */
final class BostaReconciliation {

    private static final String COURIER = "bosta";
    private static final int UNPAID_SHARE = 5;

    private final String tenant;
    private final BostaSettings settings;
    private final ConnectorMemory memory;
    private final OpenDeliveries open;
    private final Clock clock;

    BostaReconciliation(
            String tenant, BostaSettings settings, ConnectorMemory memory, OpenDeliveries open, Clock clock) {
        this.tenant = tenant;
        this.settings = settings;
        this.memory = memory;
        this.open = open;
        this.clock = clock;
    }

    /**
     * Wishes for the details of the deliveries that are due.
     *
     * @return how many
     */
    int run() {
        long waiting = memory.wantCounts().getOrDefault(Priority.RECONCILE, 0L);
        int room = (int) Math.max(0, settings.reconcileBatch() - waiting);
        if (room == 0) {
            return 0;
        }
        Instant now = clock.instant();
        List<OpenDelivery> silent = open.silentSince(tenant, COURIER, now.minus(settings.staleAfter()), room);
        List<OpenDelivery> unpaid = open.unpaidSince(
                tenant,
                COURIER,
                now.minus(settings.settlementFor()),
                now.minus(settings.settlementInterval()),
                Math.max(room - silent.size(), (room + UNPAID_SHARE - 1) / UNPAID_SHARE));
        List<OpenDelivery> due =
                Stream.concat(unpaid.stream(), silent.stream()).limit(room).toList();
        // wished for first: a crash in between only asks once more
        memory.want(due.stream()
                .filter(delivery -> BostaTransport.isTrackingNumber(delivery.trackingNumber()))
                .map(BostaReconciliation::want)
                .toList());
        // those that cannot be asked for as well, or they would be first in the line for ever
        open.asked(
                tenant, COURIER, due.stream().map(OpenDelivery::trackingNumber).toList(), now);
        return due.size();
    }

    private static Want want(OpenDelivery delivery) {
        return new Want(delivery.trackingNumber(), Want.Reason.RECONCILE, delivery.rawStateCode(), 0, 0, 0);
    }
}
