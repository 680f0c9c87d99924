package dev.wasl.hub;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.wasl.hub.canonical.CanonicalData;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.Interaction;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.journal.Inbox;
import dev.wasl.hub.journal.Ledger;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.dao.annotation.PersistenceExceptionTranslationPostProcessor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** The CRM and analytics on a database of their own, without broker and without the rest of the hub. */
public final class Projections implements AutoCloseable {

    private final HikariDataSource dataSource;
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final List<CanonicalMessage> settled = new CopyOnWriteArrayList<>();
    private final JdbcTemplate jdbc;

    public Projections() {
        this(Clock.systemUTC());
    }

    public Projections(Clock clock) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(TestDatabase.fresh());
        pool.setMaximumPoolSize(8);
        dataSource = new HikariDataSource(pool);
        jdbc = new JdbcTemplate(dataSource);
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "tenants",
                        Map.of(
                                "wasl.tenants.hvar.time-zone", "Africa/Cairo",
                                "wasl.tenants.hvar.own-phones[0]", "010 9999 9999",
                                "wasl.tenants.telite.time-zone", "Asia/Kolkata",
                                "wasl.tenants.telite.currency", "INR")));
        context.registerBean(DataSource.class, () -> dataSource);
        context.registerBean(JdbcTemplate.class, () -> jdbc);
        context.registerBean(DataSourceTransactionManager.class, () -> new DataSourceTransactionManager(dataSource));
        context.registerBean(Clock.class, () -> clock);
        context.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
        context.registerBean(Inbox.class, () -> this::markApplied);
        context.registerBean(Ledger.class, () -> new RecordingLedger(settled));
        context.registerBean(PersistenceExceptionTranslationPostProcessor.class, () -> {
            // as Spring Boot sets it up: repositories are proxied by subclass
            PersistenceExceptionTranslationPostProcessor translation =
                    new PersistenceExceptionTranslationPostProcessor();
            translation.setProxyTargetClass(true);
            return translation;
        });
        context.registerBean(NamedParameterJdbcTemplate.class, () -> new NamedParameterJdbcTemplate(jdbc));
        context.register(Tenants.class);
        context.scan("dev.wasl.hub.fold", "dev.wasl.hub.crm", "dev.wasl.hub.analytics");
        context.refresh();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public JdbcTemplate jdbc() {
        return jdbc;
    }

    /** The messages that the ledger was told of, in order; those of a rolled back transaction too. */
    public List<CanonicalMessage> settled() {
        return settled;
    }

    @Override
    public void close() {
        context.close();
        dataSource.close();
    }

    private Set<String> markApplied(String consumer, Collection<String> ids) {
        String array = String.join(" ", ids.stream().sorted().toList());
        return new HashSet<>(jdbc.queryForList("""
                INSERT INTO hub.inbox (consumer, message_id)
                SELECT ?, id FROM unnest(string_to_array(?, ' ')) id
                ON CONFLICT DO NOTHING RETURNING message_id""", String.class, consumer, array));
    }

    /** A message of a tenant with an id of its own. */
    public static CanonicalMessage message(String tenant, CanonicalData data) {
        return message(tenant, UUID.randomUUID().toString(), data);
    }

    public static CanonicalMessage message(String tenant, String id, CanonicalData data) {
        Instant time = Instant.EPOCH;
        String connector = "test";
        if (data instanceof Delivery delivery) {
            time = delivery.observedAt();
            connector = delivery.courier();
        } else if (data instanceof Payment payment) {
            time = payment.occurredAt();
            connector = payment.gateway();
        } else if (data instanceof Notification notification) {
            time = notification.occurredAt();
        } else if (data instanceof Interaction interaction) {
            time = interaction.occurredAt();
        }
        CanonicalEvent event = new CanonicalEvent(
                "1.0",
                id,
                "/" + tenant + "/" + connector,
                "dev.wasl.test.v1",
                "test/1",
                time,
                "application/json",
                null,
                tenant,
                null,
                null,
                null,
                data);
        return new CanonicalMessage(event, new byte[0], null);
    }

    public static <D extends CanonicalData> List<CanonicalMessage> messages(String tenant, Collection<D> data) {
        List<CanonicalMessage> messages = new ArrayList<>();
        data.forEach(one -> messages.add(message(tenant, one)));
        return messages;
    }

    /** A row of a query with a single row. */
    public Map<String, Object> row(String sql, Object... arguments) {
        return new LinkedHashMap<>(jdbc.queryForMap(sql, arguments));
    }

    public long count(String table) {
        Long count = jdbc.queryForObject("SELECT count(*) FROM " + table, Long.class);
        return count == null ? 0 : count;
    }

    /** Keeps what the CRM settles; the rest of the ledger is not the projections' business. */
    private record RecordingLedger(List<CanonicalMessage> settled) implements Ledger {

        @Override
        public void applied(Collection<CanonicalMessage> messages) {
            settled.addAll(messages);
        }

        @Override
        public boolean parked(UUID receiptId) {
            throw new AssertionError("projections do not park");
        }

        @Override
        public void reopened(UUID receiptId, String tenant, String connector, Instant receivedAt) {
            throw new AssertionError("projections do not replay");
        }

        @Override
        public void discarded(String tenant, String connector) {
            throw new AssertionError("projections do not discard");
        }
    }
}
