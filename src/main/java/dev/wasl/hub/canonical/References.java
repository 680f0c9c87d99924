package dev.wasl.hub.canonical;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the references of a message without blanks. */
final class References {

    private References() {}

    static Set<String> of(@Nullable String... values) {
        Set<String> set = new LinkedHashSet<>();
        for (String value : values) {
            if (value != null && !value.isBlank()) {
                set.add(value);
            }
        }
        return set;
    }
}
