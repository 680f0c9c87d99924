package dev.wasl.hub.access;

import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Makes API keys for tests. */
public final class TestKeys {

    private final ApiKeyRepository repository;

    public TestKeys(JdbcTemplate jdbc) {
        this.repository = new ApiKeyRepository(jdbc);
    }

    /** A key for every tenant with these scopes; the value of the Authorization header. */
    public String with(Scope... scopes) {
        return issue(null, null, scopes);
    }

    /** A key for one tenant with every scope. */
    public String of(String tenant) {
        return issue(Set.of(tenant), null, Scope.values());
    }

    /** A key with every scope and an end. */
    public String until(Instant expiresAt) {
        return issue(null, expiresAt, Scope.values());
    }

    private String issue(@Nullable Set<String> tenants, @Nullable Instant expiresAt, Scope... scopes) {
        String key = UUID.randomUUID().toString();
        Set<Scope> granted = EnumSet.noneOf(Scope.class);
        granted.addAll(Arrays.asList(scopes));
        repository.save(UUID.randomUUID(), key, ApiKeys.hash(key), granted, tenants, expiresAt);
        return "Bearer " + key;
    }
}
