package dev.wasl.hub.ops;

import java.net.URI;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the hub as a whole.
 *
 * @param dataDir where everything embedded keeps its files; relative to the working directory. A string, because a
 *     bound path that happens to name a class path resource would become that resource
 * @param database where PostgreSQL runs
 * @param broker where Artemis runs
 * @param publicUrl the address under which providers reach this hub
 */
@ConfigurationProperties("wasl")
public record HubSettings(
        @DefaultValue("./data") String dataDir,
        @DefaultValue("embedded") Place database,
        @DefaultValue("embedded") Place broker,
        @DefaultValue("http://localhost:8080") URI publicUrl) {

    /** Where a server of the hub runs. */
    public enum Place {
        /** Started by the hub, data in the data directory. */
        EMBEDDED,
        /** Somebody else's, reached by configuration. */
        EXTERNAL
    }

    /** The data directory as an absolute path. */
    public Path dataPath() {
        return Path.of(dataDir).toAbsolutePath().normalize();
    }
}
