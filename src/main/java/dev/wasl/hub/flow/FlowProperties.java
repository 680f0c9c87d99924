package dev.wasl.hub.flow;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How messages move.
 *
 * @param writerLanes how many broker sessions store received messages side by side
 * @param writerBatch how many messages one commit takes at the most
 * @param writerCapacity how many messages may wait for a commit; beyond it gateways are answered 503 at once
 * @param batch how many messages a consumer takes into one transaction at the most
 * @param maxBackoff the longest pause between two tries while the database is away
 * @param busyPause how long a consumer rests after each batch while many gateways wait for their answer
 * @param busyPatience how old a message may get before its consumer rests no more, however many gateways wait
 * @param busyWaiting how many waiting requests count as many
 * @param backlog how many broker messages may wait in a queue before a backfill is held back; each holds up to 64 KiB
 * @param backlogPatience how long a page of a backfill is held back at the most
 * @param routesDirectory live route files; a file there replaces the one of the same name in the jar
 * @param connectorsDirectory live Kamelets; a file there replaces the one of the same name in the jar
 */
@ConfigurationProperties("wasl.flow")
record FlowProperties(
        @DefaultValue("2") int writerLanes,
        @DefaultValue("128") int writerBatch,
        @DefaultValue("4096") int writerCapacity,
        @DefaultValue("250") int batch,
        @DefaultValue("30s") Duration maxBackoff,
        @DefaultValue("500ms") Duration busyPause,
        @DefaultValue("15s") Duration busyPatience,
        @DefaultValue("48") int busyWaiting,
        @DefaultValue("32") int backlog,
        @DefaultValue("5s") Duration backlogPatience,
        @DefaultValue("./routes") Path routesDirectory,
        @DefaultValue("./connectors") Path connectorsDirectory) {}
