package dev.wasl.hub.access;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A system that may use the API.
 *
 * @param tenants the tenants it may see; null for every tenant
 */
record ApiKey(
        UUID id,
        String name,
        Set<Scope> scopes,
        @Nullable Set<String> tenants,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    boolean usable(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }
}
