package dev.wasl.hub.exchange;

import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.notify.NotificationLog;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/notifications", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_OPS)
@Tag(name = "Notifications")
class NotificationsApi {

    private final NotificationLog notifications;
    private final VisibleTenants visible;

    NotificationsApi(NotificationLog notifications, VisibleTenants visible) {
        this.notifications = notifications;
        this.visible = visible;
    }

    @GetMapping
    @Operation(summary = "List what was sent to people", description = "Newest first.")
    Page<NotificationLog.Entry> list(
            @Parameter(example = "hvar") @RequestParam(required = false) @Nullable String tenant,
            @RequestParam(required = false) Notification.@Nullable Channel channel,
            @RequestParam(required = false) Notification.@Nullable Status status,
            @Parameter(description = "nextCursor of the part before.") @RequestParam(required = false) @Nullable
                    String cursor,
            @RequestParam(defaultValue = Page.USUAL) @Min(1) @Max(Page.LARGEST) int limit) {
        Cursor after = Cursor.parse(cursor);
        List<NotificationLog.Entry> rows = notifications.page(new NotificationLog.Filter(
                visible.narrow(tenant),
                channel,
                status,
                after == null ? null : new NotificationLog.Position(after.at(), after.id()),
                limit + 1));
        return Page.of(rows, limit, row -> new Cursor(row.requestedAt(), row.id()), row -> row);
    }
}
