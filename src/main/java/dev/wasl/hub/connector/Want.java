package dev.wasl.hub.connector;

import dev.wasl.hub.connector.RequestBudget.Priority;
import org.jspecify.annotations.Nullable;

/**
 * Something that a connector has to ask its source for.
 *
 * @param reference the source's number of the thing
 * @param reason why
 * @param knownState for {@link Reason#RECONCILE}: the state as known when the wish arose; null otherwise
 * @param generation which wish this is: a newer one for the same thing is not ended by an older answer
 * @param attempts how often asking failed
 * @param misses how often the source did not know the thing
 */
public record Want(
        String reference, Reason reason, @Nullable Integer knownState, int generation, int attempts, int misses) {

    /** Why something is wanted, which decides how urgent it is. */
    public enum Reason {
        USER(Priority.USER),
        WEBHOOK(Priority.HINT),
        RECONCILE(Priority.RECONCILE),
        CHANGED(Priority.POLL),
        BACKFILL(Priority.HISTORY);

        private final Priority priority;

        Reason(Priority priority) {
            this.priority = priority;
        }

        /** How urgent. */
        public Priority priority() {
            return priority;
        }
    }

    /** A new wish. */
    public static Want of(String reference, Reason reason) {
        return new Want(reference, reason, null, 0, 0, 0);
    }

    /** How urgent. */
    public Priority priority() {
        return reason.priority();
    }
}
