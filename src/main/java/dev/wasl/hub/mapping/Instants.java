package dev.wasl.hub.mapping;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;

/** The forms in which providers write a moment, read without regard to the locale of the machine. */
public final class Instants {

    /** The last second of 2999; a later moment is a unit that was mistaken. */
    private static final long MAX_EPOCH_SECOND = 32_503_679_999L;

    /** Below it a number of milliseconds would be in the spring of 1973: it is a number of seconds. */
    private static final long MIN_EPOCH_MILLI = 100_000_000_000L;

    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private Instants() {}

    /**
     * Reads ISO-8601 with an offset, or the text of a JavaScript date, {@code Wed Aug 13 2025 09:45:51 GMT+0000
     * (Coordinated Universal Time)}.
     *
     * @throws DateTimeException when it is neither
     */
    static Instant parse(String text) {
        int length = text.length();
        if (length >= 20 && text.charAt(10) == 'T') {
            return inRange(text.charAt(length - 1) == 'Z' ? utc(text) : offset(text));
        }
        if (length >= 33 && DAYS.indexOf(text.substring(0, 3)) % 3 == 0) {
            return javaScript(text);
        }
        throw new DateTimeException("neither ISO-8601 with an offset nor a JavaScript date");
    }

    /**
     * Reads the form that canonical messages and nearly every provider use, {@code 2026-01-10T12:00:00.123Z} with at most
     * nine digits of a fraction, many times faster than the JDK's parser. It reads nothing that the JDK would not.
     *
     * @throws DateTimeException when it is anything else, without the text
     */
    public static Instant utc(String text) {
        if (text.length() < 20 || text.charAt(text.length() - 1) != 'Z') {
            throw new DateTimeException("not an instant that ends in Z");
        }
        int year = digits(text, 0, 4);
        separator(text, 4, '-');
        int month = digits(text, 5, 7);
        separator(text, 7, '-');
        int day = digits(text, 8, 10);
        separator(text, 10, 'T');
        int hour = digits(text, 11, 13);
        separator(text, 13, ':');
        int minute = digits(text, 14, 16);
        separator(text, 16, ':');
        int second = digits(text, 17, 19);
        int nano = 0;
        int end = text.length() - 1;
        if (end > 19) {
            separator(text, 19, '.');
            int places = end - 20;
            if (places < 1 || places > 9) {
                throw new DateTimeException("a fraction of a second has 1 to 9 digits");
            }
            nano = digits(text, 20, end);
            for (int i = places; i < 9; i++) {
                nano *= 10;
            }
        }
        return LocalDateTime.of(year, month, day, hour, minute, second, nano).toInstant(ZoneOffset.UTC);
    }

    /**
     * Reads what {@link #parse(String)} reads, and ISO-8601 without an offset as it is meant in a zone. An hour that comes
     * twice when clocks are set back is taken as the first one.
     *
     * @throws DateTimeException when it is neither
     */
    static Instant parse(String text, ZoneId zone) {
        int length = text.length();
        boolean local = length >= 19
                && text.charAt(10) == 'T'
                && text.charAt(length - 1) != 'Z'
                && text.indexOf('+', 19) < 0
                && text.indexOf('-', 19) < 0;
        return local ? inRange(LocalDateTime.parse(text).atZone(zone).toInstant()) : parse(text);
    }

    /** @throws DateTimeException when the number cannot be a number of seconds */
    static Instant ofEpochSecond(long seconds) {
        if (seconds < 0 || seconds > MAX_EPOCH_SECOND) {
            throw new DateTimeException("not a number of seconds since 1970");
        }
        return Instant.ofEpochSecond(seconds);
    }

    /** @throws DateTimeException when the number cannot be a number of milliseconds */
    static Instant ofEpochMilli(long millis) {
        if (millis < MIN_EPOCH_MILLI || millis / 1000 > MAX_EPOCH_SECOND) {
            throw new DateTimeException("not a number of milliseconds since 1970");
        }
        return Instant.ofEpochMilli(millis);
    }

    /**
     * Reads seconds with a fraction; what is finer than a nanosecond is cut off.
     *
     * @throws DateTimeException when the number cannot be a number of seconds
     */
    static Instant ofEpochDecimal(BigDecimal seconds) {
        if (seconds.precision() - (long) seconds.scale() > 19 || seconds.scale() > 60) {
            throw new DateTimeException("not a number of seconds since 1970");
        }
        Instant whole = ofEpochSecond(seconds.setScale(0, RoundingMode.FLOOR).longValue());
        BigDecimal fraction = seconds.remainder(BigDecimal.ONE);
        return whole.plusNanos(
                fraction.movePointRight(9).setScale(0, RoundingMode.DOWN).intValue());
    }

    /** Reads a calendar date by a pattern of {@link DateTimeFormatter}. */
    static LocalDate date(String text, String pattern) {
        // "uuuu" is what a strict resolver needs; mapping files write the "yyyy" that everybody knows.
        DateTimeFormatter formatter = DateTimeFormatter.ofPattern(pattern.replace('y', 'u'), Locale.ROOT)
                .withResolverStyle(ResolverStyle.STRICT);
        return LocalDate.parse(text, formatter);
    }

    /** Whether the text is already what {@link Instant#toString} would print, so that it need not be printed again. */
    static boolean isCanonical(String text) {
        int length = text.length();
        if (length < 20 || text.charAt(length - 1) != 'Z') {
            return false;
        }
        return length == 20 || (length == 24 && !text.startsWith("000", 20));
    }

    private static Instant offset(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    /** The name of the zone in brackets depends on the sender's language and repeats the offset: it is not read. */
    private static Instant javaScript(String text) {
        separator(text, 3, ' ');
        int month = MONTHS.indexOf(text.substring(4, 7));
        separator(text, 7, ' ');
        int day = digits(text, 8, 10);
        separator(text, 10, ' ');
        int year = digits(text, 11, 15);
        separator(text, 15, ' ');
        int hour = digits(text, 16, 18);
        separator(text, 18, ':');
        int minute = digits(text, 19, 21);
        separator(text, 21, ':');
        int second = digits(text, 22, 24);
        boolean offsetFollows = text.startsWith(" GMT", 24) && (text.charAt(28) == '+' || text.charAt(28) == '-');
        boolean ended = text.length() == 33 || (text.startsWith(" (", 33) && text.endsWith(")"));
        if (month < 0 || month % 3 != 0 || !offsetFollows || !ended) {
            throw new DateTimeException("not a JavaScript date");
        }
        int offsetHours = digits(text, 29, 31);
        int offsetMinutes = digits(text, 31, 33);
        int sign = text.charAt(28) == '-' ? -1 : 1;
        LocalDateTime local = LocalDateTime.of(year, month / 3 + 1, day, hour, minute, second);
        if (local.getDayOfWeek().getValue() != DAYS.indexOf(text.substring(0, 3)) / 3 + 1) {
            throw new DateTimeException("the day of the week is another");
        }
        return inRange(local.toInstant(ZoneOffset.ofHoursMinutes(sign * offsetHours, sign * offsetMinutes)));
    }

    private static Instant inRange(Instant instant) {
        if (instant.getEpochSecond() < 0 || instant.getEpochSecond() > MAX_EPOCH_SECOND) {
            throw new DateTimeException("outside of the years 1970 to 2999");
        }
        return instant;
    }

    private static int digits(String text, int start, int end) {
        int value = 0;
        for (int i = start; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new DateTimeException("a digit is due at position " + i);
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static void separator(String text, int at, char wanted) {
        if (text.charAt(at) != wanted) {
            throw new DateTimeException("'" + wanted + "' is due at position " + at);
        }
    }
}
