package dev.wasl.hub.exchange;

import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.crm.Payments;
import dev.wasl.hub.crm.Payments.PaymentView;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/payments", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_PAYMENTS)
@Tag(name = "Payments")
class PaymentsApi {

    private final Payments payments;
    private final VisibleTenants visible;

    PaymentsApi(Payments payments, VisibleTenants visible) {
        this.payments = payments;
        this.visible = visible;
    }

    @GetMapping
    @Operation(summary = "List payments", description = "The most recently updated first.")
    Page<PaymentRow> list(
            @Parameter(example = "portal") @RequestParam(required = false) @Nullable String tenant,
            @Parameter(description = "The gateway's payment id or your own order number.", example = "pi_3Qx")
                    @RequestParam(required = false)
                    @Nullable
                    String reference,
            @RequestParam(required = false) @Nullable PaymentStatus status,
            @Parameter(description = "nextCursor of the part before.") @RequestParam(required = false) @Nullable
                    String cursor,
            @RequestParam(defaultValue = Page.USUAL) @Min(1) @Max(Page.LARGEST) int limit) {
        Cursor after = Cursor.parse(cursor);
        List<PaymentView> rows = payments.page(new Payments.Filter(
                visible.narrow(tenant),
                reference == null || reference.isBlank() ? null : TypedText.visible(reference),
                status,
                after == null ? null : new Payments.Position(after.at(), after.number()),
                limit + 1));
        return Page.of(rows, limit, row -> new Cursor(row.updatedAt(), row.id()), PaymentRow::of);
    }

    @Schema(name = "Payment")
    record PaymentRow(
            @Schema(example = "portal") String tenant,
            @Schema(example = "stripe") String gateway,
            @Schema(example = "pi_3Qx") String gatewayPaymentId,

            @Schema(description = "Your own order or invoice number.") @Nullable
            String merchantReference,

            PaymentStatus status,
            @Nullable Money amount,

            @Schema(description = "All that was refunded so far.") @Nullable
            Money refunded,

            @Schema(description = "What the gateway kept.") @Nullable
            Money fee,

            @Nullable String customerPhone,
            @Nullable String customerEmail,
            @Nullable String method,
            @Nullable String failure,

            @Schema(description = "False for a gateway's test mode.")
            boolean live,

            Instant occurredAt,
            Instant updatedAt) {

        static PaymentRow of(PaymentView view) {
            return new PaymentRow(
                    view.tenant(),
                    view.gateway(),
                    view.gatewayPaymentId(),
                    view.merchantReference(),
                    view.status(),
                    view.amount(),
                    view.refunded(),
                    view.fee(),
                    view.customerPhone(),
                    view.customerEmail(),
                    view.method(),
                    view.failure(),
                    view.live(),
                    view.occurredAt(),
                    view.updatedAt());
        }
    }
}
