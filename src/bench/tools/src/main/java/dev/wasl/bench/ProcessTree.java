package dev.wasl.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Processor time of processes with all their children, from {@code /proc}. */
final class ProcessTree {

    private static final long MICROS_PER_TICK = 10_000; // USER_HZ is 100 on every Linux that has /proc

    private final List<Long> roots;

    ProcessTree(List<Long> roots) {
        this.roots = roots;
    }

    /** User and system time so far, children that ended included. */
    long cpuMicros() throws IOException {
        long ticks = 0;
        for (long pid : everybody()) {
            ticks += ticks(pid);
        }
        return ticks * MICROS_PER_TICK;
    }

    /** Proportional share of the memory in use: pages that several processes share count once. */
    long memoryMegabytes() throws IOException {
        long kilobytes = 0;
        for (long pid : everybody()) {
            try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
                kilobytes += lines.filter(line -> line.startsWith("Pss:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum();
            } catch (NoSuchFileException e) {
                // ended meanwhile
            }
        }
        return kilobytes / 1024;
    }

    static long ownCpuMicros() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1000;
    }

    private Set<Long> everybody() {
        Set<Long> pids = new LinkedHashSet<>();
        for (long root : roots) {
            ProcessHandle.of(root).ifPresent(handle -> {
                pids.add(root);
                handle.descendants().forEach(child -> pids.add(child.pid()));
            });
        }
        return pids;
    }

    private static long ticks(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // Fields count from the state, which follows the name in brackets: utime is the 12th, then stime, cutime, cstime.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]) + Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
