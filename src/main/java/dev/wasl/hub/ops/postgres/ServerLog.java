package dev.wasl.hub.ops.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the server writes: first words into one file, the rest into a few of bounded size. */
final class ServerLog {

    /** The server begins a new file at this size. */
    static final String FILE_SIZE = "10MB";

    private static final Logger LOG = LoggerFactory.getLogger(ServerLog.class);
    private static final int KEPT_FILES = 5;
    private static final int LAST_LINES = 5;

    private final Path firstWords;
    private final Path folder;

    /**
     * @param firstWords standard output and error of the server
     * @param folder where the server's log collector writes
     */
    ServerLog(Path firstWords, Path folder) {
        this.firstWords = firstWords;
        this.folder = folder;
    }

    Path firstWords() {
        return firstWords;
    }

    /** Bytes written so far; a number that changes is a sign of life. */
    long size() {
        return files().stream().mapToLong(ServerLog::size).sum() + size(firstWords);
    }

    /** The last few lines, for an error message. */
    String lastWords() {
        List<String> lines = new ArrayList<>(lines(firstWords));
        List<Path> files = files();
        if (!files.isEmpty()) {
            lines.addAll(lines(files.get(files.size() - 1)));
        }
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    /** Deletes all but the newest files. */
    void prune() {
        List<Path> files = files();
        for (Path file : files.subList(0, Math.max(0, files.size() - KEPT_FILES))) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("Old PostgreSQL log {} could not be deleted: {}", file, e.toString());
            }
        }
    }

    /** The collector's files, oldest first: their names begin with the time. */
    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".log"))
                    .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("The PostgreSQL logs in {} cannot be listed: {}", folder, e.toString());
            return List.of();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0; // rotated away or not there yet
        }
    }

    private static List<String> lines(Path file) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.filter(line -> !line.isBlank()).toList();
            return all.subList(Math.max(0, all.size() - LAST_LINES), all.size());
        } catch (IOException e) {
            return List.of();
        }
    }
}
