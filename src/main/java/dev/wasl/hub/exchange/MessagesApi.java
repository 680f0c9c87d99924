package dev.wasl.hub.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.access.Callers;
import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.journal.JournalEntry;
import dev.wasl.hub.journal.MessageJournal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/messages", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_MESSAGES)
@Tag(name = "Messages")
class MessagesApi {

    private final MessageJournal journal;
    private final Journey journey;
    private final VisibleTenants visible;

    MessagesApi(MessageJournal journal, Journey journey, VisibleTenants visible) {
        this.journal = journal;
        this.journey = journey;
        this.visible = visible;
    }

    @GetMapping
    @Operation(
            summary = "The journey of a reference, or the newest messages",
            description =
                    "With 'reference' (tracking number, payment id, order number, phone in any form): everything that "
                            + "happened about it, in time order and in one part: received messages with their outcome, canonical "
                            + "events, effects, parked messages, notifications; of more than 200 messages the newest, and 'truncated' "
                            + "says so. Without: received messages, newest first.")
    Page<JourneyStep> list(
            @Parameter(example = "90000001") @RequestParam(required = false) @Nullable String reference,
            @Parameter(example = "hvar") @RequestParam(required = false) @Nullable String tenant,
            @Parameter(description = "Only without reference.", example = "bosta")
                    @RequestParam(required = false)
                    @Nullable
                    String connector,
            @Parameter(description = "Only without reference.") @RequestParam(required = false) @Nullable
                    ArrivalOutcome outcome,
            @Parameter(description = "nextCursor of the part before.") @RequestParam(required = false) @Nullable
                    String cursor,
            @RequestParam(defaultValue = Page.USUAL) @Min(1) @Max(Page.LARGEST) int limit) {
        List<String> tenants = visible.narrow(tenant);
        if (reference != null && !TypedText.visible(reference).isEmpty()) {
            return journey.of(tenants, reference);
        }
        Cursor after = Cursor.parse(cursor);
        List<JournalEntry> rows = journal.latest(new MessageJournal.Filter(
                tenants,
                connector,
                outcome == null ? null : outcome.name(),
                after == null ? null : new MessageJournal.Position(after.at(), after.uuid()),
                limit + 1));
        return Page.of(
                rows, limit, row -> new Cursor(row.receivedAt(), row.receiptId().toString()), JourneyStep::received);
    }

    @GetMapping("/{receiptId}")
    @Operation(
            summary = "One received message",
            description =
                    "With the canonical events it became and what became of them; the bytes as they came only with the "
                            + "scope `read:raw`.")
    MessageDetail one(@PathVariable UUID receiptId) {
        List<String> tenants = visible.all();
        JournalEntry entry = journal.find(tenants, receiptId)
                .orElseThrow(
                        () -> new HubException(ErrorCode.NOT_FOUND, "No message with this receipt is visible to you."));
        Body raw = Callers.has(Scope.READ_RAW)
                ? journal.original(tenants, receiptId)
                        .map(original -> Body.of(original.contentType(), original.headers(), original.body()))
                        .orElse(null)
                : null;
        return new MessageDetail(
                entry.receiptId(),
                entry.messageId(),
                entry.tenant(),
                entry.connector(),
                entry.kind(),
                entry.receivedAt(),
                entry.outcome(),
                entry.reason(),
                entry.references(),
                journey.events(entry),
                journey.steps(tenants, List.of(entry)),
                raw);
    }

    /** What became of a message when it arrived. */
    enum ArrivalOutcome {
        ACCEPTED,
        DUPLICATE,
        IGNORED,
        PARKED,
        REJECTED
    }

    /**
     * A received message.
     *
     * @param canonical the events it became, CloudEvents 1.0
     * @param journey what became of it, in time order
     * @param raw absent without the scope, or when the bytes are not kept
     */
    @Schema(name = "Message")
    record MessageDetail(
            UUID receiptId,
            String messageId,
            String tenant,
            String connector,
            String kind,
            Instant receivedAt,
            String outcome,
            @Nullable String reason,
            Set<String> references,

            @Schema(type = "array", description = "CloudEvents 1.0 in JSON.")
            JsonNode canonical,

            List<JourneyStep> journey,
            @Nullable Body raw) {}
}
