package dev.wasl.hub.journal;

import dev.wasl.hub.journal.Arrival.Outcome;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The columns of the ledger: received is the sum of the others and of what is pending. */
enum Bucket {
    RECEIVED,
    APPLIED,
    DUPLICATE,
    REJECTED,
    PARKED;

    /** Where an arrival counts at once; null when it is pending. */
    static @Nullable Bucket of(Outcome outcome) {
        return switch (outcome) {
            case ACCEPTED -> null;
            case IGNORED -> APPLIED;
            case DUPLICATE -> DUPLICATE;
            case PARKED -> PARKED;
            case REJECTED -> REJECTED;
        };
    }

    String column() {
        return name().toLowerCase(Locale.ROOT);
    }
}
