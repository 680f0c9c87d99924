package dev.wasl.hub.ops.postgres;

import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the embedded PostgreSQL runs.
 *
 * @param port TCP port on 127.0.0.1; 0 picks a free one at the first start and keeps it
 * @param startTimeout how long the server may go without any sign of progress before the start is given up
 * @param stopTimeout how long sessions and the final checkpoint may take before the server is stopped the hard way
 * @param parameters server parameters that win over the hub's own, such as {@code shared-buffers: 512MB}; names
 *     with hyphens, since binding drops underscores
 */
@ConfigurationProperties("wasl.postgres")
public record PostgresSettings(
        @DefaultValue("0") int port,
        @DefaultValue("60s") Duration startTimeout,
        @DefaultValue("30s") Duration stopTimeout,
        @DefaultValue Map<String, String> parameters) {

    public PostgresSettings {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("wasl.postgres.port must be between 0 and 65535, not " + port);
        }
        parameters = Map.copyOf(parameters);
        for (String name : parameters.keySet()) {
            if (!name.matches("[a-zA-Z][a-zA-Z0-9_.-]*")) {
                throw new IllegalArgumentException("wasl.postgres.parameters has an impossible name: " + name);
            }
        }
    }

    /** The defaults, for use without Spring. */
    public static PostgresSettings defaults() {
        return new PostgresSettings(0, Duration.ofSeconds(60), Duration.ofSeconds(30), Map.of());
    }
}
