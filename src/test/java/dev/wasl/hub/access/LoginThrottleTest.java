package dev.wasl.hub.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.SteeredClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {

    private static final String HERE = "192.0.2.1";

    private final SteeredClock clock = new SteeredClock(Instant.parse("2026-11-20T08:00:00Z"));
    private final LoginThrottle throttle =
            new LoginThrottle(new AccessSettings("", "", Duration.ofSeconds(15), 5, Duration.ofMinutes(15)), clock);

    @Test
    void lets_a_few_attempts_through_and_then_says_how_long_to_wait() {
        for (int i = 0; i < 5; i++) {
            assertThat(throttle.begin("admin", HERE)).isZero();
        }
        clock.advance(Duration.ofMinutes(5));

        assertThat(throttle.begin("admin", HERE)).isEqualTo(Duration.ofMinutes(10));
        assertThat(throttle.begin(" ADMIN ", HERE)).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void lets_others_in_meanwhile() {
        for (int i = 0; i < 6; i++) {
            throttle.begin("admin", HERE);
        }

        assertThat(throttle.begin("mona", HERE)).isZero();
        assertThat(throttle.begin("admin", "192.0.2.2")).isZero();
    }

    @Test
    void opens_again_after_the_window_even_if_somebody_kept_trying() {
        for (int i = 0; i < 50; i++) {
            throttle.begin("admin", HERE);
            clock.advance(Duration.ofSeconds(18));
        }

        assertThat(throttle.begin("admin", HERE)).isZero();
    }

    @Test
    void forgets_attempts_after_a_success() {
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 4; i++) {
                assertThat(throttle.begin("user" + round, "192.0.2." + round)).isZero();
            }
            assertThat(throttle.begin("admin", HERE)).isZero();
            throttle.succeeded("admin", HERE);
        }
    }

    @Test
    void stops_one_address_that_tries_many_names() {
        int through = 0;
        for (int i = 0; i < 200; i++) {
            through += throttle.begin("user" + i, HERE).isZero() ? 1 : 0;
        }

        assertThat(through).isEqualTo(50);
    }
}
