package dev.wasl.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sends one event many times at once, and says whether it had one effect. Ends with 1 when it had not. */
public final class Duplicates {

    private static final String LEDGER =
            "SELECT coalesce(sum(total), 0) FROM hub.ledger WHERE tenant = 'portal' AND connector = 'stripe' AND bucket = '%s'";

    private Duplicates() {}

    public static void main(String[] args) throws Exception {
        Properties settings = new Properties();
        try (var reader = Files.newBufferedReader(Path.of(args[0]))) {
            settings.load(reader);
        }
        Target target = Target.of("wasl", settings);
        int copies = Integer.parseInt(settings.getProperty("copies", "50"));
        boolean right = true;
        StringBuilder table = new StringBuilder();
        for (int round = 1; round <= Integer.parseInt(settings.getProperty("rounds", "5")); round++) {
            StripeEvents.Signed event = new StripeEvents("d" + Long.toString(System.nanoTime(), 36), target.secret())
                    .next(1, "127.0.0.1:" + target.port(), target.path())[0];
            StripeEvents.Signed[] same = new StripeEvents.Signed[copies];
            Arrays.fill(same, event);
            long payments = target.landed();
            long received = bucket(target, "received");
            long applied = bucket(target, "applied");
            long duplicate = bucket(target, "duplicate");
            HttpLoad.Result result;
            try (HttpLoad load = new HttpLoad(target.port(), copies)) {
                result = load.send(same, 0, (index, status, nanos) -> {});
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (bucket(target, "applied") + bucket(target, "duplicate") - applied - duplicate < copies && System.nanoTime() < deadline) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            payments = target.landed() - payments;
            received = bucket(target, "received") - received;
            applied = bucket(target, "applied") - applied;
            duplicate = bucket(target, "duplicate") - duplicate;
            boolean good = result.good() == copies && payments == 1 && received == copies && applied == 1 && duplicate == copies - 1;
            right &= good;
            table.append(String.format(Locale.ROOT, "%5d %8d %8d %9d %9d %9d %9d   %s%n", round, copies, result.good(), payments, received, applied,
                    duplicate, good ? "right" : "WRONG"));
        }
        String text = String.format("%5s %8s %8s %9s %9s %9s %9s%n%s", "round", "sent", "2xx", "payments", "received", "applied", "duplicate", table);
        System.out.print(text);
        Files.writeString(Path.of(args[1]), text);
        System.exit(right ? 0 : 1);
    }

    private static long bucket(Target target, String bucket) throws Exception {
        return target.number(LEDGER.formatted(bucket));
    }
}
