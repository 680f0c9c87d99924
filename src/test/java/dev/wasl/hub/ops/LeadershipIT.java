package dev.wasl.hub.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.wasl.hub.TestDatabase;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.jdbc.core.JdbcTemplate;

class LeadershipIT {

    private static final Duration HAND_OVER = Duration.ofSeconds(30);
    private static final LeadershipSettings SETTINGS =
            new LeadershipSettings("", Duration.ofMillis(200), Duration.ofSeconds(1));

    private final List<AdvisoryLockLeadership> hubs = new CopyOnWriteArrayList<>();
    private final AtomicInteger mostLeaders = new AtomicInteger();
    private final ScheduledExecutorService referee = Executors.newSingleThreadScheduledExecutor();
    private PGSimpleDataSource database;
    private JdbcTemplate jdbc;

    @BeforeEach
    void prepare() {
        database = (PGSimpleDataSource) TestDatabase.empty();
        jdbc = new JdbcTemplate(database);
    }

    @AfterEach
    void stop() {
        referee.shutdownNow();
        hubs.forEach(AdvisoryLockLeadership::stop);
    }

    @Test
    void one_of_two_hubs_leads_and_the_other_knows_which() {
        AdvisoryLockLeadership first = start("first");
        await().until(first::isLeader);
        AdvisoryLockLeadership second = start("second");

        await().untilAsserted(() -> assertThat(second.leader()).contains("first"));

        assertThat(second.isLeader()).isFalse();
        assertThat(second.leaderSince()).isEmpty();
        assertThat(first.leader()).contains("first");
        assertThat(first.leaderSince()).isPresent();
    }

    @Test
    void never_have_two_leaders_while_sessions_are_killed() {
        start("first");
        start("second");
        start("third");
        watch();

        for (int round = 0; round < 3; round++) {
            await().atMost(HAND_OVER).until(() -> leaders() == 1);
            AdvisoryLockLeadership leader = leader();
            terminate("pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted)");
            await().atMost(HAND_OVER).until(() -> !leader.isLeader());
        }

        await().atMost(HAND_OVER).until(() -> leaders() == 1);
        assertThat(mostLeaders).hasValue(1);
    }

    @Test
    void the_next_hub_takes_over_when_the_leader_stops() {
        AdvisoryLockLeadership first = start("first");
        await().until(first::isLeader);
        AdvisoryLockLeadership second = start("second");

        first.stop();

        assertThat(first.isLeader()).isFalse();
        await().atMost(HAND_OVER).until(second::isLeader);
    }

    @Test
    void a_hub_that_hangs_loses_the_leadership_to_another() {
        List<String> events = new CopyOnWriteArrayList<>();
        CountDownLatch hang = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean();
        Clock hanging = mock();
        when(hanging.instant()).thenAnswer(call -> {
            hangs.set(true);
            hang.await();
            return Instant.EPOCH;
        });
        AdvisoryLockLeadership first = create("first", hanging);
        first.onLeadership(() -> events.add("gained"), () -> {});
        first.start();
        await().atMost(HAND_OVER).untilTrue(hangs);
        AdvisoryLockLeadership second = start("second");
        watch();

        await().atMost(HAND_OVER).until(second::isLeader);
        hang.countDown();

        await().during(Duration.ofSeconds(2)).atMost(HAND_OVER).until(() -> second.isLeader() && !first.isLeader());
        assertThat(mostLeaders).hasValue(1);
        assertThat(events).isEmpty();
    }

    @Test
    void tells_listeners_in_the_order_of_events() {
        List<String> events = new CopyOnWriteArrayList<>();
        AdvisoryLockLeadership hub = create("only", Clock.systemUTC());
        hub.onLeadership(() -> events.add("gained"), () -> events.add("lost"));
        hub.start();
        await().untilAsserted(() -> assertThat(events).containsExactly("gained"));

        terminate("application_name LIKE 'wasl-leader%'");
        await().atMost(HAND_OVER).untilAsserted(() -> assertThat(events).containsExactly("gained", "lost", "gained"));
        hub.stop();

        assertThat(events).containsExactly("gained", "lost", "gained", "lost");
    }

    @Test
    void tells_a_listener_that_comes_late_and_not_one_that_left() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        AdvisoryLockLeadership hub = start("only");
        await().until(hub::isLeader);

        hub.onLeadership(() -> events.add("late gained"), () -> events.add("late lost"));
        AutoCloseable left = hub.onLeadership(() -> events.add("left gained"), () -> events.add("left lost"));
        await().untilAsserted(() -> assertThat(events).containsExactly("late gained", "left gained"));
        left.close();
        hub.stop();

        assertThat(events).containsExactly("late gained", "left gained", "late lost");
    }

    @Test
    void a_listener_that_fails_does_not_keep_others_from_working() {
        List<String> events = new CopyOnWriteArrayList<>();
        AdvisoryLockLeadership hub = create("only", Clock.systemUTC());
        hub.onLeadership(
                () -> {
                    throw new IllegalStateException("on purpose");
                },
                () -> {});
        hub.onLeadership(() -> events.add("gained"), () -> {});

        hub.start();

        await().untilAsserted(() -> assertThat(events).containsExactly("gained"));
    }

    @Test
    void leads_once_the_database_is_there() {
        AtomicBoolean there = new AtomicBoolean();
        AdvisoryLockLeadership hub = new AdvisoryLockLeadership(
                () -> {
                    if (!there.get()) {
                        throw new SQLException("not yet");
                    }
                    return open("only");
                },
                SETTINGS,
                Duration.ZERO,
                "only",
                Clock.systemUTC());
        hubs.add(hub);
        hub.start();
        await().during(Duration.ofSeconds(1)).until(() -> !hub.isLeader());

        there.set(true);

        await().until(hub::isLeader);
    }

    private AdvisoryLockLeadership start(String node) {
        AdvisoryLockLeadership hub = create(node, Clock.systemUTC());
        hub.start();
        return hub;
    }

    private AdvisoryLockLeadership create(String node, Clock clock) {
        AdvisoryLockLeadership hub =
                new AdvisoryLockLeadership(() -> open(node), SETTINGS, SETTINGS.lease(), node, clock);
        hubs.add(hub);
        return hub;
    }

    private LeadershipRepository open(String node) throws SQLException {
        JdbcConnectionDetails details = new JdbcConnectionDetails() {
            @Override
            public String getUsername() {
                return database.getUser();
            }

            @Override
            public String getPassword() {
                return database.getPassword();
            }

            @Override
            public String getJdbcUrl() {
                return database.getURL();
            }
        };
        return LeadershipRepository.open(details, node, SETTINGS.answerTimeout(), SETTINGS.silence());
    }

    /** Counts leaders all the time, as often as it can be done. */
    private void watch() {
        referee.scheduleWithFixedDelay(
                () -> mostLeaders.accumulateAndGet(leaders(), Math::max), 0, 1, TimeUnit.MILLISECONDS);
    }

    private int leaders() {
        return (int) hubs.stream().filter(AdvisoryLockLeadership::isLeader).count();
    }

    private AdvisoryLockLeadership leader() {
        return hubs.stream()
                .filter(AdvisoryLockLeadership::isLeader)
                .findFirst()
                .orElseThrow();
    }

    private void terminate(String which) {
        List<Boolean> ended = jdbc.queryForList(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND "
                        + which,
                Boolean.class);
        assertThat(ended).isNotEmpty();
    }
}
