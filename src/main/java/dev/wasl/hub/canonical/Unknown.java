package dev.wasl.hub.canonical;

import java.util.Set;

/** Data of a canonical type that this version of the hub has no record for; carried along, never dropped. */
public record Unknown(String type) implements CanonicalData {

    @Override
    public Set<String> references() {
        return Set.of();
    }
}
