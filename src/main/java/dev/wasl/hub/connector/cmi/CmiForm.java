package dev.wasl.hub.connector.cmi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.mapping.FormBodies;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A callback's fields as they came, each once. */
record CmiForm(Map<String, String> fields, String hash) {

    /**
     * Reads a callback.
     *
     * @return empty when it cannot be read or a field is repeated, the hash in another spelling too; the hash is empty when
     *     there is none
     */
    static Optional<CmiForm> of(byte[] body) {
        Map<String, String> fields = new LinkedHashMap<>();
        String hash = "";
        int hashes = 0;
        try {
            for (Map.Entry<String, JsonNode> field : FormBodies.parse(body).properties()) {
                if (!field.getValue().isTextual()) {
                    return Optional.empty();
                }
                fields.put(field.getKey(), field.getValue().textValue());
                if (CmiHash.isHash(field.getKey())) {
                    hash = field.getValue().textValue();
                    hashes++;
                }
            }
        } catch (HubException e) {
            return Optional.empty();
        }
        return hashes > 1 ? Optional.empty() : Optional.of(new CmiForm(fields, hash));
    }

    /** A field, empty when it is not there. */
    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /** Whether CMI says that the card was accepted. */
    boolean isApproved() {
        return field("ProcReturnCode").equals("00") && field("Response").equals("Approved");
    }
}
