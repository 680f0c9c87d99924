package dev.wasl.hub.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.CanonicalEvent;

/** Between canonical events and their JSON: checks against the schema on the way out, reads on the way in. */
public interface CanonicalCodec {

    /**
     * Checks an event against the schema of its type and reads it.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code SCHEMA_VIOLATION} with the place and the rule, {@code MALFORMED_BODY}
     */
    CanonicalEvent validate(JsonNode event);

    /** Reads an event that was validated before; a type without a record becomes {@code Unknown}. */
    CanonicalEvent read(byte[] json);

    /** The event as UTF-8 JSON. */
    byte[] write(CanonicalEvent event);
}
