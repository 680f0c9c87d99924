package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes and reads the JSON of the providers, in the exact forms that they use. */
final class Json {

    static final ObjectMapper MAPPER = JsonMapper.builder()
            .findAndAddModules()
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter JAVASCRIPT = DateTimeFormatter.ofPattern(
                    "EEE MMM dd yyyy HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private Json() {}

    /** Writes JSON with a generator. */
    interface Writer {
        void write(JsonGenerator json) throws IOException;
    }

    static byte[] write(int expectedBytes, Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(expectedBytes);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            writer.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Reads a body; anything that is no JSON reads as missing. */
    static JsonNode read(byte[] body) {
        try {
            JsonNode node = MAPPER.readTree(body);
            return node == null ? MissingNode.getInstance() : node;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Indented by two spaces with LF, as Stripe sends events. */
    static byte[] indented(JsonNode node) {
        return node.toPrettyString().replace(System.lineSeparator(), "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Everything beyond ASCII as {@code \}{@code u} with lower-case digits and the slash as {@code \/}, as Meta sends and signs. */
    static byte[] escapedLikeMeta(JsonNode node) {
        String plain = node.toString();
        StringBuilder escaped = new StringBuilder(plain.length() * 2);
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            if (c == '/') {
                escaped.append("\\/");
            } else if (c < 128) {
                escaped.append(c);
            } else {
                escaped.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
            }
        }
        return escaped.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static String iso(long epochMillis) {
        return ISO.format(Instant.ofEpochMilli(epochMillis));
    }

    /** The text of a JavaScript date, which Bosta's detail call uses; seconds only. */
    static String javascriptDate(long epochMillis) {
        return JAVASCRIPT.format(Instant.ofEpochMilli(epochMillis));
    }
}
