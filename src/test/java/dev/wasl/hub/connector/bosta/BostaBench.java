package dev.wasl.hub.connector.bosta;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.wasl.hub.TestDatabase;
import dev.wasl.hub.connector.ConnectorMemory;
import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.connector.OpenDeliveries;
import dev.wasl.hub.connector.RequestBudget;
import dev.wasl.hub.connector.RequestBudgets;
import dev.wasl.hub.connector.TestSync;
import dev.wasl.hub.connector.bosta.BostaSettings.FetchDetails;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A work bench: a fake Bosta, a database, and everything between that asks the one and remembers in the other. */
final class BostaBench implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-01-10T12:00:00Z");

    final FakeBosta bosta = new FakeBosta();
    final RecordingWriter writer = new RecordingWriter();
    final SetClock clock = new SetClock();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final DataSource dataSource;
    final ConnectorSync sync;
    final ConnectorMemory memory;
    final ExecutorService threads = Executors.newFixedThreadPool(6);
    private final HikariDataSource pool;
    private final CamelForTests camel = new CamelForTests();
    private final RequestBudgets budgets;

    String apiKey = "key-1";
    double requestsPerSecond = 0;
    int pageSize = 10;
    int maxPages = 100;
    FetchDetails fetchDetails = FetchDetails.CHANGED;
    Duration pollInterval = Duration.ofMillis(50);
    Duration connectTimeout = Duration.ofSeconds(2);
    Duration responseTimeout = Duration.ofSeconds(5);
    Duration staleAfter = Duration.ofHours(1);
    int reconcileBatch = 50;
    volatile boolean leading = true;

    BostaBench() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(TestDatabase.fresh());
        config.setMaximumPoolSize(6);
        pool = new HikariDataSource(config);
        dataSource = pool;
        sync = TestSync.sync(dataSource, clock);
        budgets = TestSync.budgets(dataSource, clock);
        memory = sync.memory("hvar", "bosta");
        memory.register();
    }

    BostaSettings settings() {
        return new BostaSettings(
                bosta.url(),
                apiKey,
                requestsPerSecond,
                3,
                pageSize,
                200,
                pollInterval,
                Duration.ofMinutes(5),
                maxPages,
                fetchDetails,
                4,
                Duration.ofMillis(50),
                staleAfter,
                reconcileBatch,
                Duration.ofHours(24),
                Duration.ofDays(28),
                Duration.ofMinutes(15),
                connectTimeout,
                responseTimeout);
    }

    RequestBudget budget() {
        return budgets.of(bosta.url(), requestsPerSecond, 3);
    }

    BostaClient client() {
        BostaTransport transport =
                new BostaTransport(camel.context, camel.template, "t" + System.nanoTime(), settings());
        return new BostaClient("hvar", settings(), transport, budget(), meters, clock);
    }

    BostaPoll poll() {
        return new BostaPoll("hvar", settings(), client(), memory, writer, clock);
    }

    BostaDetails details() {
        return new BostaDetails("hvar", settings(), client(), memory, writer, threads, clock);
    }

    BostaBackfill backfill() {
        return new BostaBackfill("hvar", client(), memory, writer, threads, clock);
    }

    BostaTenant tenant(@Nullable OpenDeliveries open) {
        BostaTenant tenant = new BostaTenant("hvar", settings(), client(), memory, writer, open, () -> leading, clock);
        sync.register("hvar", "bosta", new ConnectorSync.Participant(200, true, tenant::wake));
        return tenant;
    }

    /** Adds deliveries, one a minute, the last one at the bench's present. */
    void deliveries(int count) {
        for (int i = count - 1; i >= 0; i--) {
            bosta.add(NOW.minus(Duration.ofMinutes(i)));
        }
    }

    @Override
    public void close() throws IOException {
        bosta.close();
        threads.shutdownNow();
        camel.close();
        budgets.destroy();
        pool.close();
    }

    /** A clock that stands until it is moved. */
    static final class SetClock extends Clock {

        private volatile Instant now = NOW;
        private volatile boolean running;
        private long startedAt;

        void pass(Duration duration) {
            now = now.plus(duration);
        }

        /** Lets time pass by itself, for tests of threads. */
        void run() {
            startedAt = System.nanoTime();
            running = true;
        }

        @Override
        public Instant instant() {
            return running ? now.plusNanos(System.nanoTime() - startedAt) : now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
