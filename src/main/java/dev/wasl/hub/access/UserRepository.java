package dev.wasl.hub.access;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
class UserRepository {

    private final JdbcTemplate jdbc;

    UserRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Row> find(String username) {
        return jdbc
                .query(
                        """
                        SELECT username, password_hash, roles, enabled
                        FROM hub.app_user
                        WHERE username = lower(?)
                        """,
                        (row, number) -> new Row(
                                row.getString("username"),
                                row.getString("password_hash"),
                                Arrays.stream((String[]) row.getArray("roles").getArray())
                                        .map(Role::valueOf)
                                        .collect(Collectors.toSet()),
                                row.getBoolean("enabled")),
                        username)
                .stream()
                .findFirst();
    }

    boolean none() {
        return Boolean.TRUE.equals(
                jdbc.queryForObject("SELECT NOT EXISTS (SELECT 1 FROM hub.app_user)", Boolean.class));
    }

    /** Adds a user, or changes the password of the one that exists. */
    void save(String username, String passwordHash, Set<Role> roles) {
        jdbc.update(
                """
                INSERT INTO hub.app_user (username, password_hash, roles)
                VALUES (lower(?), ?, ?)
                ON CONFLICT (username) DO UPDATE
                SET password_hash = excluded.password_hash, password_changed_at = now()
                """,
                username,
                passwordHash,
                roles.stream().map(Role::name).sorted().toArray(String[]::new));
    }

    record Row(String username, String passwordHash, Set<Role> roles, boolean enabled) {}
}
