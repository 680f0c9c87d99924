package dev.wasl.hub.exchange;

import dev.wasl.hub.access.Audit;
import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.reconciliation.CashOnDelivery;
import dev.wasl.hub.reconciliation.PaymentReconciliation;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/reports", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_PAYMENTS)
@Tag(name = "Reports")
class ReportsApi {

    private static final int LONGEST_DAYS = 400;
    private static final LocalDate EARLIEST = LocalDate.of(2000, 1, 1);
    private static final LocalDate LATEST = LocalDate.of(2999, 12, 31);

    private final CashOnDelivery cash;
    private final PaymentReconciliation payments;
    private final VisibleTenants visible;
    private final Audit audit;

    ReportsApi(CashOnDelivery cash, PaymentReconciliation payments, VisibleTenants visible, Audit audit) {
        this.cash = cash;
        this.payments = payments;
        this.visible = visible;
        this.audit = audit;
    }

    @GetMapping("/cod")
    @Operation(
            summary = "Cash on delivery, day by day",
            description = "Collected, remitted, fees, and what the courier still has; days of the tenant's time zone.")
    CodReport cod(
            @Parameter(example = "hvar") @RequestParam(required = false) @Nullable String tenant,
            @Parameter(example = "2026-11-01") @RequestParam @DateTimeFormat(iso = DateTimeFormat.ISO.DATE)
                    LocalDate from,
            @Parameter(description = "Inclusive.", example = "2026-11-20")
                    @RequestParam
                    @DateTimeFormat(iso = DateTimeFormat.ISO.DATE)
                    LocalDate to) {
        List<String> tenants = visible.narrow(tenant);
        checkPeriod(from, to);
        CashOnDelivery.Report report = cash.report(tenants, from, to);
        return new CodReport(from, to, report.days(), report.late());
    }

    @GetMapping("/payments")
    @Operation(
            summary = "Payments, gateway by gateway",
            description =
                    "Expected against seen against settled; what asking repaired, what is open, and what is in quarantine.")
    PaymentReport payments(
            @Parameter(example = "portal") @RequestParam(required = false) @Nullable String tenant,
            @Parameter(description = "The gateway or the connector.", example = "stripe")
                    @RequestParam(required = false)
                    @Nullable
                    String gateway,
            @Parameter(example = "2026-11-01") @RequestParam @DateTimeFormat(iso = DateTimeFormat.ISO.DATE)
                    LocalDate from,
            @Parameter(description = "Inclusive.", example = "2026-11-20")
                    @RequestParam
                    @DateTimeFormat(iso = DateTimeFormat.ISO.DATE)
                    LocalDate to) {
        List<String> tenants = visible.narrow(tenant);
        checkPeriod(from, to);
        return new PaymentReport(from, to, payments.report(tenants, PaymentInput.text(gateway), from, to));
    }

    @PostMapping("/payments/requery")
    @NeedsScope(Scope.WRITE_PAYMENTS)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Ask the gateways about everything that is not settled",
            description =
                    "What is open, failed, in quarantine, or not asked about any more; the answers are worked in as they"
                            + " come, at the pace of each gateway.")
    Requeried requery(@RequestBody @Valid Requery wanted) {
        List<String> tenants = visible.narrow(wanted.tenant());
        checkPeriod(wanted.from(), wanted.to());
        String gateway = PaymentInput.text(wanted.gateway());
        audit.record(
                "payment.requery",
                "payments/" + (gateway == null ? "all" : gateway) + "/" + wanted.from() + ".." + wanted.to(),
                wanted.tenant(),
                wanted.reason());
        return new Requeried(payments.requery(tenants, gateway, wanted.from(), wanted.to()));
    }

    static void checkPeriod(LocalDate from, LocalDate to) {
        if (from.isBefore(EARLIEST) || to.isAfter(LATEST)) {
            throw new HubException(
                    ErrorCode.INVALID_REQUEST, "A period lies between " + EARLIEST + " and " + LATEST + ".");
        }
        if (to.isBefore(from)) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "The period ends before it begins.");
        }
        if (to.isAfter(from.plusDays(LONGEST_DAYS))) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "A period has at most " + LONGEST_DAYS + " days.");
        }
    }

    /**
     * Cash on delivery.
     *
     * @param late what the courier keeps too long now, whatever the period; at most 200, the oldest first
     */
    @Schema(name = "CodReport")
    record CodReport(LocalDate from, LocalDate to, List<CashOnDelivery.Day> days, List<CashOnDelivery.Late> late) {}

    @Schema(name = "PaymentReport")
    record PaymentReport(LocalDate from, LocalDate to, List<PaymentReconciliation.Row> rows) {}

    @Schema(name = "PaymentRequery")
    record Requery(
            @Schema(example = "phoneshop") @Nullable String tenant,

            @Schema(description = "Absent for all.", example = "mtn-momo") @Nullable
            String gateway,

            @NotNull LocalDate from,
            @NotNull LocalDate to,
            @Size(max = 500) @Nullable String reason) {}

    /** How many payments are asked about. */
    @Schema(name = "PaymentsRequeried")
    record Requeried(int payments) {}
}
