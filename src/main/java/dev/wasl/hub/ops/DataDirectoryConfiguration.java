package dev.wasl.hub.ops;

import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.actuate.autoconfigure.system.DiskSpaceHealthIndicatorProperties;
import org.springframework.boot.actuate.system.DiskSpaceHealthIndicator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The data directory, opened when the first of its users asks: a hub with nothing embedded needs none. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DiskSpaceHealthIndicatorProperties.class)
class DataDirectoryConfiguration {

    @Bean
    @Lazy
    DataDirectory dataDirectory(HubSettings settings) {
        return DataDirectory.open(settings.dataPath());
    }

    /** Watches the disk of the data directory, which need not exist yet, instead of that of the working directory. */
    @Bean
    DiskSpaceHealthIndicator diskSpaceHealthIndicator(HubSettings settings, DiskSpaceHealthIndicatorProperties disk) {
        Path path = settings.dataPath();
        while (path.getParent() != null && Files.notExists(path)) {
            path = path.getParent();
        }
        return new DiskSpaceHealthIndicator(path.toFile(), disk.getThreshold());
    }
}
