package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import dev.wasl.hub.canonical.NotificationReceipt;
import dev.wasl.hub.canonical.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One notification while somebody works on it, under the lock of its row: the whole life of it is decided here, nothing
 * of it needs a database or a network. Each attempt's state only climbs ({@link Status#rank()}); the notification shows
 * its latest attempt, unless any attempt was delivered.
 */
final class Notice {

    /** The error code of what was given up because something later made it pointless. */
    static final String OVERTAKEN = "OVERTAKEN";

    /** How often a message that the provider itself reported as failed is given to it again. */
    private static final int MAX_REPORTED_FAILURES = 2;

    private static final Duration REPORTED_FAILURE_PAUSE = Duration.ofMinutes(5);

    final UUID id;
    final String tenant;
    final String rule;
    final String cause;
    final String subject;
    final @Nullable String subjectReference;
    final String template;
    final String language;
    final String eventId;
    final Instant eventTime;
    final Instant createdAt;
    final Instant expiresAt;
    Party recipient;
    Map<String, String> variables;
    List<PlannedStep> plan;
    int step;
    Channel channel;
    Status state;
    int attemptNo;
    int stepAttempts;

    @Nullable
    Instant stepDeadlineAt;

    @Nullable
    Instant dueAt;

    @Nullable
    Instant timerAt;

    @Nullable
    String heldCode;

    @Nullable
    String errorCode;

    @Nullable
    String errorDetail;

    @Nullable
    String providerMessageId;

    int version;

    private final List<Attempt> attempts = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();

    Notice(
            UUID id,
            String tenant,
            String rule,
            String cause,
            String subject,
            @Nullable String subjectReference,
            String template,
            String language,
            String eventId,
            Instant eventTime,
            Instant createdAt,
            Instant expiresAt,
            Party recipient,
            Map<String, String> variables,
            List<PlannedStep> plan,
            Channel channel,
            Status state) {
        this.id = id;
        this.tenant = tenant;
        this.rule = rule;
        this.cause = cause;
        this.subject = subject;
        this.subjectReference = subjectReference;
        this.template = template;
        this.language = language;
        this.eventId = eventId;
        this.eventTime = eventTime;
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
        this.recipient = recipient;
        this.variables = variables;
        this.plan = plan;
        this.channel = channel;
        this.state = state;
    }

    /** A new one: due at once, or held until somebody says how the person is reached. */
    static Notice requested(Candidate candidate, UUID id, Instant now) {
        Notice notice = new Notice(
                id,
                candidate.tenant(),
                candidate.rule().name(),
                candidate.cause(),
                candidate.subject(),
                candidate.reference(),
                candidate.rule().template(),
                candidate.language(),
                candidate.eventId(),
                candidate.happenedAt(),
                now,
                candidate.happenedAt().plus(candidate.rule().sendWithin()),
                candidate.recipient(),
                candidate.variables(),
                candidate.plan(),
                candidate.firstChannel(),
                Status.REQUESTED);
        notice.timerAt = notice.expiresAt;
        if (notice.plan.isEmpty()) {
            notice.heldCode = ErrorCode.NO_ROUTE_TO_RECIPIENT.id();
        } else {
            notice.dueAt = now;
        }
        notice.say(0, Status.REQUESTED, Change.Origin.RULE, null, candidate.happenedAt(), now);
        return notice;
    }

    void load(Attempt attempt) {
        attempts.add(attempt);
    }

    List<Attempt> attempts() {
        return attempts;
    }

    List<Change> changes() {
        return changes;
    }

    Optional<Attempt> attempt(int no) {
        return attempts.stream().filter(a -> a.no == no).findFirst();
    }

    PlannedStep current() {
        return plan.get(step);
    }

    /** The number that identifies the next call to the provider: that of an earlier call which may have arrived. */
    int identity() {
        return attempts.stream()
                .filter(a -> a.step == step && a.state == Status.UNKNOWN && a.evidenceAt == null)
                .mapToInt(a -> a.no)
                .min()
                .orElse(attemptNo + 1);
    }

    @Nullable
    String provider() {
        return plan.isEmpty() ? null : current().provider();
    }

    /** Whether the person has it. */
    boolean delivered() {
        return state == Status.DELIVERED || state == Status.READ;
    }

    // --- what happens to it -------------------------------------------------------------------------------------

    /** Later events know the person: what was held for want of an address may go. */
    void learn(Candidate later, Instant now) {
        if (!ErrorCode.NO_ROUTE_TO_RECIPIENT.id().equals(heldCode)
                || later.plan().isEmpty()) {
            return;
        }
        recipient = later.recipient();
        variables = later.variables();
        plan = later.plan();
        channel = plan.get(0).channel();
        heldCode = null;
        dueAt = now;
    }

    /**
     * A call is about to be made. From now on only its outcome, a receipt or the end of the lease says more.
     *
     * @param lease how long the call may take
     */
    Attempt start(String requestHash, @Nullable Integer segments, Duration lease, Instant now) {
        attemptNo++;
        stepAttempts++;
        Attempt attempt = new Attempt(
                attemptNo,
                step,
                current().channel(),
                current().provider(),
                requestHash,
                segments,
                Status.SENDING,
                now.plus(lease),
                now);
        attempt.changed = true;
        attempts.add(attempt);
        startDeadline(now);
        channel = attempt.channel;
        state = Status.SENDING;
        providerMessageId = null;
        errorCode = null;
        errorDetail = null;
        heldCode = null;
        dueAt = null;
        timerAt = attempt.leaseUntil;
        say(attempt.no, Status.SENDING, Change.Origin.DISPATCH, null, now, now);
        return attempt;
    }

    /** The provider answered that it has the message. */
    void accepted(Attempt attempt, Outcome.Accepted outcome, Instant now) {
        adopt(attempt, outcome.providerMessageId(), now);
        raise(attempt, outcome.status(), Change.Origin.DISPATCH, null, now, now, true);
        waitForDelivery(attempt);
    }

    /** It is certain that the call sent nothing. */
    void refused(Attempt attempt, Outcome.Refused outcome, Policy policy, Instant now) {
        String detail = outcome.code() + ": " + outcome.detail();
        if (attempt.evidenceAt != null) {
            // the provider already told us that it has the message; its refusal cannot be about this call
            record(attempt, Status.FAILED, Change.Origin.DISPATCH, false, detail, now, now);
            return;
        }
        blame(attempt, outcome.refusal(), outcome.code(), outcome.detail(), now);
        if (!current(attempt)) {
            raise(attempt, Status.FAILED, Change.Origin.DISPATCH, detail, now, now, true);
            return;
        }
        switch (outcome.refusal()) {
            case THROTTLED, TRANSIENT -> {
                Duration pause = policy.pause(stepAttempts, outcome.retryAfter());
                if (stepAttempts < policy.maxAttempts() && now.plus(pause).isBefore(giveUpAt())) {
                    raise(attempt, Status.FAILED, Change.Origin.DISPATCH, detail, now, now, false);
                    again(now.plus(pause));
                } else {
                    raise(attempt, Status.FAILED, Change.Origin.DISPATCH, detail, now, now, true);
                    nextStep(now);
                }
            }
            case RECIPIENT, OPT_OUT, CONTENT -> {
                raise(attempt, Status.FAILED, Change.Origin.DISPATCH, detail, now, now, true);
                nextStep(now);
            }
            case TEMPLATE -> {
                raise(attempt, Status.FAILED, Change.Origin.DISPATCH, detail, now, now, false);
                stepAttempts--;
                hold(ErrorCode.PROVIDER_REFUSED, detail, now);
            }
            case CONFIG -> {
                // the open circuit keeps it from the provider; it costs the message none of its tries
                raise(attempt, Status.FAILED, Change.Origin.DISPATCH, detail, now, now, false);
                stepAttempts--;
                // behind all that wait for the same circuit: the next probe is made with another message
                again(now.plus(policy.circuitProbe()).plusSeconds(1));
            }
        }
    }

    /** The call ended, or its lease did, and nobody can tell whether the provider has the message. */
    void unclear(Attempt attempt, String detail, Duration evidenceWindow, Change.Origin origin, Instant now) {
        boolean raised = attempt.state == Status.SENDING
                && attempt.evidenceAt == null
                && raise(attempt, Status.UNKNOWN, origin, detail, now, now, true);
        if (raised && current(attempt)) {
            blame(attempt, null, ErrorCode.OUTCOME_UNKNOWN.id(), detail, now);
            timerAt = now.plus(evidenceWindow);
        }
    }

    /** What a provider reports; the same report may come twice, late, or before the answer to the call. */
    void receipt(Attempt attempt, NotificationReceipt receipt, Policy policy, Instant now) {
        adopt(attempt, receipt.providerMessageId(), now);
        Status status = receipt.status();
        String detail = detail(receipt);
        if (status == Status.UNKNOWN || status.rank() <= Status.SENDING.rank()) {
            // a word that nobody could translate proves that the message is there, and nothing else
            record(attempt, status, Change.Origin.RECEIPT, false, detail, receipt.occurredAt(), now);
            waitForDelivery(attempt);
            return;
        }
        if (status != Status.FAILED) {
            raise(attempt, status, Change.Origin.RECEIPT, detail, receipt.occurredAt(), now, true);
            waitForDelivery(attempt);
            return;
        }
        if (status.rank() <= attempt.state.rank()) {
            record(attempt, status, Change.Origin.RECEIPT, false, detail, receipt.occurredAt(), now);
            return;
        }
        Refusal refusal =
                ProviderCodes.meaning(attempt.provider, receipt.errorCode()).orElse(Refusal.CONTENT);
        blame(
                attempt,
                refusal,
                receipt.errorCode() == null ? "UNDELIVERED" : receipt.errorCode(),
                receipt.errorDetail(),
                now);
        if (!current(attempt)) {
            raise(attempt, Status.FAILED, Change.Origin.RECEIPT, detail, receipt.occurredAt(), now, true);
            return;
        }
        boolean mayPass = refusal == Refusal.THROTTLED || refusal == Refusal.TRANSIENT;
        Instant retryAt = now.plus(REPORTED_FAILURE_PAUSE);
        raise(attempt, Status.FAILED, Change.Origin.RECEIPT, detail, receipt.occurredAt(), now, true);
        if (mayPass
                && stepAttempts < Math.min(MAX_REPORTED_FAILURES, policy.maxAttempts())
                && retryAt.isBefore(giveUpAt())) {
            again(retryAt);
        } else {
            nextStep(now);
        }
    }

    /** The time came to look again. Does nothing when something else was faster. */
    void timer(Policy policy, Instant now) {
        if (timerAt == null || timerAt.isAfter(now)) {
            return;
        }
        switch (state) {
            case REQUESTED -> {
                if (!now.isBefore(expiresAt)) {
                    String noRoute = ErrorCode.NO_ROUTE_TO_RECIPIENT.id();
                    giveUp(noRoute.equals(heldCode) ? noRoute : "EXPIRED", "not sent in time", now);
                } else if (deadlinePassed(now)) {
                    nextStep(now);
                } else {
                    timerAt = giveUpAt();
                }
            }
            case SENDING -> {
                Attempt latest = attempt(attemptNo).orElseThrow();
                unclear(latest, "no outcome within the lease", policy.evidenceWindow(), Change.Origin.TIMER, now);
            }
            case UNKNOWN -> resolve(now);
            case ACCEPTED, SENT -> {
                if (deadlinePassed(now)) {
                    nextStep(now);
                } else {
                    timerAt = stepDeadlineAt;
                }
            }
            case FAILED, DELIVERED, READ -> timerAt = null;
        }
    }

    /** A later event makes this one pointless: what was not sent stays unsent, what was sent gets no further channel. */
    void overtaken(String by, Instant now) {
        if (state == Status.FAILED || delivered()) {
            return;
        }
        plan = plan.isEmpty() ? plan : List.copyOf(plan.subList(0, step + 1));
        stepDeadlineAt = null;
        switch (state) {
            case REQUESTED -> {
                Optional<Attempt> sent = attempt(attemptNo).filter(a -> a.state != Status.FAILED);
                if (sent.isPresent()) {
                    state = sent.get().state;
                    heldCode = null;
                    dueAt = null;
                    timerAt = null;
                } else {
                    giveUp(OVERTAKEN, "overtaken by " + by, now);
                }
            }
            case ACCEPTED, SENT -> timerAt = null;
            case SENDING, UNKNOWN, FAILED, DELIVERED, READ -> {}
        }
    }

    /** Keeps it from being sent until a person releases it; the next channel's deadline and its expiry still count. */
    void hold(ErrorCode code, String detail, Instant now) {
        state = Status.REQUESTED;
        heldCode = code.id();
        errorCode = errorCode == null ? code.id() : errorCode;
        errorDetail = detail;
        dueAt = null;
        startDeadline(now);
        timerAt = giveUpAt();
    }

    /** A person lets it go on: sends what was held; an unknown outcome is sent once more. */
    boolean release(Instant now) {
        if (delivered() || plan.isEmpty() || !now.isBefore(expiresAt)) {
            return false;
        }
        if (heldCode == null || (state != Status.REQUESTED && state != Status.UNKNOWN)) {
            return false;
        }
        changes.add(new Change(
                id, attemptNo, state, Change.Origin.PERSON, true, "released, was held by " + heldCode, now, now, null));
        again(now);
        return true;
    }

    /** It is not due yet: the sender is not free, or its circuit is open. */
    void postpone(Instant until, Instant now) {
        dueAt = until;
        startDeadline(now);
        timerAt = giveUpAt();
    }

    /** It will never be sent. */
    void giveUp(String code, String detail, Instant now) {
        errorCode = code;
        errorDetail = detail;
        heldCode = null;
        dueAt = null;
        timerAt = null;
        state = Status.FAILED;
        // an attempt that was sent, or whose failure was told, is not told to have failed (again): what fails now is
        // the
        // one that would have followed
        boolean untold = attempt(attemptNo)
                .map(a -> a.state == Status.FAILED && a.step == step && a.evidenceAt == null)
                .orElse(true);
        say(untold ? attemptNo : attemptNo + 1, Status.FAILED, Change.Origin.TIMER, detail, now, now);
    }

    // --- the parts of it ----------------------------------------------------------------------------------------

    private void resolve(Instant now) {
        Attempt latest = attempt(attemptNo).orElseThrow();
        if (latest.evidenceAt != null) {
            if (deadlinePassed(now)) {
                nextStep(now);
            } else {
                timerAt = hasNextStep() ? stepDeadlineAt : null;
            }
            return;
        }
        Rule.OnUnknown policy = current().onUnknown();
        if (policy == Rule.OnUnknown.RESEND && stepAttempts < 2 && now.isBefore(expiresAt)) {
            again(now);
        } else if (policy == Rule.OnUnknown.FALLBACK && hasNextStep()) {
            nextStep(now);
        } else {
            heldCode = ErrorCode.OUTCOME_UNKNOWN.id();
            timerAt = null;
        }
    }

    /** The clock of a channel starts when it is first its turn, not when the hub was down. */
    private void startDeadline(Instant now) {
        if (stepDeadlineAt == null && hasNextStep() && current().deadlineAfter() != null) {
            stepDeadlineAt = now.plus(current().deadlineAfter());
        }
    }

    /** Whether what happens to this attempt decides how the notification goes on. */
    private boolean current(Attempt attempt) {
        return attempt.no == attemptNo && state != Status.REQUESTED && !delivered();
    }

    private boolean deadlinePassed(Instant now) {
        return hasNextStep() && stepDeadlineAt != null && !now.isBefore(stepDeadlineAt);
    }

    private boolean hasNextStep() {
        return step + 1 < plan.size();
    }

    private Instant giveUpAt() {
        return hasNextStep() && stepDeadlineAt != null && stepDeadlineAt.isBefore(expiresAt)
                ? stepDeadlineAt
                : expiresAt;
    }

    private void nextStep(Instant now) {
        if (!hasNextStep()) {
            state = Status.FAILED;
            heldCode = null;
            dueAt = null;
            timerAt = null;
            return;
        }
        step++;
        stepAttempts = 0;
        stepDeadlineAt = null;
        channel = current().channel();
        again(now);
    }

    private void again(Instant when) {
        state = Status.REQUESTED;
        heldCode = null;
        dueAt = when;
        timerAt = giveUpAt();
    }

    private void waitForDelivery(Attempt attempt) {
        if (current(attempt) && attempt.state != Status.FAILED) {
            timerAt = hasNextStep() ? stepDeadlineAt : null;
            heldCode = null;
        }
    }

    private void adopt(Attempt attempt, String givenId, Instant now) {
        attempt.changed = true;
        if (attempt.evidenceAt == null) {
            attempt.evidenceAt = now;
        }
        if (attempt.providerMessageId == null) {
            attempt.providerMessageId = givenId;
            if (attempt.no == attemptNo) {
                providerMessageId = givenId;
            }
        }
    }

    private void blame(Attempt attempt, @Nullable Refusal refusal, String code, @Nullable String detail, Instant now) {
        attempt.refusal = refusal;
        attempt.errorCode = code;
        attempt.errorDetail = detail;
        attempt.updatedAt = now;
        attempt.changed = true;
        if (attempt.no == attemptNo && !delivered()) {
            errorCode = code;
            errorDetail = detail;
        }
    }

    /** Lifts an attempt to a higher state; records a lower one without effect. */
    private boolean raise(
            Attempt attempt,
            Status status,
            Change.Origin origin,
            @Nullable String detail,
            Instant occurredAt,
            Instant now,
            boolean publish) {
        if (status.rank() <= attempt.state.rank()) {
            record(attempt, status, origin, false, detail, occurredAt, now);
            return false;
        }
        attempt.state = status;
        attempt.updatedAt = now;
        attempt.changed = true;
        boolean reached = status == Status.DELIVERED || status == Status.READ;
        if (reached) {
            if (!delivered() || status.rank() > state.rank()) {
                state = status;
            }
            dueAt = null;
            timerAt = null;
            heldCode = null;
        } else if (current(attempt)) {
            state = status;
        }
        if (publish) {
            say(attempt.no, status, origin, detail, occurredAt, now);
        } else {
            record(attempt, status, origin, true, detail, occurredAt, now);
        }
        return true;
    }

    private void record(
            Attempt attempt,
            Status status,
            Change.Origin origin,
            boolean applied,
            @Nullable String detail,
            Instant occurredAt,
            Instant now) {
        changes.add(new Change(id, attempt.no, status, origin, applied, detail, occurredAt, now, null));
    }

    private void say(
            int no, Status status, Change.Origin origin, @Nullable String detail, Instant occurredAt, Instant now) {
        Optional<Attempt> attempt = attempt(no);
        Notification event = new Notification(
                id.toString(),
                rule,
                cause,
                attempt.map(a -> a.channel).orElse(channel),
                attempt.map(a -> a.provider).orElse(null),
                attempt.map(a -> a.providerMessageId).orElse(null),
                no,
                status,
                recipient,
                language,
                template,
                subjectReference,
                status == Status.FAILED || status == Status.UNKNOWN
                        ? attempt.map(a -> a.errorCode).orElse(errorCode)
                        : null,
                status == Status.FAILED || status == Status.UNKNOWN ? detail : null,
                occurredAt);
        changes.add(new Change(id, no, status, origin, true, detail, occurredAt, now, event));
    }

    private static @Nullable String detail(NotificationReceipt receipt) {
        StringBuilder detail = new StringBuilder();
        for (String part : new String[] {receipt.rawStatus(), receipt.errorCode(), receipt.errorDetail()}) {
            if (part != null && !part.isBlank()) {
                detail.append(detail.isEmpty() ? "" : " ").append(part);
            }
        }
        return detail.isEmpty() ? null : detail.substring(0, Math.min(300, detail.length()));
    }

    /**
     * The settings that decide what follows a failure.
     *
     * @param backoff first pause; doubles, with full jitter
     */
    record Policy(
            int maxAttempts,
            Duration backoff,
            Duration backoffCap,
            Duration evidenceWindow,
            Duration circuitProbe,
            RandomGenerator random) {

        static Policy of(NotifySettings settings, RandomGenerator random) {
            return new Policy(
                    settings.maxAttempts(),
                    settings.backoff(),
                    settings.backoffCap(),
                    settings.evidenceWindow(),
                    settings.circuitProbe(),
                    random);
        }

        Duration pause(int attemptsSoFar, @Nullable Duration wanted) {
            long ceiling =
                    Math.min(backoffCap.toMillis(), backoff.toMillis() << Math.min(20, Math.max(0, attemptsSoFar - 1)));
            Duration jittered = Duration.ofMillis(ceiling / 2 + random.nextLong(ceiling / 2 + 1));
            return wanted != null && wanted.compareTo(jittered) > 0 ? wanted : jittered;
        }
    }
}
