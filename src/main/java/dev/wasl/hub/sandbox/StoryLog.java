package dev.wasl.hub.sandbox;

import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happened in the story so far, one line an event, so that a restarted sandbox agrees with what the hub has
 * already heard. Without a directory, or with one that cannot be written, the story starts anew each time.
 */
final class StoryLog {

    /**
     * One event.
     *
     * @param kind {@code D} for a delivery, {@code P} for a payment
     * @param number of the delivery or the payment; the next free number makes a new one
     * @param at epoch milliseconds
     */
    record Event(char kind, int number, long at) {}

    private static final Logger LOG = LoggerFactory.getLogger(StoryLog.class);

    private final long anchor;
    private final @Nullable Path file;
    private @Nullable Writer writer;

    private StoryLog(long anchor, @Nullable Path file, @Nullable Writer writer) {
        this.anchor = anchor;
        this.file = file;
        this.writer = writer;
    }

    /**
     * Opens the log of a population, or begins it.
     *
     * @param now epoch milliseconds; the anchor of a story that begins
     */
    static StoryLog open(@Nullable Path directory, long seed, int deliveries, long now) {
        if (directory == null) {
            return new StoryLog(now, null, null);
        }
        Path file = directory.resolve(String.format(Locale.ROOT, "story-%d-%d.log", seed, deliveries));
        try {
            Files.createDirectories(directory);
            long anchor = now;
            if (Files.exists(file) && Files.size(file) > 0) {
                try (BufferedReader reader = Files.newBufferedReader(file)) {
                    anchor = Long.parseLong(String.valueOf(reader.readLine()).trim());
                }
            } else {
                Files.writeString(file, anchor + "\n");
            }
            // A channel would be closed for good by an interrupt at shutdown.
            Writer writer = new OutputStreamWriter(new FileOutputStream(file.toFile(), true), StandardCharsets.UTF_8);
            // Ends a line that a crash cut off, so that it does not swallow the next one.
            writer.write('\n');
            return new StoryLog(anchor, file, writer);
        } catch (IOException | NumberFormatException e) {
            LOG.warn("The sandbox cannot keep its story in {}; it starts anew.", file, e);
            return new StoryLog(now, null, null);
        }
    }

    long anchor() {
        return anchor;
    }

    /** Reads every event so far, in order; a line that was cut off by a crash is skipped. */
    void replay(Consumer<Event> consumer) {
        if (file == null) {
            return;
        }
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            reader.readLine();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] parts = line.split(" ", -1);
                if (parts.length == 3 && parts[0].length() == 1 && parts[2].length() == 13) {
                    consumer.accept(
                            new Event(parts[0].charAt(0), Integer.parseInt(parts[1]), Long.parseLong(parts[2])));
                }
            }
        } catch (IOException | NumberFormatException e) {
            LOG.warn("The sandbox's story in {} is only readable in part.", file, e);
        }
    }

    synchronized void append(Event event) {
        if (writer == null) {
            return;
        }
        try {
            writer.write(event.kind() + " " + event.number() + ' ' + event.at() + '\n');
            writer.flush();
        } catch (IOException e) {
            LOG.warn("The sandbox no longer keeps its story in {}.", file, e);
            close();
        }
    }

    synchronized void close() {
        if (writer != null) {
            try {
                writer.close();
            } catch (IOException e) {
                LOG.debug("Closing the sandbox's story failed.", e);
            }
            writer = null;
        }
    }
}
