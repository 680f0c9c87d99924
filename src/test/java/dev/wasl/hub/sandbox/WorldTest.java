package dev.wasl.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorldTest {

    private static final long ANCHOR = 1_763_632_800_000L;

    /** What Bosta's documents and logs allow to follow each state of a domestic delivery. */
    private static final Map<Integer, Set<Integer>> FOLLOWERS = Map.ofEntries(
            Map.entry(10, Set.of(20, 21, 24, 25, 48, 49, 104)),
            Map.entry(11, Set.of(20, 40, 49)),
            Map.entry(20, Set.of(21, 22, 24, 40, 41, 10, 48, 49)),
            Map.entry(21, Set.of(24, 30, 47, 48, 100, 101, 102, 105)),
            Map.entry(22, Set.of(23, 47, 10)),
            Map.entry(23, Set.of(24, 30, 46)),
            Map.entry(24, Set.of(24, 30, 41, 22, 46, 47, 48, 60, 100, 101, 102, 103, 105, 106)),
            Map.entry(25, Set.of(20, 21, 24, 30, 41, 49, 60)),
            Map.entry(30, Set.of(24, 100, 101, 102, 105)),
            Map.entry(40, Set.of(45, 47, 11)),
            Map.entry(41, Set.of(45, 46, 24, 47, 48, 100, 101, 102, 103, 105)),
            Map.entry(47, Set.of(10, 20, 24, 30, 40, 41, 48, 49, 103, 105)),
            Map.entry(102, Set.of(100, 101, 24, 30)),
            Map.entry(103, Set.of(24, 41, 46, 48, 49, 104)),
            Map.entry(105, Set.of(24, 30, 41, 47, 48, 49)),
            Map.entry(106, Set.of(24)));

    @Property(tries = 2_000)
    void tells_only_what_bosta_could_tell(@ForAll long seed, @ForAll @IntRange(max = 999_999) int index) {
        Parcel parcel = new Parcels(seed, 1_000).parcel(index);
        List<Step> steps = Script.of(parcel);

        assertThat(steps.get(0).act()).isEqualTo(Act.CREATED);
        assertThat(steps).isSortedAccordingTo((a, b) -> Long.compare(a.afterMillis(), b.afterMillis()));
        for (int i = 1; i < steps.size(); i++) {
            Step step = steps.get(i);
            assertThat(step.exception() != 0).isEqualTo(step.code() == 47);
            if (step.act() == Act.SETTLED) {
                assertThat(step.code()).isEqualTo(steps.get(i - 1).code());
                assertThat(i).isEqualTo(steps.size() - 1);
            } else if (!parcel.international()) {
                assertThat(FOLLOWERS.get(steps.get(i - 1).code())).contains(step.code());
            }
        }
    }

    @Test
    void is_the_same_for_the_same_seed_and_moment() {
        List<String> one = played(new World(5, 300, ANCHOR));
        List<String> same = played(new World(5, 300, ANCHOR));
        List<String> other = played(new World(6, 300, ANCHOR));

        assertThat(same).isEqualTo(one);
        assertThat(other).isNotEqualTo(one).doesNotContainAnyElementsOf(one);
    }

    @Test
    void spreads_ages_over_120_days_and_creates_in_order() {
        World world = new World(5, 1_000, ANCHOR);
        long day = Duration.ofDays(1).toMillis();

        List<Long> created = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            created.add(world.snapshot(i).createdAt());
        }

        assertThat(created).isSorted();
        assertThat(created.get(0)).isBetween(ANCHOR - 120 * day, ANCHOR - 119 * day);
        assertThat(created.get(999)).isBetween(ANCHOR - day, ANCHOR);
        assertThat(world.openCount()).isBetween(100, 400);
    }

    @Test
    void plays_every_delivery_to_its_end_and_no_further() {
        World world = new World(5, 100, ANCHOR);
        for (int i = 0; i < 100; i++) {
            long now = ANCHOR;
            while (world.advance(i, ++now).isPresent()) {
                assertThat(world.snapshot(i).updatedAt()).isLessThanOrEqualTo(now);
            }
            assertThat(world.snapshot(i).ended()).isTrue();
        }
        assertThat(world.openCount()).isZero();
    }

    @Test
    void goes_on_where_it_was_after_a_restart(@TempDir Path directory) throws Exception {
        SandboxSettings settings = TestSandbox.settings(100, directory, TestSandbox.unlimited());
        List<String> before = new ArrayList<>();
        try (TestSandbox first = new TestSandbox(settings)) {
            first.control("story", "{\"play\":400}");
            for (int page = 1; page <= 2; page++) {
                first.search(String.format(Locale.ROOT, "{\"page\":%d,\"limit\":100,\"sortBy\":\"-updatedAt\"}", page))
                        .path("deliveries")
                        .forEach(row -> before.add(row.toString()));
            }
        }
        Path log;
        try (var files = Files.list(directory)) {
            log = files.findFirst().orElseThrow();
        }
        Files.writeString(log, "D 3 17", java.nio.file.StandardOpenOption.APPEND);

        try (TestSandbox second = new TestSandbox(settings)) {
            List<String> after = new ArrayList<>();
            for (int page = 1; page <= 2; page++) {
                second.search(String.format(Locale.ROOT, "{\"page\":%d,\"limit\":100,\"sortBy\":\"-updatedAt\"}", page))
                        .path("deliveries")
                        .forEach(row -> after.add(row.toString()));
            }
            assertThat(before).hasSizeGreaterThan(110);
            assertThat(after).isEqualTo(before);
            long made = second.sandbox.report().payments();
            assertThat(made).isPositive();
        }
    }

    @Test
    void orders_nothing_new_while_many_are_under_way() {
        try (TestSandbox small = new TestSandbox(TestSandbox.settings(200, null, TestSandbox.unlimited()));
                TestSandbox large = new TestSandbox(TestSandbox.settings(5_000, null, TestSandbox.unlimited()))) {
            small.control("story", "{\"play\":500}");
            large.control("story", "{\"play\":500}");

            assertThat(small.sandbox.report().deliveries()).isGreaterThan(210);
            assertThat(large.sandbox.report().deliveries()).isEqualTo(5_000);
        }
    }

    private static List<String> played(World world) {
        BostaJson shapes = new BostaJson(world.parcels());
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Dice dice = Dice.at(1, i);
            int index = dice.percent(10)
                    ? world.create(ANCHOR + i).parcel().index()
                    : world.anyOpen(dice).orElseThrow();
            world.advance(index, ANCHOR + i)
                    .ifPresent(delivery -> told.add(new String(shapes.webhook(delivery), StandardCharsets.UTF_8)));
        }
        for (int i = 0; i < world.size(); i++) {
            int index = i;
            told.add(new String(
                    Json.write(10_000, json -> shapes.detail(json, world.snapshot(index))), StandardCharsets.UTF_8));
        }
        return told;
    }
}
