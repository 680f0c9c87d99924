package dev.wasl.hub;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.wasl.hub.delivery.QueueSender;
import dev.wasl.hub.journal.LedgerView;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.support.TransactionTemplate;

/** Journal, ledger and parking on a database of their own, without broker and without routes. */
public final class Bookkeeping implements AutoCloseable {

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final HikariDataSource dataSource;
    private final JdbcTemplate jdbc;

    /**
     * Begins with empty books.
     *
     * @param sender takes what is replayed
     */
    public Bookkeeping(QueueSender sender) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(TestDatabase.fresh());
        pool.setMaximumPoolSize(4);
        dataSource = new HikariDataSource(pool);
        jdbc = new JdbcTemplate(dataSource);
        DataSourceTransactionManager manager = new DataSourceTransactionManager(dataSource);
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "retention",
                        Map.of("wasl.journal.keep-messages", "400d", "wasl.journal.keep-judgements", "100d")));
        context.registerBean(JdbcTemplate.class, () -> jdbc);
        context.registerBean(NamedParameterJdbcTemplate.class, () -> new NamedParameterJdbcTemplate(jdbc));
        context.registerBean(DataSourceTransactionManager.class, () -> manager);
        context.registerBean(TransactionTemplate.class, () -> new TransactionTemplate(manager));
        context.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
        context.registerBean(Clock.class, Clock::systemUTC);
        context.registerBean(QueueSender.class, () -> sender);
        context.getBeanFactory()
                .setConversionService(
                        org.springframework.boot.convert.ApplicationConversionService.getSharedInstance());
        context.register(Transactions.class);
        context.scan("dev.wasl.hub.journal", "dev.wasl.hub.delivery");
        context.refresh();
    }

    /** Forgets everything, for the next test. */
    public void clear() {
        jdbc.execute("TRUNCATE hub.message, hub.arrival, hub.inbox, hub.in_flight, hub.ledger, hub.parked");
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public JdbcTemplate jdbc() {
        return jdbc;
    }

    /** Runs something in a transaction. */
    public void inTransaction(Runnable work) {
        bean(TransactionTemplate.class).executeWithoutResult(status -> work.run());
    }

    /** The line of a tenant's only connector. */
    public LedgerView.Row ledger(String tenant) {
        return bean(LedgerView.class).rows(Set.of(tenant)).get(0);
    }

    @Override
    public void close() {
        context.close();
        dataSource.close();
    }

    /** Beans are proxied as in the hub. */
    @EnableTransactionManagement(proxyTargetClass = true)
    private static final class Transactions {}
}
