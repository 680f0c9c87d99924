package dev.wasl.hub.exchange;

import dev.wasl.hub.access.Audit;
import dev.wasl.hub.access.Callers;
import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.payment.PaymentRequest;
import dev.wasl.hub.payment.PaymentRequest.Expectation;
import dev.wasl.hub.payment.PaymentRequest.Progress;
import dev.wasl.hub.payment.PaymentRequest.Status;
import dev.wasl.hub.payment.PaymentRequests;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
@RequestMapping(path = "/api/v1/payments/requests", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_PAYMENTS)
@Tag(name = "Payments")
class PaymentRequestsApi {

    private static final String ADDRESS = "/api/v1/payments/requests/";

    private final PaymentRequests requests;
    private final PaymentInput input;
    private final VisibleTenants visible;
    private final Audit audit;

    PaymentRequestsApi(PaymentRequests requests, PaymentInput input, VisibleTenants visible, Audit audit) {
        this.requests = requests;
        this.input = input;
        this.visible = visible;
        this.audit = audit;
    }

    @PostMapping
    @NeedsScope(Scope.WRITE_PAYMENTS)
    @Operation(summary = "Ask for a payment", description = """
                    Starts a payment at a gateway and hands back the link where the customer pays, or `PENDING` when the \
                    customer is asked on the phone. The same reference with the same content is the same request: it makes no \
                    second payment and gives the same answer. While the gateway does not answer, the status is `STARTING`, and \
                    the hub tries again by itself.""")
    @ApiResponse(responseCode = "201", description = "Asked for.")
    @ApiResponse(responseCode = "200", description = "Had been asked for before.")
    @ApiResponse(responseCode = "202", description = "Kept; the gateway does not answer yet.")
    ResponseEntity<RequestView> ask(@RequestBody @Valid NewRequest wanted) {
        String tenant = input.tenant(wanted.tenant());
        String reference = wanted.reference().strip();
        audit.record("payment.ask", "payment-request/" + reference, tenant, null);
        PaymentRequests.Outcome outcome = requests.ask(new PaymentRequests.Wanted(
                tenant,
                wanted.gateway(),
                reference,
                PaymentInput.money(wanted.amount(), wanted.currency()),
                input.customer(tenant, wanted.customer()),
                PaymentInput.text(wanted.description()),
                PaymentInput.webAddress("returnUrl", wanted.returnUrl()),
                wanted.expiresAt(),
                Callers.name()));
        HttpStatus status = outcome.request().status() == Status.STARTING
                ? HttpStatus.ACCEPTED
                : outcome.fresh() ? HttpStatus.CREATED : HttpStatus.OK;
        return ResponseEntity.status(status)
                .location(URI.create(ADDRESS + outcome.request().id()))
                .body(RequestView.of(outcome.request()));
    }

    @GetMapping
    @Operation(summary = "List payments asked for", description = "The newest first.")
    Page<RequestView> list(
            @Parameter(example = "phoneshop") @RequestParam(required = false) @Nullable String tenant,
            @Parameter(description = "Your own number, or the gateway's order or payment.", example = "ORD-1042")
                    @RequestParam(required = false)
                    @Nullable
                    String reference,
            @Parameter(description = "The connector.", example = "mtn-momo") @RequestParam(required = false) @Nullable
                    String gateway,
            @RequestParam(required = false) @Nullable Status status,
            @Parameter(description = "Only those with a confirmation in quarantine.")
                    @RequestParam(defaultValue = "false")
                    boolean quarantined,
            @Parameter(description = "nextCursor of the part before.") @RequestParam(required = false) @Nullable
                    String cursor,
            @RequestParam(defaultValue = Page.USUAL) @Min(1) @Max(Page.LARGEST) int limit) {
        Cursor after = Cursor.parse(cursor);
        List<PaymentRequest> rows = requests.page(new PaymentRequests.Filter(
                visible.narrow(tenant),
                reference == null || reference.isBlank() ? null : TypedText.visible(reference),
                PaymentInput.text(gateway),
                status,
                quarantined,
                after == null ? null : new PaymentRequests.Position(after.at(), after.uuid()),
                limit + 1));
        return Page.of(rows, limit, row -> new Cursor(row.createdAt(), row.id().toString()), RequestView::of);
    }

    @GetMapping("/{id}")
    @Operation(summary = "One payment asked for")
    RequestView one(@PathVariable UUID id) {
        return RequestView.of(find(id));
    }

    @PostMapping("/{id}/query")
    @NeedsScope(Scope.WRITE_PAYMENTS)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Ask the gateway now",
            description = "Whatever the schedule says; the answer is worked in within seconds.")
    RequestView query(@PathVariable UUID id) {
        PaymentRequest request = find(id);
        audit.record("payment.query", "payment-request/" + request.reference(), request.tenant(), null);
        requests.queryNow(request);
        return RequestView.of(find(id));
    }

    @PostMapping("/{id}/expectation")
    @NeedsScope(Scope.WRITE_PAYMENTS)
    @Operation(
            summary = "Correct what a confirmation must say",
            description =
                    "For a confirmation in quarantine that is right: correct the expectation, then replay the parked"
                            + " message. What was asked for stays on record.")
    RequestView expect(@PathVariable UUID id, @RequestBody @Valid NewExpectation expected) {
        PaymentRequest request = find(id);
        audit.record("payment.expect", "payment-request/" + request.reference(), request.tenant(), expected.reason());
        String reference = PaymentInput.text(expected.reference());
        requests.expect(
                request,
                new Expectation(
                        PaymentInput.money(expected.amount(), expected.currency()),
                        reference == null ? request.expected().reference() : reference));
        return RequestView.of(find(id));
    }

    private PaymentRequest find(UUID id) {
        return requests.find(visible.all(), id)
                .orElseThrow(() ->
                        new HubException(ErrorCode.NOT_FOUND, "No payment request with this id is visible to you."));
    }

    @Schema(name = "NewPaymentRequest")
    record NewRequest(
            @Schema(example = "phoneshop", description = "May be left out when your key sees one tenant only.")
            @Nullable
            String tenant,

            @NotBlank
            @Size(max = 64)
            @Pattern(regexp = PaymentInput.PLAIN)
            @Schema(example = "ORD-1042", description = "Your own number of it, unique per tenant.")
            String reference,

            @NotNull
            @Pattern(regexp = PaymentInput.AMOUNT, message = "must be a decimal like 125.50")
            @Schema(example = "5000")
            String amount,

            @NotNull
            @Pattern(regexp = PaymentInput.CURRENCY, message = "must be an ISO 4217 code")
            @Schema(example = "UGX")
            String currency,

            @NotBlank
            @Size(max = 40)
            @Schema(
                    example = "mtn-momo",
                    description = "The connector, another name of it (mtn, orange, maroc_telecom), or flutterwave.")
            String gateway,

            @Valid PaymentInput.@Nullable CustomerInput customer,

            @Size(max = 200)
            @Schema(example = "Samsung A15", description = "Shown to the customer where a gateway does.")
            @Nullable
            String description,

            @Size(max = 2_000)
            @Schema(
                    example = "https://shop.example/orders/1042",
                    description = "Where the customer goes after paying on a hosted page.")
            @Nullable
            String returnUrl,

            @Schema(description = "After it nobody pays any more; an hour from now unless said.") @Nullable
            Instant expiresAt) {}

    @Schema(name = "NewPaymentExpectation")
    record NewExpectation(
            @NotNull
            @Pattern(regexp = PaymentInput.AMOUNT, message = "must be a decimal like 125.50")
            @Schema(example = "4500")
            String amount,

            @NotNull
            @Pattern(regexp = PaymentInput.CURRENCY, message = "must be an ISO 4217 code")
            @Schema(example = "UGX")
            String currency,

            @Size(max = 64)
            @Pattern(regexp = PaymentInput.PLAIN)
            @Schema(description = "What the gateway says; as before unless said.")
            @Nullable
            String reference,

            @NotBlank @Size(max = 500) @Schema(example = "paid without the delivery fee, agreed by phone")
            String reason) {}

    /**
     * A payment asked for.
     *
     * @param expected what a confirmation must say, where a person corrected it
     */
    @Schema(name = "PaymentRequest")
    record RequestView(
            UUID id,
            @Schema(example = "phoneshop") String tenant,
            @Schema(example = "mtn-momo") String gateway,
            @Schema(example = "ORD-1042") String reference,
            Status status,
            Money amount,
            @Nullable ExpectedView expected,

            @Schema(description = "Where the customer pays; absent when the phone asks.") @Nullable
            String link,

            Party customer,
            @Nullable String description,
            @Nullable String returnUrl,
            @Nullable String gatewayOrderId,
            @Nullable String gatewayPaymentId,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant startedAt,
            @Nullable Instant callbackAt,
            @Nullable Instant confirmedAt,

            @Schema(description = "No callback came; asking the gateway found the money.")
            boolean repaired,

            @Nullable Instant lastAskedAt,
            @Nullable Instant nextAskedAt,
            @Nullable Failure error,

            @Schema(description = "A confirmation that does not fit and waits for a person.") @Nullable
            Quarantine quarantine,

            String askedBy) {

        static RequestView of(PaymentRequest request) {
            Progress progress = request.progress();
            boolean corrected = !request.expected().amount().equals(request.amount())
                    || !request.expected().reference().equals(request.reference());
            return new RequestView(
                    request.id(),
                    request.tenant(),
                    request.connector(),
                    request.reference(),
                    request.status(),
                    request.amount(),
                    corrected
                            ? new ExpectedView(
                                    request.expected().amount(),
                                    request.expected().reference())
                            : null,
                    request.link(),
                    request.customer(),
                    request.description(),
                    request.returnUrl(),
                    progress.gatewayOrderId(),
                    progress.gatewayPaymentId(),
                    request.createdAt(),
                    request.expiresAt(),
                    request.startedAt(),
                    progress.callbackAt(),
                    progress.confirmedAt(),
                    progress.repaired(),
                    request.queriedAt(),
                    progress.nextQueryAt(),
                    request.errorCode() == null ? null : new Failure(request.errorCode(), request.error()),
                    progress.mismatch() == null ? null : new Quarantine(progress.mismatch(), progress.mismatchAt()),
                    request.askedBy());
        }
    }

    @Schema(name = "PaymentExpectation")
    record ExpectedView(Money amount, String reference) {}

    @Schema(name = "PaymentCallFailure")
    record Failure(
            @Schema(example = "WASL-5001") String code,
            @Nullable String text) {}

    @Schema(name = "PaymentQuarantine")
    record Quarantine(
            @Schema(example = "expected 5000 UGX, the gateway says 500 UGX")
            String difference,

            @Nullable Instant since) {}
}
