package dev.wasl.hub.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.wasl.hub.SteeredClock;
import dev.wasl.hub.TestDatabase;
import dev.wasl.hub.canonical.CanonicalData;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.CanonicalTypes;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import dev.wasl.hub.canonical.NotificationReceipt;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.crm.BorderCrossings;
import dev.wasl.hub.journal.Inbox;
import dev.wasl.hub.journal.OwnEvents;
import dev.wasl.hub.ops.DatabaseHealth;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** The notification package on a real database, with a clock of its own and providers at given addresses. */
final class NotifyHub implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    static final String PHONE = "+201001234567";
    static final String TENANT = "shop";

    /** What the CRM knows to cross a border. */
    static final Set<String> ABROAD = Set.of("70000001");

    final SteeredClock clock = new SteeredClock(NOW);
    final JdbcTemplate jdbc;
    private static final DataSource DATABASE = TestDatabase.fresh();

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    private NotifyHub(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "wasl.public-url", "https://hub.example.com",
                "wasl.notify.connect-timeout", "500ms",
                "wasl.notify.read-timeout", "700ms",
                "wasl.notify.poll-interval", "50ms",
                "wasl.notify.enabled", "false",
                "wasl.notify.burst", "1000",
                "wasl.tenants.shop.name", "متجر النور",
                "wasl.tenants.shop.country", "EG",
                "wasl.tenants.shop.language", "ar"));
        all.putAll(properties);
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", all));
        jdbc = new JdbcTemplate(DATABASE);
        jdbc.execute("TRUNCATE hub.notification, hub.notification_attempt, hub.notification_change,"
                + " hub.notification_receipt, hub.notification_sender, hub.inbox, hub.message");
        context.registerBean(DataSource.class, () -> DATABASE);
        context.registerBean(SteeredClock.class, () -> clock);
        context.register(Wiring.class, Tenants.class);
        context.register(
                Notifications.class,
                DeliveriesAbroad.class,
                RuleJudge.class,
                NotificationRules.class,
                NotifyFiles.class,
                Templates.class,
                NotificationRepository.class,
                NotificationLogRepository.class,
                NotificationDesk.class,
                NotificationMetrics.class,
                NotifySignal.class,
                NotificationSending.class,
                NotificationOutbox.class,
                NotificationDispatcher.class,
                DatabaseHealth.class,
                NotifyHealthIndicator.class,
                Sinks.class,
                TwilioMessages.class,
                WhatsAppMessages.class,
                SmtpMessages.class);
        context.refresh();
    }

    static NotifyHub with(Map<String, Object> properties) {
        return new NotifyHub(properties);
    }

    /** A tenant with all three channels, whose providers answer at one address. */
    static Map<String, Object> providers(String baseUrl, int smtpPort) {
        Map<String, Object> properties = new HashMap<>();
        String prefix = "wasl.tenants.shop.connectors.";
        properties.put(prefix + "twilio.base-url", baseUrl);
        properties.put(prefix + "twilio.account-sid", "AC1");
        properties.put(prefix + "twilio.auth-tokens[0]", "secret");
        properties.put(prefix + "twilio.from", "+15550001111");
        properties.put(prefix + "whatsapp.base-url", baseUrl);
        properties.put(prefix + "whatsapp.phone-number-id", "106");
        properties.put(prefix + "whatsapp.access-token", "EAAG");
        properties.put(prefix + "smtp.host", "127.0.0.1");
        properties.put(prefix + "smtp.port", smtpPort);
        properties.put(prefix + "smtp.from", "shop@example.com");
        properties.put(prefix + "smtp.starttls", "false");
        return properties;
    }

    <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    List<CanonicalEvent> published() {
        return get(Published.class).events;
    }

    void apply(CanonicalMessage... messages) {
        get(Notifications.class).apply(List.of(messages));
    }

    /** Sends what is due and lets timers speak until nothing is left to do now, in this thread. */
    void drain() {
        NotificationSending sending = get(NotificationSending.class);
        boolean more = true;
        while (more) {
            more = sending.timers() > 0;
            for (Provider provider : context.getBeansOfType(Provider.class).values()) {
                NotificationSending.Claim claim = sending.claim(provider, 10);
                for (NotificationSending.Call call : claim.calls()) {
                    sending.finish(provider, call, provider.send(call.tenant(), call.message()));
                }
                more |= claim.touched() > 0;
            }
        }
    }

    List<NotificationDesk.Entry> all() {
        return jdbc.queryForList("SELECT id FROM hub.notification ORDER BY created_at, id", UUID.class).stream()
                .map(id -> get(NotificationDesk.class)
                        .find(List.of(TENANT), id)
                        .orElseThrow()
                        .entry())
                .toList();
    }

    List<NotificationDesk.Entry> about(String reference) {
        return all().stream()
                .filter(entry -> reference.equals(entry.reference()))
                .toList();
    }

    NotificationDesk.Entry only() {
        List<NotificationDesk.Entry> entries = all();
        if (entries.size() != 1) {
            throw new AssertionError("expected one notification, found " + entries);
        }
        return entries.get(0);
    }

    NotificationDesk.Journey journey() {
        return get(NotificationDesk.class).find(List.of(TENANT), only().id()).orElseThrow();
    }

    NotificationDesk.Attention attention() {
        return get(NotificationDesk.class).attention(List.of(TENANT));
    }

    List<NotificationDesk.Circuit> circuits() {
        return get(NotificationDesk.class).openCircuits(List.of(TENANT));
    }

    Map<Status, Long> states() {
        return all().stream()
                .collect(java.util.stream.Collectors.groupingBy(
                        NotificationDesk.Entry::state, java.util.stream.Collectors.counting()));
    }

    @Override
    public void close() {
        context.close();
    }

    // --- events -------------------------------------------------------------------------------------------------

    static CanonicalMessage delivery(String trackingNumber, DeliveryStatus status, Instant at) {
        return delivery(trackingNumber, status, at, new Party("أحمد علي", PHONE, null, null, null), 1);
    }

    static CanonicalMessage delivery(
            String trackingNumber, DeliveryStatus status, Instant at, Party receiver, Integer attemptNo) {
        return delivery(
                trackingNumber, DeliveryKind.SEND, Delivery.Direction.FORWARD, status, null, at, receiver, attemptNo);
    }

    static CanonicalMessage delivery(
            String trackingNumber,
            DeliveryKind kind,
            Delivery.Direction direction,
            DeliveryStatus status,
            DeliveryStatus statusAbroad,
            Instant at,
            Party receiver,
            Integer attemptNo) {
        Delivery data = new Delivery(
                "bosta",
                null,
                trackingNumber,
                kind,
                null,
                status,
                statusAbroad,
                41,
                null,
                direction,
                null,
                at,
                Delivery.Via.WEBHOOK,
                null,
                null,
                null,
                receiver,
                null,
                null,
                null,
                new Money(125050, "EGP"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                attemptNo,
                null,
                null,
                null,
                null,
                null,
                null,
                status == DeliveryStatus.DELIVERED ? at : null,
                null,
                null);
        return message(
                "d-" + UUID.randomUUID(),
                CanonicalTypes.DELIVERY_STATUS_CHANGED,
                "delivery/bosta/" + trackingNumber,
                "bosta",
                at,
                data);
    }

    static CanonicalMessage payment(String id, String email, Instant at) {
        Payment data = new Payment(
                "stripe",
                "evt_" + id,
                "payment_intent.succeeded",
                "pi_" + id,
                null,
                "INV-" + id,
                PaymentStatus.CAPTURED,
                new Money(125050, "EGP"),
                null,
                null,
                null,
                null,
                null,
                at,
                true,
                "card",
                new Party("Amine <b>B</b>", null, null, null, email),
                null,
                null,
                "SIGNED_BODY");
        return message(
                "evt_" + id + UUID.randomUUID(),
                CanonicalTypes.PAYMENT_COMPLETED,
                "payment/stripe/pi_" + id,
                "stripe",
                at,
                data);
    }

    CanonicalMessage receipt(
            Channel channel,
            String providerMessageId,
            UUID notificationId,
            Integer attemptNo,
            Status status,
            String code) {
        NotificationReceipt data = new NotificationReceipt(
                channel,
                PlannedStep.provider(channel),
                providerMessageId,
                notificationId == null ? null : notificationId.toString(),
                attemptNo,
                status,
                status.name().toLowerCase(java.util.Locale.ROOT),
                code,
                null,
                null,
                clock.instant());
        return message(
                "r-" + providerMessageId + '-' + status + '-' + code,
                CanonicalTypes.NOTIFICATION_RECEIPT,
                "notification/" + providerMessageId,
                PlannedStep.provider(channel),
                clock.instant(),
                data);
    }

    static CanonicalMessage message(
            String id, String type, String subject, String connector, Instant time, CanonicalData data) {
        return message(id, type, subject, connector, time, data, null);
    }

    static CanonicalMessage message(
            String id,
            String type,
            String subject,
            String connector,
            Instant time,
            CanonicalData data,
            UUID receiptId) {
        CanonicalEvent event = new CanonicalEvent(
                "1.0",
                id,
                "/shop/" + connector,
                type,
                subject,
                time,
                "application/json",
                null,
                TENANT,
                subject,
                null,
                null,
                data);
        JsonMapper mapper = JsonMapper.builder()
                .addModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build();
        try {
            return new CanonicalMessage(
                    event,
                    mapper.writeValueAsString(event).getBytes(StandardCharsets.UTF_8),
                    receiptId == null ? null : new CanonicalMessage.Origin(receiptId, connector, 1));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the notifications told the hub. */
    static final class Published implements OwnEvents {

        final List<CanonicalEvent> events = new CopyOnWriteArrayList<>();
        volatile boolean broken;

        @Override
        public void publish(List<CanonicalEvent> published) {
            if (broken) {
                throw new IllegalStateException("the broker is down");
            }
            events.addAll(published);
        }
    }

    @EnableConfigurationProperties(NotifySettings.class)
    static class Wiring {

        @Bean
        JdbcTemplate jdbcTemplate(DataSource dataSource) {
            return new JdbcTemplate(dataSource);
        }

        @Bean
        PlatformTransactionManager transactions(DataSource dataSource) {
            return new DataSourceTransactionManager(dataSource);
        }

        @Bean
        MeterRegistry meters() {
            return new SimpleMeterRegistry();
        }

        @Bean(destroyMethod = "stop")
        CamelContext camel() throws Exception {
            return NotifyCamel.start();
        }

        @Bean
        BorderCrossings crossings() {
            return (tenant, courier, numbers) ->
                    numbers.stream().filter(ABROAD::contains).collect(Collectors.toSet());
        }

        @Bean
        Published published() {
            return new Published();
        }

        @Bean
        Inbox inbox(JdbcTemplate jdbc) {
            return new Inbox() {
                @Override
                public Set<String> markApplied(String consumer, Collection<String> messageIds) {
                    List<String> sorted = new ArrayList<>(messageIds);
                    sorted.sort(null);
                    Set<String> unseen = new LinkedHashSet<>();
                    for (String id : sorted) {
                        if (jdbc.update(
                                        "INSERT INTO hub.inbox (consumer, message_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                                        consumer,
                                        id)
                                > 0) {
                            unseen.add(id);
                        }
                    }
                    return unseen;
                }
            };
        }
    }
}
