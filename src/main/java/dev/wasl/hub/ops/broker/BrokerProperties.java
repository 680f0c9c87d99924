package dev.wasl.hub.ops.broker;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The broker's settings.
 *
 * @param url where an external broker listens, {@code tcp://broker:61616}
 * @param user the hub's user on an external broker
 * @param password the password of that user
 * @param maxMemory how much of all messages an embedded broker keeps in memory before it pages to disk
 * @param maxDiskUsage in percent; above it the embedded broker stops accepting, and gateways are answered 503
 */
@ConfigurationProperties("wasl.artemis")
record BrokerProperties(
        @Nullable String url,
        @Nullable String user,
        @Nullable String password,
        @DefaultValue("64MB") DataSize maxMemory,
        @DefaultValue("95") int maxDiskUsage) {}
