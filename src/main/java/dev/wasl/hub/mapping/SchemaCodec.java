package dev.wasl.hub.mapping;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import dev.wasl.hub.canonical.CanonicalData;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Unknown;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Canonical events as JSON. Reading ignores fields that the records do not know, so that instances of two versions of the
 * hub can share one broker; it is the schemas that refuse them, once, before an event is published.
 */
@Component
final class SchemaCodec implements CanonicalCodec {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule().addDeserializer(Instant.class, new InstantReader()))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    private static final ObjectWriter WRITER = MAPPER.writerFor(CanonicalEvent.class);
    private static final ObjectReader TREE = MAPPER.readerFor(JsonNode.class);

    private final CanonicalSchemas schemas;
    private final Map<String, CanonicalType> types = new ConcurrentHashMap<>();
    private final Map<Class<? extends CanonicalData>, ObjectReader> readers = new ConcurrentHashMap<>();

    SchemaCodec(CanonicalSchemas schemas) {
        this.schemas = schemas;
    }

    @Override
    public CanonicalEvent validate(JsonNode event) {
        schemas.checkEnvelope(event);
        CanonicalType type = type(event.get("type").textValue());
        JsonNode data = event.get("data");
        schemas.checkData(type, data);
        try {
            return new Envelope(event).with(data(type, data));
        } catch (JsonMappingException e) {
            throw new HubException(ErrorCode.SCHEMA_VIOLATION, "data" + place(e) + ": cannot be read", e);
        } catch (IOException | DateTimeException e) {
            throw new HubException(ErrorCode.SCHEMA_VIOLATION, "cannot be read", e);
        }
    }

    @Override
    public CanonicalEvent read(byte[] json) {
        try (JsonParser parser = MAPPER.createParser(json)) {
            Envelope envelope = new Envelope();
            JsonNode unread = null;
            CanonicalData data = null;
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw malformed("it is no object", null);
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (!name.equals("data")) {
                    if (value.isScalarValue()) {
                        envelope.put(name, parser.getText());
                    } else {
                        parser.skipChildren();
                    }
                } else if (envelope.type != null) {
                    data = data(type(envelope.type), parser);
                } else {
                    unread = TREE.readValue(parser);
                }
            }
            if (unread != null && envelope.type != null) {
                data = data(type(envelope.type), unread);
            }
            if (data == null) {
                throw malformed("it has no type or no data", null);
            }
            return envelope.with(data);
        } catch (JsonProcessingException e) {
            throw malformed("not valid", e);
        } catch (IOException | DateTimeException | NullPointerException e) {
            throw malformed("incomplete", e);
        }
    }

    @Override
    public byte[] write(CanonicalEvent event) {
        if (event.data() instanceof Unknown unknown) {
            throw new HubException(
                    ErrorCode.UNEXPECTED,
                    "the data of " + unknown.type() + " is only known as the bytes that it came in");
        }
        try {
            return WRITER.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new HubException(ErrorCode.UNEXPECTED, "a canonical event cannot be written", e);
        }
    }

    private CanonicalType type(String name) {
        CanonicalType known = types.get(name);
        if (known == null) {
            known = CanonicalType.parse(name);
            // kept only once it has a schema or a record: names from outside must not fill the memory
            if (known.record() != null) {
                types.put(name, known);
            }
        }
        return known;
    }

    private CanonicalData data(CanonicalType type, JsonNode data) throws IOException {
        Class<? extends CanonicalData> record = type.record();
        return record == null ? new Unknown(type.name()) : reader(record).readValue(data);
    }

    private CanonicalData data(CanonicalType type, JsonParser data) throws IOException {
        Class<? extends CanonicalData> record = type.record();
        if (record == null) {
            data.skipChildren();
            return new Unknown(type.name());
        }
        return reader(record).readValue(data);
    }

    private ObjectReader reader(Class<? extends CanonicalData> record) {
        return readers.computeIfAbsent(record, MAPPER::readerFor);
    }

    /** The place as a JSON pointer; Jackson's own message would quote the content. */
    private static String place(JsonMappingException e) {
        return e.getPath().stream()
                .map(step ->
                        "/" + (step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName()))
                .collect(Collectors.joining());
    }

    private static HubException malformed(String problem, @Nullable Throwable cause) {
        return new HubException(ErrorCode.MALFORMED_BODY, "a canonical event cannot be read: " + problem, cause);
    }

    /** Reads the form that the schemas want directly, and whatever else Jackson accepts as Jackson does. */
    private static final class InstantReader extends StdDeserializer<Instant> {

        private static final long serialVersionUID = 1;

        private InstantReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (parser.hasToken(JsonToken.VALUE_STRING)) {
                try {
                    return Instants.utc(parser.getText());
                } catch (DateTimeException e) {
                    // a leap second, or 24:00
                }
            }
            return InstantDeserializer.INSTANT.deserialize(parser, context);
        }
    }

    /** The envelope while it is being read. */
    private static final class Envelope {
        private @Nullable String specversion;
        private @Nullable String id;
        private @Nullable String source;
        private @Nullable String type;
        private @Nullable String subject;
        private @Nullable String time;
        private @Nullable String datacontenttype;
        private @Nullable String dataschema;
        private @Nullable String tenant;
        private @Nullable String correlationid;
        private @Nullable String causationid;
        private @Nullable String traceparent;

        Envelope() {}

        Envelope(JsonNode event) {
            event.properties().forEach(field -> {
                if (field.getValue().isTextual()) {
                    put(field.getKey(), field.getValue().textValue());
                }
            });
        }

        void put(String name, String value) {
            switch (name) {
                case "specversion" -> specversion = value;
                case "id" -> id = value;
                case "source" -> source = value;
                case "type" -> type = value;
                case "subject" -> subject = value;
                case "time" -> time = value;
                case "datacontenttype" -> datacontenttype = value;
                case "dataschema" -> dataschema = value;
                case "tenant" -> tenant = value;
                case "correlationid" -> correlationid = value;
                case "causationid" -> causationid = value;
                case "traceparent" -> traceparent = value;
                default -> {
                    // an extension that the hub has no use for
                }
            }
        }

        CanonicalEvent with(CanonicalData data) {
            return new CanonicalEvent(
                    Objects.requireNonNull(specversion),
                    Objects.requireNonNull(id),
                    Objects.requireNonNull(source),
                    Objects.requireNonNull(type),
                    Objects.requireNonNull(subject),
                    Instants.parse(Objects.requireNonNull(time)),
                    Objects.requireNonNull(datacontenttype),
                    dataschema,
                    Objects.requireNonNull(tenant),
                    correlationid,
                    causationid,
                    traceparent,
                    data);
        }
    }
}
