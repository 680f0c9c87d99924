package dev.wasl.hub.exchange;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.wasl.hub.access.Audit;
import dev.wasl.hub.access.Callers;
import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.delivery.ParkedMessage;
import dev.wasl.hub.delivery.ParkedMessages;
import dev.wasl.hub.delivery.ParkedMessages.State;
import dev.wasl.hub.delivery.Replay;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/parked", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_OPS)
@Tag(name = "Parked messages")
class ParkedApi {

    private static final int MOST_GROUPS = 100;
    private static final int MOST_REPLAYED = 1000;
    private static final Set<State> WAITING = EnumSet.of(State.PARKED, State.REPLAYING);

    private final ParkedMessages parked;
    private final Replay replay;
    private final VisibleTenants visible;
    private final Audit audit;

    ParkedApi(ParkedMessages parked, Replay replay, VisibleTenants visible, Audit audit) {
        this.parked = parked;
        this.replay = replay;
        this.visible = visible;
        this.audit = audit;
    }

    @GetMapping
    @Operation(
            summary = "List parked messages",
            description = "Those that wait, unless 'state' says otherwise; newest first.")
    Page<ParkedMessage> list(
            @Parameter(example = "hvar") @RequestParam(required = false) @Nullable String tenant,
            @Parameter(example = "bosta") @RequestParam(required = false) @Nullable String connector,
            @RequestParam(required = false) @Nullable String fingerprint,
            @RequestParam(required = false) @Nullable State state,
            @Parameter(description = "nextCursor of the part before.") @RequestParam(required = false) @Nullable
                    String cursor,
            @RequestParam(defaultValue = Page.USUAL) @Min(1) @Max(Page.LARGEST) int limit) {
        Cursor after = Cursor.parse(cursor);
        List<ParkedMessage> rows = parked.page(new ParkedMessages.Filter(
                visible.narrowWork(tenant),
                connector,
                fingerprint,
                state == null ? WAITING : Set.of(state),
                after == null ? null : new ParkedMessages.Position(after.at(), after.uuid()),
                limit + 1));
        return Page.of(rows, limit, row -> new Cursor(row.parkedAt(), row.id().toString()), row -> row);
    }

    @GetMapping("/fingerprints")
    @Operation(summary = "What waits, by cause", description = "The largest group first.")
    Page<ParkedMessages.Group> fingerprints(@RequestParam(required = false) @Nullable String tenant) {
        return new Page<>(parked.countsByFingerprint(visible.narrowWork(tenant), MOST_GROUPS), null);
    }

    @GetMapping("/{id}")
    @Operation(summary = "One parked message", description = "The bytes that failed only with the scope `read:raw`.")
    ParkedDetail one(@PathVariable UUID id) {
        ParkedMessage message = find(id);
        Body body = Callers.has(Scope.READ_RAW)
                ? parked.body(List.of(message.tenant()), id)
                        .map(bytes -> Body.of(null, null, bytes))
                        .orElse(null)
                : null;
        return new ParkedDetail(message, body);
    }

    @PostMapping("/{id}/replay")
    @NeedsScope(Scope.WRITE_PARKED)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Send one again", description = "With the identity it had, so that nothing is applied twice.")
    ParkedMessage replay(@PathVariable UUID id, @RequestBody(required = false) @Valid @Nullable Reason reason) {
        ParkedMessage message = find(id);
        audit.record("parked.replay", "parked/" + id, message.tenant(), reason == null ? null : reason.reason());
        replay.replay(id);
        return parked.find(List.of(message.tenant()), id).orElse(message);
    }

    @PostMapping("/replay")
    @NeedsScope(Scope.WRITE_PARKED)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Send many again",
            description = "By ids, or all of one cause; at most 1000 at once, oldest first.")
    Replayed replayMany(@RequestBody @Valid ReplayMany many) {
        List<UUID> ids = many.ids() == null ? List.of() : many.ids();
        boolean byIds = !ids.isEmpty();
        boolean byCause = many.fingerprint() != null && !many.fingerprint().isBlank();
        if (!byIds && !byCause) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "Name 'ids' or a 'fingerprint'.");
        }
        List<String> tenants = visible.narrowWork(many.tenant());
        audit.record(
                "parked.replay-many",
                byCause ? "fingerprint/" + many.fingerprint() : "parked/" + ids.size() + " ids from " + ids.get(0),
                many.tenant(),
                many.reason());
        return new Replayed(replay.replayAll(new Replay.Selection(
                tenants,
                byIds ? ids : null,
                byCause ? many.fingerprint() : null,
                many.limit() == null ? MOST_REPLAYED : many.limit())));
    }

    @PostMapping("/{id}/discard")
    @NeedsScope(Scope.WRITE_PARKED)
    @Operation(summary = "Give one up", description = "It is kept and can be found, but waits no more.")
    ParkedMessage discard(@PathVariable UUID id, @RequestBody @Valid NeededReason reason) {
        ParkedMessage message = find(id);
        audit.record("parked.discard", "parked/" + id, message.tenant(), reason.reason());
        replay.discard(id, reason.reason());
        return parked.find(List.of(message.tenant()), id).orElse(message);
    }

    private ParkedMessage find(UUID id) {
        return parked.find(visible.allWork(), id)
                .orElseThrow(() -> new HubException(
                        ErrorCode.PARKED_NOT_FOUND, "No parked message with this id is visible to you."));
    }

    @Schema(name = "ParkedMessageDetail")
    record ParkedDetail(
            @JsonUnwrapped ParkedMessage message, @Nullable Body body) {}

    record Reason(
            @Size(max = 500) @Schema(example = "mapping fixed") @Nullable
            String reason) {}

    record NeededReason(
            @NotBlank @Size(max = 500) @Schema(example = "test order, nobody needs it")
            String reason) {}

    record ReplayMany(
            @Size(max = MOST_REPLAYED) @Nullable List<@NotNull UUID> ids,
            @Nullable String fingerprint,
            @Nullable String tenant,
            @Min(1) @Max(MOST_REPLAYED) @Nullable Integer limit,
            @Size(max = 500) @Nullable String reason) {}

    /**
     * How many were sent.
     *
     * @param replayed those that still waited
     */
    record Replayed(int replayed) {}
}
