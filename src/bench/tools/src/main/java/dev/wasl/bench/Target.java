package dev.wasl.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * A running service under load, as the run script describes it.
 *
 * @param port its HTTP port on loopback
 * @param path where its webhooks go
 * @param secret the signing secret it was given
 * @param jdbc its database, with user and password
 * @param rows counts what landed
 * @param pids the service, its broker and its database server; children are found
 */
record Target(String name, int port, String path, String secret, String jdbc, String rows, List<Long> pids) {

    static Target of(String name, Properties from) {
        return new Target(
                name,
                Integer.parseInt(from.getProperty(name + ".port")),
                from.getProperty(name + ".path"),
                from.getProperty(name + ".secret"),
                from.getProperty(name + ".jdbc"),
                from.getProperty(name + ".rows"),
                Arrays.stream(from.getProperty(name + ".pids").trim().split("\\s+"))
                        .map(Long::valueOf)
                        .toList());
    }

    ProcessTree processes() {
        return new ProcessTree(pids);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbc);
    }

    /** How many rows have landed so far. */
    long landed() throws SQLException {
        return number(rows);
    }

    long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    String text(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
