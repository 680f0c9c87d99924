package dev.wasl.hub.ops.postgres;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running PostgreSQL processes of one cluster, told from everybody else's by their command line and working
 * directory. A process id in a file proves nothing: ids repeat, in containers from the first start on.
 */
final class ServerProcesses {

    private static final Logger LOG = LoggerFactory.getLogger(ServerProcesses.class);
    private static final Duration STEP = Duration.ofMillis(100);
    private static final Duration LAST_CHANCE = Duration.ofSeconds(10);

    private final Path cluster;

    ServerProcesses(Path cluster) {
        this.cluster = cluster;
    }

    /** A process of the cluster; the postmaster is the one that has not renamed itself. */
    record ServerProcess(ProcessHandle handle, boolean postmaster) {}

    List<ServerProcess> running() {
        return ProcessHandle.allProcesses()
                .flatMap(handle -> recognise(handle).stream())
                .toList();
    }

    private Optional<ServerProcess> recognise(ProcessHandle handle) {
        Path entry = Path.of("/proc", Long.toString(handle.pid()));
        List<String> arguments;
        try {
            arguments = List.of(Files.readString(entry.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException e) {
            return Optional.empty(); // ended meanwhile, or hidden from us and so not ours
        }
        String program = arguments.get(0);
        boolean child = program.startsWith("postgres: ");
        if (!child && !program.equals("postgres") && !program.endsWith("/postgres")) {
            return Optional.empty();
        }
        int option = arguments.indexOf("-D");
        boolean named = option > 0
                && option + 1 < arguments.size()
                && arguments.get(option + 1).equals(clusterAsArgument());
        return named || worksInCluster(entry) ? Optional.of(new ServerProcess(handle, !child)) : Optional.empty();
    }

    private String clusterAsArgument() {
        return new String(cluster.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private boolean worksInCluster(Path entry) {
        try {
            return Files.readSymbolicLink(entry.resolve("cwd")).equals(cluster);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Ends every process of the cluster: first with a fast shutdown that completes a checkpoint, then without one, then
     * by force. Returns when none is left.
     *
     * @param patience how long the fast shutdown may take
     * @throws HubException {@code DATABASE_UNAVAILABLE} when some survive, as those of another user would
     */
    void stop(Duration patience) {
        if (!end("INT", patience) && !end("QUIT", LAST_CHANCE) && !end("KILL", LAST_CHANCE)) {
            throw new HubException(
                    ErrorCode.DATABASE_UNAVAILABLE,
                    "a PostgreSQL that another hub started still runs on " + cluster
                            + " and cannot be stopped (processes "
                            + running().stream()
                                    .map(process ->
                                            String.valueOf(process.handle().pid()))
                                    .toList()
                            + "); stop it by hand");
        }
    }

    private boolean end(String signal, Duration patience) {
        long begun = System.nanoTime();
        long signalled = 0;
        for (List<ServerProcess> left = running(); !left.isEmpty(); left = running()) {
            if (System.nanoTime() - begun > patience.toNanos()) {
                LOG.warn("PostgreSQL on {} is still running {} s after SIG{}", cluster, patience.toSeconds(), signal);
                return false;
            }
            // Again every second: a server that has only just been started does not listen to signals yet.
            if (signalled == 0 || System.nanoTime() - signalled > TimeUnit.SECONDS.toNanos(1)) {
                signal(signal, left);
                signalled = System.nanoTime();
            }
            await(left.get(0).handle());
        }
        return true;
    }

    private static void signal(String signal, List<ServerProcess> processes) {
        boolean postmaster = processes.stream().anyMatch(ServerProcess::postmaster);
        for (ServerProcess process : processes) {
            // The postmaster ends its own; without one, SIGINT would only cancel what a session is doing.
            if (process.postmaster() || "KILL".equals(signal)) {
                send(signal, process.handle().pid());
            } else if (!postmaster) {
                send("INT".equals(signal) ? "TERM" : signal, process.handle().pid());
            }
        }
    }

    /** Java itself can only send SIGTERM, which makes PostgreSQL wait for its clients, and SIGKILL. */
    private static void send(String signal, long pid) {
        Commands.run(Path.of("/"), List.of("sh", "-c", "kill -s \"$1\" \"$2\"", "sh", signal, Long.toString(pid)));
    }

    private static void await(ProcessHandle handle) {
        try {
            handle.onExit().get(STEP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // the caller looks again
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw Commands.interrupted(e);
        }
    }
}
