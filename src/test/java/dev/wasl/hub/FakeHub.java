package dev.wasl.hub;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.when;

import dev.wasl.hub.canonical.Address;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.connector.Backfill;
import dev.wasl.hub.connector.BackfillRequest;
import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.connector.RequestBudget;
import dev.wasl.hub.connector.SyncState;
import dev.wasl.hub.crm.Customers;
import dev.wasl.hub.crm.Deliveries;
import dev.wasl.hub.crm.DeliveryView;
import dev.wasl.hub.crm.Payments;
import dev.wasl.hub.delivery.ParkedMessage;
import dev.wasl.hub.delivery.ParkedMessages;
import dev.wasl.hub.delivery.Replay;
import dev.wasl.hub.flow.RouteStatus;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.MessageWriter;
import dev.wasl.hub.intake.WrittenMessages;
import dev.wasl.hub.journal.JournalEntry;
import dev.wasl.hub.journal.LedgerView;
import dev.wasl.hub.journal.MessageJournal;
import dev.wasl.hub.mapping.BodyFormat;
import dev.wasl.hub.mapping.MappingCatalog;
import dev.wasl.hub.notify.NotificationLog;
import dev.wasl.hub.notify.Notifications;
import dev.wasl.hub.ops.Leadership;
import dev.wasl.hub.ops.QueueView;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.mockito.Mockito;
import org.springframework.context.annotation.Bean;

/**
 * What the API and the console read, in memory: a few believable rows of two tenants, {@code hvar} and {@code portal}.
 */
public class FakeHub {

    public static final UUID RECEIPT = UUID.fromString("01980000-0000-7000-8000-000000000001");
    public static final UUID PARKED_HVAR = UUID.fromString("01980000-0000-7000-8000-0000000000a1");
    public static final UUID HELD = UUID.fromString("01980000-0000-7000-8000-0000000000b1");
    public static final UUID PARKED_PORTAL = UUID.fromString("01980000-0000-7000-8000-0000000000a2");

    /** What was asked to be sent again or given up, in order. */
    public final List<String> commands = new CopyOnWriteArrayList<>();

    private final Instant now;
    private volatile boolean unbalanced;

    FakeHub(Clock clock) {
        this.now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    public void brokerDown(boolean down) {
        writer.brokerDown = down;
    }

    public void unbalanced(boolean value) {
        unbalanced = value;
    }

    /** Messages that were put on their way. */
    public final List<InboundMessage> written = new CopyOnWriteArrayList<>();

    private final WrittenMessages writer = new WrittenMessages(written);

    @Bean
    MessageWriter writer() {
        return writer;
    }

    /** Another hub leads. */
    @Bean
    Leadership leadership() {
        return new SteeredLeadership();
    }

    /** Takes every payment, unless its description says otherwise. */
    @Bean
    PaymentGateway gateway() {
        return new PaymentGateway() {
            @Override
            public String connector() {
                return "stripe";
            }

            @Override
            public Started start(AskedPayment asked) {
                if ("refuse".equals(asked.description())) {
                    throw new HubException(ErrorCode.CONNECTOR_REFUSED, "no such currency");
                }
                if ("silent".equals(asked.description())) {
                    throw new HubException(ErrorCode.CONNECTOR_UNREACHABLE, "no answer");
                }
                return new Started(
                        "cs_" + asked.reference(), "https://pay.example/" + asked.reference(), null, Map.of());
            }

            @Override
            public byte @Nullable [] query(Query query) {
                return null;
            }
        };
    }

    /** Route files that do not run, by name. */
    public final Map<String, String> brokenRoutes = new ConcurrentHashMap<>();

    @Bean
    RouteStatus routes() {
        return () -> brokenRoutes.entrySet().stream()
                .map(file -> new RouteStatus.RouteFile(file.getKey(), "file:routes", now, file.getValue()))
                .toList();
    }

    @Bean
    MappingCatalog mappings() {
        return () -> List.of(new MappingCatalog.MappingFile(
                "bosta-delivery-in", "1", "classpath:", BodyFormat.JSON, mappingProblem));
    }

    /** Why the mapping does not compile. */
    public volatile @Nullable String mappingProblem;

    @Bean
    Deliveries deliveries() {
        List<DeliveryView> rows = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            rows.add(delivery("hvar", "9000000" + i, now.minus(i, ChronoUnit.MINUTES)));
        }
        rows.add(delivery("portal", "80000001", now.minus(90, ChronoUnit.SECONDS)));
        return new Deliveries() {
            @Override
            public List<DeliveryView> page(Filter filter) {
                return rows.stream()
                        .filter(row -> filter.tenants().contains(row.tenant()))
                        .filter(row -> filter.status() == null || row.status() == filter.status())
                        .filter(row -> !filter.unexpected() || row.unexpected())
                        .filter(row -> filter.updatedSince() == null
                                || !row.updatedAt().isBefore(filter.updatedSince()))
                        .sorted(Comparator.comparing(DeliveryView::updatedAt)
                                .thenComparing(DeliveryView::id)
                                .reversed())
                        .filter(row -> filter.before() == null
                                || row.updatedAt().isBefore(filter.before().updatedAt())
                                || (row.updatedAt().equals(filter.before().updatedAt())
                                        && Long.parseLong(row.id())
                                                < filter.before().id()))
                        .limit(filter.limit())
                        .toList();
            }

            @Override
            public List<DeliveryView> find(Collection<String> tenants, String trackingNumber) {
                return rows.stream()
                        .filter(row -> tenants.contains(row.tenant())
                                && row.trackingNumber().equals(trackingNumber))
                        .toList();
            }
        };
    }

    private static DeliveryView delivery(String tenant, String trackingNumber, Instant updatedAt) {
        return new DeliveryView(
                trackingNumber,
                tenant,
                "bosta",
                trackingNumber,
                "ORD-" + trackingNumber,
                DeliveryKind.SEND,
                DeliveryStatus.OUT_FOR_DELIVERY,
                "41",
                null,
                trackingNumber.endsWith("3"),
                "منى عبد الله",
                "+201012345678",
                "Cairo",
                null,
                new Address(
                        "EG",
                        "Cairo",
                        "القاهرة",
                        "Nasr City",
                        null,
                        null,
                        null,
                        "12 Abbas El Akkad",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null),
                new Money(45000, "EGP"),
                null,
                new Money(5500, "EGP"),
                1,
                LocalDate.of(2026, 11, 21),
                updatedAt.minus(2, ChronoUnit.DAYS),
                null,
                null,
                updatedAt,
                List.of(
                        new DeliveryView.State(DeliveryStatus.CREATED, "10", updatedAt.minus(2, ChronoUnit.DAYS), null),
                        new DeliveryView.State(DeliveryStatus.OUT_FOR_DELIVERY, "41", updatedAt, null)),
                List.of(new DeliveryView.Attempt(1, "DELIVERY", "FAILED", updatedAt, "Customer did not answer")));
    }

    @Bean
    Customers customers() {
        List<Customers.CustomerView> rows = List.of(
                new Customers.CustomerView(
                        "1",
                        "hvar",
                        "+201012345678",
                        Set.of("+201112345678"),
                        List.of("منى عبد الله"),
                        null,
                        7,
                        0,
                        now.minus(90, ChronoUnit.DAYS),
                        now),
                new Customers.CustomerView(
                        "2",
                        "portal",
                        "+201012345678",
                        Set.of(),
                        List.of("Mona Abdallah"),
                        "mona@example.com",
                        1,
                        2,
                        now.minus(9, ChronoUnit.DAYS),
                        now.minus(1, ChronoUnit.DAYS)),
                new Customers.CustomerView(
                        "3", "cctv", "+212612345678", Set.of(), List.of("Yassine"), null, 3, 0, now, now));
        return (tenants, phone) -> rows.stream()
                .filter(row -> tenants.contains(row.tenant())
                        && (row.phone().equals(phone) || row.otherPhones().contains(phone)))
                .toList();
    }

    @Bean
    Payments payments() {
        Payments.PaymentView row = new Payments.PaymentView(
                "1",
                "portal",
                "stripe",
                "pi_3Qx",
                "INV-7",
                PaymentStatus.CAPTURED,
                new Money(125000, "EGP"),
                new Money(0, "EGP"),
                null,
                "+201012345678",
                "mona@example.com",
                "card",
                null,
                false,
                now,
                now);
        return filter -> filter.tenants().contains("portal")
                        && (filter.reference() == null
                                || Set.of("pi_3Qx", "INV-7").contains(filter.reference()))
                        && (filter.status() == null || filter.status() == row.status())
                        && filter.before() == null
                ? List.of(row)
                : List.of();
    }

    @Bean
    MessageJournal journal() {
        String event = """
                [{"specversion":"1.0","id":"m-1","source":"/hvar/bosta","type":"dev.wasl.delivery.status_changed.v1",
                  "subject":"delivery/bosta/90000001","time":"2026-11-20T07:59:00Z","tenant":"hvar",
                  "data":{"trackingNumber":"90000001"}}]""";
        JournalEntry entry = new JournalEntry(
                RECEIPT,
                "m-1",
                "hvar",
                "bosta",
                "WEBHOOK",
                now.minusSeconds(60),
                "ACCEPTED",
                null,
                "application/json",
                event,
                Set.of("90000001", "+201012345678"));
        return new MessageJournal() {
            @Override
            public List<JournalEntry> findByReference(Collection<String> tenants, String reference, int limit) {
                return tenants.contains("hvar") && entry.references().contains(reference) ? List.of(entry) : List.of();
            }

            @Override
            public Optional<JournalEntry> find(Collection<String> tenants, UUID receiptId) {
                return tenants.contains("hvar") && receiptId.equals(RECEIPT) ? Optional.of(entry) : Optional.empty();
            }

            @Override
            public Optional<Original> original(Collection<String> tenants, UUID receiptId) {
                return find(tenants, receiptId)
                        .map(found -> new Original(
                                "application/json",
                                Map.of("x-event", "1"),
                                "{\"trackingNumber\":90000001}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            }

            @Override
            public List<JournalEntry> latest(Filter filter) {
                return filter.tenants().contains("hvar") && filter.before() == null ? List.of(entry) : List.of();
            }

            @Override
            public List<Effect> effects(String tenant, Collection<String> eventIds) {
                return eventIds.contains("m-1")
                        ? List.of(
                                new Effect("crm", "m-1", now.minusSeconds(59)),
                                new Effect("analytics", "m-1", now.minusSeconds(58)))
                        : List.of();
            }

            @Override
            public List<MinuteCount> countsByMinute(Collection<String> tenants, Instant since) {
                if (tenants.isEmpty()) {
                    return List.of();
                }
                List<MinuteCount> counts = new ArrayList<>();
                Instant start = now.truncatedTo(ChronoUnit.MINUTES).minus(59, ChronoUnit.MINUTES);
                for (int i = 0; i < 60; i++) {
                    long count = Math.round(140 + 60 * Math.sin(i / 6.0) + 35 * Math.sin(i * 1.7) + (i > 48 ? 60 : 0));
                    if (i != 21) {
                        counts.add(new MinuteCount(start.plus(i, ChronoUnit.MINUTES), count));
                    }
                }
                return counts.stream()
                        .filter(count -> !count.minute().isBefore(since))
                        .toList();
            }
        };
    }

    @Bean
    LedgerView ledger() {
        return tenants -> java.util.stream.Stream.of(
                        new LedgerView.Row(
                                "hvar",
                                "bosta",
                                unbalanced ? 48213 : 48212,
                                47102,
                                1061,
                                0,
                                12,
                                37,
                                now.minusSeconds(14)),
                        new LedgerView.Row("hvar", "whatsapp", 9120, 9088, 32, 0, 0, 0, null),
                        new LedgerView.Row("portal", "stripe", 3309, 3248, 49, 9, 3, 0, null))
                .filter(row -> tenants.contains(row.tenant()))
                .toList();
    }

    @Bean
    ParkedMessages parked() {
        List<ParkedMessage> rows = List.of(
                parked(PARKED_HVAR, "hvar", "bosta", "WASL-2006", "Unknown state 77 of a delivery", "f-unknown-state"),
                parked(PARKED_PORTAL, "portal", "stripe", "WASL-2003", "data.amount: is missing", "f-amount"));
        return new ParkedMessages() {
            @Override
            public List<ParkedMessage> page(Filter filter) {
                return rows.stream()
                        .filter(row -> filter.tenants().contains(row.tenant())
                                && filter.states().contains(row.state())
                                && (filter.fingerprint() == null
                                        || filter.fingerprint().equals(row.fingerprint()))
                                && filter.before() == null)
                        .limit(filter.limit())
                        .toList();
            }

            @Override
            public Optional<ParkedMessage> find(Collection<String> tenants, UUID id) {
                return rows.stream()
                        .filter(row ->
                                tenants.contains(row.tenant()) && row.id().equals(id))
                        .findFirst();
            }

            @Override
            public Optional<byte[]> body(Collection<String> tenants, UUID id) {
                return find(tenants, id).map(row -> new byte[] {(byte) 0xff, 0});
            }

            @Override
            public List<ParkedMessage> ofReceipts(Collection<String> tenants, Collection<UUID> receiptIds) {
                return List.of();
            }

            @Override
            public long count(Collection<String> tenants) {
                return (tenants.contains("hvar") ? 12 : 0) + (tenants.contains("portal") ? 3 : 0);
            }

            @Override
            public List<Group> countsByFingerprint(Collection<String> tenants, int limit) {
                return java.util.stream.Stream.of(
                                new Group(
                                        "f-unknown-state",
                                        "WASL-2006",
                                        "Unknown state 77 of a delivery",
                                        "bosta-delivery-in",
                                        9,
                                        now.minusSeconds(8000),
                                        now.minusSeconds(240)),
                                new Group(
                                        "f-phone",
                                        "WASL-2002",
                                        "receiver.phone: not a phone number: 0100-ABC",
                                        "bosta-delivery-in",
                                        3,
                                        now.minusSeconds(4000),
                                        now.minusSeconds(900)),
                                new Group(
                                        "f-amount",
                                        "WASL-2003",
                                        "data.amount: is missing",
                                        "stripe-payment-in",
                                        3,
                                        now.minusSeconds(700),
                                        now.minusSeconds(65)))
                        .filter(group -> tenants.contains(group.stage().startsWith("stripe") ? "portal" : "hvar"))
                        .limit(limit)
                        .toList();
            }
        };
    }

    private ParkedMessage parked(
            UUID id, String tenant, String connector, String code, String reason, String fingerprint) {
        return new ParkedMessage(
                id,
                now.minusSeconds(240),
                tenant,
                connector,
                "inbound." + connector,
                connector + "-delivery-in",
                "m-9",
                null,
                code,
                reason,
                fingerprint,
                ParkedMessages.State.PARKED,
                0,
                null);
    }

    @Bean
    Replay replay() {
        return new Replay() {
            @Override
            public void replay(UUID id) {
                commands.add("replay " + id);
            }

            @Override
            public int replayAll(Selection selection) {
                commands.add(
                        "replay-all " + selection.tenants() + " " + selection.ids() + " " + selection.fingerprint());
                return 2;
            }

            @Override
            public void discard(UUID id, String reason) {
                commands.add("discard " + id + " " + reason);
            }
        };
    }

    /** Holds one notification, as often as it is released. */
    @Bean
    Notifications held() {
        Notifications held = Mockito.mock();
        when(held.release("hvar", HELD)).thenAnswer(call -> commands.add("release " + HELD));
        return held;
    }

    @Bean
    NotificationLog notifications() {
        NotificationLog.Entry entry = new NotificationLog.Entry(
                "n-1",
                "hvar",
                "delivery-out-for-delivery",
                Channel.WHATSAPP,
                "whatsapp",
                Status.DELIVERED,
                1,
                "+201012345678",
                "ar",
                "90000001",
                null,
                now.minusSeconds(50),
                now.minusSeconds(40));
        return new NotificationLog() {
            @Override
            public List<Entry> page(Filter filter) {
                return filter.tenants().contains("hvar") && filter.before() == null ? List.of(entry) : List.of();
            }

            @Override
            public Optional<Entry> find(Collection<String> tenants, UUID id) {
                return id.equals(HELD) && tenants.contains("hvar") ? Optional.of(entry) : Optional.empty();
            }

            @Override
            public List<Entry> findByReference(Collection<String> tenants, String reference, int limit) {
                return tenants.contains("hvar") && reference.equals("90000001") ? List.of(entry) : List.of();
            }

            @Override
            public List<Count> counts(Collection<String> tenants, Instant since) {
                return tenants.isEmpty()
                        ? List.of()
                        : List.of(
                                new Count(Channel.WHATSAPP, Status.READ, false, 412),
                                new Count(Channel.WHATSAPP, Status.DELIVERED, false, 1204),
                                new Count(Channel.WHATSAPP, Status.SENT, false, 61),
                                new Count(Channel.WHATSAPP, Status.FAILED, false, 38),
                                new Count(Channel.SMS, Status.DELIVERED, false, 221),
                                new Count(Channel.SMS, Status.SENT, false, 17),
                                new Count(Channel.SMS, Status.REQUESTED, false, 12),
                                new Count(Channel.SMS, Status.FAILED, false, 4),
                                new Count(Channel.EMAIL, Status.SENT, false, 530));
            }
        };
    }

    @Bean
    ConnectorSync connectors() {
        UUID id = UUID.fromString("01980000-0000-7000-8000-0000000000b1");
        Backfill running = new Backfill(
                id,
                "hvar",
                "bosta",
                Backfill.State.RUNNING,
                null,
                null,
                null,
                50,
                false,
                813,
                812,
                40600,
                820,
                now,
                now.minus(200, ChronoUnit.DAYS),
                100_000L,
                Duration.ofSeconds(1100),
                now.minusSeconds(1900),
                null,
                null);
        ConnectorSync sync = Mockito.mock(ConnectorSync.class);
        when(sync.states()).thenReturn(List.of(syncing("cctv", null), syncing("hvar", running)));
        when(sync.state(anyString(), eq("bosta")))
                .thenAnswer(call -> Set.of("hvar", "cctv").contains(call.<String>getArgument(0))
                        ? Optional.of(
                                syncing(call.getArgument(0), call.getArgument(0).equals("hvar") ? running : null))
                        : Optional.empty());
        when(sync.backfills(eq("hvar"), eq("bosta"), anyInt())).thenReturn(List.of(running));
        when(sync.startBackfill(anyString(), anyString(), any())).thenAnswer(call -> {
            BackfillRequest request = call.getArgument(2);
            if (Instant.EPOCH.equals(request.createdTo())) {
                throw new HubException(ErrorCode.BACKFILL_CONFLICT, "A backfill is open already.");
            }
            commands.add("backfill " + call.getArgument(0) + " " + request.createdFrom());
            return running;
        });
        doAnswer(call -> {
                    if (call.getArgument(0).equals("portal")) {
                        throw new HubException(ErrorCode.UNKNOWN_CONNECTOR, "portal has no connector that polls");
                    }
                    commands.add(
                            "refresh " + call.getArgument(0) + " " + call.getArgument(1) + " " + call.getArgument(2));
                    return null;
                })
                .when(sync)
                .refresh(anyString(), anyString(), anyString());
        when(sync.pauseBackfill(anyString(), anyString())).thenAnswer(call -> {
            commands.add("pause " + call.getArgument(0) + " " + call.getArgument(1));
            return running;
        });
        return sync;
    }

    private SyncState syncing(String tenant, @Nullable Backfill backfill) {
        boolean throttled = backfill == null;
        return new SyncState(
                tenant,
                "bosta",
                throttled ? SyncState.Phase.BLOCKED : SyncState.Phase.IDLE,
                false,
                now.minusSeconds(30),
                false,
                now.minusSeconds(25),
                now.minusSeconds(throttled ? 1260 : 23),
                now,
                51240,
                18310,
                18200,
                3,
                19022,
                throttled ? 14 : 0,
                throttled ? now.plusSeconds(140) : null,
                new SyncState.Budget("app.bosta.co", 0.75, throttled ? 0.375 : 0.75, 512),
                Map.of(RequestBudget.Priority.HINT, 2L, RequestBudget.Priority.POLL, 5L),
                0,
                4,
                61,
                null,
                null,
                null,
                backfill);
    }

    @Bean
    QueueView queues() {
        return () -> {
            if (writer.brokerDown) {
                throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "The broker does not answer.");
            }
            return List.of(
                    new QueueView.Queue("analytics", 14, Duration.ofSeconds(2), 2),
                    new QueueView.Queue("crm", 37, Duration.ofSeconds(14), 2),
                    new QueueView.Queue("inbound.bosta", 1280, Duration.ofSeconds(41), 2),
                    new QueueView.Queue("inbound.stripe", 0, null, 2),
                    new QueueView.Queue("notify", 0, null, 1),
                    new QueueView.Queue("outbound.whatsapp", 3, Duration.ofSeconds(1), 0));
        };
    }
}
