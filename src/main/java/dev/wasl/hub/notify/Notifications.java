package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.NotificationReceipt;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.journal.Inbox;
import dev.wasl.hub.notify.NotificationRepository.AttemptKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Consumes canonical messages: requests notifications, each once per cause, and follows the providers' receipts. */
@Component("notifications")
public class Notifications {

    /** The consumer's name in the inbox. */
    static final String CONSUMER = "notify";

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);

    private final Inbox inbox;
    private final DeliveriesAbroad abroad;
    private final RuleJudge judge;
    private final NotificationRules rules;
    private final NotificationRepository repository;
    private final NotificationMetrics metrics;
    private final NotifySignal signal;
    private final Notice.Policy policy;
    private final Clock clock;
    private final TransactionTemplate transaction;

    Notifications(
            Inbox inbox,
            DeliveriesAbroad abroad,
            RuleJudge judge,
            NotificationRules rules,
            NotificationRepository repository,
            NotificationMetrics metrics,
            NotifySignal signal,
            NotifySettings settings,
            Clock clock,
            PlatformTransactionManager transactions) {
        this.inbox = inbox;
        this.abroad = abroad;
        this.judge = judge;
        this.rules = rules;
        this.repository = repository;
        this.metrics = metrics;
        this.signal = signal;
        this.policy = Notice.Policy.of(settings, new java.util.Random());
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Applies messages in one transaction; those applied before have no effect. Nothing is sent here: what is due is
     * stored, and the dispatcher is woken.
     */
    public void apply(List<CanonicalMessage> messages) {
        Collection<Notice> changed = transaction.execute(status -> applyNew(messages));
        if (changed != null && !changed.isEmpty()) {
            metrics.count(changed);
            signal.wake();
        }
    }

    /**
     * Lets a held notification go on; one whose outcome is unknown is sent once more, which the person decides.
     *
     * @return false when the tenant has no such notification, when it is not held, or too old to be told
     */
    public boolean release(String tenant, UUID id) {
        Instant now = clock.instant();
        Boolean released = transaction.execute(status -> {
            Notice notice = repository.lock(List.of(id)).get(id);
            if (notice == null || !notice.tenant.equals(tenant) || !notice.release(now)) {
                return false;
            }
            repository.save(List.of(notice), now);
            return true;
        });
        signal.wake();
        return Boolean.TRUE.equals(released);
    }

    private Collection<Notice> applyNew(List<CanonicalMessage> messages) {
        Collection<CanonicalMessage> fresh = abroad.read(inbox.fresh(CONSUMER, messages));
        Instant now = clock.instant();

        List<Candidate> candidates = candidates(fresh);
        List<Notice> changed = new ArrayList<>(repository.insert(candidates.stream()
                .map(candidate -> Notice.requested(candidate, UUID.randomUUID(), now))
                .toList()));

        List<Effect> effects = new ArrayList<>();
        effects.addAll(later(fresh, candidates, now));
        effects.addAll(receipts(fresh, now));
        Map<UUID, Notice> locked =
                repository.lock(effects.stream().map(Effect::notificationId).collect(Collectors.toSet()));
        for (Effect effect : effects) {
            Notice notice = locked.get(effect.notificationId());
            if (notice != null) {
                effect.action().accept(notice);
            }
        }
        repository.save(locked.values(), now);
        changed.addAll(locked.values());
        return changed;
    }

    /** What the rules ask for, without what is old news, repeated, or overtaken. In the order in which it happened. */
    private List<Candidate> candidates(Collection<CanonicalMessage> fresh) {
        List<Candidate> asked = new ArrayList<>();
        for (CanonicalMessage message : fresh) {
            asked.addAll(judge.judge(message));
        }
        if (asked.isEmpty()) {
            return asked;
        }
        Set<UUID> backfilled = repository.backfilled(asked.stream()
                .map(Candidate::receiptId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
        asked.removeIf(candidate -> candidate.receiptId() != null && backfilled.contains(candidate.receiptId()));
        asked.sort(Comparator.comparing(Candidate::happenedAt));
        repository.serialise(asked.stream()
                .map(c -> "notify|" + c.tenant() + '|' + c.subject())
                .collect(Collectors.toSet()));
        Map<String, Instant> spoken = spoken(asked);
        Map<String, List<String>> overtakers = overtakers();
        List<Candidate> admitted = new ArrayList<>();
        for (Candidate candidate : asked) {
            if (!repeated(candidate, spoken) && !overtaken(candidate, spoken, overtakers)) {
                admitted.add(candidate);
                spoken.merge(key(candidate, candidate.rule().name()), candidate.happenedAt(), Notifications::later);
            }
        }
        return admitted;
    }

    private Map<String, Instant> spoken(List<Candidate> asked) {
        Map<String, Set<String>> subjects = new TreeMap<>();
        asked.forEach(c ->
                subjects.computeIfAbsent(c.tenant(), t -> new LinkedHashSet<>()).add(c.subject()));
        Map<String, Instant> spoken = new HashMap<>();
        subjects.forEach((tenant, of) -> repository
                .spoken(tenant, of)
                .forEach(s -> spoken.put(tenant + '|' + s.subject() + '|' + s.rule(), s.latest())));
        return spoken;
    }

    private Map<String, List<String>> overtakers() {
        Map<String, List<String>> overtakers = new HashMap<>();
        for (Rule rule : rules.rules()) {
            rule.overtakes().forEach(name -> overtakers
                    .computeIfAbsent(name, n -> new ArrayList<>())
                    .add(rule.name()));
        }
        return overtakers;
    }

    private static boolean repeated(Candidate candidate, Map<String, Instant> spoken) {
        Duration pause = candidate.rule().atMostEvery();
        Instant last = spoken.get(key(candidate, candidate.rule().name()));
        return pause != null
                && last != null
                && Duration.between(last, candidate.happenedAt()).abs().compareTo(pause) < 0;
    }

    private static boolean overtaken(
            Candidate candidate, Map<String, Instant> spoken, Map<String, List<String>> overtakers) {
        return overtakers.getOrDefault(candidate.rule().name(), List.of()).stream()
                .map(rule -> spoken.get(key(candidate, rule)))
                .anyMatch(at -> at != null && !at.isBefore(candidate.happenedAt()));
    }

    private static String key(Candidate candidate, String rule) {
        return candidate.tenant() + '|' + candidate.subject() + '|' + rule;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** What these messages mean for notifications about the same subjects that are not finished. */
    private List<Effect> later(Collection<CanonicalMessage> fresh, List<Candidate> candidates, Instant now) {
        Map<String, Map<String, List<CanonicalMessage>>> bySubject = new TreeMap<>();
        for (CanonicalMessage message : fresh) {
            if (message.event().data() instanceof Delivery || message.event().data() instanceof Payment) {
                bySubject
                        .computeIfAbsent(message.event().tenant(), t -> new LinkedHashMap<>())
                        .computeIfAbsent(message.event().subject(), s -> new ArrayList<>())
                        .add(message);
            }
        }
        List<Effect> effects = new ArrayList<>();
        bySubject.forEach((tenant, subjects) -> {
            for (NotificationRepository.Open open : repository.open(tenant, subjects.keySet())) {
                if (ErrorCode.NO_ROUTE_TO_RECIPIENT.id().equals(open.heldCode())) {
                    rules.find(open.rule())
                            .ifPresent(rule -> effects.addAll(
                                    held(open, rule, subjects.getOrDefault(open.subject(), List.of()), now)));
                }
                candidates.stream()
                        .filter(c -> c.tenant().equals(tenant)
                                && c.subject().equals(open.subject())
                                && c.rule().overtakes().contains(open.rule())
                                && !open.eventTime().isAfter(c.happenedAt()))
                        .findFirst()
                        .ifPresent(c -> effects.add(
                                new Effect(open.id(), n -> n.overtaken(c.rule().name(), now))));
            }
        });
        return effects;
    }

    /** A notification that waits for an address gets it from any event, unless one that is as new says that it is over. */
    private List<Effect> held(
            NotificationRepository.Open open, Rule rule, List<CanonicalMessage> messages, Instant now) {
        if (messages.stream()
                .anyMatch(message ->
                        !message.event().time().isBefore(open.eventTime()) && judge.contradicts(rule, message))) {
            return List.of(new Effect(open.id(), notice -> notice.overtaken("a later event", now)));
        }
        return messages.stream()
                .map(message -> judge.describe(rule, message))
                .flatMap(Optional::stream)
                .findFirst()
                .map(known -> List.of(new Effect(open.id(), notice -> notice.learn(known, now))))
                .orElse(List.of());
    }

    /** Which notifications the receipts belong to; one that belongs to none yet is kept. */
    private List<Effect> receipts(Collection<CanonicalMessage> fresh, Instant now) {
        Map<String, List<CanonicalMessage>> bySender = new TreeMap<>();
        Set<UUID> echoed = new LinkedHashSet<>();
        for (CanonicalMessage message : fresh) {
            if (message.event().data() instanceof NotificationReceipt receipt) {
                bySender.computeIfAbsent(message.event().tenant() + '|' + receipt.provider(), k -> new ArrayList<>())
                        .add(message);
                AttemptKey key = echoed(receipt);
                if (key != null) {
                    echoed.add(key.notificationId());
                }
            }
        }
        // a correlation may be somebody else's, or of a notification that was erased
        Set<UUID> existing = repository.existing(echoed);
        List<Effect> effects = new ArrayList<>();
        bySender.values().forEach(group -> {
            String tenant = group.get(0).event().tenant();
            Map<String, AttemptKey> known = repository.byProviderId(
                    tenant,
                    receipt(group.get(0)).provider(),
                    group.stream().map(m -> receipt(m).providerMessageId()).collect(Collectors.toSet()));
            for (CanonicalMessage message : group) {
                NotificationReceipt receipt = receipt(message);
                AttemptKey own = echoed(receipt);
                AttemptKey key = known.getOrDefault(
                        receipt.providerMessageId(),
                        own != null && existing.contains(own.notificationId()) ? own : null);
                String eventId = message.event().id();
                if (key == null) {
                    repository.keep(tenant, eventId, receipt, now);
                } else {
                    effects.add(new Effect(
                            key.notificationId(),
                            notice -> receive(notice, key.attemptNo(), tenant, eventId, receipt, now)));
                }
            }
        });
        return effects;
    }

    private void receive(
            Notice notice, int attemptNo, String tenant, String eventId, NotificationReceipt receipt, Instant now) {
        Optional<Attempt> attempt = notice.attempt(attemptNo)
                .filter(a -> notice.tenant.equals(tenant)
                        && a.provider.equals(receipt.provider())
                        && (a.providerMessageId == null || a.providerMessageId.equals(receipt.providerMessageId())));
        if (attempt.isPresent()) {
            notice.receipt(attempt.get(), receipt, policy, now);
        } else {
            LOG.warn("A receipt of {} names an attempt that is not its own; kept.", receipt.provider());
            repository.keep(tenant, eventId, receipt, now);
        }
    }

    private static NotificationReceipt receipt(CanonicalMessage message) {
        return (NotificationReceipt) message.event().data();
    }

    private static @Nullable AttemptKey echoed(NotificationReceipt receipt) {
        if (receipt.notificationId() == null || receipt.attemptNo() == null) {
            return null;
        }
        try {
            return new AttemptKey(UUID.fromString(receipt.notificationId()), receipt.attemptNo());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private record Effect(UUID notificationId, java.util.function.Consumer<Notice> action) {}
}
