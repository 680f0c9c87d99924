package dev.wasl.hub.ops;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The folder with everything the hub keeps on this machine, held by one hub at a time. */
public final class DataDirectory implements AutoCloseable {

    /**
     * What this JVM holds. The kernel drops a process's lock on a file as soon as the process closes any descriptor of
     * that file, so a second attempt in the same JVM must not even open it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final String LOCK_FILE = "hub.lock";
    private static final Pattern PROCESS_ID = Pattern.compile("\\d{1,10}");

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates the folder if needed, readable by its owner only, and locks it. The lock ends with the process, however
     * that ends.
     *
     * @throws HubException {@code DATA_DIRECTORY} when another hub holds it, or it cannot be written
     */
    public static DataDirectory open(Path directory) {
        Path path;
        try {
            if (!Files.isDirectory(directory)) {
                if (directory.toAbsolutePath().getParent() != null) {
                    Files.createDirectories(directory.toAbsolutePath().getParent());
                }
                Files.createDirectory(directory, ownerOnly("rwx------"));
            }
            path = directory.toRealPath();
        } catch (IOException e) {
            throw unusable(directory, e);
        }
        if (!HELD.add(path)) {
            throw held(path, "of this same process");
        }
        try {
            return new DataDirectory(path, lock(path));
        } catch (IOException e) {
            HELD.remove(path);
            throw unusable(path, e);
        } catch (RuntimeException e) {
            HELD.remove(path);
            throw e;
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        Path file = path.resolve(LOCK_FILE);
        FileChannel channel = FileChannel.open(
                file,
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                ownerOnly("rw-------"));
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw held(path, holder(channel));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The lock file names its holder: a help for people, nothing relies on it. */
    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(32);
        channel.read(content, 0);
        String text = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).strip();
        return PROCESS_ID.matcher(text).matches() ? "(process " + text + ")" : "";
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static HubException held(Path path, String holder) {
        return new HubException(
                ErrorCode.DATA_DIRECTORY,
                ("another hub " + holder).strip() + " already uses the data directory " + path
                        + "; stop it, or give this one a directory of its own in wasl.data-dir");
    }

    private static HubException unusable(Path path, IOException cause) {
        return new HubException(
                ErrorCode.DATA_DIRECTORY,
                "the data directory " + path.toAbsolutePath().normalize() + " cannot be used by user "
                        + System.getProperty("user.name") + " (" + cause
                        + "); make it writable for that user or set wasl.data-dir",
                cause);
    }

    /** The folder, absolute and without symbolic links. */
    public Path path() {
        return path;
    }

    /** A file or folder in it. */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Lets the next hub have it. */
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw unusable(path, e);
        } finally {
            HELD.remove(path);
        }
    }
}
