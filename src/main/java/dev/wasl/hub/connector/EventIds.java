package dev.wasl.hub.connector;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Identities of events that a gateway gives no id: what makes them unique, readable, joined by colons. */
public final class EventIds {

    private static final int LONGEST = 64;

    private EventIds() {}

    /** Joins the parts; an absent one is {@code -}, one that is long or odd is replaced by its fingerprint. */
    public static String of(@Nullable String... parts) {
        return Arrays.stream(parts).map(EventIds::plain).collect(Collectors.joining(":"));
    }

    private static String plain(@Nullable String part) {
        if (part == null || part.isEmpty()) {
            return "-";
        }
        boolean plain = part.length() <= LONGEST && part.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
        return plain ? part : Fingerprint.of(part).substring(0, 32);
    }
}
