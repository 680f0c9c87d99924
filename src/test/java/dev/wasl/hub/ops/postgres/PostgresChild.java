package dev.wasl.hub.ops.postgres;

import dev.wasl.hub.ops.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A JVM that only runs the embedded server, for tests that kill it. It writes the address into {@code ready}, and, told
 * to end, checks that the database still answers and writes {@code drained} before it stops the server.
 */
final class PostgresChild {

    private PostgresChild() {}

    public static void main(String[] arguments) throws Exception {
        DataDirectory data = DataDirectory.open(Path.of(arguments[0]));
        EmbeddedPostgres postgres = EmbeddedPostgres.start(
                data, new PostgresSettings(0, Duration.ofSeconds(60), Duration.ofSeconds(30), Map.of()));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(data, postgres)));
        write(data.resolve("ready"), postgres.jdbcUrl() + "\n" + postgres.password());
        new CountDownLatch(1).await();
    }

    private static void drain(DataDirectory data, EmbeddedPostgres postgres) {
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(), EmbeddedPostgres.USER, postgres.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1")) {
            write(data.resolve("drained"), String.valueOf(rows.next()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            postgres.close();
            data.close();
        }
    }

    private static void write(Path file, String content) throws java.io.IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.writeString(unfinished, content);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
