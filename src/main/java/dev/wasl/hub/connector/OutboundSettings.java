package dev.wasl.hub.connector;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the hub calls out.
 *
 * @param allowPrivateAddresses whether a URL that came with data may lead into the private network
 * @param connectTimeout how long a connection, TLS included, may take
 * @param responseTimeout how long an answer may take to begin, and each pause within it
 */
@ConfigurationProperties("wasl.outbound")
public record OutboundSettings(
        @DefaultValue("false") boolean allowPrivateAddresses,
        @DefaultValue("3s") Duration connectTimeout,
        @DefaultValue("15s") Duration responseTimeout) {}
