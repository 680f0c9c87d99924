package dev.wasl.hub.connector.bosta;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BostaTimesTest {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @ParameterizedTest
    @CsvSource({
        "2025-08-13T09:45:51.120Z, 2025-08-13T09:45:51.120Z",
        "2025-08-13T09:45:51Z, 2025-08-13T09:45:51Z",
        "' 2025-08-13T09:45:51.123456789Z ', 2025-08-13T09:45:51.123Z",
        "2025-08-13T09:45Z, 2025-08-13T09:45:00Z",
        "2025-08-13t09:45:51z, 2025-08-13T09:45:51Z",
        "2025-08-13T12:45:51.120+03:00, 2025-08-13T09:45:51.120Z",
        "0001-01-01T00:00:00.000Z, 0001-01-01T00:00:00Z",
        "Wed Aug 13 2025 09:45:51 GMT+0000 (Coordinated Universal Time), 2025-08-13T09:45:51Z",
        "Wed Aug 13 2025 12:45:51 GMT+0300, 2025-08-13T09:45:51Z",
        "1755078351120, 2025-08-13T09:45:51.120Z"
    })
    void each_form_of_a_time_is_read_in_milliseconds(String text, Instant time) {
        assertThat(BostaTimes.read(JSON.textNode(text))).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "soon",
                "2025-08-13",
                "2025-02-30T09:45:51.120Z",
                "2025-08-13T24:00:00.000Z",
                "2025-08-13 09:45:51.120Z",
                "2025-08-13T09:45:51.Z1Z",
                "99999999999999999999"
            })
    void a_time_that_cannot_be_read_is_none(String text) {
        assertThat(BostaTimes.read(JSON.textNode(text))).isNull();
    }

    @Test
    void a_number_counts_milliseconds_and_nothing_is_none() {
        assertThat(BostaTimes.read(JSON.numberNode(1755078351120L))).isEqualTo("2025-08-13T09:45:51.120Z");
        assertThat(BostaTimes.read(JSON.numberNode(1755078351120.5))).isNull();
        assertThat(BostaTimes.read(null)).isNull();
        assertThat(BostaTimes.read(NullNode.instance)).isNull();
        assertThat(BostaTimes.read(MissingNode.getInstance())).isNull();
    }
}
