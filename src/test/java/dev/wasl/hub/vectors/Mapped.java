package dev.wasl.hub.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.mapping.CanonicalCodec;
import dev.wasl.hub.mapping.MappingEngine;
import dev.wasl.hub.mapping.MappingsForTests;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a raw body becomes: mapped, completed and checked as the flow does it, with a fixed clock and identity. */
public final class Mapped {

    private final MappingEngine engine = MappingsForTests.engine();
    private final CanonicalCodec codec = MappingsForTests.codec();

    /**
     * The events of a body; none when the mapping has nothing to say.
     *
     * @param context variables beside the fixed ones
     */
    public List<CanonicalEvent> events(String mapping, byte[] body, Map<String, JsonNode> context) {
        return outcome(mapping, body, context).events();
    }

    /** The events of a body, and whether the mapping answered with a list. */
    public Outcome outcome(String mapping, byte[] body, Map<String, JsonNode> context) {
        Map<String, JsonNode> variables = new HashMap<>();
        variables.put("tenant", TextNode.valueOf("hvar"));
        variables.put("country", TextNode.valueOf("EG"));
        variables.put("currency", TextNode.valueOf("EGP"));
        variables.put("messageId", TextNode.valueOf("fixture"));
        variables.put("kind", TextNode.valueOf("WEBHOOK"));
        variables.put("receivedAt", TextNode.valueOf("2026-11-20T08:00:00Z"));
        variables.putAll(context);
        JsonNode result = engine.map(mapping, engine.input(mapping).parse(body), variables);
        List<CanonicalEvent> events = new ArrayList<>();
        if (result.isArray()) {
            for (JsonNode part : result) {
                events.add(codec.validate(completed(mapping, part, "fixture#" + (events.size() + 1), variables)));
            }
        } else if (!result.isNull()) {
            events.add(codec.validate(completed(mapping, result, "fixture", variables)));
        }
        return new Outcome(events, result.isArray());
    }

    /** What a body became. */
    public record Outcome(List<CanonicalEvent> events, boolean batch) {}

    private static ObjectNode completed(String mapping, JsonNode part, String id, Map<String, JsonNode> variables) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("specversion", "1.0");
        event.put("id", part.path("id").asText(id));
        event.put("source", "/" + variables.get("tenant").asText() + "/" + mapping.substring(0, mapping.indexOf('-')));
        event.set("type", part.path("type"));
        event.set("subject", part.path("subject"));
        event.set("time", part.path("time"));
        event.put("datacontenttype", "application/json");
        event.set("tenant", variables.get("tenant"));
        event.set("data", part.path("data"));
        return event;
    }
}
