package dev.wasl.hub.connector;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What to read of the past.
 *
 * @param createdFrom only what was created at or after this; null for everything
 * @param createdTo only what was created at or before this; null for everything
 * @param pageSize rows a page, 1 to 1500; null for the connector's default
 * @param withDetails whether to fetch each row's detail afterwards, after everything else; null for the connector's default
 */
public record BackfillRequest(
        @Nullable Instant createdFrom,
        @Nullable Instant createdTo,
        @Nullable Integer pageSize,
        @Nullable Boolean withDetails) {

    /** Everything, with the connector's defaults. */
    public static BackfillRequest everything() {
        return new BackfillRequest(null, null, null, null);
    }
}
