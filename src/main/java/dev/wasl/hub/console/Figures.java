package dev.wasl.hub.console;

import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;

/** Writes numbers, ages and times for people of one language, always in Latin digits. */
final class Figures {

    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private final MessageSource messages;
    private final Locale locale;
    private final NumberFormat whole;

    Figures(MessageSource messages, Locale locale) {
        this.messages = messages;
        this.locale = locale;
        this.whole = NumberFormat.getIntegerInstance(Locale.forLanguageTag(locale.getLanguage() + "-u-nu-latn"));
    }

    String text(String key, Object... values) {
        return messages.getMessage(key, values, locale);
    }

    String count(long number) {
        return whole.format(number);
    }

    /** A technical name within a sentence, kept together whatever the direction of the sentence. */
    static String name(String name) {
        return '\u2068' + name + '\u2069';
    }

    /** {@code 14 s}, {@code 3 min}, {@code 2 h}, {@code 5 d}. */
    String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < MINUTE) {
            return text("age.seconds", count(seconds));
        }
        if (seconds < HOUR) {
            return text("age.minutes", count(seconds / MINUTE));
        }
        return seconds < DAY ? text("age.hours", count(seconds / HOUR)) : text("age.days", count(seconds / DAY));
    }

    /** A moment in the past as seen from another one. */
    Moment moment(Instant at, Instant now) {
        Duration age = Duration.between(at, now);
        return new Moment(
                at.truncatedTo(ChronoUnit.SECONDS).toString(), UTC.format(at), text("age.ago", duration(age)));
    }

    @Nullable
    Moment momentOrNull(@Nullable Instant at, Instant now) {
        return at == null ? null : moment(at, now);
    }

    /**
     * A moment.
     *
     * @param iso for machines
     * @param utc for people who want to know exactly
     * @param age for everybody else
     */
    record Moment(String iso, String utc, String age) {}
}
