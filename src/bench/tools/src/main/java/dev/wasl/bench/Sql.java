package dev.wasl.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks a database. Arguments: JDBC URL, query, and optionally a number and seconds: then it asks every second until the first
 * column has reached the number, and ends with 1 if it never does. Prints the last row, columns separated by blanks.
 */
public final class Sql {

    private Sql() {}

    public static void main(String[] args) throws Exception {
        long deadline = args.length > 3 ? System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[3])) : 0;
        try (Connection connection = DriverManager.getConnection(args[0])) {
            while (true) {
                StringJoiner row = new StringJoiner(" ");
                long first;
                try (ResultSet result = connection.createStatement().executeQuery(args[1])) {
                    result.next();
                    for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                        row.add(String.valueOf(result.getString(column)));
                    }
                    first = args.length > 2 ? result.getLong(1) : 0;
                }
                boolean reached = args.length < 3 || first >= Long.parseLong(args[2]);
                if (reached || System.nanoTime() > deadline) {
                    System.out.println(row);
                    System.exit(reached ? 0 : 1);
                }
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
        }
    }
}
