package dev.wasl.hub.exchange;

import com.fasterxml.jackson.annotation.JsonAlias;
import dev.wasl.hub.access.Audit;
import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.Backfill;
import dev.wasl.hub.connector.BackfillRequest;
import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.connector.RequestBudget;
import dev.wasl.hub.connector.SyncState;
import dev.wasl.hub.tenant.Tenants;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/connectors", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_OPS)
@Tag(name = "Connectors")
class ConnectorsApi {

    private static final int MOST_BACKFILLS = 100;

    private final ConnectorSync syncs;
    private final Tenants tenants;
    private final VisibleTenants visible;
    private final Audit audit;

    ConnectorsApi(ConnectorSync syncs, Tenants tenants, VisibleTenants visible, Audit audit) {
        this.syncs = syncs;
        this.tenants = tenants;
        this.visible = visible;
        this.audit = audit;
    }

    @GetMapping
    @Operation(
            summary = "Every connector of every tenant",
            description = "With the state of what it fetches by itself; connectors that only receive have no 'sync'.")
    Page<Connector> list(@Parameter(example = "hvar") @RequestParam(required = false) @Nullable String tenant) {
        List<String> names = visible.narrow(tenant);
        Map<String, SyncState> states = syncs.states().stream()
                .collect(Collectors.toMap(state -> state.tenant() + '/' + state.connector(), s -> s));
        return new Page<>(
                names.stream()
                        .flatMap(name -> tenants.get(name).connectors().stream()
                                .sorted()
                                .map(connector -> Connector.of(name, connector, states.get(name + '/' + connector))))
                        .toList(),
                null);
    }

    @GetMapping("/{tenant}/{connector}")
    @Operation(summary = "One connector of one tenant")
    Connector one(@PathVariable String tenant, @PathVariable String connector) {
        visible.narrow(tenant);
        configured(tenant, connector);
        return Connector.of(tenant, connector, syncs.state(tenant, connector).orElse(null));
    }

    @PostMapping("/{tenant}/{connector}/backfills")
    @NeedsScope(Scope.WRITE_CONNECTORS)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Fetch everything of a period", description = "Runs on in the background, also over restarts.")
    ResponseEntity<BackfillView> startBackfill(
            @Parameter(example = "hvar") @PathVariable String tenant,
            @Parameter(example = "bosta") @PathVariable String connector,
            @RequestBody(required = false) @Valid @Nullable NewBackfill wanted) {
        asking(tenant, connector);
        audit.record("backfill.start", path(tenant, connector), tenant, wanted == null ? null : wanted.reason());
        Backfill backfill = syncs.startBackfill(
                tenant, connector, wanted == null ? BackfillRequest.everything() : wanted.request());
        return ResponseEntity.created(
                        URI.create("/api/v1/connectors/" + path(tenant, connector) + "/backfills/" + backfill.id()))
                .body(BackfillView.of(backfill));
    }

    @GetMapping("/{tenant}/{connector}/backfills")
    @Operation(summary = "The backfills of a connector", description = "Newest first.")
    Page<BackfillView> backfills(@PathVariable String tenant, @PathVariable String connector) {
        asking(tenant, connector);
        return new Page<>(
                syncs.backfills(tenant, connector, MOST_BACKFILLS).stream()
                        .map(BackfillView::of)
                        .toList(),
                null);
    }

    @GetMapping("/{tenant}/{connector}/backfills/{id}")
    @Operation(summary = "How far a backfill is")
    BackfillView backfill(@PathVariable String tenant, @PathVariable String connector, @PathVariable UUID id) {
        asking(tenant, connector);
        return BackfillView.of(find(tenant, connector, id));
    }

    @PostMapping("/{tenant}/{connector}/backfills/{id}/{command:pause|resume|cancel}")
    @NeedsScope(Scope.WRITE_CONNECTORS)
    @Operation(summary = "Pause, resume or cancel a backfill")
    BackfillView command(
            @PathVariable String tenant,
            @PathVariable String connector,
            @PathVariable UUID id,
            @Parameter(schema = @Schema(allowableValues = {"pause", "resume", "cancel"})) @PathVariable String command,
            @RequestBody(required = false) @Valid @Nullable Reason reason) {
        asking(tenant, connector);
        Backfill backfill = find(tenant, connector, id);
        if (backfill.state() != Backfill.State.RUNNING && backfill.state() != Backfill.State.PAUSED) {
            throw new HubException(ErrorCode.BACKFILL_CONFLICT, "This backfill has ended.");
        }
        audit.record("backfill." + command, "backfill/" + id, tenant, reason == null ? null : reason.reason());
        // Only one backfill of a connector is open at a time, so its connector names it.
        return BackfillView.of(
                switch (command) {
                    case "pause" -> syncs.pauseBackfill(tenant, connector);
                    case "resume" -> syncs.resumeBackfill(tenant, connector);
                    default -> syncs.cancelBackfill(tenant, connector);
                });
    }

    @PostMapping("/{tenant}/{connector}/runs")
    @NeedsScope(Scope.WRITE_CONNECTORS)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Fetch what is new now", description = "Instead of at the next interval.")
    Connector run(
            @PathVariable String tenant,
            @PathVariable String connector,
            @RequestBody(required = false) @Valid @Nullable Reason reason) {
        asking(tenant, connector);
        audit.record("connector.run", path(tenant, connector), tenant, reason == null ? null : reason.reason());
        syncs.runNow(tenant, connector);
        return one(tenant, connector);
    }

    @PostMapping("/{tenant}/{connector}/{command:pause|resume}")
    @NeedsScope(Scope.WRITE_CONNECTORS)
    @Operation(summary = "Switch fetching off or on", description = "Webhooks and backfills go on.")
    Connector polling(
            @PathVariable String tenant,
            @PathVariable String connector,
            @Parameter(schema = @Schema(allowableValues = {"pause", "resume"})) @PathVariable String command,
            @RequestBody(required = false) @Valid @Nullable Reason reason) {
        asking(tenant, connector);
        audit.record("connector." + command, path(tenant, connector), tenant, reason == null ? null : reason.reason());
        if (command.equals("pause")) {
            syncs.pausePolling(tenant, connector);
        } else {
            syncs.resumePolling(tenant, connector);
        }
        return one(tenant, connector);
    }

    private void configured(String tenant, String connector) {
        if (!tenants.get(tenant).connectors().contains(connector)) {
            throw new HubException(ErrorCode.CONNECTOR_NOT_FOUND, "This tenant has not configured such a connector.");
        }
    }

    private void asking(String tenant, String connector) {
        visible.narrow(tenant);
        configured(tenant, connector);
        if (syncs.state(tenant, connector).isEmpty()) {
            throw new HubException(
                    ErrorCode.CONNECTOR_NOT_FOUND, "This connector only receives; there is nothing to fetch.");
        }
    }

    private Backfill find(String tenant, String connector, UUID id) {
        return syncs.backfills(tenant, connector, MOST_BACKFILLS).stream()
                .filter(backfill -> backfill.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () -> new HubException(ErrorCode.NOT_FOUND, "This connector has no backfill with this id."));
    }

    private static String path(String tenant, String connector) {
        return tenant + "/" + connector;
    }

    /**
     * A connector of a tenant.
     *
     * @param sync what it fetches by itself; absent when it only receives
     */
    record Connector(
            @Schema(example = "hvar") String tenant,
            @Schema(example = "bosta") String connector,
            @Nullable Sync sync) {

        static Connector of(String tenant, String connector, @Nullable SyncState state) {
            return new Connector(tenant, connector, state == null ? null : Sync.of(state));
        }
    }

    /**
     * What a connector fetches by itself.
     *
     * @param mark every change up to here was stored
     * @param budget the request budget of the source; absent while no instance works for the connector
     * @param waiting how many single things wait to be asked for
     * @param givenUp how many were given up because the source does not know them
     * @param repairedToday changes that only reconciliation found, today (UTC)
     */
    record Sync(
            SyncState.Phase phase,
            boolean paused,
            boolean catchingUp,
            @Nullable Instant mark,
            @Nullable Instant lastRunAt,
            @Nullable Instant lastSuccessAt,
            @Nullable Instant blockedUntil,
            @Nullable BudgetView budget,
            long rowsSeen,
            long rowsChanged,
            long details,
            long calls,
            long throttled,
            long waiting,
            Map<RequestBudget.Priority, Long> waitingByUrgency,
            long givenUp,
            long repairedToday,
            long repairedTotal,
            @Nullable String errorCode,
            @Nullable String error,
            @Nullable Instant errorAt,
            @Nullable BackfillView backfill) {

        static Sync of(SyncState state) {
            return new Sync(
                    state.phase(),
                    state.paused(),
                    state.catchingUp(),
                    state.mark(),
                    state.lastRunAt(),
                    state.lastSuccessAt(),
                    state.blockedUntil(),
                    state.budget() == null ? null : BudgetView.of(state.budget()),
                    state.rowsSeen(),
                    state.rowsChanged(),
                    state.details(),
                    state.calls(),
                    state.throttled(),
                    state.wants().values().stream().mapToLong(Long::longValue).sum(),
                    state.wants(),
                    state.wantsGivenUp(),
                    state.repairedToday(),
                    state.repairedTotal(),
                    state.errorCode(),
                    state.error(),
                    state.errorAt(),
                    state.backfill() == null ? null : BackfillView.of(state.backfill()));
        }
    }

    /**
     * How often the source may be called, shared with everybody who calls it.
     *
     * @param limit configured calls a second; absent when there is no limit
     * @param rate calls a second at the moment, lower than the limit after being throttled; absent when there is no limit
     * @param usedLastHour calls in the last hour
     */
    @Schema(name = "RequestBudget")
    record BudgetView(
            @Schema(example = "app.bosta.co") String source,
            @Schema(example = "0.75") @Nullable Double limit,
            @Schema(example = "0.375") @Nullable Double rate,
            long usedLastHour) {

        static BudgetView of(SyncState.Budget budget) {
            return new BudgetView(budget.source(), budget.limit(), budget.rate(), budget.usedLastHour());
        }
    }

    /**
     * One reading of the past.
     *
     * @param sourceTotal what the source says it has
     * @param estimatedSecondsLeft absent when nothing allows a guess
     */
    @Schema(name = "Backfill")
    record BackfillView(
            UUID id,
            String tenant,
            String connector,
            Backfill.State state,
            @Nullable Instant createdFrom,
            @Nullable Instant createdTo,
            boolean withDetails,
            long pages,
            long rows,
            long calls,
            @Nullable Long sourceTotal,
            double rowsPerSecond,
            @Nullable Long estimatedRowsLeft,
            @Nullable Long estimatedSecondsLeft,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable String error) {

        static BackfillView of(Backfill backfill) {
            return new BackfillView(
                    backfill.id(),
                    backfill.tenant(),
                    backfill.connector(),
                    backfill.state(),
                    backfill.createdFrom(),
                    backfill.createdTo(),
                    backfill.withDetails(),
                    backfill.pages(),
                    backfill.rows(),
                    backfill.calls(),
                    backfill.sourceTotal(),
                    Math.round(backfill.rowsPerSecond() * 10) / 10.0,
                    backfill.estimatedRowsLeft(),
                    backfill.estimatedTimeLeft() == null
                            ? null
                            : backfill.estimatedTimeLeft().toSeconds(),
                    backfill.startedAt(),
                    backfill.endedAt(),
                    backfill.error());
        }
    }

    /**
     * What to fetch.
     *
     * @param createdFrom inclusive; absent for the beginning
     * @param createdTo inclusive; absent for now
     * @param pageSize rows a page; absent for the connector's default
     * @param withDetails whether each row's detail is fetched too; absent for the connector's default
     */
    record NewBackfill(
            @Schema(example = "2026-01-01T00:00:00Z") @JsonAlias("from") @StorableTime @Nullable
            Instant createdFrom,

            @JsonAlias("to") @StorableTime @Nullable Instant createdTo,
            @Nullable Integer pageSize,
            @Nullable Boolean withDetails,
            @Size(max = 500) @Nullable String reason) {

        BackfillRequest request() {
            return new BackfillRequest(createdFrom, createdTo, pageSize, withDetails);
        }
    }

    record Reason(
            @Size(max = 500) @Schema(example = "courier is down") @Nullable
            String reason) {}
}
