package dev.wasl.hub.connector;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads a few fields of a JSON object without building a tree, so that the intake stays cheap. It judges nothing: what
 * cannot be read is not there.
 */
public final class TopLevelFields {

    private static final JsonFactory FACTORY = new JsonFactory();

    private TopLevelFields() {}

    /**
     * The first value of each wanted field at the top level of an object: text as it is, numbers and booleans as written.
     * Stops as soon as all are found, or at the first thing that is not JSON.
     */
    public static Map<String, String> of(byte[] body, Set<String> wanted) {
        Map<String, String> found = new HashMap<>();
        try (JsonParser parser = FACTORY.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return found;
            }
            while (found.size() < wanted.size() && parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value == null) {
                    return found;
                }
                if (value.isStructStart()) {
                    parser.skipChildren();
                } else if (value != JsonToken.VALUE_NULL && wanted.contains(name)) {
                    found.putIfAbsent(name, parser.getText());
                }
            }
        } catch (IOException | RuntimeException e) {
            return found;
        }
        return found;
    }
}
