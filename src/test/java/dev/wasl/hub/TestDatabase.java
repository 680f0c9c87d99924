package dev.wasl.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/** A real PostgreSQL for tests: one server for the JVM, a new migrated database for whoever asks. */
public final class TestDatabase {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static int port;

    private TestDatabase() {}

    /** A data source on a new database with every migration applied. */
    public static DataSource fresh() {
        DataSource dataSource = empty();
        Flyway.configure()
                .dataSource(dataSource)
                .schemas("hub")
                .defaultSchema("hub")
                .load()
                .migrate();
        return dataSource;
    }

    /** A data source on a new database without any table. */
    public static synchronized DataSource empty() {
        if (port == 0) {
            port = start();
        }
        String name = "test_" + NUMBER.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url("postgres"), "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url(name));
        dataSource.setUser("postgres");
        return dataSource;
    }

    private static String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?reWriteBatchedInserts=true";
    }

    private static int start() {
        try {
            Path home = Files.createTempDirectory("wasl-test-pg");
            unpack(home);
            Path data = home.resolve("data");
            List<String> prefix = new ArrayList<>();
            if ("root".equals(System.getProperty("user.name"))) {
                prefix.addAll(List.of("unshare", "-U"));
            }
            run(
                    prefix,
                    home,
                    "bin/initdb",
                    "-D",
                    data.toString(),
                    "-A",
                    "trust",
                    "-U",
                    "postgres",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "-N");
            int chosen;
            try (ServerSocket socket = new ServerSocket(0)) {
                chosen = socket.getLocalPort();
            }
            List<String> command = new ArrayList<>(prefix);
            command.addAll(List.of(
                    home.resolve("bin/postgres").toString(),
                    "-D",
                    data.toString(),
                    "-p",
                    String.valueOf(chosen),
                    "-c",
                    "fsync=off",
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "wal_level=logical",
                    "-c",
                    "timezone=UTC"));
            Process server = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("server.log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    // whatever sessions are open: asked to end politely it would wait for them
                    run(prefix, home, "bin/pg_ctl", "stop", "-m", "immediate", "-D", data.toString());
                    server.waitFor(20, TimeUnit.SECONDS);
                    org.springframework.util.FileSystemUtils.deleteRecursively(home);
                } catch (IOException | IllegalStateException e) {
                    server.destroyForcibly();
                    // a folder left in the temporary directory harms nobody
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
            port = chosen;
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreExceptions()
                    .until(() -> {
                        try (Connection c = DriverManager.getConnection(url("postgres"), "postgres", "")) {
                            return c.isValid(1);
                        }
                    });
            return chosen;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(List<String> prefix, Path home, String program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add(home.resolve(program).toString());
        command.addAll(List.of(arguments));
        Path log = home.resolve("initdb.log");
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException(Files.readString(log));
        }
    }

    private static void unpack(Path home) throws IOException {
        String arch = "aarch64".equals(System.getProperty("os.arch")) ? "arm_64" : "x86_64";
        try (InputStream resource = TestDatabase.class.getResourceAsStream("/postgres-linux-" + arch + ".txz");
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(resource))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = home.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(target.getParent());
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(tar, target);
                    if ((entry.getMode() & 0100) != 0) {
                        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }
    }
}
