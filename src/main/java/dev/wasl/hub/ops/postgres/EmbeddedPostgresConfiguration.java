package dev.wasl.hub.ops.postgres;

import dev.wasl.hub.ops.DataDirectory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes the hub's data source point at the embedded server. The server is a bean that runs from its creation to its
 * destruction and not between lifecycle phases: the data source and Flyway need it before the first phase, and beans
 * that say goodbye to the database do so after the last.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "wasl.database", havingValue = "embedded", matchIfMissing = true)
class EmbeddedPostgresConfiguration {

    @Bean(destroyMethod = "close")
    EmbeddedPostgres embeddedPostgres(DataDirectory data, PostgresSettings settings) {
        return EmbeddedPostgres.start(data, settings);
    }

    @Bean
    JdbcConnectionDetails embeddedConnectionDetails(EmbeddedPostgres postgres) {
        return new JdbcConnectionDetails() {
            @Override
            public String getJdbcUrl() {
                return postgres.jdbcUrl();
            }

            @Override
            public String getUsername() {
                return EmbeddedPostgres.USER;
            }

            @Override
            public String getPassword() {
                return postgres.password();
            }
        };
    }
}
