package dev.wasl.hub.ops;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;

/**
 * One session of its own that asks for the leader's lock, holds it, and proves that it lives. The lock belongs to the
 * session: it ends with it, whatever ended it.
 */
class LeadershipRepository implements AutoCloseable {

    /** The lock's name is a number: "wasl" in ASCII, and one. */
    private static final int LOCK_CLASS = 0x7761736C;

    private static final int LOCK_OBJECT = 1;
    private static final String APPLICATION = "wasl-leader ";

    private final Connection connection;

    private LeadershipRepository(Connection connection) {
        this.connection = connection;
    }

    /**
     * Opens a session.
     *
     * @param answerTimeout how long any answer may take, whole seconds
     * @param silence after which the server ends the session if it hears nothing, for a hub that hangs or whose machine
     *     is gone
     */
    static LeadershipRepository open(
            JdbcConnectionDetails details, String nodeId, Duration answerTimeout, Duration silence)
            throws SQLException {
        Properties properties = new Properties();
        if (details.getUsername() != null) {
            properties.setProperty("user", details.getUsername());
        }
        if (details.getPassword() != null) {
            properties.setProperty("password", details.getPassword());
        }
        String seconds = Long.toString(answerTimeout.toSeconds());
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("loginTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        properties.setProperty("tcpKeepAlive", "true");
        Connection connection = DriverManager.getConnection(details.getJdbcUrl(), properties);
        // What the operator wrote into the URL wins over properties, so what matters is set again.
        String sql = "SELECT set_config('application_name', ?, false), set_config('idle_session_timeout', ?, false)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(answerTimeout.toMillis()));
            statement.setString(1, APPLICATION + nodeId);
            statement.setString(2, Long.toString(silence.toMillis()));
            statement.execute();
            return new LeadershipRepository(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Takes the lock if it is free. */
    boolean tryLock() throws SQLException {
        return truth("SELECT pg_try_advisory_lock(?, ?)");
    }

    /** Whether the session lives and still has the lock. */
    boolean holdsLock() throws SQLException {
        return truth("""
                SELECT EXISTS (
                    SELECT FROM pg_locks
                    WHERE locktype = 'advisory' AND classid = ?::oid AND objid = ?::oid AND objsubid = 2
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        AND pid = pg_backend_pid() AND granted)
                """);
    }

    /** The node that has the lock. */
    Optional<String> holder() throws SQLException {
        String sql = """
                SELECT activity.application_name
                FROM pg_locks JOIN pg_stat_activity activity USING (pid)
                WHERE locktype = 'advisory' AND classid = ?::oid AND objid = ?::oid AND objsubid = 2
                    AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    AND granted
                """;
        try (PreparedStatement statement = prepare(sql);
                ResultSet rows = statement.executeQuery()) {
            return rows.next()
                    ? Optional.ofNullable(rows.getString(1)).map(name -> name.replace(APPLICATION, ""))
                    : Optional.empty();
        }
    }

    private boolean truth(String sql) throws SQLException {
        try (PreparedStatement statement = prepare(sql);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setInt(1, LOCK_CLASS);
        statement.setInt(2, LOCK_OBJECT);
        return statement;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
