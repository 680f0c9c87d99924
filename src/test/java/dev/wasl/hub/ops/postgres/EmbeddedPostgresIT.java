package dev.wasl.hub.ops.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.DataDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The server inside this JVM: settings, ports, leftovers, refusals. */
class EmbeddedPostgresIT {

    /** Unpacking takes most of the time of a first start, so one copy serves every test. */
    @TempDir
    private static Path binaries;

    @TempDir
    private Path folder;

    private DataDirectory data;

    @BeforeAll
    static void unpack() throws IOException {
        Binaries.unpack(binaries).makeDurable();
    }

    @BeforeEach
    void open() throws IOException {
        data = DataDirectory.open(folder.resolve("data"));
        Files.createSymbolicLink(data.resolve("pgbin"), binaries);
    }

    @AfterEach
    void close() throws IOException {
        data.close();
        Files.delete(data.resolve("pgbin")); // the link
    }

    @Test
    void keeps_data_port_and_password_over_a_restart() {
        String url;
        String password;
        try (EmbeddedPostgres postgres = start()) {
            url = postgres.jdbcUrl();
            password = postgres.password();
            jdbc(postgres).execute("CREATE TABLE kept AS SELECT 42 AS answer");
        }

        try (EmbeddedPostgres postgres = start()) {
            assertThat(postgres.jdbcUrl()).isEqualTo(url);
            assertThat(postgres.password()).isEqualTo(password);
            assertThat(jdbc(postgres).queryForObject("SELECT answer FROM kept", Integer.class))
                    .isEqualTo(42);
        }
    }

    @Test
    void runs_durable_and_ready_for_change_data_capture() {
        try (EmbeddedPostgres postgres = start()) {
            JdbcTemplate jdbc = jdbc(postgres);

            assertThat(Stream.of(
                                    "fsync",
                                    "synchronous_commit",
                                    "full_page_writes",
                                    "data_checksums",
                                    "wal_level",
                                    "max_replication_slots",
                                    "max_slot_wal_keep_size",
                                    "log_timezone",
                                    "listen_addresses",
                                    "unix_socket_directories",
                                    "password_encryption",
                                    "server_encoding",
                                    "jit")
                            .map(name -> name + "=" + jdbc.queryForObject("SHOW " + name, String.class)))
                    .containsExactly(
                            "fsync=on",
                            "synchronous_commit=on",
                            "full_page_writes=on",
                            "data_checksums=on",
                            "wal_level=logical",
                            "max_replication_slots=20",
                            "max_slot_wal_keep_size=4GB",
                            "log_timezone=UTC",
                            "listen_addresses=127.0.0.1",
                            "unix_socket_directories=",
                            "password_encryption=scram-sha-256",
                            "server_encoding=UTF8",
                            "jit=off");
        }
    }

    @Test
    void takes_parameters_of_the_operator() {
        PostgresSettings settings = new PostgresSettings(
                0, Duration.ofSeconds(60), Duration.ofSeconds(30), Map.of("shared-buffers", "32MB", "work_mem", "8MB"));

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, settings)) {
            assertThat(jdbc(postgres).queryForObject("SHOW shared_buffers", String.class))
                    .isEqualTo("32MB");
            assertThat(jdbc(postgres).queryForObject("SHOW work_mem", String.class))
                    .isEqualTo("8MB");
        }
    }

    @Test
    void refuses_whoever_does_not_know_the_password() throws IOException {
        try (EmbeddedPostgres postgres = start()) {
            assertThatThrownBy(() -> connect(postgres.jdbcUrl(), "wrong"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("postgres/password"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void moves_when_another_program_took_the_kept_port() throws IOException {
        int kept;
        try (EmbeddedPostgres postgres = start()) {
            kept = postgres.port();
        }

        try (ServerSocket other = new ServerSocket(kept, 1, InetAddress.getByName("127.0.0.1"));
                EmbeddedPostgres postgres = start()) {
            assertThat(postgres.port()).isNotEqualTo(other.getLocalPort());
            assertThat(Files.readString(data.resolve("postgres/port"))).isEqualTo(String.valueOf(postgres.port()));
        }
    }

    @Test
    void refuses_a_configured_port_that_another_program_took() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            PostgresSettings settings = new PostgresSettings(
                    other.getLocalPort(), Duration.ofSeconds(60), Duration.ofSeconds(30), Map.of());

            assertThatThrownBy(() -> EmbeddedPostgres.start(data, settings))
                    .isInstanceOf(HubException.class)
                    .hasMessageContaining("port " + other.getLocalPort())
                    .hasMessageContaining("wasl.postgres.port");
        }
    }

    @Test
    void never_touches_a_stranger_whose_number_is_in_a_stale_process_id_file() throws IOException {
        start().close();
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(
                    data.resolve("postgres/data/postmaster.pid"),
                    stranger.pid() + "\n" + data.resolve("postgres/data") + "\n");

            try (EmbeddedPostgres postgres = start()) {
                assertThat(jdbc(postgres).queryForObject("SELECT 1", Integer.class))
                        .isOne();
                assertThat(stranger.isAlive()).isTrue();
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void starts_the_server_again_when_it_ends_by_itself() throws IOException {
        try (EmbeddedPostgres postgres = start()) {
            jdbc(postgres).execute("CREATE TABLE kept AS SELECT 42 AS answer");
            kill(postmaster());

            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> assertThat(
                            jdbc(postgres).queryForObject("SELECT answer FROM kept", Integer.class))
                    .isEqualTo(42));
        }
        assertThat(servers()).isEmpty();
    }

    @Test
    void starts_over_the_server_whose_keeper_was_killed() {
        try (EmbeddedPostgres postgres = start()) {
            long before = postmaster();
            ProcessHandle.of(before)
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow()
                    .destroyForcibly();

            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> {
                assertThat(postmaster()).isNotEqualTo(before);
                assertThat(jdbc(postgres).queryForObject("SELECT 1", Integer.class))
                        .isOne();
            });
        }
        assertThat(servers()).isEmpty();
    }

    @Test
    void stops_with_sessions_open_and_without_a_trace() throws SQLException {
        EmbeddedPostgres postgres = start();
        try (Connection connection = connect(postgres.jdbcUrl(), postgres.password())) {
            assertThat(connection.isValid(5)).isTrue();

            postgres.close();

            assertThat(servers()).isEmpty();
            assertThat(data.resolve("postgres/data/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void refuses_a_database_of_another_major_version() throws IOException {
        start().close();
        Files.writeString(data.resolve("postgres/data/PG_VERSION"), "16\n");

        assertThatThrownBy(this::start)
                .isInstanceOf(HubException.class)
                .hasMessageContaining("made by PostgreSQL 16")
                .hasMessageContaining("pg_upgrade");
    }

    @Test
    void refuses_a_database_whose_password_was_lost() throws IOException {
        start().close();
        Files.delete(data.resolve("postgres/password"));

        assertThatThrownBy(this::start)
                .isInstanceOf(HubException.class)
                .hasMessageContaining("restore the file")
                .hasMessageContaining("postgres/password");
    }

    @Test
    void refuses_a_password_that_is_not_the_database_s() throws IOException {
        start().close();
        Files.writeString(data.resolve("postgres/password"), "of-another-backup");

        assertThatThrownBy(this::start)
                .isInstanceOf(HubException.class)
                .hasMessageContaining("refuses the password in");
        assertThat(servers()).isEmpty();
    }

    @Test
    void tells_why_the_server_does_not_start() {
        PostgresSettings settings = new PostgresSettings(
                0, Duration.ofSeconds(60), Duration.ofSeconds(30), Map.of("shared-buffers", "much"));

        assertThatThrownBy(() -> EmbeddedPostgres.start(data, settings))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("invalid value for parameter \"shared_buffers\"");
    }

    @Test
    void clears_up_after_interrupted_unpacking_and_creation() throws IOException {
        Path programs = Files.createDirectories(data.resolve("pgbin/unfinished-1/bin"));
        Files.writeString(programs.resolve("postgres"), "half");
        Path cluster = Files.createDirectories(data.resolve("postgres/unfinished-1/data"));
        Files.writeString(cluster.resolve("PG_VERSION"), "17");

        start().close();

        assertThat(data.resolve("pgbin")).isDirectoryNotContaining("glob:**unfinished*");
        assertThat(data.resolve("postgres")).isDirectoryNotContaining("glob:**unfinished*");
    }

    @Test
    void unpacks_again_what_a_power_cut_may_have_emptied(@TempDir Path programs) throws IOException {
        Path program = Binaries.unpack(programs).program("postgres");
        Files.write(program, new byte[0]);

        Binaries unpacked = Binaries.unpack(programs);
        assertThat(program).isNotEmptyFile().isExecutable();
        unpacked.makeDurable();
        Files.write(program, new byte[0]);
        Binaries.unpack(programs);

        assertThat(program).as("left alone once it was safe").isEmptyFile();
    }

    @Test
    void names_the_way_out_on_other_systems() {
        assertThatThrownBy(() -> EmbeddedPostgres.requireLinux("Mac OS X"))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("wasl.database=external");
    }

    private EmbeddedPostgres start() {
        return EmbeddedPostgres.start(data, PostgresSettings.defaults());
    }

    private List<ServerProcesses.ServerProcess> servers() {
        return new ServerProcesses(data.resolve("postgres/data")).running();
    }

    private long postmaster() {
        return servers().stream()
                .filter(ServerProcesses.ServerProcess::postmaster)
                .findFirst()
                .orElseThrow()
                .handle()
                .pid();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    private static JdbcTemplate jdbc(EmbeddedPostgres postgres) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(postgres.jdbcUrl());
        dataSource.setUser(EmbeddedPostgres.USER);
        dataSource.setPassword(postgres.password());
        return new JdbcTemplate(dataSource);
    }

    private static Connection connect(String url, String password) throws SQLException {
        return DriverManager.getConnection(url, EmbeddedPostgres.USER, password);
    }
}
