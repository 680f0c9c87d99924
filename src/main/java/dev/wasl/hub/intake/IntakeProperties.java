package dev.wasl.hub.intake;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What the hub takes from gateways.
 *
 * @param maxBody larger bodies are answered 413
 * @param timeout how long a gateway waits for the disk before it is answered 503
 */
@ConfigurationProperties("wasl.intake")
record IntakeProperties(
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("8s") Duration timeout) {}
