package dev.wasl.hub.fold;

import dev.wasl.hub.fold.FoldTable.Key;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Rows that belong to folded rows, such as the attempts of a delivery. The lock on the row they belong to protects
 * them, so they are only touched after that one was written.
 */
public interface FoldParts {

    /** The rows of each key that has some. */
    Map<Key, List<Map<String, Object>>> load(Collection<Key> keys);

    /** Inserts rows, and replaces those that exist. */
    void save(Map<Key, List<Map<String, Object>>> rows);

    /** Deletes rows by their primary key; other columns are ignored. */
    void delete(Map<Key, List<Map<String, Object>>> rows);
}
