package dev.wasl.hub;

import dev.wasl.hub.ops.DataDirectory;
import dev.wasl.hub.ops.DatabaseHealth;
import dev.wasl.hub.ops.HubSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import javax.sql.DataSource;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jms.artemis.ArtemisAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/**
 * The HTTP side alone for tests: access, API, console and the payments core on a new database, over fakes of what they
 * read and of a gateway, with no broker and no routes. Not a component itself, so that scanning from the application never finds it.
 */
@EnableAutoConfiguration(
        exclude = {CamelAutoConfiguration.class, ArtemisAutoConfiguration.class, FlywayAutoConfiguration.class})
@ComponentScan({
    "dev.wasl.hub.access",
    "dev.wasl.hub.exchange",
    "dev.wasl.hub.console",
    "dev.wasl.hub.payment",
    "dev.wasl.hub.reconciliation"
})
@ConfigurationPropertiesScan({
    "dev.wasl.hub.access",
    "dev.wasl.hub.exchange",
    "dev.wasl.hub.console",
    "dev.wasl.hub.payment",
    "dev.wasl.hub.reconciliation"
})
@EnableConfigurationProperties(HubSettings.class)
@Import({dev.wasl.hub.tenant.Tenants.class, DatabaseHealth.class, FakeHub.class})
public class HttpSide {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    DataDirectory dataDirectory() throws IOException {
        return DataDirectory.open(Files.createTempDirectory("wasl-http-side"));
    }

    /** Readiness asks for it. */
    @Bean
    HealthIndicator brokerHealthIndicator() {
        return () -> Health.up().build();
    }

    @Bean
    DataSource dataSource() {
        return TestDatabase.fresh();
    }
}
