package dev.wasl.hub.access;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/** Makes and revokes the keys of systems, for the key of the current request: nobody gives away more than he has. */
@Component
public class SystemKeys {

    private static final int RANDOM_BYTES = 32;

    private final ApiKeyRepository repository;
    private final ApiKeys known;
    private final Audit audit;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    SystemKeys(ApiKeyRepository repository, ApiKeys known, Audit audit, Clock clock) {
        this.repository = repository;
        this.known = known;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Makes a key; the text in the answer is kept nowhere.
     *
     * @param name the system that will use it; a name is given once, also after its key was revoked
     * @param tenants those it may see; null for all that the caller's key may see
     * @param expiresAt null for as long as the caller's key
     * @throws HubException {@code CONFLICT} for a name that was given, {@code INVALID_REQUEST} for an end that has passed
     *     or is later than that of the caller's key
     */
    public Made make(String name, Set<Scope> scopes, @Nullable Set<String> tenants, @Nullable Instant expiresAt) {
        ApiKey giver = giver();
        Instant now = clock.instant();
        for (Scope scope : scopes) {
            if (!giver.scopes().contains(scope)) {
                throw new MissingScopeException(scope);
            }
        }
        Instant end = expiresAt == null ? giver.expiresAt() : expiresAt;
        if (end != null && (!now.isBefore(end) || (giver.expiresAt() != null && end.isAfter(giver.expiresAt())))) {
            throw new HubException(
                    ErrorCode.INVALID_REQUEST, "A key ends in the future, and no later than the key that makes it.");
        }
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String text = "wasl_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        UUID id = UUID.randomUUID();
        audit.record("api-key.make", "api-key/" + name, null, null);
        if (!repository.add(id, name, ApiKeys.hash(text), scopes, tenants == null ? giver.tenants() : tenants, end)) {
            throw new HubException(ErrorCode.CONFLICT, "A key of this name exists or existed; take another name.");
        }
        known.forget();
        return new Made(text, find(id).orElseThrow());
    }

    /** Every key that sees no tenant which the caller's key does not see, in order of their names. */
    public List<Key> all() {
        return repository.all().stream().filter(this::visible).toList();
    }

    /**
     * Ends a key, at once on this instance and after {@code wasl.access.key-cache} on others; one that ended before stays
     * as it is.
     *
     * @return empty when there is no such key that the caller may see
     */
    public Optional<Key> revoke(UUID id) {
        Optional<Key> key = find(id);
        if (key.isPresent() && key.get().revokedAt() == null) {
            audit.record("api-key.revoke", "api-key/" + key.get().name(), null, null);
            repository.revoke(id, clock.instant());
            known.forget();
        }
        return find(id);
    }

    private Optional<Key> find(UUID id) {
        return all().stream().filter(key -> key.id().equals(id)).findFirst();
    }

    private boolean visible(Key key) {
        Collection<String> seen = giver().tenants();
        return seen == null || (key.tenants() != null && seen.containsAll(key.tenants()));
    }

    private static ApiKey giver() {
        Authentication who = SecurityContextHolder.getContext().getAuthentication();
        if (who != null && who.getPrincipal() instanceof ApiKey key) {
            return key;
        }
        throw new AccessDeniedException("keys are made with a key");
    }

    /**
     * A key without its text.
     *
     * @param tenants those it may see; null for every tenant
     * @param lastUsedAt to the minute
     */
    public record Key(
            UUID id,
            String name,
            Set<Scope> scopes,
            @Nullable Set<String> tenants,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant revokedAt) {}

    /**
     * A key that was just made.
     *
     * @param text what its system sends
     */
    public record Made(String text, Key key) {

        /** Keeps the secret out of logs. */
        @Override
        public String toString() {
            return "Made[" + key + "]";
        }
    }
}
