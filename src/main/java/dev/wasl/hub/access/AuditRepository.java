package dev.wasl.hub.access;

import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
class AuditRepository {

    private final JdbcTemplate jdbc;

    AuditRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void add(
            Instant at,
            String actor,
            String actorKind,
            String action,
            String target,
            @Nullable String tenant,
            @Nullable String reason,
            @Nullable String ip) {
        jdbc.update("""
                INSERT INTO hub.audit (at, actor, actor_kind, action, target, tenant, reason, ip)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """, Timestamp.from(at), actor, actorKind, action, target, tenant, reason, ip);
    }
}
