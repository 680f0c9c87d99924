package dev.wasl.hub.access;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
class ApiKeyRepository {

    private final JdbcTemplate jdbc;

    ApiKeyRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    Optional<ApiKey> findByHash(String hash) {
        return jdbc.query("""
                        SELECT id, name, scopes, tenants, expires_at, revoked_at
                        FROM hub.api_key
                        WHERE key_hash = ?
                        """, (row, number) -> read(row), hash).stream().findFirst();
    }

    boolean none() {
        return Boolean.TRUE.equals(jdbc.queryForObject("SELECT NOT EXISTS (SELECT 1 FROM hub.api_key)", Boolean.class));
    }

    /** Adds a key, or gives the key of that name a new hash and new rights; its use so far stays recorded. */
    void save(
            UUID id,
            String name,
            String hash,
            Set<Scope> scopes,
            @Nullable Set<String> tenants,
            @Nullable Instant expiresAt) {
        jdbc.update(
                """
                INSERT INTO hub.api_key (id, name, key_hash, scopes, tenants, expires_at)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE
                SET key_hash = excluded.key_hash, scopes = excluded.scopes, tenants = excluded.tenants,
                    expires_at = excluded.expires_at, revoked_at = NULL
                """,
                id,
                name,
                hash,
                scopes.stream().map(Scope::id).sorted().toArray(String[]::new),
                tenants == null ? null : tenants.stream().sorted().toArray(String[]::new),
                expiresAt == null ? null : Timestamp.from(expiresAt));
    }

    /**
     * Adds a key.
     *
     * @return false when there is one of this name, revoked or not
     */
    boolean add(
            UUID id,
            String name,
            String hash,
            Set<Scope> scopes,
            @Nullable Set<String> tenants,
            @Nullable Instant expiresAt) {
        return jdbc.update(
                        """
                        INSERT INTO hub.api_key (id, name, key_hash, scopes, tenants, expires_at)
                        VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT (name) DO NOTHING
                        """,
                        id,
                        name,
                        hash,
                        scopes.stream().map(Scope::id).sorted().toArray(String[]::new),
                        tenants == null ? null : tenants.stream().sorted().toArray(String[]::new),
                        expiresAt == null ? null : Timestamp.from(expiresAt))
                == 1;
    }

    List<SystemKeys.Key> all() {
        return jdbc.query("SELECT * FROM hub.api_key ORDER BY name", (row, number) -> {
            ApiKey key = read(row);
            return new SystemKeys.Key(
                    key.id(),
                    key.name(),
                    key.scopes(),
                    key.tenants(),
                    row.getTimestamp("created_at").toInstant(),
                    key.expiresAt(),
                    instant(row.getTimestamp("last_used_at")),
                    key.revokedAt());
        });
    }

    void revoke(UUID id, Instant now) {
        jdbc.update(
                "UPDATE hub.api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", Timestamp.from(now), id);
    }

    /** Notes that a key was used, at most once a minute. */
    void used(UUID id, Instant now) {
        jdbc.update("""
                UPDATE hub.api_key SET last_used_at = ?
                WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)
                """, Timestamp.from(now), id, Timestamp.from(now.minusSeconds(60)));
    }

    private static ApiKey read(ResultSet row) throws SQLException {
        Set<Scope> scopes = strings(row.getArray("scopes")).stream()
                .flatMap(id -> Scope.of(id).stream())
                .collect(Collectors.toUnmodifiableSet());
        Array tenants = row.getArray("tenants");
        return new ApiKey(
                row.getObject("id", UUID.class),
                row.getString("name"),
                scopes,
                tenants == null ? null : strings(tenants),
                instant(row.getTimestamp("expires_at")),
                instant(row.getTimestamp("revoked_at")));
    }

    private static Set<String> strings(Array array) throws SQLException {
        return new LinkedHashSet<>(Arrays.asList((String[]) array.getArray()));
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
