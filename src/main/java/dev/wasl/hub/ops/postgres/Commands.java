package dev.wasl.hub.ops.postgres;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Runs the programs of the operating system and of PostgreSQL that end by themselves. */
final class Commands {

    /** The hub's own environment holds secrets, and PG* variables would change what the programs do. */
    private static final Set<String> KEPT_ENVIRONMENT = Set.of("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH");

    private Commands() {}

    /**
     * What a program said.
     *
     * @param code exit code; 127 when it could not be started at all
     * @param output standard output and error as they came
     */
    record Result(int code, String output) {

        boolean ok() {
            return code == 0;
        }
    }

    static Result run(Path directory, List<String> command) {
        try {
            Process process =
                    builder(directory, command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output;
            try (InputStream stream = process.getInputStream()) {
                output = new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            return new Result(127, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static ProcessBuilder builder(Path directory, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().retainAll(KEPT_ENVIRONMENT);
        return builder;
    }

    static HubException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new HubException(
                ErrorCode.DATABASE_UNAVAILABLE, "interrupted while starting or stopping PostgreSQL", cause);
    }
}
