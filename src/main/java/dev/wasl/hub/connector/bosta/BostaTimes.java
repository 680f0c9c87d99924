package dev.wasl.hub.connector.bosta;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.mapping.Instants;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads times in each of the forms that Bosta writes them. */
final class BostaTimes {

    /** {@code Wed Aug 13 2025 09:45:51 GMT+0000}, what JavaScript writes, without the name of the zone. */
    private static final DateTimeFormatter JAVASCRIPT =
            DateTimeFormatter.ofPattern("EEE MMM dd yyyy HH:mm:ss 'GMT'xx", Locale.ENGLISH);

    private static final int LONGEST = 100;

    private BostaTimes() {}

    /**
     * A time: ISO 8601, JavaScript's own form, or milliseconds since 1970 as number or digits.
     *
     * @return in milliseconds; null when there is none or it cannot be read
     */
    static @Nullable Instant read(@Nullable JsonNode node) {
        if (node == null || node.isNull() || node.isMissingNode()) {
            return null;
        }
        try {
            if (node.isNumber()) {
                return Instant.ofEpochMilli(node.decimalValue().longValueExact());
            }
            String text = node.asText().strip();
            if (text.isEmpty() || text.length() > LONGEST) {
                return null;
            }
            if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Instant.ofEpochMilli(Long.parseLong(text));
            }
            if (Character.isLetter(text.charAt(0))) {
                int name = text.indexOf(" (");
                return OffsetDateTime.parse(name < 0 ? text : text.substring(0, name), JAVASCRIPT)
                        .toInstant();
            }
            return iso(text).truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    private static Instant iso(String text) {
        try {
            return Instants.utc(text);
        } catch (DateTimeException e) {
            return OffsetDateTime.parse(text).toInstant();
        }
    }
}
