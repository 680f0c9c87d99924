package dev.wasl.hub.fold;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table with one folded row per thing. Rows are maps from column to JSON value; an absent column is NULL. Every method
 * must run inside the transaction of the effect.
 */
public interface FoldTable {

    /**
     * Folds rows under lock, safely beside other transactions that do the same: new rows are inserted first and whoever
     * comes second waits, then existing rows are locked, both in the order of the keys, so nobody waits in a circle.
     *
     * @return what was written
     * @throws IllegalStateException if a row has a column that the table has not
     */
    List<Change> fold(Collection<Key> keys, Folding folding);

    /** Names one row. */
    record Key(String tenant, String system, String id) {}

    /**
     * A row that was written.
     *
     * @param before null when the row is new
     */
    record Change(Key key, @Nullable Map<String, Object> before, Map<String, Object> after) {}

    /** Computes rows; may be asked twice for a key that another transaction inserted meanwhile. */
    interface Folding {

        /**
         * Computes the rows of keys.
         *
         * @param existing the locked rows of those keys that have one
         * @return rows to write; a key left out stays as it is
         */
        Map<Key, Map<String, Object>> fold(Collection<Key> keys, Map<Key, Map<String, Object>> existing);
    }
}
