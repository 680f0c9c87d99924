package dev.wasl.hub.ops;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The data directory, opened when the first of its users asks: a hub with nothing embedded needs none. */
@Configuration(proxyBeanMethods = false)
class DataDirectoryConfiguration {

    @Bean
    @Lazy
    DataDirectory dataDirectory(HubSettings settings) {
        return DataDirectory.open(settings.dataPath());
    }
}
