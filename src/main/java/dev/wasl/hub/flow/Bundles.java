package dev.wasl.hub.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * How many messages share one broker message. A broker's work is per message, whatever its size: under load, when many
 * messages share a commit, this is most of what a message costs.
 */
final class Bundles {

    /** A broker message stays below the size (100 KiB) from which the broker keeps each in a file of its own. */
    static final int MOST_BYTES = 64 * 1024;

    /** Room for identifiers and headers beside a body; an estimate that only decides when a bundle is full. */
    static final int OVERHEAD = 512;

    private Bundles() {}

    /**
     * The same messages in bundles that are not too large; a message that is too large by itself is alone.
     *
     * @param length bytes of a message's body
     */
    static <T> List<List<T>> split(List<T> messages, ToIntFunction<T> length) {
        List<List<T>> bundles = new ArrayList<>();
        List<T> bundle = new ArrayList<>();
        int bytes = 0;
        for (T message : messages) {
            int size = length.applyAsInt(message) + OVERHEAD;
            if (!bundle.isEmpty() && bytes + size > MOST_BYTES) {
                bundles.add(bundle);
                bundle = new ArrayList<>();
                bytes = 0;
            }
            bundle.add(message);
            bytes += size;
        }
        if (!bundle.isEmpty()) {
            bundles.add(bundle);
        }
        return bundles;
    }
}
