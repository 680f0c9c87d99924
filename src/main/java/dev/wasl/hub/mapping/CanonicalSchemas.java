package dev.wasl.hub.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The schemas {@code mappings/canonical-<entity>.schema.json}, each compiled at its first use and then kept: unlike mapping
 * files they are a contract between systems, so that a new one takes a restart.
 */
@Component
final class CanonicalSchemas {

    private static final Pattern ENTITY = Pattern.compile("[a-z][a-z_]*");

    private final Path directory;
    private final ObjectMapper mapper = new ObjectMapper();
    private final JsonSchemaFactory factory;
    private final SchemaValidatorsConfig config =
            SchemaValidatorsConfig.builder().failFast(true).cacheRefs(true).build();
    private final Map<String, JsonSchema> byType = new ConcurrentHashMap<>();

    CanonicalSchemas(MappingSettings settings) {
        this.directory = settings.directory();
        JsonMetaSchema metaSchema = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                .keyword(new NonValidationKeyword("version"))
                .build();
        this.factory = JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012))
                .metaSchema(metaSchema)
                .defaultMetaSchemaIri(metaSchema.getIri())
                .build();
    }

    /**
     * Checks an envelope; its data only as far as that it is an object.
     *
     * @throws HubException {@code SCHEMA_VIOLATION}
     */
    void checkEnvelope(JsonNode event) {
        check(byType.computeIfAbsent("envelope", key -> compile("envelope", null)), event, "");
    }

    /**
     * Checks the data of an event by the schema of its entity. Where that schema defines something of the event's name, the
     * definition is the rule: two records can then share an entity ({@code dev.wasl.notification.receipt.v1}).
     *
     * @param type {@code dev.wasl.<entity>.<event>.v1}
     * @throws HubException {@code SCHEMA_VIOLATION}
     */
    void checkData(CanonicalType type, JsonNode data) {
        if (type.version() != 1) {
            throw violation("there is no schema for version " + type.version() + " of " + type.entity());
        }
        JsonSchema schema = byType.get(type.name());
        if (schema == null) {
            schema = compile(type.entity(), type.event());
            byType.put(type.name(), schema);
        }
        check(schema, data, "data");
    }

    private static void check(JsonSchema schema, JsonNode value, String prefix) {
        Set<ValidationMessage> messages = schema.validate(value);
        if (!messages.isEmpty()) {
            throw violation(prefix + messages.iterator().next().getMessage());
        }
    }

    private JsonSchema compile(String entity, @Nullable String event) {
        JsonNode root = load(entity);
        String id = root.path("$id").asText();
        if (event != null && root.path("$defs").has(event)) {
            JsonNode chosen =
                    mapper.createObjectNode().put("$ref", "#/$defs/" + event).set("$defs", root.get("$defs"));
            return factory.getSchema(chosen, config);
        }
        if (id.isEmpty()) {
            throw violation("the schema of " + entity + " has no $id");
        }
        return factory.getSchema(root, config);
    }

    private JsonNode load(String entity) {
        if (!ENTITY.matcher(entity).matches()) {
            throw violation("no entity can be named so");
        }
        String name = "canonical-" + entity + ".schema.json";
        Path live = directory.resolve(name);
        try {
            if (Files.isRegularFile(live)) {
                return mapper.readTree(live.toFile());
            }
            try (InputStream packaged = getClass().getResourceAsStream("/mappings/" + name)) {
                if (packaged == null) {
                    throw violation("there is no schema for " + entity);
                }
                return mapper.readTree(packaged);
            }
        } catch (IOException e) {
            throw new HubException(ErrorCode.SCHEMA_VIOLATION, name + " is not a schema", e);
        }
    }

    private static HubException violation(String problem) {
        return new HubException(ErrorCode.SCHEMA_VIOLATION, problem);
    }
}
