package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.ops.LogContext;
import dev.wasl.hub.payment.PaymentRequest.Expectation;
import dev.wasl.hub.payment.PaymentRequest.Progress;
import dev.wasl.hub.payment.PaymentRequest.Status;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Compares what gateways say with what was asked for, and moves requests on. */
@Component
class Confirmations implements PaymentExpectations {

    private static final Logger LOG = LoggerFactory.getLogger(Confirmations.class);

    private final PaymentRequestRepository requests;
    private final PaymentQueryRepository queries;
    private final Gateways gateways;
    private final PaymentSettings settings;
    private final QuerySchedule schedule;
    private final PollSignal signal;
    private final TransactionTemplate transaction;
    private final MeterRegistry meters;
    private final Clock clock;

    Confirmations(
            PaymentRequestRepository requests,
            PaymentQueryRepository queries,
            Gateways gateways,
            PaymentSettings settings,
            PollSignal signal,
            PlatformTransactionManager transactions,
            MeterRegistry meters,
            Clock clock) {
        this.requests = requests;
        this.queries = queries;
        this.gateways = gateways;
        this.settings = settings;
        this.schedule = QuerySchedule.of(settings);
        this.signal = signal;
        this.transaction = new TransactionTemplate(transactions);
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public List<Judgement> judge(List<Statement> statements) {
        if (statements.isEmpty()) {
            return List.of();
        }
        List<Judgement> judgements = new ArrayList<>(statements.size());
        List<Runnable> afterwards = new ArrayList<>();
        transaction.executeWithoutResult(status -> {
            Known known = new Known(matching(statements));
            for (Statement statement : statements) {
                judgements.add(judge(statement, known, afterwards));
            }
        });
        afterwards.forEach(Runnable::run);
        return judgements;
    }

    private List<PaymentRequest> matching(List<Statement> statements) {
        Set<String> tenants = new LinkedHashSet<>();
        Set<UUID> ids = new LinkedHashSet<>();
        Set<String> references = new LinkedHashSet<>();
        Set<String> gatewayIds = new LinkedHashSet<>();
        for (Statement statement : statements) {
            Payment payment = statement.payment();
            tenants.add(statement.tenant());
            if (statement.asked() != null) {
                ids.add(statement.asked());
            }
            if (payment.merchantReference() != null) {
                references.add(payment.merchantReference());
            }
            gatewayIds.add(payment.gatewayPaymentId());
            if (payment.gatewayOrderId() != null) {
                gatewayIds.add(payment.gatewayOrderId());
            }
        }
        return requests.lockMatching(tenants, ids, references, gatewayIds);
    }

    /** The requests that a batch may be about, as the batch changes them. */
    private static final class Known {

        private final Map<UUID, PaymentRequest> byId = new HashMap<>();

        Known(List<PaymentRequest> requests) {
            requests.forEach(request -> byId.put(request.id(), request));
        }

        @Nullable
        PaymentRequest of(Statement statement) {
            if (statement.asked() != null) {
                PaymentRequest asked = byId.get(statement.asked());
                return asked != null && asked.tenant().equals(statement.tenant()) ? asked : null;
            }
            Payment payment = statement.payment();
            PaymentRequest byReference = null;
            for (PaymentRequest request : byId.values()) {
                if (!request.tenant().equals(statement.tenant())
                        || !request.connector().equals(statement.connector())) {
                    continue;
                }
                if (isOne(request, payment.gatewayOrderId()) || isOne(request, payment.gatewayPaymentId())) {
                    return request;
                }
                if (request.reference().equals(payment.merchantReference())) {
                    byReference = request;
                }
            }
            return byReference;
        }

        private static boolean isOne(PaymentRequest request, @Nullable String gatewayId) {
            return gatewayId != null
                    && (gatewayId.equals(request.progress().gatewayOrderId())
                            || gatewayId.equals(request.progress().gatewayPaymentId()));
        }

        void put(PaymentRequest moved) {
            byId.put(moved.id(), moved);
        }
    }

    private Judgement judge(Statement statement, Known known, List<Runnable> afterwards) {
        PaymentRequest request = known.of(statement);
        if (request != null && statement.origin() == Origin.CALLBACK) {
            request = move(request, request.progress().heard(statement.receivedAt()), known);
        }
        Payment payment = statement.payment();
        boolean confirms = payment.status() == PaymentStatus.CAPTURED || payment.status() == PaymentStatus.AUTHORISED;
        boolean silent = confirms && payment.amount() == null && statement.origin() == Origin.CALLBACK;
        if (!isProved(statement) || (request != null && silent)) {
            return hint(statement, request, afterwards);
        }
        if (request == null) {
            answered(statement);
            return new Admitted();
        }
        String difference = confirms
                ? difference(request.expected(), payment)
                : ends(payment.status()) ? otherReference(request.expected(), payment) : null;
        if (difference != null) {
            move(request, request.progress().differing(difference, clock.instant()), known);
            String reference = request.reference();
            afterwards.add(() -> alert(statement, reference, difference));
            return new Quarantined(
                    new HubException(ErrorCode.PAYMENT_MISMATCH, "request '" + reference + "': " + difference));
        }
        PaymentRequest after = move(request, confirmed(request, statement, confirms), known);
        if (after.progress().repaired() && !request.progress().repaired()) {
            afterwards.add(() -> count("wasl.payments.repaired", statement));
        }
        return new Admitted();
    }

    private PaymentRequest move(PaymentRequest request, Progress progress, Known known) {
        if (progress.equals(request.progress())) {
            return request;
        }
        requests.move(request.id(), progress);
        PaymentRequest moved = request.with(progress);
        known.put(moved);
        return moved;
    }

    /** What we asked for ourselves and what a person vouches for must have come that way, whatever a mapping says of it. */
    private static boolean isProved(Statement statement) {
        String authenticity = String.valueOf(statement.payment().authenticity());
        return switch (authenticity) {
            case "SIGNED_BODY" -> true;
            case "REQUERIED" -> statement.origin() == Origin.ANSWER;
            case "RECORDED" -> statement.origin() == Origin.RECORD;
            default -> false;
        };
    }

    private Judgement hint(Statement statement, @Nullable PaymentRequest request, List<Runnable> afterwards) {
        Payment told = statement.payment();
        if (request != null && isKnown(request.status(), told.status())) {
            return new Hint();
        }
        if (gateways.find(statement.tenant(), statement.connector()).isEmpty()) {
            return unconfirmed("a callback proves nothing, and " + statement.connector() + " cannot be asked");
        }
        Instant now = clock.instant();
        if (request != null) {
            requests.hint(request.id(), told, now);
        } else if (queries.hasRoom(
                statement.tenant(), statement.connector(), told.gatewayPaymentId(), settings.unprovedLimit())) {
            queries.want(statement.tenant(), statement.connector(), told, now);
        } else {
            return unconfirmed("more than " + settings.unprovedLimit()
                    + " callbacks without proof wait for an answer of " + statement.connector());
        }
        afterwards.add(signal::wake);
        return new Hint();
    }

    /** Whether a callback says nothing that could change what the gateway itself told of an end before. */
    private static boolean isKnown(Status known, PaymentStatus told) {
        Status next = Status.of(told);
        if (next == null) {
            return false;
        }
        return switch (told) {
            case PENDING, AUTHORISED, CAPTURED, FAILED, CANCELLED, EXPIRED ->
                next == known ? known.isFinal() || known == Status.FAILED : known.isFinal() && !next.follows(known);
            // what becomes of the money afterwards, and what nobody understands, is asked about
            default -> false;
        };
    }

    private static Judgement unconfirmed(String detail) {
        return new Quarantined(new HubException(ErrorCode.PAYMENT_UNCONFIRMED, detail));
    }

    /** An answer about a payment that nobody asked for through the hub; once it has ended nobody asks again. */
    private void answered(Statement statement) {
        boolean open =
                switch (statement.payment().status()) {
                    case PENDING, AUTHORISED, UNKNOWN, REFUND_PENDING -> true;
                    default -> false;
                };
        if (statement.query() != null && !open) {
            queries.done(statement.query());
        }
    }

    /** What differs from what is expected; null when nothing does. An answer without amount was given for our own order. */
    static @Nullable String difference(Expectation expected, Payment payment) {
        List<String> differences = new ArrayList<>();
        Money amount = payment.amount();
        if (amount != null && !amount.equals(expected.amount())) {
            differences.add("expected " + text(expected.amount()) + ", the gateway says " + text(amount));
        }
        String otherReference = otherReference(expected, payment);
        if (otherReference != null) {
            differences.add(otherReference);
        }
        return differences.isEmpty() ? null : String.join("; ", differences);
    }

    private static @Nullable String otherReference(Expectation expected, Payment payment) {
        String reference = payment.merchantReference();
        return reference == null || reference.equals(expected.reference())
                ? null
                : "expected the reference '" + expected.reference() + "', the gateway says '" + reference + "'";
    }

    /** Whether a statement would end a request without payment; what ended another order must not. */
    private static boolean ends(PaymentStatus said) {
        return said == PaymentStatus.FAILED || said == PaymentStatus.CANCELLED || said == PaymentStatus.EXPIRED;
    }

    private static String text(Money money) {
        try {
            return money.major().toPlainString() + ' ' + money.currency();
        } catch (IllegalArgumentException e) {
            return money.amountMinor() + " minor units of " + money.currency();
        }
    }

    private Progress confirmed(PaymentRequest request, Statement statement, boolean confirms) {
        Payment payment = statement.payment();
        Progress before = request.progress();
        Status said = Status.of(payment.status());
        boolean ours = statement.origin() == Origin.RECORD && before.status() == Status.REFUSED;
        if (said == null || ours) {
            return before;
        }
        boolean moves = before.status().yieldsTo(before.statusAt(), said, payment.occurredAt());
        Status status = moves ? said : before.status();
        boolean paidNow = status == Status.PAID && before.status() != Status.PAID;
        // the payment that paid it stays the one it is known by; a failed attempt before it does not
        boolean taken = before.status() == Status.PAID || before.status() == Status.AUTHORISED;
        return new Progress(
                status,
                moves ? payment.occurredAt() : before.statusAt(),
                before.gatewayOrderId() == null ? payment.gatewayOrderId() : before.gatewayOrderId(),
                before.gatewayPaymentId() == null || (confirms && !taken)
                        ? payment.gatewayPaymentId()
                        : before.gatewayPaymentId(),
                nextQuery(request, status),
                before.callbackAt(),
                status.isFinal() && before.confirmedAt() == null ? clock.instant() : before.confirmedAt(),
                before.repaired() || (paidNow && statement.origin() == Origin.ANSWER && before.callbackAt() == null),
                confirms ? null : before.mismatch(),
                confirms ? null : before.mismatchAt());
    }

    private @Nullable Instant nextQuery(PaymentRequest request, Status status) {
        if (status.isFinal()) {
            return null;
        }
        if (status == Status.FAILED || status == Status.AUTHORISED) {
            // many gateways let the customer try again: look once more when the time is over
            return schedule.last(request.expiresAt(), clock.instant());
        }
        if (request.status() == Status.FAILED || request.status() == Status.STARTING) {
            // a new attempt, or a callback that overtook the answer to the start
            return schedule.next(clock.instant(), request.expiresAt(), clock.instant());
        }
        return request.progress().nextQueryAt();
    }

    private void alert(Statement statement, String reference, String difference) {
        count("wasl.payments.quarantined", statement);
        LogContext logged = LogContext.tenant(statement.tenant());
        try {
            LOG.error(
                    "{}/{}: a confirmation of request {} does not fit and waits in quarantine: {}",
                    statement.tenant(),
                    statement.connector(),
                    reference,
                    difference);
        } finally {
            logged.end();
        }
    }

    private void count(String meter, Statement statement) {
        meters.counter(meter, "tenant", statement.tenant(), "connector", statement.connector())
                .increment();
    }
}
