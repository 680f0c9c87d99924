package dev.wasl.hub.exchange;

import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.journal.LedgerView;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/ledger", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_OPS)
@Tag(name = "Operations")
class LedgerApi {

    private final LedgerView ledger;
    private final VisibleTenants visible;

    LedgerApi(LedgerView ledger, VisibleTenants visible) {
        this.ledger = ledger;
        this.visible = visible;
    }

    @GetMapping
    @Operation(
            summary = "The ledger",
            description =
                    "received = applied + duplicate + rejected + parked + pending, per tenant and connector, at any moment.")
    LedgerAnswer ledger(@Parameter(example = "hvar") @RequestParam(required = false) @Nullable String tenant) {
        return LedgerAnswer.of(ledger.rows(visible.narrow(tenant)));
    }

    /** The ledger of what is visible. */
    @Schema(name = "Ledger")
    record LedgerAnswer(boolean balanced, Sums totals, List<Row> rows) {

        static LedgerAnswer of(List<LedgerView.Row> rows) {
            return new LedgerAnswer(
                    rows.stream().allMatch(LedgerView.Row::balanced),
                    new Sums(
                            sum(rows, LedgerView.Row::received),
                            sum(rows, LedgerView.Row::applied),
                            sum(rows, LedgerView.Row::duplicate),
                            sum(rows, LedgerView.Row::rejected),
                            sum(rows, LedgerView.Row::parked),
                            sum(rows, LedgerView.Row::pending),
                            rows.stream()
                                    .map(LedgerView.Row::oldestPendingSince)
                                    .filter(Objects::nonNull)
                                    .min(Instant::compareTo)
                                    .orElse(null)),
                    rows.stream().map(Row::of).toList());
        }

        private static long sum(List<LedgerView.Row> rows, ToLongFunction<LedgerView.Row> bucket) {
            return rows.stream().mapToLong(bucket).sum();
        }
    }

    /** Everything together. */
    @Schema(name = "LedgerTotals")
    record Sums(
            long received,
            long applied,
            long duplicate,
            long rejected,
            long parked,
            long pending,
            @Nullable Instant oldestPendingSince) {}

    @Schema(name = "LedgerRow")
    record Row(
            @Schema(example = "hvar") String tenant,
            @Schema(example = "bosta") String connector,
            long received,
            long applied,
            long duplicate,
            long rejected,
            long parked,
            long pending,
            @Nullable Instant oldestPendingSince,
            boolean balanced) {

        static Row of(LedgerView.Row row) {
            return new Row(
                    row.tenant(),
                    row.connector(),
                    row.received(),
                    row.applied(),
                    row.duplicate(),
                    row.rejected(),
                    row.parked(),
                    row.pending(),
                    row.oldestPendingSince(),
                    row.balanced());
        }
    }
}
