package dev.wasl.hub.console;

import dev.wasl.hub.connector.Backfill;
import dev.wasl.hub.connector.SyncState;
import dev.wasl.hub.console.NowPage.Tone;
import dev.wasl.hub.delivery.ParkedMessages;
import dev.wasl.hub.journal.LedgerView;
import dev.wasl.hub.notify.NotificationLog;
import dev.wasl.hub.ops.QueueView;
import dev.wasl.hub.payment.PaymentTroubles;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** Puts the hub's state into words and judges what a person should look at. */
@Component
class NowPresenter {

    /** Longer than any message should wait between reception and effect when all is well. */
    private static final Duration LATE = Duration.ofMinutes(5);

    /** Fewer messages than that do not fill the bar, even in the deepest queue. */
    private static final long SHALLOW = 100;

    private static final Duration HOUR = Duration.ofHours(1);

    private final MessageSource messages;

    NowPresenter(MessageSource messages) {
        this.messages = messages;
    }

    NowPage page(NowSnapshot now, Locale locale) {
        Figures figures = new Figures(messages, locale);
        List<NowPage.Connector> connectors = now.syncs() == null ? null : connectors(now.syncs(), now.at(), figures);
        List<NowPage.Queue> queues = now.queues() == null ? null : queues(now.queues(), figures);
        NowPage.Pending pending = pending(now, figures);
        NowPage.Parked parked = parked(now, figures);
        return new NowPage(
                figures.moment(now.at(), now.at()),
                headline(now, pending, connectors, queues, figures),
                messages(now, figures),
                pending,
                parked,
                connectors,
                others(now, figures),
                queues,
                now.ledger() == null ? null : ledger(now.ledger(), figures),
                now.notifications() == null ? null : notifications(now.notifications(), figures));
    }

    private static NowPage.Headline headline(
            NowSnapshot now,
            NowPage.Pending pending,
            @Nullable List<NowPage.Connector> connectors,
            @Nullable List<NowPage.Queue> queues,
            Figures figures) {
        List<NowPage.Reason> reasons = new ArrayList<>();
        if (now.ledger() == null || now.parked() == null) {
            reasons.add(new NowPage.Reason(Tone.BAD, figures.text("now.reason.database"), "ledger"));
        }
        if (queues == null) {
            reasons.add(new NowPage.Reason(Tone.BAD, figures.text("now.reason.broker"), "queues"));
        }
        if (now.ledger() != null && !now.ledger().stream().allMatch(LedgerView.Row::balanced)) {
            reasons.add(new NowPage.Reason(Tone.BAD, figures.text("now.reason.unbalanced"), "ledger"));
        }
        if (pending.tone() == Tone.BAD) {
            reasons.add(new NowPage.Reason(
                    Tone.BAD, figures.text("now.reason.late", String.valueOf(pending.oldest())), "ledger"));
        }
        if (queues != null) {
            queues.stream()
                    .filter(queue -> queue.tone() == Tone.BAD)
                    .forEach(queue -> reasons.add(new NowPage.Reason(
                            Tone.BAD, figures.text("now.reason.noConsumer", Figures.name(queue.name())), "queues")));
        }
        now.brokenRoutes()
                .forEach(file -> reasons.add(
                        new NowPage.Reason(Tone.BAD, figures.text("now.reason.route", Figures.name(file)), "queues")));
        if (now.payments() != null) {
            now.payments().forEach(trouble -> reasons.add(reason(trouble, figures)));
        }
        if (connectors != null) {
            connectors.stream()
                    .filter(connector -> connector.tone() == Tone.BAD || connector.tone() == Tone.WARN)
                    .forEach(connector -> reasons.add(new NowPage.Reason(
                            connector.tone(),
                            figures.text(
                                    "now.reason.connector",
                                    Figures.name(connector.tenant() + "/" + connector.name()),
                                    connector.state()),
                            "connectors")));
        }
        if (now.parked() != null && now.parked() > 0) {
            reasons.add(new NowPage.Reason(
                    Tone.WARN, figures.text("now.reason.parked", figures.count(now.parked())), "parked"));
        }
        reasons.sort(Comparator.comparing(reason -> reason.tone() == Tone.BAD ? 0 : 1));
        Tone tone = reasons.stream().anyMatch(reason -> reason.tone() == Tone.BAD)
                ? Tone.BAD
                : reasons.isEmpty() ? Tone.OK : Tone.WARN;
        return new NowPage.Headline(
                tone,
                switch (tone) {
                    case BAD -> figures.text("now.headline.bad");
                    case WARN -> figures.text("now.headline.warn");
                    default -> figures.text("now.headline.ok");
                },
                reasons);
    }

    private static NowPage.Reason reason(PaymentTroubles.Trouble trouble, Figures figures) {
        String gateway = Figures.name(trouble.tenant() + "/" + trouble.connector());
        return switch (trouble.kind()) {
            case QUARANTINED ->
                new NowPage.Reason(Tone.BAD, figures.text("now.reason.quarantined", gateway, trouble.what()), "parked");
            case UNKNOWN ->
                new NowPage.Reason(
                        Tone.WARN, figures.text("now.reason.unknown", gateway, trouble.what()), "connectors");
            case SILENT ->
                new NowPage.Reason(Tone.WARN, figures.text("now.reason.silent", gateway, trouble.what()), "connectors");
        };
    }

    private static NowPage.Messages messages(NowSnapshot now, Figures figures) {
        if (now.perMinute() == null) {
            return new NowPage.Messages(null, null, null);
        }
        return new NowPage.Messages(
                figures.count(Objects.requireNonNull(now.lastMinute())),
                figures.count(now.perMinute().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0)),
                figures.count(
                        now.perMinute().stream().mapToLong(Long::longValue).sum()));
    }

    private static NowPage.Pending pending(NowSnapshot now, Figures figures) {
        if (now.ledger() == null) {
            return new NowPage.Pending(null, null, Tone.IDLE);
        }
        Instant oldest = now.ledger().stream()
                .map(LedgerView.Row::oldestPendingSince)
                .filter(Objects::nonNull)
                .min(Instant::compareTo)
                .orElse(null);
        Duration age = oldest == null ? Duration.ZERO : Duration.between(oldest, now.at());
        return new NowPage.Pending(
                figures.count(
                        now.ledger().stream().mapToLong(LedgerView.Row::pending).sum()),
                oldest == null ? null : figures.duration(age),
                age.compareTo(LATE) > 0 ? Tone.BAD : Tone.OK);
    }

    private static NowPage.@Nullable Parked parked(NowSnapshot now, Figures figures) {
        if (now.parked() == null || now.causes() == null) {
            return null;
        }
        long largest = now.causes().stream()
                .mapToLong(ParkedMessages.Group::count)
                .max()
                .orElse(0);
        return new NowPage.Parked(
                figures.count(now.parked()),
                now.parked() > 0 ? Tone.WARN : Tone.OK,
                now.causes().stream()
                        .map(cause -> new NowPage.Cause(
                                cause.code(),
                                cause.reason(),
                                cause.stage(),
                                figures.count(cause.count()),
                                share(cause.count(), largest),
                                figures.moment(cause.newest(), now.at())))
                        .toList());
    }

    private static List<NowPage.Connector> connectors(List<SyncState> syncs, Instant now, Figures figures) {
        return syncs.stream()
                .map(state -> asking(state, now, figures))
                .sorted(Comparator.comparing((NowPage.Connector connector) ->
                                connector.tone() == Tone.BAD ? 0 : connector.tone() == Tone.WARN ? 1 : 2)
                        .thenComparing(connector -> connector.progress() == null))
                .toList();
    }

    private static List<NowPage.Other> others(NowSnapshot now, Figures figures) {
        Set<String> asking = now.syncs() == null
                ? Set.of()
                : now.syncs().stream()
                        .map(state -> state.tenant() + '/' + state.connector())
                        .collect(Collectors.toSet());
        Map<String, Long> received = now.ledger() == null
                ? Map.of()
                : now.ledger().stream()
                        .collect(Collectors.toMap(
                                row -> row.tenant() + '/' + row.connector(), LedgerView.Row::received));
        List<NowPage.Other> others = new ArrayList<>();
        now.configured().forEach((tenant, names) -> names.stream()
                .filter(name -> !asking.contains(tenant + '/' + name))
                .forEach(name -> {
                    Long brought = received.get(tenant + '/' + name);
                    others.add(new NowPage.Other(
                            tenant, name, brought == null || brought == 0 ? null : figures.count(brought)));
                }));
        return others;
    }

    private static NowPage.Connector asking(SyncState state, Instant now, Figures figures) {
        Tone tone =
                switch (state.phase()) {
                    case NEEDS_ATTENTION -> Tone.BAD;
                    case BLOCKED, STANDBY -> Tone.WARN;
                    case RUNNING, IDLE -> Tone.OK;
                };
        String problem = state.error();
        Backfill backfill = state.backfill();
        if (problem == null && backfill != null && isActive(backfill)) {
            problem = backfill.error();
        }
        if (problem == null && state.blockedUntil() != null) {
            problem =
                    figures.text("connector.blockedFor", figures.duration(Duration.between(now, state.blockedUntil())));
        }
        String words = state.paused()
                ? figures.text("connector.state.paused")
                : figures.text("connector.state." + state.phase().name().toLowerCase(Locale.ROOT));
        return new NowPage.Connector(
                state.tenant(),
                state.connector(),
                state.paused() && tone == Tone.OK ? Tone.IDLE : tone,
                words,
                figures.momentOrNull(state.lastSuccessAt(), now),
                problem,
                calls(state.budget(), figures),
                progress(backfill, figures));
    }

    private static boolean isActive(Backfill backfill) {
        return backfill.state() == Backfill.State.RUNNING || backfill.state() == Backfill.State.PAUSED;
    }

    private static @Nullable String calls(SyncState.@Nullable Budget budget, Figures figures) {
        if (budget == null) {
            return null;
        }
        String used = figures.count(budget.usedLastHour());
        return budget.rate() == null
                ? figures.text("connector.calls", used)
                : figures.text("connector.callsOf", used, figures.count(Math.round(budget.rate() * HOUR.toSeconds())));
    }

    private static NowPage.@Nullable Progress progress(@Nullable Backfill backfill, Figures figures) {
        if (backfill == null || !isActive(backfill)) {
            return null;
        }
        Long left = backfill.estimatedRowsLeft();
        long whole = left == null ? 0 : backfill.rows() + left;
        Integer percent = whole == 0 ? null : (int) Math.min(100, backfill.rows() * 100 / whole);
        Duration timeLeft = backfill.estimatedTimeLeft();
        String rows = percent == null
                ? figures.text("backfill.rows", figures.count(backfill.rows()))
                : figures.text("backfill.rowsOf", figures.count(backfill.rows()), figures.count(whole));
        boolean paused = backfill.state() == Backfill.State.PAUSED;
        String text = paused
                ? figures.text("backfill.paused", rows)
                : timeLeft == null ? rows : figures.text("backfill.timeLeft", rows, figures.duration(timeLeft));
        return new NowPage.Progress(percent, text, paused);
    }

    private static List<NowPage.Queue> queues(List<QueueView.Queue> queues, Figures figures) {
        long deepest = queues.stream().mapToLong(QueueView.Queue::depth).reduce(SHALLOW, Math::max);
        return queues.stream()
                .map(queue -> new NowPage.Queue(
                        queue.name(),
                        figures.count(queue.depth()),
                        share(queue.depth(), deepest),
                        queue.oldestAge() == null ? null : figures.duration(queue.oldestAge()),
                        figures.count(queue.consumers()),
                        queue.depth() > 0 && queue.consumers() == 0
                                ? Tone.BAD
                                : queue.oldestAge() != null && queue.oldestAge().compareTo(LATE) > 0
                                        ? Tone.WARN
                                        : Tone.OK))
                .toList();
    }

    private static NowPage.Ledger ledger(List<LedgerView.Row> rows, Figures figures) {
        boolean balanced = rows.stream().allMatch(LedgerView.Row::balanced);
        return new NowPage.Ledger(
                balanced,
                new NowPage.LedgerRow(
                        "",
                        "",
                        sum(rows, LedgerView.Row::received, figures),
                        sum(rows, LedgerView.Row::applied, figures),
                        sum(rows, LedgerView.Row::duplicate, figures),
                        sum(rows, LedgerView.Row::rejected, figures),
                        sum(rows, LedgerView.Row::parked, figures),
                        sum(rows, LedgerView.Row::pending, figures),
                        balanced),
                rows.stream()
                        .map(row -> new NowPage.LedgerRow(
                                row.tenant(),
                                row.connector(),
                                figures.count(row.received()),
                                figures.count(row.applied()),
                                figures.count(row.duplicate()),
                                figures.count(row.rejected()),
                                figures.count(row.parked()),
                                figures.count(row.pending()),
                                row.balanced()))
                        .toList());
    }

    private static String sum(List<LedgerView.Row> rows, ToLongFunction<LedgerView.Row> bucket, Figures figures) {
        return figures.count(rows.stream().mapToLong(bucket).sum());
    }

    private static List<NowPage.Channel> notifications(List<NotificationLog.Count> counts, Figures figures) {
        Map<String, Map<Reach, Long>> byChannel = new TreeMap<>();
        for (NotificationLog.Count count : counts) {
            byChannel
                    .computeIfAbsent(count.channel().name(), name -> new EnumMap<>(Reach.class))
                    .merge(Reach.of(count), count.count(), Long::sum);
        }
        List<NowPage.Channel> channels = new ArrayList<>();
        byChannel.forEach((name, parts) -> {
            long total = parts.values().stream().mapToLong(Long::longValue).sum();
            List<NowPage.ChannelPart> shown = new ArrayList<>();
            long before = 0;
            for (Map.Entry<Reach, Long> part : parts.entrySet()) {
                String style = part.getKey().style();
                shown.add(new NowPage.ChannelPart(
                        style,
                        figures.text("notification." + style),
                        figures.count(part.getValue()),
                        before * 100.0 / Math.max(1, total),
                        part.getValue() * 100.0 / Math.max(1, total)));
                before += part.getValue();
            }
            channels.add(new NowPage.Channel(
                    figures.text("channel." + name.toLowerCase(Locale.ROOT)), figures.count(total), shown));
        });
        return channels;
    }

    /** Percent, at least 1 for anything at all, so that a small part can still be seen. */
    private static int share(long part, long whole) {
        return whole == 0 || part == 0 ? 0 : (int) Math.max(1, Math.round(part * 100.0 / whole));
    }

    /** How far a notification got, as far as an overview cares. */
    private enum Reach {
        ARRIVED,
        /** A provider has it; for e-mail nobody ever tells more. */
        SENT,
        WAITING,
        /** Overtaken by later news before it was sent. */
        WITHDRAWN,
        FAILED;

        static Reach of(NotificationLog.Count count) {
            return switch (count.status()) {
                case DELIVERED, READ -> ARRIVED;
                case ACCEPTED, SENT -> SENT;
                case REQUESTED, SENDING, UNKNOWN -> WAITING;
                case FAILED -> count.withdrawn() ? WITHDRAWN : FAILED;
            };
        }

        String style() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
