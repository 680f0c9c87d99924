package dev.wasl.hub.ops.postgres;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.DataDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL server that the hub runs for itself, Linux only: durable, password protected, reachable from this
 * machine only, with its files in {@code <data>/postgres}.
 *
 * <p>The server runs in a session of its own, so a Ctrl-C in the hub's terminal does not reach it before the hub has
 * drained. Between the hub and the server stands a small shell that holds a pipe from the hub: when the pipe closes,
 * because the hub says so or because it died, the shell ends the server. What a crash leaves behind nevertheless (a
 * server that is still ending, a process id file) is cleared up by the next start. A server that ends by itself is
 * started again.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    /** The owner of everything in the server. */
    public static final String USER = "hub";

    /** The hub's database. */
    public static final String DATABASE = "wasl";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

    /**
     * Runs the server given as arguments, and ends it fast when standard input ends. It ignores the signals that
     * service managers send to everybody, because the order of leaving is the hub's to decide. SIGINT is repeated
     * since a server that is only just starting misses it.
     */
    private static final String KEEPER = """
            trap '' HUP INT TERM
            exec 3<&0
            "$@" </dev/null 3<&- &
            server=$!
            (
                while read -r _; do :; done
                while kill -s INT "$server" 2>/dev/null; do sleep 1; done
            ) <&3 3<&- &
            watcher=$!
            exec 3<&- </dev/null
            wait "$server"
            code=$?
            kill -s KILL "$watcher" 2>/dev/null
            exit "$code"
            """;

    private static final Duration STEP = Duration.ofMillis(50);
    private static final Duration PROGRESS_LOG = Duration.ofSeconds(5);
    private static final Duration HARD_STOP = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int PORT_ATTEMPTS = 5;
    /** Below the ports that systems hand to outgoing connections, so that a kept port stays free. */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 30_000;

    private final PostgresSettings settings;
    private final Cluster cluster;
    private final ServerProcesses processes;
    private final ServerLog log;
    private final ScheduledExecutorService caretaker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "wasl-postgres");
        thread.setDaemon(true);
        return thread;
    });

    private volatile int port;
    private volatile boolean stopping;
    private @Nullable Process keeper;
    private int failedRestarts;

    private EmbeddedPostgres(PostgresSettings settings, Cluster cluster, ServerProcesses processes) {
        this.settings = settings;
        this.cluster = cluster;
        this.processes = processes;
        this.log = new ServerLog(
                cluster.home().resolve("start.log"), cluster.folder().resolve("log"));
    }

    /**
     * Starts the server, creating it first if the data directory has none, and returns when the hub's database accepts
     * connections.
     *
     * @param data held by the caller, who closes it after this server
     * @throws HubException saying what to do, when it cannot run here
     */
    public static EmbeddedPostgres start(DataDirectory data, PostgresSettings settings) {
        requireLinux(System.getProperty("os.name"));
        long begun = System.nanoTime();
        try {
            Path home = data.resolve("postgres");
            if (!Files.exists(home)) {
                Folders.createPrivate(home);
            }
            Path folder = home.resolve("data");
            ServerProcesses processes = new ServerProcesses(folder);
            if (!processes.running().isEmpty()) {
                LOG.info("Stopping the PostgreSQL that a killed hub left behind");
                processes.stop(settings.stopTimeout());
            }
            Binaries binaries = Binaries.unpack(data.resolve("pgbin"));
            Cluster cluster = Cluster.prepare(data.path(), home, folder, binaries);
            binaries.removeOthers();
            EmbeddedPostgres postgres = new EmbeddedPostgres(settings, cluster, processes);
            try {
                postgres.startFirst();
            } catch (IOException | RuntimeException e) {
                postgres.close();
                throw e;
            }
            LOG.info(
                    "PostgreSQL {} runs as {} on 127.0.0.1:{}, data in {}, started in {} s",
                    cluster.version(),
                    cluster.user().description(),
                    postgres.port,
                    folder,
                    String.format(Locale.ROOT, "%.1f", (System.nanoTime() - begun) / 1e9));
            return postgres;
        } catch (IOException e) {
            throw unusable(data.path(), e);
        }
    }

    static void requireLinux(String system) {
        if (!"Linux".equals(system)) {
            throw new HubException(
                    ErrorCode.CONFIGURATION,
                    "the embedded PostgreSQL runs on Linux only, and this is " + system
                            + "; install PostgreSQL and set wasl.database=external with spring.datasource.url");
        }
    }

    private static HubException unusable(Path path, IOException cause) {
        return new HubException(
                ErrorCode.DATA_DIRECTORY, "PostgreSQL's files in " + path + " cannot be used: " + cause, cause);
    }

    /** The address of the hub's database. */
    public String jdbcUrl() {
        return DatabaseRepository.url(port, DATABASE);
    }

    /** The password of {@link #USER}, made at random when the database was created. */
    public String password() {
        return cluster.password();
    }

    /** The TCP port on 127.0.0.1. */
    public int port() {
        return port;
    }

    private synchronized void startFirst() throws IOException {
        for (int attempt = 1; ; attempt++) {
            port = choosePort();
            try {
                launch();
                break;
            } catch (PortTakenException e) {
                // Somebody was quicker between our look and the server's.
                if (settings.port() != 0 || attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
        Folders.writePrivate(portFile(), Integer.toString(port));
        caretaker.execute(cluster.binaries()::makeDurable);
        var unused = caretaker.scheduleWithFixedDelay(log::prune, 0, 1, TimeUnit.MINUTES);
    }

    private Path portFile() {
        return cluster.home().resolve("port");
    }

    private int choosePort() throws IOException {
        if (settings.port() != 0) {
            if (!free(settings.port())) {
                throw new PortTakenException(settings.port());
            }
            return settings.port();
        }
        int kept = keptPort();
        if (kept != 0 && free(kept)) {
            return kept;
        }
        if (kept != 0) {
            LOG.warn("Port {}, where PostgreSQL ran last time, is taken by another program; choosing another", kept);
        }
        for (int attempt = 0; attempt < LAST_PORT - FIRST_PORT; attempt++) {
            int candidate = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            if (free(candidate)) {
                return candidate;
            }
        }
        throw new PortTakenException(FIRST_PORT);
    }

    private int keptPort() throws IOException {
        if (!Files.exists(portFile())) {
            return 0;
        }
        String text = Files.readString(portFile(), StandardCharsets.US_ASCII).strip();
        return text.matches("[1-9]\\d{3,4}") ? Integer.parseInt(text) : 0;
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void launch() throws IOException {
        processes.stop(settings.stopTimeout());
        cluster.removeStaleProcessId();
        Process started = Commands.builder(cluster.home(), command())
                .redirectErrorStream(true)
                .redirectOutput(log.firstWords().toFile())
                .start();
        keeper = started;
        try {
            awaitReady(started);
        } catch (RuntimeException e) {
            stop(started);
            throw e;
        }
        var unused = started.onExit().thenRun(() -> caretaker.execute(() -> revive(started)));
    }

    private List<String> command() {
        List<String> server = new ArrayList<>(List.of("sh", "-c", KEEPER, "wasl-postgres"));
        server.addAll(List.of(
                cluster.binaries().program("postgres").toString(),
                "-D",
                cluster.folder().toString()));
        parameters().forEach((name, value) -> server.addAll(List.of("-c", name + "=" + value)));
        List<String> whole = new ArrayList<>();
        if (Commands.run(cluster.home(), List.of("setsid", "true")).ok()) {
            whole.add("setsid");
        } else {
            LOG.warn("There is no program setsid here: Ctrl-C in the terminal will stop PostgreSQL before the hub");
        }
        whole.addAll(cluster.user().command(server));
        return whole;
    }

    private Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("listen_addresses", "127.0.0.1");
        parameters.put("unix_socket_directories", "");
        parameters.put("max_connections", "100");
        // A 2xx answer means the bytes are on disk.
        parameters.put("fsync", "on");
        parameters.put("synchronous_commit", "on");
        parameters.put("full_page_writes", "on");
        // Change data capture; an abandoned slot may hold 4 GB and no more.
        parameters.put("wal_level", "logical");
        parameters.put("max_replication_slots", "20");
        parameters.put("max_wal_senders", "20");
        parameters.put("max_slot_wal_keep_size", "4GB");
        // A small box, shared with the JVM. Parallel workers would also need more shared memory than containers have.
        parameters.put("shared_buffers", "128MB");
        parameters.put("max_wal_size", "2GB");
        parameters.put("checkpoint_completion_target", "0.9");
        parameters.put("jit", "off");
        parameters.put("max_parallel_workers_per_gather", "0");
        parameters.put("timezone", "UTC");
        parameters.put("log_timezone", "UTC");
        parameters.put("logging_collector", "on");
        parameters.put("log_directory", "log");
        parameters.put("log_filename", "%Y%m%d-%H%M%S.log");
        parameters.put("log_rotation_age", "0");
        parameters.put("log_rotation_size", ServerLog.FILE_SIZE);
        parameters.put("log_startup_progress_interval", "5s");
        parameters.put("log_line_prefix", "%m [%p] %a ");
        // Details and parameters would carry personal data into the log.
        parameters.put("log_error_verbosity", "terse");
        parameters.put("log_parameter_max_length", "0");
        settings.parameters().forEach((name, value) -> parameters.put(name.replace('-', '_'), value));
        parameters.put("port", Integer.toString(port)); // wasl.postgres.port decides
        return parameters;
    }

    private void awaitReady(Process started) {
        DatabaseRepository database = new DatabaseRepository(port, USER, cluster.password());
        long begun = System.nanoTime();
        long lastProgress = begun;
        long lastLogged = begun;
        long logSize = log.size();
        while (true) {
            if (ended(started, STEP)) {
                throw failure();
            }
            if (stopping) {
                throw new HubException(
                        ErrorCode.DATABASE_UNAVAILABLE, "PostgreSQL was told to stop while it was starting");
            }
            if (cluster.saysReady() && answers(database)) {
                return;
            }
            long now = System.nanoTime();
            if (log.size() != logSize) {
                logSize = log.size();
                lastProgress = now;
            }
            if (now - lastProgress > settings.startTimeout().toNanos()) {
                throw new HubException(
                        ErrorCode.DATABASE_UNAVAILABLE,
                        "PostgreSQL made no progress in starting for "
                                + settings.startTimeout().toSeconds() + " s (wasl.postgres.start-timeout): "
                                + log.lastWords());
            }
            if (now - lastLogged > PROGRESS_LOG.toNanos()) {
                lastLogged = now;
                LOG.info("PostgreSQL is still starting after {} s", TimeUnit.NANOSECONDS.toSeconds(now - begun));
            }
        }
    }

    private boolean answers(DatabaseRepository database) {
        try {
            database.create(DATABASE);
            return true;
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("28")) {
                throw new HubException(
                        ErrorCode.DATA_DIRECTORY,
                        "PostgreSQL refuses the password in " + cluster.home().resolve("password")
                                + "; restore that file from the backup of the data directory",
                        e);
            }
            LOG.debug("PostgreSQL does not answer yet", e);
            return false;
        }
    }

    private HubException failure() {
        String words = log.lastWords();
        return words.contains("could not bind") || words.contains("Address already in use")
                ? new PortTakenException(port)
                : new HubException(
                        ErrorCode.DATABASE_UNAVAILABLE,
                        "PostgreSQL ended while starting; its log in "
                                + cluster.folder().resolve("log") + " says: " + words);
    }

    private static boolean ended(Process process, Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw Commands.interrupted(e);
        }
    }

    private synchronized void revive(Process ended) {
        if (stopping || keeper != ended) {
            return;
        }
        LOG.error("PostgreSQL ended unexpectedly and is started again; it said: {}", log.lastWords());
        reviveAgain();
    }

    private synchronized void reviveAgain() {
        if (stopping) {
            return;
        }
        try {
            launch();
            failedRestarts = 0;
            LOG.info("PostgreSQL runs again on 127.0.0.1:{}", port);
        } catch (IOException | RuntimeException e) {
            long pause = Math.min(LONGEST_PAUSE.toSeconds(), 1L << Math.min(failedRestarts++, 10));
            LOG.error("PostgreSQL could not be started again, next attempt in {} s: {}", pause, e.toString());
            var unused = caretaker.schedule(this::reviveAgain, pause, TimeUnit.SECONDS);
        }
    }

    /** Ends the server: fast with a checkpoint, without one if that takes too long. Does nothing the second time. */
    @Override
    public void close() {
        stopping = true;
        synchronized (this) {
            caretaker.shutdownNow();
            Process running = keeper;
            if (running != null) {
                keeper = null;
                long begun = System.nanoTime();
                stop(running);
                LOG.info("PostgreSQL stopped in {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
            }
        }
    }

    private void stop(Process running) {
        try {
            running.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("The pipe to the server was closed already", e);
        }
        boolean ended = ended(running, settings.stopTimeout());
        // Also looks for a server whose keeper was killed.
        processes.stop(ended ? settings.stopTimeout() : Duration.ZERO);
        if (!ended(running, HARD_STOP)) {
            running.destroyForcibly();
        }
    }

    /** The server cannot have its port. */
    private static final class PortTakenException extends HubException {

        PortTakenException(int port) {
            super(
                    ErrorCode.CONFIGURATION,
                    "port " + port + " on 127.0.0.1 is taken by another program; free it, or set wasl.postgres.port to "
                            + "another port, or to 0 for any");
        }
    }
}
