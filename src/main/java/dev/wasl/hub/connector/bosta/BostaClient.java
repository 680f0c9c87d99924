package dev.wasl.hub.connector.bosta;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.connector.ConnectorMemory;
import dev.wasl.hub.connector.RequestBudget;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.bosta.BostaTransport.Answer;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's calls to Bosta: every call has a place in the request budget, is counted, and tells the budget when Bosta
 * throttles. After Bosta refused the key, {@link #refusal()} says so until a call succeeds.
 */
final class BostaClient {

    private final String tenant;
    private final BostaSettings settings;
    private final BostaTransport transport;
    private final RequestBudget budget;
    private final MeterRegistry meters;
    private final Clock clock;
    private final LongAdder calls = new LongAdder();
    private final LongAdder throttled = new LongAdder();
    private final LongAdder inconsistent = new LongAdder();
    private final AtomicReference<@Nullable Refusal> refusal = new AtomicReference<>();

    BostaClient(
            String tenant,
            BostaSettings settings,
            BostaTransport transport,
            RequestBudget budget,
            MeterRegistry meters,
            Clock clock) {
        this.tenant = tenant;
        this.settings = settings;
        this.transport = transport;
        this.budget = budget;
        this.meters = meters;
        this.clock = clock;
        if (!settings.hasKey()) {
            refusal.set(new Refusal("no api-key is configured", Instant.MAX));
        }
    }

    /** How a search is ordered. */
    enum Order {
        LAST_CHANGED_FIRST("-updatedAt"),
        LAST_CREATED_FIRST("-createdAt");

        private final String sortBy;

        Order(String sortBy) {
            this.sortBy = sortBy;
        }
    }

    /**
     * Why Bosta is left alone.
     *
     * @param until when it may be tried again
     */
    record Refusal(String reason, Instant until) {}

    RequestBudget budget() {
        return budget;
    }

    /**
     * One page of all deliveries, as soon as the budget allows.
     *
     * @param page 1-based
     * @throws BostaException when it could not be read; its code says what to do
     */
    BostaAnswers.Page search(Order order, int page, int limit, Priority priority) throws InterruptedException {
        budget.acquire(priority);
        byte[] request = ("{\"stateCodes\":[],\"limit\":" + limit + ",\"page\":" + page + ",\"sortBy\":\""
                        + order.sortBy + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        return call("search", () -> BostaAnswers.page(answer(() -> transport.search(request)), clock.instant()));
    }

    /**
     * One delivery with everything Bosta knows about it. The caller has a grant of the budget already.
     *
     * @throws BostaException when it could not be read; its code says what to do
     */
    JsonNode delivery(String trackingNumber) {
        return call(
                "delivery",
                () -> BostaAnswers.delivery(answer(() -> transport.delivery(trackingNumber)), clock.instant()));
    }

    /** Why Bosta is left alone at the moment; null when it is not. */
    @Nullable
    Refusal refusal() {
        return refusal.get();
    }

    /** Whether calls make sense at the moment. */
    boolean mayCall() {
        Refusal refused = refusal.get();
        return refused == null || !clock.instant().isBefore(refused.until());
    }

    /** Lets the next call try, although Bosta refused the key. */
    void tryAgain() {
        if (settings.hasKey()) {
            refusal.updateAndGet(old -> old == null ? null : new Refusal(old.reason(), Instant.EPOCH));
        }
    }

    /** What happened since this was asked last. */
    ConnectorMemory.Counts takeCounts() {
        return new ConnectorMemory.Counts(calls.sumThenReset(), throttled.sumThenReset(), inconsistent.sumThenReset());
    }

    private Answer answer(Supplier<Answer> call) {
        calls.increment();
        return call.get();
    }

    private <T> T call(String operation, Supplier<T> call) {
        try {
            T result = call.get();
            budget.answered();
            refusal.set(null);
            count(operation, "ok");
            return result;
        } catch (BostaException e) {
            ErrorCode code = e.code();
            count(operation, code.name().replaceFirst("^CONNECTOR_", "").toLowerCase(java.util.Locale.ROOT));
            if (code == ErrorCode.CONNECTOR_THROTTLED) {
                throttled.increment();
                budget.throttled(e.retryAfter());
            } else {
                Duration away = e.retryAfter();
                if (code != ErrorCode.CONNECTOR_UNREACHABLE) {
                    budget.answered();
                } else if (away != null) {
                    budget.unavailable(away);
                }
                if (e.isKeyRefused()) {
                    refusal.set(new Refusal(
                            String.valueOf(e.getMessage()), clock.instant().plus(settings.attentionRetry())));
                } else if (code == ErrorCode.CONNECTOR_NOT_FOUND) {
                    inconsistent.increment();
                }
            }
            throw e;
        }
    }

    private void count(String operation, String outcome) {
        meters.counter(
                        "wasl.connector.calls",
                        "tenant",
                        tenant,
                        "connector",
                        "bosta",
                        "operation",
                        operation,
                        "outcome",
                        outcome)
                .increment();
    }
}
