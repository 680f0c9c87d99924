package dev.wasl.hub.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.TestDatabase;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class RequestBudgetsTest {

    @Test
    void a_server_has_one_budget_however_its_address_is_written() {
        RequestBudgets budgets =
                new RequestBudgets(new BudgetRepository(new JdbcTemplate(TestDatabase.empty())), Clock.systemUTC());
        try {
            RequestBudget budget = budgets.of("https://app.bosta.co", 1, 1);

            assertThat(budgets.of("https://APP.bosta.co:443/", 1, 1)).isSameAs(budget);
            assertThat(budgets.of("http://app.bosta.co:80/api", 1, 1)).isSameAs(budget);
            assertThat(budgets.of("https://app.bosta.co:8443", 1, 1)).isNotSameAs(budget);
            assertThat(budgets.of("https://stg-app.bosta.co", 1, 1)).isNotSameAs(budget);
        } finally {
            budgets.destroy();
        }
    }
}
