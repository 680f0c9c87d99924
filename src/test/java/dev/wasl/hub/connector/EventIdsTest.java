package dev.wasl.hub.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdsTest {

    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

    @Test
    void an_id_of_its_own_is_taken_as_it_is() {
        assertThat(EventIds.own("evt_1:a", BODY)).isEqualTo("evt_1:a");
        assertThat(EventIds.own("x".repeat(200), BODY)).isEqualTo("x".repeat(200));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"evt 1", "evt\n1", "evt\u007f", "évt"})
    void an_event_without_a_usable_id_is_known_by_its_body(String id) {
        assertThat(EventIds.own(id, BODY)).isEqualTo(Fingerprint.of(BODY));
    }

    @Test
    void an_id_that_is_too_long_is_none() {
        assertThat(EventIds.own("x".repeat(201), BODY)).isEqualTo(Fingerprint.of(BODY));
    }

    @Test
    void parts_are_joined_and_what_is_missing_or_odd_keeps_its_place() {
        assertThat(EventIds.of("a", null, "", "b")).isEqualTo("a:-:-:b");
        assertThat(EventIds.of("a:b", "c")).matches("[0-9a-f]{32}:c");
        assertThat(EventIds.of("x".repeat(64), "y".repeat(65))).matches("x{64}:[0-9a-f]{32}");
    }
}
