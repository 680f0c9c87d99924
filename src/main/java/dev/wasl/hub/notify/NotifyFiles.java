package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The files under {@code mappings/}: those of the live folder first, else those that travel inside the jar. */
@Component
class NotifyFiles {

    private static final long PACKAGED = -1;

    private final Path directory;

    NotifyFiles(@Value("${wasl.mappings.directory:./mappings}") Path directory) {
        this.directory = directory;
    }

    /** A file with the stamp of this version of it; empty when there is none. */
    Optional<Text> read(String name) {
        Path live = directory.resolve(name);
        try {
            if (Files.isRegularFile(live)) {
                long stamp = Files.getLastModifiedTime(live).toMillis();
                return Optional.of(new Text(stamp, Files.readString(live)));
            }
            try (InputStream packaged = NotifyFiles.class.getResourceAsStream("/mappings/" + name)) {
                return packaged == null
                        ? Optional.empty()
                        : Optional.of(new Text(PACKAGED, new String(packaged.readAllBytes(), StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            throw new HubException(ErrorCode.TEMPLATE_BROKEN, name + " cannot be read", e);
        }
    }

    /** The file, unless it is still the version of that stamp. */
    Optional<Text> readIfChanged(String name, long stamp) {
        return stamp(name) == stamp ? Optional.empty() : read(name);
    }

    private long stamp(String name) {
        Path live = directory.resolve(name);
        try {
            return Files.isRegularFile(live) ? Files.getLastModifiedTime(live).toMillis() : PACKAGED;
        } catch (IOException e) {
            return PACKAGED;
        }
    }

    /**
     * A file's content.
     *
     * @param stamp tells this version of the file from another
     */
    record Text(long stamp, String content) {}
}
