package dev.wasl.hub.ops.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** What the launcher asks of the server it started. */
final class DatabaseRepository {

    private final int port;
    private final String user;
    private final String password;

    DatabaseRepository(int port, String user, String password) {
        this.port = port;
        this.user = user;
        this.password = password;
    }

    static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /**
     * Creates a database unless it exists. Fails when the server does not accept us, or when it is not ours: both sides
     * prove that they know the password.
     */
    void create(String database) throws SQLException {
        try (Connection connection = connect()) {
            if (!exists(connection, database)) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(database, true));
                }
            }
        }
    }

    private static boolean exists(Connection connection, String database) throws SQLException {
        String sql = "SELECT 1 FROM pg_database WHERE datname = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, database);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        properties.setProperty("ApplicationName", "wasl-launcher");
        return DriverManager.getConnection(url(port, "postgres"), properties);
    }
}
