package dev.wasl.hub.connector.airtel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.mapping.JsonBodies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A callback's body, and the texts that its hash may have been computed over. */
final class AirtelBody {

    private static final String HASH = "hash";

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build();

    private static final JsonMapper MAPPER = new JsonMapper();

    private static final ObjectWriter INDENTED = MAPPER.writer(new DefaultPrettyPrinter()
            .withSeparators(Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    private final byte[] raw;
    private final ObjectNode envelope;
    private final @Nullable JsonNode hash;

    private AirtelBody(byte[] raw, ObjectNode envelope, @Nullable JsonNode hash) {
        this.raw = raw;
        this.envelope = envelope;
        this.hash = hash;
    }

    /** Reads a body; empty when it is no JSON object or names a member twice. */
    static Optional<AirtelBody> of(byte[] raw) {
        try {
            if (!(JsonBodies.parse(raw) instanceof ObjectNode object)) {
                return Optional.empty();
            }
            JsonNode hash = object.remove(HASH);
            return Optional.of(new AirtelBody(raw, object, hash));
        } catch (HubException e) {
            return Optional.empty();
        }
    }

    /** The hash, null when there is none or when it is no text. */
    @Nullable
    String hash() {
        return hash != null && hash.isTextual() ? hash.textValue() : null;
    }

    /** Our id of the transaction, null when it is not told. */
    @Nullable
    String transactionId() {
        return text("id");
    }

    /** A text of the transaction, null when it is not told. */
    @Nullable
    String text(String name) {
        JsonNode value = envelope.path("transaction").path(name);
        return value.isTextual() || value.isNumber() ? value.asText() : null;
    }

    byte[] compact() {
        return write(MAPPER.writer(), envelope);
    }

    byte[] indented() {
        return write(INDENTED, envelope);
    }

    byte[] inner() {
        return write(MAPPER.writer(), envelope.path("transaction"));
    }

    private static byte[] write(ObjectWriter writer, JsonNode node) {
        try {
            // as text first: written as bytes, Jackson escapes what lies beyond the first plane, emoji for example
            return writer.writeValueAsString(node).getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes without the member: from the comma before it to its end, or, when it is the first, to the next member. */
    byte[] withoutHash() {
        try (JsonParser parser = FACTORY.createParser(raw)) {
            parser.nextToken();
            boolean first = true;
            int endOfPrevious = offset(parser.currentLocation().getByteOffset());
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                int start = offset(parser.currentTokenLocation().getByteOffset());
                boolean found = HASH.equals(parser.currentName());
                parser.nextToken();
                parser.skipChildren();
                parser.finishToken();
                int end = offset(parser.currentLocation().getByteOffset());
                if (found) {
                    return first ? cut(start, nextMember(end)) : cut(endOfPrevious, end);
                }
                endOfPrevious = end;
                first = false;
            }
            return raw;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int offset(long bytes) {
        return (int) Math.max(0, Math.min(raw.length, bytes));
    }

    private int nextMember(int from) {
        int at = from;
        while (at < raw.length && (raw[at] == ',' || (raw[at] <= ' ' && raw[at] >= 0))) {
            at++;
        }
        return at;
    }

    private byte[] cut(int from, int to) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(raw.length);
        kept.write(raw, 0, from);
        kept.write(raw, to, raw.length - to);
        return kept.toByteArray();
    }
}
