package dev.wasl.hub.flow;

import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What became of the route files. */
public interface RouteStatus {

    /** Every route file by name. */
    Collection<RouteFile> files();

    /**
     * One route file.
     *
     * @param location where it was read from
     * @param loadedAt when it was last read
     * @param error why it does not run (or why its last edit does not); null when all is well
     */
    record RouteFile(
            String name,
            String location,
            Instant loadedAt,
            @Nullable String error) {}
}
