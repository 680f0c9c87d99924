package dev.wasl.bench;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Loads one or two services with signed, unique Stripe events in alternating rounds and counts what came of it.
 * Arguments: a properties file that describes the targets, and where to write the results.
 */
public final class Intake {

    private static final Map<String, Target> TARGETS = new java.util.LinkedHashMap<>();

    private Intake() {}

    public static void main(String[] args) throws Exception {
        Properties settings = new Properties();
        try (var reader = Files.newBufferedReader(Path.of(args[0]))) {
            settings.load(reader);
        }
        int connections = Integer.parseInt(settings.getProperty("connections", "128"));
        int rounds = Integer.parseInt(settings.getProperty("rounds", "5"));
        int perRound = Integer.parseInt(settings.getProperty("requests", "20000"));
        int warmUp = Integer.parseInt(settings.getProperty("warm-up", "40000"));
        for (String name : settings.getProperty("targets").split(",")) {
            TARGETS.put(name, Target.of(name, settings));
        }
        String run = Long.toString(System.currentTimeMillis(), 36);
        List<Round> results = new ArrayList<>();
        try (PrintStream out = new PrintStream(Files.newOutputStream(Path.of(args[1])), true)) {
            print(out, "%d connections, %d requests a round, %d to warm up, %s, %d processors%n", connections, perRound, warmUp,
                    System.getProperty("java.vm.version"), Runtime.getRuntime().availableProcessors());
            for (Target target : TARGETS.values()) {
                print(out, "%-8s %s; fsync %s, synchronous_commit %s, shared_buffers %s, wal_level %s%n", target.name(),
                        target.text("SELECT substring(version() FROM 1 FOR 16)"), target.text("SHOW fsync"),
                        target.text("SHOW synchronous_commit"), target.text("SHOW shared_buffers"), target.text("SHOW wal_level"));
            }
            // Short rounds in turn until both are warm, with the load program itself.
            int piece = Math.max(1, perRound / 2);
            for (int sent = 0, i = 0; sent < warmUp; sent += piece, i++) {
                for (Target target : TARGETS.values()) {
                    round(target, events(target, run + "w" + i + "x", piece), connections);
                }
            }
            print(out, "%n%-8s %5s %8s %8s %8s %8s %8s %10s %10s %10s %9s%n", "target", "round", "2xx", "landed", "req/s", "p50 ms", "p99 ms",
                    "cpu us/req", "+drain us", "load us", "drain s");
            for (int i = 0; i < rounds; i++) {
                for (Target target : TARGETS.values()) {
                    Round round = round(target, events(target, run + "r" + i + "x", perRound), connections);
                    results.add(round);
                    print(out, "%-8s %5d %8d %8d %8.0f %8.1f %8.1f %10.0f %10.0f %10.0f %9.1f%n", target.name(), i + 1, round.good, round.landed,
                            round.rate, round.p50, round.p99, round.cpu, round.cpuDrained, round.loadCpu, round.drainSeconds);
                }
            }
            print(out, "%nmedians%n");
            for (Target target : TARGETS.values()) {
                print(out, "%-8s %6.0f req/s, p50 %.1f ms, p99 %.1f ms, cpu %.0f us/req while loaded, %.0f us/req until drained; %d of %d landed; memory %d MB%n",
                        target.name(), median(results, target, r -> r.rate), median(results, target, r -> r.p50),
                        median(results, target, r -> r.p99), median(results, target, r -> r.cpu),
                        median(results, target, r -> r.cpuDrained), sum(results, target, r -> r.landed), sum(results, target, r -> r.good),
                        target.processes().memoryMegabytes());
            }
            if (settings.getProperty("visible") != null) {
                Target target = TARGETS.values().iterator().next();
                double rate = Double.parseDouble(settings.getProperty("latency-rate", "0"));
                if (rate == 0) {
                    rate = median(results, target, r -> r.rate) / 10;
                }
                int seconds = Integer.parseInt(settings.getProperty("latency-seconds", "30"));
                latency(out, target, settings.getProperty("visible"), run + "l", rate, seconds);
            }
        }
    }

    private static StripeEvents.Signed[] events(Target target, String run, int count) throws Exception {
        return new StripeEvents(run, target.secret()).next(count, "127.0.0.1:" + target.port(), target.path());
    }

    private static Round round(Target target, StripeEvents.Signed[] events, int connections) throws Exception {
        long rowsBefore = target.landed();
        ProcessTree processes = target.processes();
        try (HttpLoad load = new HttpLoad(target.port(), connections)) {
            long cpuBefore = processes.cpuMicros();
            HttpLoad.Result result = load.send(events, 0, (index, status, nanos) -> {});
            long cpu = processes.cpuMicros() - cpuBefore;
            long drainStart = System.nanoTime();
            long landed = await(target, rowsBefore, result.good());
            double drained = (System.nanoTime() - drainStart) / 1e9;
            long cpuDrained = processes.cpuMicros() - cpuBefore;
            return new Round(target, result.good(), landed, result.perSecond(), result.percentileMillis(0.5), result.percentileMillis(0.99),
                    (double) cpu / result.good(), (double) cpuDrained / result.good(), (double) result.cpuMicros() / result.good(), drained);
        }
    }

    /** Waits until as many rows landed as were answered with 2xx, at most two minutes; returns what landed. */
    private static long await(Target target, long before, long expected) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        long landed = target.landed() - before;
        while (landed < expected && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            landed = target.landed() - before;
        }
        return landed;
    }

    /**
     * The time from a 2xx to the row that others can read. One event in ten is looked for by its key every few milliseconds,
     * so what is measured is when the row became visible, not what a timestamp inside the transaction says.
     */
    private static void latency(PrintStream out, Target target, String visible, String run, double rate, int seconds) throws Exception {
        StripeEvents.Signed[] events = events(target, run, (int) (rate * seconds));
        Map<String, Long> waiting = new ConcurrentHashMap<>();
        List<Long> found = new ArrayList<>();
        boolean[] sending = {true};
        Thread observer = new Thread(() -> {
            try (Connection connection = target.connect();
                    PreparedStatement query = connection.prepareStatement(visible)) {
                long deadline = Long.MAX_VALUE;
                while (sending[0] || (!waiting.isEmpty() && System.nanoTime() < deadline)) {
                    if (!sending[0] && deadline == Long.MAX_VALUE) {
                        deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                    }
                    if (!waiting.isEmpty()) {
                        Array ids = connection.createArrayOf("text", waiting.keySet().toArray());
                        query.setArray(1, ids);
                        try (ResultSet rows = query.executeQuery()) {
                            long now = System.nanoTime();
                            while (rows.next()) {
                                Long since = waiting.remove(rows.getString(1));
                                if (since != null) {
                                    found.add(now - since);
                                }
                            }
                        }
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        observer.start();
        HttpLoad.Result result;
        try (HttpLoad load = new HttpLoad(target.port(), 32)) {
            result = load.send(events, rate, (index, status, nanos) -> {
                if (index % 10 == 0 && status < 300) {
                    waiting.put(events[index].paymentId(), nanos);
                }
            });
        } finally {
            sending[0] = false;
        }
        observer.join();
        long[] sorted = found.stream().mapToLong(Long::longValue).sorted().toArray();
        print(out, "%n%s at %.0f req/s for %d s: %d x 2xx, p50 %.1f ms, p99 %.1f ms%n", target.name(), rate, seconds, result.good(),
                result.percentileMillis(0.5), result.percentileMillis(0.99));
        print(out, "2xx to the CRM row, %d samples (%d never seen): p50 %.0f ms, p99 %.0f ms, max %.0f ms%n", sorted.length, waiting.size(),
                at(sorted, 0.5), at(sorted, 0.99), at(sorted, 1));
    }

    private static double at(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * share))] / 1e6;
    }

    private static double median(List<Round> rounds, Target target, java.util.function.ToDoubleFunction<Round> value) {
        double[] values = rounds.stream().filter(r -> r.target == target).mapToDouble(value).sorted().toArray();
        return values.length % 2 == 1 ? values[values.length / 2] : (values[values.length / 2 - 1] + values[values.length / 2]) / 2;
    }

    private static long sum(List<Round> rounds, Target target, java.util.function.ToLongFunction<Round> value) {
        return rounds.stream().filter(r -> r.target == target).mapToLong(value).sum();
    }

    private static void print(PrintStream out, String format, Object... values) {
        String text = String.format(java.util.Locale.ROOT, format, values);
        System.out.print(text);
        out.print(text);
    }

    private record Round(
            Target target,
            int good,
            long landed,
            double rate,
            double p50,
            double p99,
            double cpu,
            double cpuDrained,
            double loadCpu,
            double drainSeconds) {}
}
