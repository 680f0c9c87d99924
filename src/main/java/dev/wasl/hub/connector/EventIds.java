package dev.wasl.hub.connector;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Identities of events, short and printable. */
public final class EventIds {

    private static final int LONGEST = 200;
    private static final int LONGEST_PART = 64;

    private EventIds() {}

    /** The id that the event has; the fingerprint of its body when it has none, or one that is long or odd. */
    public static String own(@Nullable String id, byte[] body) {
        if (id != null && !id.isEmpty() && id.length() <= LONGEST && isPrintable(id)) {
            return id;
        }
        return Fingerprint.of(body);
    }

    /**
     * For events that have no id: joins what makes them unique by colons. An absent part is {@code -}, one that is long or
     * odd is replaced by its fingerprint.
     */
    public static String of(@Nullable String... parts) {
        return Arrays.stream(parts).map(EventIds::plain).collect(Collectors.joining(":"));
    }

    private static String plain(@Nullable String part) {
        if (part == null || part.isEmpty()) {
            return "-";
        }
        boolean plain = part.length() <= LONGEST_PART && part.indexOf(':') < 0 && isPrintable(part);
        return plain ? part : Fingerprint.of(part).substring(0, 32);
    }

    private static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
