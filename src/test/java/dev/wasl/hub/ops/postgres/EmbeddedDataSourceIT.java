package dev.wasl.hub.ops.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.wasl.hub.ops.HubSettings;
import dev.wasl.hub.ops.Leadership;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.jdbc.core.JdbcTemplate;

/** The server as the hub uses it: before Flyway, below the pool, gone last. */
class EmbeddedDataSourceIT {

    @TempDir
    private Path folder;

    @Test
    void is_migrated_pooled_led_and_there_until_the_last_bean_has_said_goodbye() {
        AtomicReference<String> goodbye = new AtomicReference<>();
        ServerProcesses processes = new ServerProcesses(folder.resolve("data/postgres/data"));
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Database.class)
                .web(WebApplicationType.NONE)
                // an argument: mere default properties would lose to application.yaml and take the checkout's own
                // ./data
                .run("--wasl.data-dir=" + folder.resolve("data"))) {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            context.getBean(Database.Farewell.class).words = goodbye;

            assertThat(jdbc.queryForObject("SELECT count(*) FROM hub.ledger", Long.class))
                    .isZero();
            assertThat(jdbc.queryForObject("SHOW TimeZone", String.class)).isEqualTo("UTC");
            assertThat(jdbc.queryForObject("SHOW application_name", String.class))
                    .isEqualTo("wasl");
            HikariDataSource pool = (HikariDataSource) context.getBean(DataSource.class);
            assertThat(pool.getMaximumPoolSize()).isEqualTo(12);
            assertThat(pool.getDataSourceProperties()).containsEntry("reWriteBatchedInserts", "true");
            assertThat(context.getBean(HubSettings.class).database()).isEqualTo(HubSettings.Place.EMBEDDED);
            Awaitility.await().until(context.getBean(Leadership.class)::isLeader);
        }

        assertThat(goodbye).hasValue("the database said 1");
        assertThat(processes.running()).isEmpty();
    }

    @Configuration(proxyBeanMethods = false)
    @ConfigurationPropertiesScan("dev.wasl.hub.ops")
    @ComponentScan(
            basePackages = "dev.wasl.hub.ops",
            excludeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern = "dev.wasl.hub.ops.(broker.*|QueueMeters|BrokerHealth)"))
    @ImportAutoConfiguration({
        ConfigurationPropertiesAutoConfiguration.class,
        DataSourceAutoConfiguration.class,
        JdbcTemplateAutoConfiguration.class,
        FlywayAutoConfiguration.class
    })
    static class Database {

        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }

        @Bean
        Farewell farewell(JdbcTemplate jdbc) {
            return new Farewell(jdbc);
        }

        static class Farewell implements DisposableBean {

            private final JdbcTemplate jdbc;
            private AtomicReference<String> words;

            Farewell(JdbcTemplate jdbc) {
                this.jdbc = jdbc;
            }

            @Override
            public void destroy() {
                words.set("the database said " + jdbc.queryForObject("SELECT 1", Integer.class));
            }
        }
    }
}
