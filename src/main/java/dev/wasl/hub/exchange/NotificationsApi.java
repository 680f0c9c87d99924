package dev.wasl.hub.exchange;

import dev.wasl.hub.access.Audit;
import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.notify.NotificationLog;
import dev.wasl.hub.notify.Notifications;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.util.List;
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
@RequestMapping(path = "/api/v1/notifications", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_OPS)
@Tag(name = "Notifications")
class NotificationsApi {

    private final NotificationLog notifications;
    private final Notifications held;
    private final VisibleTenants visible;
    private final Audit audit;

    NotificationsApi(NotificationLog notifications, Notifications held, VisibleTenants visible, Audit audit) {
        this.notifications = notifications;
        this.held = held;
        this.visible = visible;
        this.audit = audit;
    }

    @GetMapping
    @Operation(summary = "List what was sent to people", description = "Newest first.")
    Page<NotificationLog.Entry> list(
            @Parameter(example = "hvar") @RequestParam(required = false) @Nullable String tenant,
            @RequestParam(required = false) Notification.@Nullable Channel channel,
            @RequestParam(required = false) Notification.@Nullable Status status,
            @Parameter(description = "Only those that wait for a person, or for their recipient's address.")
                    @RequestParam(defaultValue = "false")
                    boolean held,
            @Parameter(description = "nextCursor of the part before.") @RequestParam(required = false) @Nullable
                    String cursor,
            @RequestParam(defaultValue = Page.USUAL) @Min(1) @Max(Page.LARGEST) int limit) {
        Cursor after = Cursor.parse(cursor);
        List<NotificationLog.Entry> rows = notifications.page(new NotificationLog.Filter(
                visible.narrow(tenant),
                channel,
                status,
                held,
                after == null
                        ? null
                        : new NotificationLog.Position(after.at(), after.uuid().toString()),
                limit + 1));
        return Page.of(rows, limit, row -> new Cursor(row.requestedAt(), row.id()), row -> row);
    }

    @PostMapping("/{id}/release")
    @NeedsScope(Scope.WRITE_NOTIFICATIONS)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(
            summary = "Let a held notification go on",
            description = "One whose outcome is unknown is sent once more: look it up at the provider before.")
    void release(@PathVariable UUID id, @RequestBody(required = false) @Valid @Nullable Reason reason) {
        NotificationLog.Entry entry = notifications
                .find(visible.all(), id)
                .orElseThrow(
                        () -> new HubException(ErrorCode.NOT_FOUND, "No notification with this id is visible to you."));
        audit.record(
                "notification.release", "notification/" + id, entry.tenant(), reason == null ? null : reason.reason());
        if (!held.release(entry.tenant(), id)) {
            throw new HubException(ErrorCode.CONFLICT, "This notification is not held, or it is too late to tell it.");
        }
    }

    record Reason(
            @Size(max = 500) @Schema(example = "template corrected") @Nullable
            String reason) {}
}
