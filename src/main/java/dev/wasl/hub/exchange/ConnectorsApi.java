package dev.wasl.hub.exchange;

import dev.wasl.hub.access.Audit;
import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.connector.ConnectorSync.Backfill;
import dev.wasl.hub.connector.Tenants;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
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

    private final Map<String, ConnectorSync> syncs;
    private final Tenants tenants;
    private final VisibleTenants visible;
    private final Audit audit;

    ConnectorsApi(ObjectProvider<ConnectorSync> syncs, Tenants tenants, VisibleTenants visible, Audit audit) {
        this.syncs = syncs.orderedStream().collect(Collectors.toMap(ConnectorSync::connector, Function.identity()));
        this.tenants = tenants;
        this.visible = visible;
        this.audit = audit;
    }

    @GetMapping
    @Operation(
            summary = "Every connector of every tenant",
            description = "With the state of what it fetches by itself; connectors that only receive have no 'sync'.")
    Page<Connector> list(@Parameter(example = "hvar") @RequestParam(required = false) @Nullable String tenant) {
        return new Page<>(
                visible.narrow(tenant).stream()
                        .flatMap(name -> tenants.get(name).connectors().stream()
                                .sorted()
                                .map(connector -> new Connector(
                                        name,
                                        connector,
                                        syncs.containsKey(connector)
                                                ? syncs.get(connector).state(name)
                                                : null)))
                        .toList(),
                null);
    }

    @PostMapping("/{tenant}/{connector}/backfills")
    @NeedsScope(Scope.WRITE_CONNECTORS)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Fetch everything of a period", description = "Runs on in the background, also over restarts.")
    ResponseEntity<Backfill> startBackfill(
            @Parameter(example = "hvar") @PathVariable String tenant,
            @Parameter(example = "bosta") @PathVariable String connector,
            @RequestBody(required = false) @Valid @Nullable Period period) {
        ConnectorSync sync = sync(tenant, connector);
        Instant from = period == null ? null : period.from();
        Instant to = period == null ? null : period.to();
        if (from != null && to != null && !from.isBefore(to)) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "'from' must be before 'to'.");
        }
        audit.record(
                "backfill.create",
                "connector/" + tenant + "/" + connector,
                tenant,
                period == null ? null : period.reason());
        Backfill backfill = sync.startBackfill(tenant, from, to);
        return ResponseEntity.created(
                        URI.create("/api/v1/connectors/" + tenant + "/" + connector + "/backfills/" + backfill.id()))
                .body(backfill);
    }

    @GetMapping("/{tenant}/{connector}/backfills")
    @Operation(summary = "The backfills of a connector", description = "Newest first.")
    Page<Backfill> backfills(@PathVariable String tenant, @PathVariable String connector) {
        return new Page<>(sync(tenant, connector).backfills(tenant), null);
    }

    @GetMapping("/{tenant}/{connector}/backfills/{id}")
    @Operation(summary = "How far a backfill is")
    Backfill backfill(@PathVariable String tenant, @PathVariable String connector, @PathVariable UUID id) {
        return sync(tenant, connector)
                .backfill(tenant, id)
                .orElseThrow(
                        () -> new HubException(ErrorCode.NOT_FOUND, "This connector has no backfill with this id."));
    }

    @PostMapping("/{tenant}/{connector}/backfills/{id}/{command:pause|resume|cancel}")
    @NeedsScope(Scope.WRITE_CONNECTORS)
    @Operation(summary = "Pause, resume or cancel a backfill")
    Backfill command(
            @PathVariable String tenant,
            @PathVariable String connector,
            @PathVariable UUID id,
            @Parameter(schema = @Schema(allowableValues = {"pause", "resume", "cancel"})) @PathVariable String command,
            @RequestBody(required = false) @Valid @Nullable Reason reason) {
        ConnectorSync sync = sync(tenant, connector);
        backfill(tenant, connector, id);
        audit.record("backfill." + command, "backfill/" + id, tenant, reason == null ? null : reason.reason());
        return sync.command(tenant, id, ConnectorSync.Command.valueOf(command.toUpperCase(Locale.ROOT)));
    }

    @PostMapping("/{tenant}/{connector}/runs")
    @NeedsScope(Scope.WRITE_CONNECTORS)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Fetch what is new now", description = "Instead of at the next interval.")
    ConnectorSync.State run(
            @PathVariable String tenant,
            @PathVariable String connector,
            @RequestBody(required = false) @Valid @Nullable Reason reason) {
        ConnectorSync sync = sync(tenant, connector);
        audit.record(
                "connector.run",
                "connector/" + tenant + "/" + connector,
                tenant,
                reason == null ? null : reason.reason());
        sync.runNow(tenant);
        return sync.state(tenant);
    }

    private ConnectorSync sync(String tenant, String connector) {
        visible.narrow(tenant);
        if (!tenants.get(tenant).connectors().contains(connector)) {
            throw new HubException(ErrorCode.CONNECTOR_NOT_FOUND, "This tenant has not configured such a connector.");
        }
        ConnectorSync sync = syncs.get(connector);
        if (sync == null) {
            throw new HubException(
                    ErrorCode.CONNECTOR_NOT_FOUND, "This connector only receives; there is nothing to fetch.");
        }
        return sync;
    }

    record Connector(
            @Schema(example = "hvar") String tenant,
            @Schema(example = "bosta") String connector,
            ConnectorSync.@Nullable State sync) {}

    /**
     * What to fetch.
     *
     * @param from inclusive; absent for the beginning
     * @param to exclusive; absent for now
     */
    record Period(
            @Schema(example = "2026-01-01T00:00:00Z") @Nullable
            Instant from,

            @Nullable Instant to,
            @Size(max = 500) @Nullable String reason) {}

    record Reason(@Size(max = 500) @Nullable String reason) {}
}
