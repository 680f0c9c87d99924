package dev.wasl.hub.exchange;

import java.util.LinkedHashSet;
import java.util.Set;

/** Understands a tracking number as it is printed on a label. */
final class TrackingNumber {

    private TrackingNumber() {}

    /**
     * What the number may be, the likeliest first: as written without spaces, then without the hub's prefix that some
     * couriers print before it ({@code CAI-90000001}).
     */
    static Set<String> candidates(String written) {
        String text = TypedText.visible(written).replaceAll("\\s", "");
        Set<String> candidates = new LinkedHashSet<>();
        if (!text.isEmpty()) {
            candidates.add(text);
        }
        String afterPrefix = text.substring(text.lastIndexOf('-') + 1);
        if (!afterPrefix.isEmpty()) {
            candidates.add(afterPrefix);
        }
        return candidates;
    }
}
