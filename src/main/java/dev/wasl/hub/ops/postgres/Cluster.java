package dev.wasl.hub.ops.postgres;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one PostgreSQL server, made on first use: the cluster itself, the password, the programs.
 *
 * @param home the hub's folder for all of this
 * @param folder PostgreSQL's data directory in it
 * @param binaries the programs
 * @param version of the programs, for the log
 * @param user as whom they run
 * @param password of the server's owner
 */
record Cluster(Path home, Path folder, Binaries binaries, String version, ServerUser user, String password) {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)\\S*)");
    private static final String UNFINISHED = "unfinished-";
    private static final int PASSWORD_BYTES = 32;
    private static final int STATUS_LINE = 7;

    @Override
    public String toString() {
        return "Cluster[" + folder + "]"; // without the password
    }

    /**
     * Makes the files ready for a server to run on them. No server may be running on them yet.
     *
     * @throws HubException {@code DATA_DIRECTORY} or {@code CONFIGURATION}, saying what to do
     */
    static Cluster prepare(Path data, Path home, Path folder, Binaries binaries) throws IOException {
        removeUnfinished(home);
        boolean exists = Files.exists(folder);
        ServerUser user = ServerUser.choose(data, home, folder, binaries);
        Matcher version = version(home, binaries, user);
        String password = password(home.resolve("password"), folder, exists);
        Cluster cluster = new Cluster(home, folder, binaries, version.group(1), user, password);
        if (exists) {
            cluster.requireVersion(version.group(2));
            if (Folders.owner(folder) != user.uid()) {
                Folders.give(folder, user.uid(), user.gid());
            }
        } else {
            cluster.create();
        }
        return cluster;
    }

    private static void removeUnfinished(Path home) throws IOException {
        try (Stream<Path> children = Files.list(home)) {
            for (Path child : children.filter(
                            path -> path.getFileName().toString().startsWith(UNFINISHED))
                    .toList()) {
                try {
                    Folders.delete(child);
                } catch (IOException e) {
                    // initdb of a hub that was killed a moment ago may still be writing there; the next start succeeds
                    LOG.warn("{} could not be removed: {}", child, e.toString());
                }
            }
        }
    }

    private static Matcher version(Path home, Binaries binaries, ServerUser user) {
        Commands.Result result = Commands.run(
                home, user.command(List.of(binaries.program("postgres").toString(), "--version")));
        Matcher version = VERSION.matcher(result.output());
        if (!result.ok() || !version.find()) {
            throw new HubException(
                    ErrorCode.CONFIGURATION,
                    "the PostgreSQL programs in " + binaries.home() + " do not run here: " + result.output());
        }
        return version;
    }

    private static String password(Path file, Path folder, boolean clusterExists) throws IOException {
        String kept = Files.exists(file)
                ? Files.readString(file, StandardCharsets.UTF_8).strip()
                : "";
        if (!kept.isEmpty()) {
            return kept;
        }
        if (clusterExists) {
            throw new HubException(
                    ErrorCode.DATA_DIRECTORY,
                    "the password of the database in " + folder + " is missing; restore the file " + file
                            + " from the backup of the data directory");
        }
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Folders.writePrivate(file, password);
        return password;
    }

    private void requireVersion(String major) throws IOException {
        Path file = folder.resolve("PG_VERSION");
        if (!Files.exists(file)) {
            throw new HubException(
                    ErrorCode.DATA_DIRECTORY,
                    folder
                            + " holds no PostgreSQL database; move it away, or restore the data directory from a backup");
        }
        String found = Files.readString(file).strip();
        if (!found.equals(major)) {
            throw new HubException(
                    ErrorCode.DATA_DIRECTORY,
                    "the database in " + folder + " was made by PostgreSQL " + found + ", this hub brings PostgreSQL "
                            + major + "; upgrade it with pg_upgrade or run the hub release that made it");
        }
    }

    /** Creates the cluster aside and moves it into place, so that an interrupted attempt leaves none. */
    private void create() throws IOException {
        LOG.info("Creating the database in {}", folder);
        Path aside = home.resolve(UNFINISHED + UUID.randomUUID());
        Folders.createPrivate(aside);
        Path passwordCopy = aside.resolve("password"); // readable for the server's user, who is not always ours
        Folders.writePrivate(passwordCopy, password);
        if (Folders.owner(aside) != user.uid()) {
            Folders.give(aside, user.uid(), user.gid());
        }
        Path made = aside.resolve("data");
        Commands.Result result = Commands.run(
                home,
                user.command(List.of(
                        binaries.program("initdb").toString(),
                        "--pgdata=" + made,
                        "--username=" + EmbeddedPostgres.USER,
                        "--pwfile=" + passwordCopy,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        // by code point, without a call of the C library for every comparison
                        "--locale=C.UTF-8",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--data-checksums",
                        "--no-instructions")));
        if (!result.ok()) {
            throw new HubException(
                    ErrorCode.DATA_DIRECTORY, "the database in " + folder + " cannot be created: " + result.output());
        }
        Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
        Folders.sync(home);
        Folders.delete(aside);
    }

    /**
     * Removes the process id file of a server that is gone. PostgreSQL does so itself unless the number in it belongs to
     * some other process by now. The caller has made sure that no process of this cluster is left.
     */
    void removeStaleProcessId() throws IOException {
        if (Files.deleteIfExists(folder.resolve("postmaster.pid"))) {
            LOG.info("Removed the process id file of a server that did not stop properly; PostgreSQL will recover");
        }
    }

    /** Whether the running server says that it accepts connections. */
    boolean saysReady() {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
            return lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
        } catch (IOException e) {
            return false; // not written yet
        }
    }
}
