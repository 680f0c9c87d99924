package dev.wasl.hub.exchange;

import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.connector.SyncState.Phase;
import dev.wasl.hub.delivery.ParkedMessages;
import dev.wasl.hub.flow.RouteStatus;
import dev.wasl.hub.journal.LedgerView;
import dev.wasl.hub.mapping.MappingCatalog;
import dev.wasl.hub.ops.QueueView;
import dev.wasl.hub.payment.PaymentTroubles;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/health", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_OPS)
@Tag(name = "Operations")
class HealthApi {

    private static final Logger LOG = LoggerFactory.getLogger(HealthApi.class);
    /** Longer than any message should wait between reception and effect when all is well. */
    private static final Duration LATE = Duration.ofMinutes(5);

    private final LedgerView ledger;
    private final ParkedMessages parked;
    private final QueueView queues;
    private final RouteStatus routes;
    private final MappingCatalog mappings;
    private final ConnectorSync connectors;
    private final PaymentTroubles payments;
    private final VisibleTenants visible;
    private final Clock clock;

    HealthApi(
            LedgerView ledger,
            ParkedMessages parked,
            QueueView queues,
            RouteStatus routes,
            MappingCatalog mappings,
            ConnectorSync connectors,
            PaymentTroubles payments,
            VisibleTenants visible,
            Clock clock) {
        this.ledger = ledger;
        this.parked = parked;
        this.queues = queues;
        this.routes = routes;
        this.mappings = mappings;
        this.connectors = connectors;
        this.payments = payments;
        this.visible = visible;
        this.clock = clock;
    }

    @GetMapping
    @Operation(
            summary = "Does the hub need somebody?",
            description =
                    "OK: nothing to do. ATTENTION: it works, and a person has work. DEGRADED: a part does not work. "
                            + "For load balancers there is /actuator/health.")
    Summary health() {
        List<String> tenants = visible.all();
        List<LedgerView.Row> rows = ledger.rows(tenants);
        boolean balanced = rows.stream().allMatch(LedgerView.Row::balanced);
        long waiting = parked.count(visible.allWork());
        Instant oldest = rows.stream()
                .map(LedgerView.Row::oldestPendingSince)
                .filter(Objects::nonNull)
                .min(Instant::compareTo)
                .orElse(null);
        Long oldestAge = oldest == null
                ? null
                : Math.max(0, Duration.between(oldest, clock.instant()).toSeconds());
        List<Queue> depths = depths();
        List<String> broken = new ArrayList<>();
        if (!balanced) {
            broken.add("The ledger does not balance.");
        }
        if (depths == null) {
            broken.add("The broker does not answer.");
        } else {
            depths.stream()
                    .filter(queue -> queue.depth() > 0 && queue.consumers() == 0)
                    .forEach(queue -> broken.add("Nobody reads the queue " + queue.name() + "."));
        }
        if (oldestAge != null && oldestAge > LATE.toSeconds()) {
            broken.add("A message has been under way for " + oldestAge + " s.");
        }
        routes.files().stream()
                .filter(file -> file.error() != null)
                .forEach(file -> broken.add("The route file " + file.name() + " is broken: " + file.error()));
        mappings.mappings().stream()
                .filter(mapping -> !mapping.ok())
                .forEach(mapping -> broken.add("The mapping " + mapping.name() + " is broken: " + mapping.problem()));
        List<String> reasons = new ArrayList<>(broken);
        connectors.states().stream()
                .filter(state -> tenants.contains(state.tenant()))
                .filter(state -> state.phase() == Phase.NEEDS_ATTENTION)
                .forEach(state -> reasons.add(state.tenant() + "/" + state.connector() + " needs somebody: "
                        + (state.errorCode() == null ? "no code" : state.errorCode()) + "."));
        payments.of(tenants).forEach(trouble -> reasons.add(sentence(trouble)));
        if (waiting > 0) {
            reasons.add("Parked messages wait for a person.");
        }
        return new Summary(
                !broken.isEmpty() ? Status.DEGRADED : reasons.isEmpty() ? Status.OK : Status.ATTENTION,
                reasons,
                balanced,
                waiting,
                rows.stream().mapToLong(LedgerView.Row::pending).sum(),
                oldestAge,
                depths);
    }

    private static String sentence(PaymentTroubles.Trouble trouble) {
        String gateway = trouble.tenant() + "/" + trouble.connector();
        return switch (trouble.kind()) {
            case QUARANTINED ->
                gateway + ": " + trouble.what() + " payments were confirmed otherwise than they were asked for.";
            case UNKNOWN -> gateway + ": of " + trouble.what() + " payments the gateway does not tell how they stand.";
            case SILENT -> gateway + " does not answer: " + trouble.what() + ".";
        };
    }

    private @Nullable List<Queue> depths() {
        try {
            return queues.queues().stream()
                    .map(queue -> new Queue(
                            queue.name(),
                            queue.depth(),
                            queue.oldestAge() == null ? null : queue.oldestAge().toSeconds(),
                            queue.consumers()))
                    .toList();
        } catch (HubException e) {
            LOG.warn("The broker does not tell its queues.", e);
            return null;
        }
    }

    /** How much help the hub needs. */
    enum Status {
        OK,
        ATTENTION,
        DEGRADED
    }

    /**
     * The state of the hub in a few numbers.
     *
     * @param reasons why the status is not OK
     * @param queues absent when the broker does not answer
     */
    @Schema(name = "Health")
    record Summary(
            Status status,
            List<String> reasons,
            boolean ledgerBalanced,
            long parked,
            long pending,
            @Nullable Long oldestPendingAgeSeconds,
            @Nullable List<Queue> queues) {}

    @Schema(name = "Queue")
    record Queue(String name, long depth, @Nullable Long oldestAgeSeconds, int consumers) {}
}
