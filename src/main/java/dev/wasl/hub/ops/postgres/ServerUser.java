package dev.wasl.hub.ops.postgres;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As whom the server runs. PostgreSQL refuses to run as root, and wants to find its user in the system's user list.
 *
 * @param prefix the beginning of every command line, empty when the hub's own user will do
 * @param uid the owner of the server's files
 * @param gid the group of the server's files
 * @param description for the log
 */
record ServerUser(List<String> prefix, int uid, int gid, String description) {

    private static final Logger LOG = LoggerFactory.getLogger(ServerUser.class);
    private static final int ROOT = 0;
    /** Whom root hands the server to, the first that exists. */
    private static final List<String> CANDIDATES = List.of("wasl", "nobody");

    private static final List<String> NAMESPACE = List.of("unshare", "-U");
    private static final String INSTEAD =
            "; run the hub as an ordinary user, or install PostgreSQL and set wasl.database=external";

    /** A line of the system's user list. */
    private record Account(String name, int uid, int gid) {}

    /**
     * Finds a way that works here: each is tried by running the server program with it from the folder it will live in.
     *
     * @param folder the existing parent of the cluster, owned by the hub's user
     * @param cluster the data directory of PostgreSQL, which may not exist yet
     * @throws HubException {@code DATA_DIRECTORY} or {@code CONFIGURATION}, saying what to do
     */
    static ServerUser choose(Path data, Path folder, Path cluster, Binaries binaries) throws IOException {
        int uid = own("Uid:");
        int gid = own("Gid:");
        boolean exists = Files.exists(cluster);
        if (uid == ROOT) {
            Optional<Account> owner = exists && Folders.owner(cluster) != ROOT
                    ? Optional.of(account(Folders.owner(cluster), Folders.group(cluster)))
                    : Optional.empty();
            return forRoot(data, folder, owner, binaries);
        }
        if (exists && Folders.owner(cluster) != uid) {
            throw new HubException(
                    ErrorCode.DATA_DIRECTORY,
                    "the database in " + cluster + " belongs to user " + Files.getOwner(cluster)
                            + ", but the hub runs as " + System.getProperty("user.name")
                            + "; run it as that user or hand the files over with chown -R");
        }
        return forOrdinaryUser(uid, gid, folder, binaries);
    }

    /** The effective number of this process's user or group. */
    private static int own(String line) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1).stream()
                .filter(text -> text.startsWith(line))
                .map(text -> Integer.parseUnsignedInt(text.split("\\s+", -1)[2]))
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/self/status has no line " + line));
    }

    private static ServerUser forOrdinaryUser(int uid, int gid, Path folder, Binaries binaries) {
        ServerUser itself = new ServerUser(List.of(), uid, gid, "the hub's own user");
        ServerUser namespace = new ServerUser(NAMESPACE, uid, gid, "the hub's own user in a namespace");
        Commands.Result attempt = itself.attempt(folder, binaries);
        if (!attempt.ok()) {
            throw notRunnable(binaries, attempt);
        }
        // initdb looks its user up by number; containers that run with an arbitrary one have no entry for it.
        Commands.Result named = Commands.run(folder, List.of("id", "-un"));
        if (named.ok() || named.code() == 127) {
            return itself;
        }
        if (namespace.attempt(folder, binaries).ok()) {
            return namespace;
        }
        throw new HubException(
                ErrorCode.CONFIGURATION,
                "PostgreSQL cannot run as user number " + uid
                        + ", which has no entry in the system's user list; add one" + INSTEAD);
    }

    private static ServerUser forRoot(Path data, Path folder, Optional<Account> owner, Binaries binaries)
            throws IOException {
        ServerUser namespace = new ServerUser(NAMESPACE, ROOT, ROOT, "root in a namespace of its own");
        if (owner.isEmpty() && namespace.attempt(folder, binaries).ok()) {
            return namespace;
        }
        List<Account> accounts = owner.isPresent() ? List.of(owner.get()) : candidates(data);
        if (!accounts.isEmpty()) {
            Folders.letPass(data);
            Folders.letPass(folder);
        }
        for (ServerUser user :
                accounts.stream().flatMap(account -> switches(account).stream()).toList()) {
            Commands.Result attempt = user.attempt(folder, binaries);
            if (attempt.ok()) {
                return user;
            }
            LOG.debug("PostgreSQL does not run as {}: {}", user.description(), attempt.output());
        }
        if (owner.isPresent() && namespace.attempt(folder, binaries).ok()) {
            return namespace;
        }
        throw new HubException(
                ErrorCode.CONFIGURATION,
                "PostgreSQL refuses to run as root, and here it can neither run in a user namespace (unshare -U) nor as "
                        + "another user (setpriv, runuser) that reaches " + folder + INSTEAD);
    }

    private static List<ServerUser> switches(Account account) {
        List<ServerUser> users = new ArrayList<>();
        users.add(new ServerUser(
                List.of("setpriv", "--reuid=" + account.uid, "--regid=" + account.gid, "--clear-groups", "--"),
                account.uid,
                account.gid,
                account.name + " by setpriv"));
        users.add(new ServerUser(
                List.of("runuser", "-u", account.name, "--"), account.uid, account.gid, account.name + " by runuser"));
        return users;
    }

    private Commands.Result attempt(Path folder, Binaries binaries) {
        return Commands.run(
                folder,
                command(List.of(
                        "sh",
                        "-c",
                        "cd \"$1\" && exec \"$2\" --version",
                        "sh",
                        folder.toString(),
                        binaries.program("postgres").toString())));
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    private static HubException notRunnable(Binaries binaries, Commands.Result attempt) {
        return new HubException(
                ErrorCode.CONFIGURATION,
                "the PostgreSQL programs in " + binaries.home() + " do not run on this system (" + attempt.output()
                        + "): they need glibc and a folder that allows programs; set wasl.data-dir elsewhere, or install "
                        + "PostgreSQL and set wasl.database=external");
    }

    private static Account account(int uid, int gid) {
        return accounts().stream()
                .filter(account -> account.uid == uid)
                .findFirst()
                .orElseGet(() -> new Account(String.valueOf(uid), uid, gid));
    }

    /** Accounts for this purpose, then whoever owns a folder on the way: in a closed home only they get through. */
    private static List<Account> candidates(Path data) throws IOException {
        List<Account> accounts = accounts();
        List<Account> candidates = new ArrayList<>(CANDIDATES.stream()
                .flatMap(name -> accounts.stream().filter(account -> account.name.equals(name)))
                .toList());
        for (Path path = data; path != null; path = path.getParent()) {
            int uid = Folders.owner(path);
            accounts.stream()
                    .filter(account -> account.uid == uid && uid != ROOT && !candidates.contains(account))
                    .forEach(candidates::add);
        }
        return candidates;
    }

    private static List<Account> accounts() {
        List<Account> accounts = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
                String[] fields = line.split(":", -1);
                if (fields.length >= 4 && fields[2].matches("\\d{1,9}") && fields[3].matches("\\d{1,9}")) {
                    accounts.add(new Account(fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[3])));
                }
            }
        } catch (IOException e) {
            LOG.debug("No readable user list", e);
        }
        return accounts;
    }
}
