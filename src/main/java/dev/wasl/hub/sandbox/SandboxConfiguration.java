package dev.wasl.hub.sandbox;

import java.time.Clock;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;

/** Starts the sandbox with the hub unless it is switched off; a production profile never has it. */
@Configuration(proxyBeanMethods = false)
@Profile("!production")
@ConditionalOnProperty(name = "wasl.sandbox.enabled", matchIfMissing = true)
class SandboxConfiguration {

    @Bean
    SandboxLifecycle sandboxLifecycle(SandboxSettings settings, Environment environment, Clock clock) {
        return new SandboxLifecycle(settings, environment, clock);
    }

    @Bean
    SandboxStatus sandboxStatus(SandboxLifecycle lifecycle) {
        return new SandboxStatus(lifecycle::report);
    }
}
