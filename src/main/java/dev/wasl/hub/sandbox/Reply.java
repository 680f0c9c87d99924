package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer of the sandbox.
 *
 * @param delay how long the caller has to wait for it
 * @param ending how it leaves
 */
record Reply(int status, String contentType, byte[] body, Map<String, String> headers, Duration delay, Ending ending) {

    enum Ending {
        WHOLE,
        /** Half of the announced bytes, then the connection is cut. */
        TRUNCATED,
        /** Nothing, then the connection is cut. */
        NEVER
    }

    static Reply json(int status, byte[] body) {
        return new Reply(status, "application/json; charset=utf-8", body, Map.of(), Duration.ZERO, Ending.WHOLE);
    }

    static Reply json(int status, JsonNode body) {
        return json(status, Json.bytes(body));
    }

    static Reply text(int status, String contentType, String body) {
        return new Reply(
                status, contentType, body.getBytes(StandardCharsets.UTF_8), Map.of(), Duration.ZERO, Ending.WHOLE);
    }

    Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, contentType, body, more, delay, ending);
    }

    Reply after(Duration wait) {
        return new Reply(status, contentType, body, headers, wait, ending);
    }

    Reply ending(Ending how) {
        return new Reply(status, contentType, body, headers, delay, how);
    }
}
