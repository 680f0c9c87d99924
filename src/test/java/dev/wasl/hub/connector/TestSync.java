package dev.wasl.hub.connector;

import java.time.Clock;
import javax.sql.DataSource;
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

    public static RequestBudgets budgets(DataSource dataSource, Clock clock) {
        return new RequestBudgets(new BudgetRepository(new JdbcTemplate(dataSource)), clock);
    }
}
