package dev.wasl.hub.exchange;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.wasl.hub.access.Audit;
import dev.wasl.hub.access.Callers;
import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.payment.PaymentRecord;
import dev.wasl.hub.payment.PaymentRecord.Method;
import dev.wasl.hub.payment.PaymentRecords;
import dev.wasl.hub.reconciliation.PaymentReconciliation;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What people and back offices vouch for: cash, bank transfers, and what gateways paid out. */
@RestController
@RequestMapping(path = "/api/v1/payments", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.WRITE_PAYMENTS)
@Tag(name = "Payments")
class ManualPaymentsApi {

    private final PaymentRecords records;
    private final PaymentReconciliation reconciliation;
    private final PaymentInput input;
    private final Audit audit;

    ManualPaymentsApi(PaymentRecords records, PaymentReconciliation reconciliation, PaymentInput input, Audit audit) {
        this.records = records;
        this.reconciliation = reconciliation;
        this.input = input;
        this.audit = audit;
    }

    @PostMapping("/manual")
    @Operation(
            summary = "Record cash or a bank transfer",
            description =
                    "Recorded once for each reference and receipt, whoever repeats it; becomes a payment like any other.")
    @ApiResponse(responseCode = "201", description = "Recorded.")
    @ApiResponse(responseCode = "200", description = "Had been recorded before.")
    ResponseEntity<RecordView> record(@RequestBody @Valid NewRecord said) {
        String tenant = input.tenant(said.tenant());
        String reference = said.reference().strip();
        String receipt = PaymentInput.text(said.receipt());
        String note = PaymentInput.text(said.note());
        audit.record(
                "payment.record", "payment/manual/" + reference + (receipt == null ? "" : "/" + receipt), tenant, note);
        PaymentRecords.Outcome outcome = records.record(new PaymentRecords.Said(
                tenant,
                reference,
                receipt == null ? "" : receipt,
                said.method().method,
                PaymentInput.money(said.amount(), said.currency()),
                input.customer(tenant, said.customer()),
                said.occurredAt(),
                note,
                Callers.name()));
        return ResponseEntity.status(outcome.fresh() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(RecordView.of(outcome.record()));
    }

    @PostMapping("/settlements")
    @Operation(
            summary = "Record a payout of a gateway",
            description =
                    "As the bank statement or the gateway's report says; the reconciliation report compares it with what"
                            + " was captured. Recorded once for each number.")
    @ApiResponse(responseCode = "201", description = "Recorded.")
    @ApiResponse(responseCode = "200", description = "Had been recorded before.")
    ResponseEntity<PayoutView> settlement(@RequestBody @Valid NewPayout said) {
        String tenant = input.tenant(said.tenant());
        String note = PaymentInput.text(said.note());
        audit.record("payment.settlement", "payout/" + said.gateway() + "/" + said.payout(), tenant, note);
        Money amount = PaymentInput.money(said.amount(), said.currency());
        Money fees = said.fees() == null
                ? new Money(0, amount.currency())
                : PaymentInput.money(said.fees(), said.currency());
        ReportsApi.checkPeriod(said.paidOn(), said.paidOn());
        boolean fresh = reconciliation.record(new PaymentReconciliation.Payout(
                tenant, said.gateway(), said.payout().strip(), amount, fees, said.paidOn(), note, Callers.name()));
        return ResponseEntity.status(fresh ? HttpStatus.CREATED : HttpStatus.OK)
                .body(new PayoutView(tenant, said.gateway(), said.payout().strip(), amount, fees, said.paidOn()));
    }

    /** How money came, in the words of the API. */
    enum MethodInput {
        @JsonProperty("cash")
        CASH(Method.CASH),
        @JsonProperty("bank-transfer")
        BANK_TRANSFER(Method.BANK_TRANSFER);

        private final Method method;

        MethodInput(Method method) {
            this.method = method;
        }
    }

    @Schema(name = "NewManualPayment")
    record NewRecord(
            @Schema(example = "cctv", description = "May be left out when your key sees one tenant only.") @Nullable
            String tenant,

            @NotBlank @Size(max = 64) @Pattern(regexp = PaymentInput.PLAIN) @Schema(example = "INV-2026-00017")
            String reference,

            @Size(max = 64)
            @Pattern(regexp = PaymentInput.PLAIN)
            @Schema(
                    description =
                            "Tells several payments of one order apart: the number of the receipt or the transfer.")
            @Nullable
            String receipt,

            @NotNull @Schema(example = "cash") MethodInput method,

            @NotNull
            @Pattern(regexp = PaymentInput.AMOUNT, message = "must be a decimal like 125.50")
            @Schema(example = "1250.50")
            String amount,

            @NotNull
            @Pattern(regexp = PaymentInput.CURRENCY, message = "must be an ISO 4217 code")
            @Schema(example = "MAD")
            String currency,

            @NotNull @Schema(description = "When the money changed hands.")
            Instant occurredAt,

            @Valid PaymentInput.@Nullable CustomerInput customer,

            @Size(max = 500) @Schema(example = "paid at the office") @Nullable
            String note) {}

    @Schema(name = "ManualPayment")
    record RecordView(
            UUID id,
            String tenant,
            String reference,
            @Nullable String receipt,
            @Schema(example = "cash") String method,
            Money amount,
            Party customer,
            Instant occurredAt,
            @Nullable String note,
            String recordedBy,
            Instant recordedAt) {

        static RecordView of(PaymentRecord record) {
            return new RecordView(
                    record.id(),
                    record.tenant(),
                    record.reference(),
                    record.receipt().isEmpty() ? null : record.receipt(),
                    record.method().word(),
                    record.amount(),
                    record.customer(),
                    record.occurredAt(),
                    record.note(),
                    record.recordedBy(),
                    record.recordedAt());
        }
    }

    @Schema(name = "NewPayout")
    record NewPayout(
            @Schema(example = "portal", description = "May be left out when your key sees one tenant only.") @Nullable
            String tenant,

            @NotNull @Size(max = 40) @Pattern(regexp = "[a-z0-9-]+") @Schema(example = "stripe")
            String gateway,

            @NotBlank
            @Size(max = 64)
            @Pattern(regexp = PaymentInput.PLAIN)
            @Schema(example = "po_1P", description = "The gateway's or the bank's number of it.")
            String payout,

            @NotNull
            @Pattern(regexp = PaymentInput.AMOUNT, message = "must be a decimal like 125.50")
            @Schema(example = "12180.00", description = "What arrived.")
            String amount,

            @Pattern(regexp = PaymentInput.AMOUNT, message = "must be a decimal like 125.50")
            @Schema(example = "320.00", description = "What was kept of it.")
            @Nullable
            String fees,

            @NotNull
            @Pattern(regexp = PaymentInput.CURRENCY, message = "must be an ISO 4217 code")
            @Schema(example = "EGP")
            String currency,

            @NotNull LocalDate paidOn,
            @Size(max = 500) @Nullable String note) {}

    @Schema(name = "Payout")
    record PayoutView(String tenant, String gateway, String payout, Money amount, Money fees, LocalDate paidOn) {}
}
