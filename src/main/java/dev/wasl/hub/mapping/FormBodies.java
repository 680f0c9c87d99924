package dev.wasl.hub.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code application/x-www-form-urlencoded} from outside: incomplete escapes and anything but UTF-8 are refused,
 * nothing is trimmed, empty values are kept.
 */
public final class FormBodies {

    /** More fields than any provider sends; beyond it somebody is playing. */
    private static final int MAX_FIELDS = 1000;

    private FormBodies() {}

    /**
     * Parses a form.
     *
     * @return an object of strings; a key that occurs more than once holds the array of its values in wire order
     * @throws HubException {@code MALFORMED_BODY} with the place, never with the content
     */
    public static ObjectNode parse(byte[] body) {
        ObjectNode form = JsonNodeFactory.instance.objectNode();
        int fields = 0;
        int start = 0;
        while (start < body.length) {
            int end = indexOf(body, '&', start, body.length);
            if (end > start) {
                if (++fields > MAX_FIELDS) {
                    throw malformed("has more than " + MAX_FIELDS + " fields", start);
                }
                int equals = indexOf(body, '=', start, end);
                String key = decode(body, start, equals);
                String value = equals == end ? "" : decode(body, equals + 1, end);
                add(form, key, value);
            }
            start = end + 1;
        }
        return form;
    }

    /**
     * Parses the raw query of a URL by the same rules.
     *
     * @param rawQuery what follows the question mark, null when there was none
     * @throws HubException {@code MALFORMED_BODY}
     */
    public static ObjectNode parseQuery(@Nullable String rawQuery) {
        return parse(rawQuery == null ? new byte[0] : rawQuery.getBytes(StandardCharsets.UTF_8));
    }

    private static void add(ObjectNode form, String key, String value) {
        JsonNode known = form.get(key);
        if (known == null) {
            form.put(key, value);
        } else if (known instanceof ArrayNode values) {
            values.add(value);
        } else {
            form.putArray(key).add(known).add(value);
        }
    }

    private static String decode(byte[] body, int start, int end) {
        byte[] decoded = new byte[end - start];
        int length = 0;
        for (int at = start; at < end; at++) {
            byte b = body[at];
            if (b == '%') {
                int high = at + 2 < end ? hex(body[at + 1]) : -1;
                int low = at + 2 < end ? hex(body[at + 2]) : -1;
                if (high < 0 || low < 0) {
                    throw malformed("has an incomplete escape", at);
                }
                decoded[length++] = (byte) (high << 4 | low);
                at += 2;
            } else {
                decoded[length++] = b == '+' ? (byte) ' ' : b;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(decoded, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("is not UTF-8", start);
        }
    }

    private static int hex(byte b) {
        return b < 0 ? -1 : Character.digit(b, 16);
    }

    private static int indexOf(byte[] body, char wanted, int start, int end) {
        for (int at = start; at < end; at++) {
            if (body[at] == wanted) {
                return at;
            }
        }
        return end;
    }

    private static HubException malformed(String what, int at) {
        return new HubException(ErrorCode.MALFORMED_BODY, "the form " + what + " at byte " + at);
    }
}
