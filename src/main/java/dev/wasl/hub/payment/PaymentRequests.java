package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.payment.PaymentRequest.Expectation;
import dev.wasl.hub.payment.PaymentRequest.Progress;
import dev.wasl.hub.payment.PaymentRequest.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/** Asks for payments on behalf of back-office systems, and tells how they stand. */
@Service
public class PaymentRequests {

    private static final Logger LOG = LoggerFactory.getLogger(PaymentRequests.class);
    private static final Duration LONGEST = Duration.ofDays(60);

    private final PaymentRequestRepository requests;
    private final PaymentQueryRepository queries;
    private final StoredPayments stored;
    private final Gateways gateways;
    private final PaymentCalls calls;
    private final PaymentSettings settings;
    private final PollSignal signal;
    private final Clock clock;

    PaymentRequests(
            PaymentRequestRepository requests,
            PaymentQueryRepository queries,
            StoredPayments stored,
            Gateways gateways,
            PaymentCalls calls,
            PaymentSettings settings,
            PollSignal signal,
            Clock clock) {
        this.requests = requests;
        this.queries = queries;
        this.stored = stored;
        this.gateways = gateways;
        this.calls = calls;
        this.settings = settings;
        this.signal = signal;
        this.clock = clock;
    }

    /**
     * What a back office wants.
     *
     * @param gateway the connector, another name of it, or the gateway whatever its version
     * @param reference its own number, unique per tenant
     * @param expiresAt null for the usual time
     * @param askedBy the login or API key
     */
    public record Wanted(
            String tenant,
            String gateway,
            String reference,
            Money amount,
            Party customer,
            @Nullable String description,
            @Nullable String returnUrl,
            @Nullable Instant expiresAt,
            String askedBy) {

        /** What makes a repetition the same request. */
        private String digest(String connector) {
            return StoredPayments.hash(String.join(
                    "\u001f",
                    connector,
                    amount.amountMinor() + amount.currency(),
                    String.valueOf(customer),
                    String.valueOf(description),
                    String.valueOf(returnUrl),
                    String.valueOf(expiresAt)));
        }
    }

    /**
     * A request, and whether this call made it.
     *
     * @param fresh false when it had been asked for before
     */
    public record Outcome(PaymentRequest request, boolean fresh) {}

    /**
     * Which requests to list.
     *
     * @param tenants of these only
     * @param reference the back office's or the gateway's number
     * @param quarantined only those with a confirmation in quarantine
     * @param before continue below this one; null starts at the newest
     * @param limit at most so many
     */
    public record Filter(
            Collection<String> tenants,
            @Nullable String reference,
            @Nullable String connector,
            @Nullable Status status,
            boolean quarantined,
            @Nullable Position before,
            int limit) {}

    /** A place in the list. */
    public record Position(Instant createdAt, UUID id) {}

    /**
     * Asks for a payment. It is kept before the gateway hears of it, so that neither a crash nor a repetition makes a
     * second one: the same reference with the same content gives the same answer.
     *
     * @return the request; {@code STARTING} when the gateway did not answer, then the hub tries again by itself
     * @throws HubException {@code REFERENCE_TAKEN} when the reference was used for something else; {@code CONNECTOR_NOT_FOUND};
     *     {@code INVALID_REQUEST}; {@code PAYMENT_REFUSED} when the gateway will never take it
     */
    public Outcome ask(Wanted wanted) {
        PaymentGateway gateway = gateways.named(wanted.tenant(), wanted.gateway());
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        check(wanted, now);
        String connector = gateway.connector();
        String digest = wanted.digest(connector);
        String token = stored.newToken();
        PaymentRequest request = new PaymentRequest(
                UUID.randomUUID(),
                wanted.tenant(),
                connector,
                wanted.reference(),
                wanted.amount(),
                new Expectation(wanted.amount(), wanted.reference()),
                wanted.customer(),
                wanted.description(),
                wanted.returnUrl(),
                wanted.askedBy(),
                now,
                wanted.expiresAt() == null ? now.plus(settings.expiry()) : wanted.expiresAt(),
                Progress.starting(now.plus(settings.rest())),
                null,
                null,
                0,
                null,
                null,
                null);
        boolean fresh =
                requests.insert(request, digest, StoredPayments.hash(token), stored.seal(request, token, Map.of()));
        PaymentRequestRepository.Row row = requests.byReference(wanted.tenant(), wanted.reference())
                .orElseThrow(() -> new HubException(ErrorCode.DATABASE_UNAVAILABLE, "the request was not kept"));
        if (!row.contentDigest().equals(digest)) {
            throw new HubException(
                    ErrorCode.REFERENCE_TAKEN,
                    "The reference was used before for a payment of "
                            + row.request().amount().major().toPlainString()
                            + ' ' + row.request().amount().currency() + " by "
                            + row.request().connector()
                            + "; a request is repeated with exactly the same content.");
        }
        return new Outcome(started(row), fresh);
    }

    private PaymentRequest started(PaymentRequestRepository.Row row) {
        PaymentRequest request = row.request();
        boolean open = request.status() == Status.STARTING || request.status() == Status.REFUSED;
        Instant now = clock.instant();
        if (!open || !now.isBefore(request.expiresAt())) {
            return request;
        }
        if (!requests.claimStart(request.id(), now, now.plus(settings.lease()))) {
            // somebody else is at it, or was quicker
            return current(request);
        }
        if (request.status() == Status.REFUSED) {
            requests.startAgain(request.id());
        }
        HubException refused = calls.start(row, true);
        PaymentRequest after = current(request);
        if (refused != null && after.status() == Status.REFUSED) {
            throw new HubException(ErrorCode.PAYMENT_REFUSED, String.valueOf(refused.getMessage()), refused);
        }
        if (refused != null) {
            LOG.warn(
                    "{}/{} did not take payment request {} yet: {}",
                    request.tenant(),
                    request.connector(),
                    request.id(),
                    refused.getMessage());
        }
        return after;
    }

    private PaymentRequest current(PaymentRequest request) {
        return requests.find(request.id())
                .map(PaymentRequestRepository.Row::request)
                .orElse(request);
    }

    private static void check(Wanted wanted, Instant now) {
        if (!wanted.amount().isPositive()) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "The amount must be more than zero.");
        }
        if (wanted.expiresAt() != null
                && (!wanted.expiresAt().isAfter(now) || wanted.expiresAt().isAfter(now.plus(LONGEST)))) {
            throw new HubException(
                    ErrorCode.INVALID_REQUEST,
                    "expiresAt must lie in the future, at most " + LONGEST.toDays() + " days.");
        }
    }

    /** One request. */
    public Optional<PaymentRequest> find(Collection<String> tenants, UUID id) {
        return requests.find(id)
                .map(PaymentRequestRepository.Row::request)
                .filter(request -> tenants.contains(request.tenant()));
    }

    /** Requests, newest first. */
    public List<PaymentRequest> page(Filter filter) {
        return filter.tenants().isEmpty() ? List.of() : requests.page(filter);
    }

    /**
     * Has the gateway asked at once, whatever the schedule says.
     *
     * @throws HubException {@code PAYMENT_CLOSED} when the gateway never took it
     */
    public void queryNow(PaymentRequest request) {
        if (!requests.queryNow(request.id(), clock.instant())) {
            throw new HubException(
                    ErrorCode.PAYMENT_CLOSED, "The gateway refused this request, so there is nothing to ask about.");
        }
        signal.wake();
    }

    /**
     * Has gateways asked at once about everything of a period that has not ended well: what is open, what failed, what is
     * in quarantine, what nobody asks about any more, and whatever callbacks without proof told of.
     *
     * @param gateway the connector or the gateway; null for all
     * @param from when it was asked for, inclusive
     * @param to exclusive
     * @return how many payments
     */
    public int queryNow(Collection<String> tenants, @Nullable String gateway, Instant from, Instant to) {
        List<String> connectors = gateway == null
                ? null
                : gateways.connectors().stream()
                        .filter(connector -> connector.equals(gateway)
                                || gateways.gatewayOf(connector).equals(gateway))
                        .toList();
        Instant now = clock.instant();
        int count = requests.queryNow(tenants, connectors, from, to, now) + queries.queryNow(tenants, connectors, now);
        signal.wake();
        return count;
    }

    /** The name that a connector's payments have, {@code flutterwave} of {@code flutterwave-v3}. */
    public String gatewayOf(String connector) {
        return gateways.gatewayOf(connector);
    }

    /**
     * Says what a confirmation may say from now on; what waits in quarantine is judged by it when it is replayed.
     *
     * @throws HubException {@code PAYMENT_CLOSED} when it is paid already
     */
    public void expect(PaymentRequest request, Expectation expected) {
        if (!expected.amount().isPositive()) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "The amount must be more than zero.");
        }
        if (!requests.expect(request.id(), expected)) {
            throw new HubException(ErrorCode.PAYMENT_CLOSED, "This request is paid already.");
        }
    }
}
