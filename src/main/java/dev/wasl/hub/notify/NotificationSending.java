package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.NotificationReceipt;
import dev.wasl.hub.notify.NotificationRepository.AttemptKey;
import dev.wasl.hub.notify.NotificationRepository.Sender;
import dev.wasl.hub.ops.LogContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends a notification in three steps: write down that a call will be made, make it, write down what came of it. A crash
 * between the first and the third leaves an attempt whose outcome nobody knows; it is never simply made again.
 */
@Component
class NotificationSending {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationSending.class);
    private static final int TIMERS_AT_ONCE = 50;
    private static final int SAVE_TRIES = 3;
    private static final Duration SPEND_WINDOW = Duration.ofHours(1);

    /** A provider's wish to rest is honoured for the whole sender, but not for a day because of one odd answer. */
    private static final Duration LONGEST_SENDER_REST = Duration.ofHours(1);

    private final NotificationRepository repository;
    private final NotificationMetrics metrics;
    private final NotifySettings settings;
    private final Notice.Policy policy;
    private final Clock clock;
    private final TransactionTemplate transaction;

    NotificationSending(
            NotificationRepository repository,
            NotificationMetrics metrics,
            NotifySettings settings,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.repository = repository;
        this.metrics = metrics;
        this.settings = settings;
        this.policy = Notice.Policy.of(settings, new java.util.Random());
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    // --- first: what is about to be done ------------------------------------------------------------------------

    /** Claims what is due for a provider and writes down that it is being sent. */
    Claim claim(Provider provider, int limit) {
        List<Call> calls = new ArrayList<>();
        Collection<Notice> touched = transaction.execute(status -> {
            Instant now = clock.instant();
            Map<UUID, Notice> due = repository.claimDue(provider.name(), limit, now);
            Map<String, List<Notice>> byTenant = new TreeMap<>();
            due.values().forEach(n -> byTenant.computeIfAbsent(n.tenant, t -> new ArrayList<>())
                    .add(n));
            byTenant.forEach((tenant, notices) -> {
                Sender sender = repository.lockSender(tenant, provider.name());
                repository.save(new Turn(provider, sender, now, calls).take(notices));
            });
            repository.save(due.values(), now);
            return due.values();
        });
        if (touched == null) {
            return new Claim(List.of(), 0);
        }
        metrics.count(touched);
        return new Claim(calls, touched.size());
    }

    /** Decides about the due notifications of one sender, under the sender's lock. */
    private final class Turn {

        private final Provider provider;
        private final Instant now;
        private final List<Call> calls;
        private final Duration interval;
        private final Duration tolerance;
        private Sender sender;
        private int smsLeft = -1;

        Turn(Provider provider, Sender sender, Instant now, List<Call> calls) {
            this.provider = provider;
            this.sender = sender;
            this.now = now;
            this.calls = calls;
            double rate = settings.rate(provider.name());
            // a bucket smaller than what flows in between two looks would make the sender slower than its rate
            double capacity =
                    Math.max(settings.burst(), rate * settings.pollInterval().toMillis() / 1000d);
            this.interval = Duration.ofNanos((long) (1_000_000_000d / rate));
            this.tolerance = Duration.ofNanos((long) (1_000_000_000d / rate * Math.max(0, capacity - 1)));
        }

        Sender take(List<Notice> notices) {
            LogContext logged = LogContext.tenant(sender.tenant());
            try {
                notices.forEach(this::take);
                return sender;
            } finally {
                logged.end();
            }
        }

        private void take(Notice notice) {
            if (notice.timerAt != null && !notice.timerAt.isAfter(now)) {
                notice.timer(policy, now);
                return;
            }
            boolean probe = sender.circuitCode() != null;
            if (probe && sender.probeAt() != null && sender.probeAt().isAfter(now)) {
                notice.postpone(sender.probeAt(), now);
                return;
            }
            if (sender.freeAt().isAfter(now)) {
                notice.dueAt = sender.freeAt();
                return;
            }
            if (notice.current().channel() == Channel.SMS && smsLeft() <= 0) {
                notice.hold(
                        ErrorCode.SPEND_CAP_REACHED,
                        "more than " + settings.smsPerHour(notice.tenant) + " SMS within an hour",
                        now);
                LOG.error(
                        "{}: {} SMS within an hour, the cap; notification {} waits for a person.",
                        notice.tenant,
                        settings.smsPerHour(notice.tenant),
                        notice.id);
                return;
            }
            int identity = notice.identity();
            Provider.Prepared message;
            try {
                message = provider.prepare(notice, identity);
            } catch (RuntimeException e) {
                unpreparable(notice, e);
                return;
            }
            Attempt attempt = notice.start(message.hash(), message.segments(), settings.lease(), now);
            calls.add(new Call(notice.id, attempt.no, notice.tenant, message, probe));
            smsLeft--;
            Instant theoretical = later(sender.freeAt().plus(tolerance), now).plus(interval);
            sender = new Sender(
                    sender.tenant(),
                    sender.provider(),
                    theoretical.minus(tolerance),
                    sender.circuitCode(),
                    sender.openedAt(),
                    probe ? now.plus(settings.circuitProbe()) : sender.probeAt());
        }

        private void unpreparable(Notice notice, RuntimeException e) {
            ErrorCode code = e instanceof HubException known ? known.code() : ErrorCode.CONFIGURATION;
            String detail = HttpOutcomes.shorten(String.valueOf(e.getMessage()));
            if (code == ErrorCode.CONFIGURATION) {
                sender = open(sender, code.id(), now);
                notice.errorCode = code.id();
                notice.errorDetail = detail;
                notice.postpone(now.plus(settings.circuitProbe()).plusSeconds(1), now);
                LOG.error("{} cannot send through {}: {}", notice.tenant, provider.name(), detail);
            } else {
                notice.hold(code, detail, now);
                LOG.error("Notification {} waits for a person: {}", notice.id, detail);
            }
        }

        private int smsLeft() {
            if (smsLeft < 0) {
                smsLeft = Math.max(
                        0,
                        settings.smsPerHour(sender.tenant())
                                - repository.spent(sender.tenant(), Channel.SMS, now.minus(SPEND_WINDOW)));
            }
            return smsLeft;
        }
    }

    // --- third: what came of it ---------------------------------------------------------------------------------

    /** Writes down the outcome of a call. When even that fails, the end of the lease will tell that nobody knows. */
    void finish(Provider provider, Call call, Outcome outcome) {
        Outcome toSave = outcome;
        for (int i = 1; i <= SAVE_TRIES; i++) {
            try {
                save(provider, call, toSave);
                return;
            } catch (DuplicateKeyException e) {
                LOG.error(
                        "{} gave notification {} the id of another message; its outcome is unknown.",
                        provider.name(),
                        call.notificationId());
                toSave = new Outcome.Unclear("the provider repeated the id of another message");
            } catch (DataAccessException | TransactionException e) {
                LOG.warn("The outcome of notification {} is not saved yet: {}", call.notificationId(), e.toString());
            }
        }
        LOG.error("The outcome of notification {} could not be saved.", call.notificationId());
    }

    private void save(Provider provider, Call call, Outcome outcome) {
        Notice saved = transaction.execute(status -> {
            Instant now = clock.instant();
            Notice notice = repository.lock(List.of(call.notificationId())).get(call.notificationId());
            if (notice == null) {
                return null;
            }
            Attempt attempt = notice.attempt(call.attemptNo()).orElseThrow();
            if (outcome instanceof Outcome.Accepted accepted) {
                notice.accepted(attempt, accepted, now);
                for (NotificationReceipt receipt :
                        repository.take(call.tenant(), provider.name(), accepted.providerMessageId())) {
                    notice.receipt(attempt, receipt, policy, now);
                }
                if (call.probe()) {
                    close(call.tenant(), provider.name());
                }
            } else if (outcome instanceof Outcome.Refused refused) {
                notice.refused(attempt, refused, policy, now);
                rest(call.tenant(), provider.name(), refused, now);
            } else if (outcome instanceof Outcome.Unclear unclear) {
                notice.unclear(attempt, unclear.detail(), settings.evidenceWindow(), Change.Origin.DISPATCH, now);
            }
            repository.save(List.of(notice), now);
            return notice;
        });
        if (saved != null) {
            metrics.count(List.of(saved));
        }
    }

    /** What a refusal means for everything else this sender has to send. */
    private void rest(String tenant, String provider, Outcome.Refused refused, Instant now) {
        if (refused.refusal() == Refusal.CONFIG) {
            Sender sender = repository.lockSender(tenant, provider);
            if (sender.circuitCode() == null) {
                LOG.error(
                        "{} refuses the account of {} ({}): nothing is sent there until somebody acts. {}",
                        provider,
                        tenant,
                        refused.code(),
                        refused.detail());
            }
            repository.save(open(sender, refused.code(), now));
        } else if (refused.refusal() == Refusal.THROTTLED && refused.retryAfter() != null) {
            Duration wanted = refused.retryAfter();
            Instant until = now.plus(wanted.compareTo(LONGEST_SENDER_REST) > 0 ? LONGEST_SENDER_REST : wanted);
            Sender sender = repository.lockSender(tenant, provider);
            repository.save(new Sender(
                    tenant,
                    provider,
                    later(sender.freeAt(), until),
                    sender.circuitCode(),
                    sender.openedAt(),
                    sender.probeAt()));
        }
    }

    private Sender open(Sender sender, String code, Instant now) {
        return new Sender(
                sender.tenant(),
                sender.provider(),
                sender.freeAt(),
                code,
                sender.openedAt() == null ? now : sender.openedAt(),
                now.plus(settings.circuitProbe()));
    }

    /** Closes the circuit of a sender. */
    private void close(String tenant, String provider) {
        Sender sender = repository.lockSender(tenant, provider);
        if (sender.circuitCode() != null) {
            repository.save(new Sender(tenant, provider, sender.freeAt(), null, null, null));
            LOG.info("{} accepts messages of {} again.", provider, tenant);
        }
    }

    // --- beside: time -------------------------------------------------------------------------------------------

    /**
     * Lets run-out timers speak: leases, evidence windows, deadlines.
     *
     * @return how many there were
     */
    int timers() {
        Collection<Notice> touched = transaction.execute(status -> {
            Instant now = clock.instant();
            Map<UUID, Notice> notices = repository.claimTimers(TIMERS_AT_ONCE, now);
            notices.values().forEach(notice -> notice.timer(policy, now));
            repository.save(notices.values(), now);
            return notices.values();
        });
        metrics.count(touched == null ? List.of() : touched);
        return touched == null ? 0 : touched.size();
    }

    /** Gives kept receipts to the messages that became known in the meantime. */
    int match() {
        List<AttemptKey> keys = repository.matchable(TIMERS_AT_ONCE);
        for (AttemptKey key : keys) {
            Notice matched = transaction.execute(status -> {
                Instant now = clock.instant();
                Notice notice = repository.lock(List.of(key.notificationId())).get(key.notificationId());
                if (notice == null) {
                    return null;
                }
                Attempt attempt = notice.attempt(key.attemptNo()).orElseThrow();
                String id = attempt.providerMessageId;
                if (id != null) {
                    repository
                            .take(notice.tenant, attempt.provider, id)
                            .forEach(receipt -> notice.receipt(attempt, receipt, policy, now));
                    repository.save(List.of(notice), now);
                }
                return notice;
            });
            if (matched != null) {
                metrics.count(List.of(matched));
            }
        }
        return keys.size();
    }

    private static Instant later(Instant a, @Nullable Instant b) {
        return b == null || a.isAfter(b) ? a : b;
    }

    /**
     * What was claimed.
     *
     * @param calls what is to be sent now
     * @param touched how many rows there were, also those that are not sent
     */
    record Claim(List<Call> calls, int touched) {}

    /**
     * A call that was written down and is now to be made.
     *
     * @param probe whether it tries an open circuit
     */
    record Call(UUID notificationId, int attemptNo, String tenant, Provider.Prepared message, boolean probe) {}
}
