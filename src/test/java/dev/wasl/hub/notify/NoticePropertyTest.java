package dev.wasl.hub.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import dev.wasl.hub.canonical.NotificationReceipt;
import dev.wasl.hub.canonical.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever happens in whatever order, a notification only climbs and no call is made twice without knowing. */
class NoticePropertyTest {

    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Notice.Policy POLICY = new Notice.Policy(
            6,
            Duration.ofSeconds(30),
            Duration.ofMinutes(30),
            Duration.ofSeconds(120),
            Duration.ofMinutes(5),
            new Random(1));
    private static final Set<Status> REPORTABLE =
            Set.of(Status.ACCEPTED, Status.SENT, Status.FAILED, Status.DELIVERED, Status.READ, Status.UNKNOWN);

    @Property
    void receipts_in_any_order_and_number_end_in_the_highest_state(
            @ForAll("receipts") List<Status> receipts, @ForAll Random random) {
        List<Status> shuffled = new ArrayList<>(receipts);
        java.util.Collections.shuffle(shuffled, random);

        Attempt one = after(receipts);
        Attempt other = after(shuffled);

        Status highest = receipts.stream()
                .filter(status -> status != Status.UNKNOWN)
                .max(Comparator.comparingInt(Status::rank))
                .orElse(Status.SENDING);
        Status expected = highest.rank() < Status.ACCEPTED.rank() ? Status.SENDING : highest;
        assertThat(one.state).isEqualTo(expected);
        assertThat(other.state).isEqualTo(expected);
    }

    private static Attempt after(List<Status> receipts) {
        Notice notice = notice(Rule.OnUnknown.STOP, Rule.OnUnknown.STOP);
        Attempt attempt = notice.start("h", 1, LEASE, START);
        receipts.forEach(status -> notice.receipt(attempt, receipt(attempt, status, "131026"), POLICY, START));
        return attempt;
    }

    @Property(tries = 3000)
    void an_attempt_only_climbs_and_every_published_change_is_new(
            @ForAll("stories") List<Step> story, @ForAll Rule.OnUnknown whatsapp, @ForAll Rule.OnUnknown sms) {
        Notice notice = notice(whatsapp, sms);
        Instant now = START;
        List<Attempt> attempts = new ArrayList<>();
        boolean delivered = false;
        for (Step step : story) {
            now = now.plus(step.pause());
            Map<Integer, Integer> before = ranks(attempts);
            int callsBefore = attempts.size();
            Attempt latest = attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
            boolean open = latest != null
                    && (latest.state == Status.SENDING || latest.state == Status.UNKNOWN)
                    && latest.evidenceAt == null;
            boolean couldSend = notice.dueAt != null && !notice.dueAt.isAfter(now) && now.isBefore(notice.expiresAt);
            switch (step.what()) {
                case SEND -> {
                    if (couldSend) {
                        attempts.add(notice.start("h", 1, LEASE, now));
                    }
                }
                case TIMER -> notice.timer(POLICY, now);
                case ACCEPTED -> {
                    if (latest != null && latest.state.rank() < Status.FAILED.rank()) {
                        notice.accepted(latest, new Outcome.Accepted("id" + latest.no, Status.ACCEPTED), now);
                    }
                }
                case REFUSED -> {
                    if (latest != null && latest.state == Status.SENDING) {
                        notice.refused(latest, new Outcome.Refused(step.refusal(), "1", "no", null), POLICY, now);
                    }
                }
                case UNCLEAR -> {
                    if (latest != null) {
                        notice.unclear(latest, "reset", POLICY.evidenceWindow(), Change.Origin.DISPATCH, now);
                    }
                }
                case RECEIPT -> {
                    if (!attempts.isEmpty()) {
                        Attempt any = attempts.get(step.pick() % attempts.size());
                        // a provider reports only about messages it has; a refused call left it none
                        if (any.refusal == null || any.evidenceAt != null) {
                            notice.receipt(any, receipt(any, step.status(), "30008"), POLICY, now);
                        }
                    }
                }
                case OVERTAKEN -> notice.overtaken("delivered", now);
            }
            ranks(attempts)
                    .forEach((no, rank) ->
                            assertThat(rank).as("attempt %s", no).isGreaterThanOrEqualTo(before.getOrDefault(no, 0)));
            if (attempts.size() > callsBefore) {
                assertThat(delivered).as("nothing is sent after delivery").isFalse();
                if (open && latest.state == Status.UNKNOWN && attempts.get(attempts.size() - 1).step == latest.step) {
                    assertThat(notice.plan.get(latest.step).onUnknown())
                            .as("an unknown outcome is repeated only where the rule says so")
                            .isEqualTo(Rule.OnUnknown.RESEND);
                }
                assertThat(open && latest.state == Status.SENDING)
                        .as("no second call while one is open")
                        .isFalse();
            }
            delivered |= attempts.stream().anyMatch(a -> a.state == Status.DELIVERED || a.state == Status.READ);
            if (delivered) {
                assertThat(notice.delivered()).isTrue();
                assertThat(notice.dueAt).isNull();
            }
            if (notice.dueAt != null) {
                assertThat(notice.state).isEqualTo(Status.REQUESTED);
                assertThat(notice.heldCode).isNull();
            }
        }
        Set<String> ids = new HashSet<>();
        notice.changes().stream().filter(change -> change.event() != null).forEach(change -> assertThat(
                        ids.add(change.eventId()))
                .as(change.eventId())
                .isTrue());
    }

    private static Map<Integer, Integer> ranks(List<Attempt> attempts) {
        Map<Integer, Integer> ranks = new java.util.HashMap<>();
        attempts.forEach(attempt -> ranks.put(attempt.no, attempt.state.rank()));
        return ranks;
    }

    private static Notice notice(Rule.OnUnknown whatsapp, Rule.OnUnknown sms) {
        Notice notice = new Notice(
                UUID.fromString("00000000-0000-4000-8000-000000000001"),
                "shop",
                "delivered",
                "cause",
                "delivery/bosta/1",
                "1",
                "delivered",
                "ar",
                "event",
                START,
                START,
                START.plus(Duration.ofHours(10)),
                new Party("A", "+201001234567", null, null, null),
                Map.of(),
                List.of(
                        new PlannedStep(Channel.WHATSAPP, "whatsapp", "+201001234567", 600L, whatsapp),
                        new PlannedStep(Channel.SMS, "twilio", "+201001234567", null, sms)),
                Channel.WHATSAPP,
                Status.REQUESTED);
        notice.dueAt = START;
        notice.timerAt = notice.expiresAt;
        return notice;
    }

    private static NotificationReceipt receipt(Attempt attempt, Status status, String code) {
        return new NotificationReceipt(
                attempt.channel,
                attempt.provider,
                "id" + attempt.no,
                null,
                null,
                status,
                status.name(),
                status == Status.FAILED ? code : null,
                null,
                null,
                START);
    }

    @Provide
    Arbitrary<List<Status>> receipts() {
        return Arbitraries.of(REPORTABLE).list().ofMaxSize(8);
    }

    @Provide
    Arbitrary<List<Step>> stories() {
        return Combinators.combine(
                        Arbitraries.of(What.class),
                        Arbitraries.of(0, 1, 61, 130, 700, 4000).map(Duration::ofSeconds),
                        Arbitraries.of(REPORTABLE),
                        Arbitraries.of(Refusal.class),
                        Arbitraries.integers().between(0, 5))
                .as(Step::new)
                .list()
                .ofMaxSize(25);
    }

    enum What {
        SEND,
        TIMER,
        ACCEPTED,
        REFUSED,
        UNCLEAR,
        RECEIPT,
        OVERTAKEN
    }

    record Step(What what, Duration pause, Status status, Refusal refusal, int pick) {}
}
