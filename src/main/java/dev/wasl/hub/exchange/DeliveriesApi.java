package dev.wasl.hub.exchange;

import dev.wasl.hub.access.Audit;
import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.Address;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.crm.Deliveries;
import dev.wasl.hub.crm.DeliveryView;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/deliveries", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_DELIVERIES)
@Tag(name = "Deliveries")
class DeliveriesApi {

    private static final String UNEXPECTED =
            "Something happened that the courier's rules exclude, or it told a state that the hub does not know; the history shows it.";

    private final Deliveries deliveries;
    private final ConnectorSync syncs;
    private final VisibleTenants visible;
    private final Audit audit;

    DeliveriesApi(Deliveries deliveries, ConnectorSync syncs, VisibleTenants visible, Audit audit) {
        this.deliveries = deliveries;
        this.syncs = syncs;
        this.visible = visible;
        this.audit = audit;
    }

    @GetMapping
    @Operation(summary = "List deliveries", description = "The most recently updated first.")
    Page<DeliveryRow> list(
            @Parameter(example = "hvar") @RequestParam(required = false) @Nullable String tenant,
            @RequestParam(required = false) @Nullable DeliveryStatus status,
            @Parameter(description = "Only those that somebody should look at, see unexpected below.")
                    @RequestParam(defaultValue = "false")
                    boolean unexpected,
            @Parameter(description = "Inclusive.", example = "2026-11-20T08:00:00Z")
                    @RequestParam(required = false)
                    @StorableTime
                    @Nullable
                    Instant updatedSince,
            @Parameter(description = "nextCursor of the part before.") @RequestParam(required = false) @Nullable
                    String cursor,
            @RequestParam(defaultValue = Page.USUAL) @Min(1) @Max(Page.LARGEST) int limit) {
        Cursor after = Cursor.parse(cursor);
        List<DeliveryView> rows = deliveries.page(new Deliveries.Filter(
                visible.narrow(tenant),
                status,
                unexpected,
                updatedSince,
                after == null ? null : new Deliveries.Position(after.at(), after.number()),
                limit + 1));
        return Page.of(rows, limit, row -> new Cursor(row.updatedAt(), row.id()), DeliveryRow::of);
    }

    @GetMapping("/{trackingNumber}")
    @Operation(
            summary = "One delivery with its history and attempts",
            description = "Spaces and a hub's prefix before the number (CAI-90000001) are fine.")
    DeliveryDetail one(
            @Parameter(example = "90000001") @PathVariable String trackingNumber,
            @Parameter(description = "Tells apart tenants that share the number.")
                    @RequestParam(required = false)
                    @Nullable
                    String tenant) {
        List<DeliveryView> found = find(trackingNumber, tenant);
        DeliveryView newest = newest(found);
        return DeliveryDetail.of(
                newest,
                found.stream()
                        .map(DeliveryView::tenant)
                        .filter(name -> !name.equals(newest.tenant()))
                        .distinct()
                        .sorted()
                        .toList());
    }

    @PostMapping("/{trackingNumber}/refresh")
    @NeedsScope(Scope.WRITE_CONNECTORS)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Ask the courier about a delivery now",
            description =
                    "Before everything else that waits for its turn in the request budget; the answer is worked in"
                            + " within seconds, unless the courier throttles.")
    Refresh refresh(
            @Parameter(example = "90000001") @PathVariable String trackingNumber,
            @Parameter(description = "Tells apart tenants that share the number.")
                    @RequestParam(required = false)
                    @Nullable
                    String tenant) {
        DeliveryView delivery = newest(find(trackingNumber, tenant));
        audit.record(
                "delivery.refresh",
                "delivery/" + delivery.courier() + "/" + delivery.trackingNumber(),
                delivery.tenant(),
                null);
        syncs.refresh(delivery.tenant(), delivery.courier(), delivery.trackingNumber());
        return new Refresh(delivery.tenant(), delivery.courier(), delivery.trackingNumber());
    }

    private List<DeliveryView> find(String trackingNumber, @Nullable String tenant) {
        List<String> tenants = visible.narrow(tenant);
        return TrackingNumber.candidates(trackingNumber).stream()
                .map(number -> deliveries.find(tenants, number))
                .filter(list -> !list.isEmpty())
                .findFirst()
                .orElseThrow(() -> new HubException(
                        ErrorCode.NOT_FOUND, "No delivery with this tracking number is visible to you."));
    }

    private static DeliveryView newest(List<DeliveryView> found) {
        return found.stream().max(Comparator.comparing(DeliveryView::updatedAt)).orElseThrow();
    }

    /** What the courier is asked about. */
    @Schema(name = "DeliveryRefresh")
    record Refresh(
            @Schema(example = "hvar") String tenant,
            @Schema(example = "bosta") String courier,
            @Schema(example = "90000001") String trackingNumber) {}

    @Schema(name = "Delivery")
    record DeliveryRow(
            @Schema(example = "hvar") String tenant,
            @Schema(example = "bosta") String courier,
            @Schema(example = "90000001") String trackingNumber,
            @Schema(example = "ORD-1042") @Nullable String businessReference,
            @Nullable DeliveryKind kind,
            DeliveryStatus status,

            @Schema(description = "The courier's own word or code.") @Nullable
            String rawState,

            @Schema(description = "For a final status: whether it did what it was made for.") @Nullable
            Boolean succeeded,

            @Schema(description = UNEXPECTED) boolean unexpected,

            @Nullable String receiverName,
            @Schema(example = "+201012345678") @Nullable String receiverPhone,

            @Schema(description = "The customer's.") @Nullable
            String city,

            @Schema(description = "To collect; negative when the customer is paid.") @Nullable
            Money cod,

            @Nullable Money codCollected,
            int attempts,
            @Nullable LocalDate promisedDate,
            @Nullable Instant createdAt,
            @Nullable Instant deliveredAt,
            @Nullable Instant returnedAt,
            Instant updatedAt) {

        static DeliveryRow of(DeliveryView view) {
            return new DeliveryRow(
                    view.tenant(),
                    view.courier(),
                    view.trackingNumber(),
                    view.businessReference(),
                    view.kind(),
                    view.status(),
                    view.rawState(),
                    view.succeeded(),
                    view.unexpected(),
                    view.receiverName(),
                    view.receiverPhone(),
                    view.city(),
                    view.cod(),
                    view.codCollected(),
                    view.attemptCount(),
                    view.promisedDate(),
                    view.createdAt(),
                    view.deliveredAt(),
                    view.returnedAt(),
                    view.updatedAt());
        }
    }

    /**
     * A delivery with everything known.
     *
     * @param otherTenants visible tenants that have another delivery with this number
     */
    @Schema(name = "DeliveryDetail")
    record DeliveryDetail(
            @Schema(example = "hvar") String tenant,
            @Schema(example = "bosta") String courier,
            @Schema(example = "90000001") String trackingNumber,
            @Nullable String businessReference,
            @Nullable DeliveryKind kind,
            DeliveryStatus status,
            @Nullable String rawState,
            @Nullable Boolean succeeded,
            @Schema(description = UNEXPECTED) boolean unexpected,

            @Nullable String receiverName,
            @Nullable String receiverPhone,

            @Schema(description = "The customer's where something is collected from the customer.") @Nullable
            Address pickup,

            @Nullable Address dropOff,
            @Nullable Money cod,
            @Nullable Money codCollected,
            @Nullable Money fees,
            @Nullable LocalDate promisedDate,
            @Nullable Instant createdAt,
            @Nullable Instant deliveredAt,
            @Nullable Instant returnedAt,
            Instant updatedAt,

            @Schema(description = "Every status it had, oldest first.")
            List<DeliveryView.State> history,

            @Schema(description = "Every attempt, oldest first.")
            List<DeliveryView.Attempt> attempts,

            List<String> otherTenants) {

        static DeliveryDetail of(DeliveryView view, List<String> otherTenants) {
            return new DeliveryDetail(
                    view.tenant(),
                    view.courier(),
                    view.trackingNumber(),
                    view.businessReference(),
                    view.kind(),
                    view.status(),
                    view.rawState(),
                    view.succeeded(),
                    view.unexpected(),
                    view.receiverName(),
                    view.receiverPhone(),
                    view.pickup(),
                    view.dropOff(),
                    view.cod(),
                    view.codCollected(),
                    view.fees(),
                    view.promisedDate(),
                    view.createdAt(),
                    view.deliveredAt(),
                    view.returnedAt(),
                    view.updatedAt(),
                    view.history(),
                    view.attempts(),
                    otherTenants);
        }
    }
}
