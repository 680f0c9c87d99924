package dev.wasl.hub.sandbox;

import java.util.Set;

/**
 * What a search asks for; an empty set does not filter.
 *
 * @param byUpdate newest change first, otherwise newest creation first
 * @param types names such as {@code EXCHANGE}
 */
record SearchQuery(
        int page,
        int limit,
        boolean byUpdate,
        Set<String> types,
        Set<String> stateCodes,
        Set<String> trackingNumbers,
        Set<String> phones,
        Set<String> references) {

    boolean unfiltered() {
        return types.isEmpty()
                && stateCodes.isEmpty()
                && trackingNumbers.isEmpty()
                && phones.isEmpty()
                && references.isEmpty();
    }
}
