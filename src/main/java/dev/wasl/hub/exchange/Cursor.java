package dev.wasl.hub.exchange;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list that is ordered by time: the list goes on below it, whatever was added above meanwhile.
 *
 * @param id tells apart rows of the same time
 */
record Cursor(Instant at, String id) {

    /** The form that callers carry around; it means nothing to them. */
    String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((at + "|" + id).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads {@link #text()}.
     *
     * @return null for null and blank
     * @throws HubException {@code INVALID_REQUEST}
     */
    static @Nullable Cursor parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            String plain = new String(Base64.getUrlDecoder().decode(text.strip()), StandardCharsets.UTF_8);
            int bar = plain.indexOf('|');
            if (bar > 0 && bar < plain.length() - 1) {
                Instant at = Instant.parse(plain.substring(0, bar));
                if (StorableTime.Check.storable(at)) {
                    return new Cursor(at, plain.substring(bar + 1));
                }
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw broken(e);
        }
        throw broken(null);
    }

    /**
     * The id of a list whose ids are UUIDs.
     *
     * @throws HubException {@code INVALID_REQUEST}
     */
    UUID uuid() {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw broken(e);
        }
    }

    /**
     * The id of a list whose ids are numbers.
     *
     * @throws HubException {@code INVALID_REQUEST}
     */
    long number() {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw broken(e);
        }
    }

    private static HubException broken(@Nullable Throwable cause) {
        return new HubException(
                ErrorCode.INVALID_REQUEST, "The cursor is not one that this list returned as nextCursor.", cause);
    }
}
