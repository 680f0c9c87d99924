package dev.wasl.hub.connector;

import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The connectors' memory on a test database. */
public final class TestSync {

    private TestSync() {}

    public static ConnectorSync sync(DataSource dataSource, Clock clock) {
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        return new ConnectorSync(
                new SyncRepository(jdbc),
                new WantRepository(jdbc),
                new BackfillRepository(jdbc),
                new JdbcTransactionManager(dataSource),
                clock);
    }

    /** Tenants as configured by {@code wasl.tenants} properties. */
    public static Tenants tenants(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        return new Tenants(environment);
    }

    public static RequestBudgets budgets(DataSource dataSource, Clock clock) {
        return new RequestBudgets(new BudgetRepository(new JdbcTemplate(dataSource)), clock);
    }
}
