package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.payment.PaymentGateway.Query;
import dev.wasl.hub.payment.PaymentGateway.Started;
import dev.wasl.hub.payment.PaymentRequest.Status;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * One call to a gateway about one payment, and what it leaves in the database. The row is kept before the call; a crash
 * in between repeats the call, which gateways take for the same payment.
 */
@Component
class PaymentCalls {

    private static final Logger LOG = LoggerFactory.getLogger(PaymentCalls.class);
    private static final int LONGEST_ERROR = 500;

    private final PaymentRequestRepository requests;
    private final PaymentQueryRepository queries;
    private final StoredPayments stored;
    private final Gateways gateways;
    private final Answers answers;
    private final PaymentSettings settings;
    private final QuerySchedule schedule;
    private final MeterRegistry meters;
    private final Clock clock;

    PaymentCalls(
            PaymentRequestRepository requests,
            PaymentQueryRepository queries,
            StoredPayments stored,
            Gateways gateways,
            Answers answers,
            PaymentSettings settings,
            MeterRegistry meters,
            Clock clock) {
        this.requests = requests;
        this.queries = queries;
        this.stored = stored;
        this.gateways = gateways;
        this.answers = answers;
        this.settings = settings;
        this.schedule = QuerySchedule.of(settings);
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Starts a claimed request at its gateway.
     *
     * @param attended whether somebody waits for the outcome; else a refusal is told as every other end is
     * @return null when the gateway took it, else why not; the row says the same
     */
    @Nullable
    HubException start(PaymentRequestRepository.Row row, boolean attended) {
        PaymentRequest request = row.request();
        try {
            AskedPayment asked = stored.open(row);
            Started started = gateway(request.tenant(), request.connector()).start(asked);
            Instant now = clock.instant();
            Instant expiry = latest(request.expiresAt(), started.expiresAt());
            requests.started(
                    request.id(),
                    started.gatewayOrderId(),
                    started.link(),
                    expiry,
                    stored.seal(request, asked.callbackToken(), started.state()),
                    schedule.next(now, expiry, now),
                    now);
            count(request.connector(), "started");
            return null;
        } catch (RuntimeException e) {
            return notStarted(request, e, attended);
        }
    }

    private HubException notStarted(PaymentRequest request, RuntimeException failure, boolean attended) {
        HubException reason = reason(failure, request.connector());
        boolean unclear = !(failure instanceof HubException)
                || reason.code().isTransient()
                || reason.code() == ErrorCode.PAYMENT_STATE_UNREADABLE;
        if (!unclear && !attended) {
            try {
                answers.storeEnd(
                        request,
                        gateways.gatewayOf(request.connector()),
                        Answers.End.REFUSED,
                        clock.instant(),
                        reason.code().id());
            } catch (HubException e) {
                // refused again, until it can be told
                reason = e;
                unclear = true;
            }
        }
        count(request.connector(), unclear ? "failed" : "refused");
        if (unclear) {
            requests.failed(
                    request.id(),
                    reason.code().id(),
                    text(reason),
                    request.progress().nextQueryAt(),
                    clock.instant().plus(settings.rest()));
        } else {
            requests.refused(request.id(), reason.code().id(), text(reason));
        }
        return reason;
    }

    /**
     * Asks how a claimed request stands, or starts it when nobody knows whether it was.
     *
     * @return null when the gateway answered, else why not
     */
    @Nullable
    HubException query(PaymentRequestRepository.Row row) {
        PaymentRequest request = row.request();
        Instant due = request.progress().nextQueryAt();
        boolean over = !clock.instant().isBefore(request.expiresAt());
        if (request.status() == Status.STARTING && !over) {
            return start(row, false);
        }
        try {
            PaymentGateway gateway = gateway(request.tenant(), request.connector());
            AskedPayment asked = stored.open(row);
            byte[] answer = gateway.query(new Query(request.tenant(), asked, row.told()));
            String digest = answer == null ? null : StoredPayments.hex(answer);
            boolean same = digest != null && digest.equals(row.answerDigest());
            if (answer != null && digest != null && !same) {
                answers.store(
                        request.tenant(),
                        request.connector(),
                        PaymentExpectations.REQUEST_NOTE,
                        request.id(),
                        asked,
                        answer,
                        digest);
            } else if (answer == null && over && !request.status().isFinal()) {
                answers.storeEnd(request, gateway.gateway(), Answers.End.EXPIRED, request.expiresAt(), null);
            }
            requests.answered(request.id(), digest, due, next(request), clock.instant());
            count(request.connector(), answer == null ? "unknown" : same ? "unchanged" : "answered");
            return null;
        } catch (RuntimeException e) {
            HubException reason = reason(e, request.connector());
            requests.failed(request.id(), reason.code().id(), text(reason), due, afterFailure(reason, next(request)));
            count(request.connector(), "failed");
            return reason;
        }
    }

    /**
     * Asks about a payment that a callback without proof told of.
     *
     * @return null when the gateway answered, else why not
     */
    @Nullable
    HubException query(PaymentQueryRepository.Row row) {
        Instant next = QuerySchedule.unproved(settings.unproved(), row.createdAt(), clock.instant());
        try {
            byte[] answer = gateway(row.tenant(), row.connector()).query(new Query(row.tenant(), null, row.told()));
            String digest = answer == null ? null : StoredPayments.hex(answer);
            boolean same = digest != null && digest.equals(row.answerDigest());
            if (answer != null && digest != null && !same) {
                answers.store(
                        row.tenant(), row.connector(), PaymentExpectations.QUERY_NOTE, row.id(), null, answer, digest);
            }
            queries.answered(row, digest, next, clock.instant());
            count(row.connector(), answer == null ? "unknown" : same ? "unchanged" : "answered");
            return null;
        } catch (RuntimeException e) {
            HubException reason = reason(e, row.connector());
            queries.failed(row, reason.code().id(), text(reason), afterFailure(reason, next));
            count(row.connector(), "failed");
            return reason;
        }
    }

    private @Nullable Instant next(PaymentRequest request) {
        Instant now = clock.instant();
        Instant start = request.startedAt() == null ? request.createdAt() : request.startedAt();
        return switch (request.status()) {
            case PAID, CANCELLED, EXPIRED, REFUSED -> null;
            case FAILED, AUTHORISED -> schedule.last(request.expiresAt(), now);
            case STARTING, PENDING -> schedule.next(start, request.expiresAt(), now);
        };
    }

    /** What may pass by itself does not use up the questions that are planned. */
    private @Nullable Instant afterFailure(HubException reason, @Nullable Instant planned) {
        Instant soon = clock.instant().plus(settings.rest());
        if (reason.code().isTransient()) {
            return planned == null || planned.isAfter(soon) ? soon : planned;
        }
        return planned;
    }

    private PaymentGateway gateway(String tenant, String connector) {
        return gateways.find(tenant, connector)
                .orElseThrow(() -> new HubException(
                        ErrorCode.CONNECTOR_NOT_FOUND, tenant + " has not configured " + connector + " any more"));
    }

    private static HubException reason(RuntimeException failure, String connector) {
        if (failure instanceof HubException known) {
            return known;
        }
        LOG.error("A call to {} failed in a way that nobody expected.", connector, failure);
        return new HubException(ErrorCode.UNEXPECTED, failure.getClass().getSimpleName(), failure);
    }

    private static String text(HubException reason) {
        String text = String.valueOf(reason.getMessage()).replace('\u0000', '\uFFFD');
        return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR);
    }

    private static Instant latest(Instant one, @Nullable Instant other) {
        return other == null || one.isAfter(other) ? one : other;
    }

    private void count(String connector, String outcome) {
        meters.counter("wasl.payments.calls", "connector", connector, "outcome", outcome)
                .increment();
    }

    /** How long a tenant's gateway is left alone after so many failures in a row. */
    Duration rest(int failures) {
        Duration rest = settings.rest();
        for (int i = 1; i < failures && rest.compareTo(settings.longestRest()) < 0; i++) {
            rest = rest.multipliedBy(2);
        }
        return rest.compareTo(settings.longestRest()) < 0 ? rest : settings.longestRest();
    }
}
