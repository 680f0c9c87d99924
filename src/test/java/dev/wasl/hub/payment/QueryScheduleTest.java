package dev.wasl.hub.payment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QueryScheduleTest {

    private static final Instant START = Instant.parse("2026-11-20T08:00:00Z");
    private static final QuerySchedule SCHEDULE = new QuerySchedule(
            List.of(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(3),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(15)),
            Duration.ofMinutes(15),
            List.of(Duration.ofSeconds(30), Duration.ofMinutes(15), Duration.ofHours(24)));

    @Test
    void asks_often_at_first_then_rarely_then_around_the_expiry_and_then_never() {
        Instant expiry = START.plus(Duration.ofMinutes(50));

        List<Duration> asked = new ArrayList<>();
        Instant at = SCHEDULE.next(START, expiry, START);
        while (at != null) {
            asked.add(Duration.between(START, at));
            at = SCHEDULE.next(START, expiry, at);
        }

        assertThat(asked)
                .extracting(Duration::toString)
                .containsExactly(
                        "PT30S",
                        "PT1M",
                        "PT3M",
                        "PT5M",
                        "PT10M",
                        "PT15M",
                        "PT30M",
                        "PT45M",
                        "PT50M30S",
                        "PT1H5M",
                        "PT24H50M");
    }

    @Test
    void goes_on_where_time_is_when_the_hub_was_away() {
        Instant expiry = START.plus(Duration.ofHours(2));

        assertThat(SCHEDULE.next(START, expiry, START.plus(Duration.ofMinutes(4))))
                .isEqualTo(at("PT5M"));
        assertThat(SCHEDULE.next(START, expiry, START.plus(Duration.ofMinutes(61))))
                .isEqualTo(at("PT1H15M"));
        assertThat(SCHEDULE.next(START, expiry, START.plus(Duration.ofHours(3))))
                .isEqualTo(at("PT26H"));
        assertThat(SCHEDULE.next(START, expiry, START.plus(Duration.ofDays(3)))).isNull();
    }

    @Property
    void is_always_later_and_ends(
            @ForAll @LongRange(min = 1, max = 200_000) long lasts,
            @ForAll @LongRange(min = -100, max = 400_000) long now) {
        Instant expiry = START.plusSeconds(lasts);
        Instant moment = START.plusSeconds(now);

        Instant next = SCHEDULE.next(START, expiry, moment);

        if (next == null) {
            assertThat(moment).isAfterOrEqualTo(expiry.plus(Duration.ofHours(24)));
        } else {
            assertThat(next).isAfter(moment).isBeforeOrEqualTo(expiry.plus(Duration.ofHours(24)));
        }
    }

    @Test
    void what_a_callback_told_of_is_asked_about_at_once_and_given_up_at_the_end() {
        List<Duration> offsets = List.of(Duration.ZERO, Duration.ofSeconds(30), Duration.ofHours(1));

        assertThat(unproved(offsets, 0)).isEqualTo(START.plusSeconds(30));
        assertThat(unproved(offsets, 31)).isEqualTo(START.plusSeconds(3600));
        assertThat(unproved(offsets, 3601)).isNull();
    }

    private static @Nullable Instant unproved(List<Duration> offsets, long seconds) {
        return QuerySchedule.unproved(offsets, START, START.plusSeconds(seconds));
    }

    private static Instant at(String duration) {
        return START.plus(Duration.parse(duration));
    }
}
