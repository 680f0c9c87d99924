package dev.wasl.hub.ops.postgres;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL programs that travel in the jar, unpacked once into {@code <data>/pgbin/<digest>}. Not into the
 * temporary directory, whose cleaners take running programs apart.
 *
 * @param home the folder with {@code bin}, {@code lib} and {@code share}
 */
record Binaries(Path home) {

    private static final Logger LOG = LoggerFactory.getLogger(Binaries.class);
    private static final String DURABLE = "durable";
    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r--r--");

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    /**
     * Unpacks the programs unless that has been done; the folder appears complete or not at all. No server may be
     * running from there.
     */
    static Binaries unpack(Path folder) throws IOException {
        String resource = resource();
        Path home = folder.resolve(digest(resource));
        if (!Files.exists(home.resolve(DURABLE))) {
            Folders.delete(home);
            Path unfinished = folder.resolve("unfinished-" + UUID.randomUUID());
            Files.createDirectories(unfinished);
            extract(resource, unfinished);
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
            LOG.info("Unpacked PostgreSQL into {}", home);
        }
        return new Binaries(home);
    }

    /** Removes what other versions and interrupted attempts left behind. Nothing may run from there any more. */
    void removeOthers() {
        try (Stream<Path> siblings = Files.list(home.getParent())) {
            for (Path sibling : siblings.filter(path -> !path.equals(home)).toList()) {
                Folders.delete(sibling);
            }
        } catch (IOException e) {
            LOG.warn("Old PostgreSQL programs could not be removed from {}: {}", home.getParent(), e.toString());
        }
    }

    private static String resource() {
        String architecture = System.getProperty("os.arch");
        String name =
                switch (architecture) {
                    case "amd64", "x86_64" -> "/postgres-linux-x86_64.txz";
                    case "aarch64", "arm64" -> "/postgres-linux-arm_64.txz";
                    default -> "";
                };
        if (name.isEmpty() || Binaries.class.getResource(name) == null) {
            throw new HubException(
                    ErrorCode.CONFIGURATION,
                    "no embedded PostgreSQL is included for processors of type " + architecture
                            + "; install PostgreSQL and set wasl.database=external with spring.datasource.url");
        }
        return name;
    }

    private static InputStream open(String resource) throws IOException {
        InputStream stream = Binaries.class.getResourceAsStream(resource);
        if (stream == null) {
            throw new IOException("missing class path resource " + resource);
        }
        return stream;
    }

    private static String digest(String resource) throws IOException {
        try (DigestInputStream stream = new DigestInputStream(open(resource), MessageDigest.getInstance("SHA-256"))) {
            stream.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(stream.getMessageDigest().digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void extract(String resource, Path target) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(open(resource)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("archive entry outside its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(path.getParent());
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(tar, path);
                    Files.setPosixFilePermissions(path, (entry.getMode() & 0100) != 0 ? PROGRAM : FILE);
                }
            }
        }
        letEverybodyRead(target);
    }

    /** Whatever the umask says, every user may reach the programs. */
    private static void letEverybodyRead(Path target) throws IOException {
        try (Stream<Path> walk = Files.walk(target)) {
            for (Path folder : walk.filter(Files::isDirectory).toList()) {
                Files.setPosixFilePermissions(folder, PROGRAM);
            }
        }
    }

    /**
     * Makes the programs survive a power cut, which could leave empty files otherwise. Takes seconds on a busy disk, so
     * it is done after the start; until it has been done, the next start unpacks again.
     */
    void makeDurable() {
        Path marker = home.resolve(DURABLE);
        if (Files.exists(marker)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(home)) {
            for (Path file : walk.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
            Files.createFile(marker);
        } catch (IOException e) {
            LOG.debug("The PostgreSQL programs are not known to be on disk and will be unpacked again", e);
        }
    }
}
