package dev.wasl.hub.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.wasl.hub.canonical.HubException;

/** How the bytes of a message become the input of a mapping. */
public enum BodyFormat {
    /** Strict JSON. */
    JSON {
        @Override
        public JsonNode parse(byte[] body) {
            return JsonBodies.parse(body);
        }
    },
    /** {@code application/x-www-form-urlencoded}. */
    FORM {
        @Override
        public JsonNode parse(byte[] body) {
            return FormBodies.parse(body);
        }
    },
    /** What a gateway sends as a form and the hub keeps as JSON when it asked: JSON when it begins with a brace. */
    FORM_OR_JSON {
        @Override
        public JsonNode parse(byte[] body) {
            return body.length > 0 && body[0] == '{' ? JsonBodies.parse(body) : FormBodies.parse(body);
        }
    },
    /**
     * Strict JSON, or null for anything else: for callbacks whose address tells enough, so that an empty or odd body must
     * not lose them.
     */
    HINT {
        @Override
        public JsonNode parse(byte[] body) {
            try {
                return JsonBodies.parse(body);
            } catch (HubException e) {
                return NullNode.instance;
            }
        }
    };

    /**
     * Reads a body.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code MALFORMED_BODY} with the place, never with the content
     */
    public abstract JsonNode parse(byte[] body);
}
