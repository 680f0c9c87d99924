package dev.wasl.hub.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.mapping.CanonicalCodec;
import dev.wasl.hub.mapping.FormBodies;
import dev.wasl.hub.mapping.MappingEngine;
import dev.wasl.hub.tenant.Tenant;
import dev.wasl.hub.tenant.Tenants;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * {@code ref: mapInbound}: maps received messages by the mapping file that has the route's name, completes the envelope
 * and checks it. A message that cannot be mapped does not disturb its neighbours: it carries its failure on.
 */
@Component("mapInbound")
class MapInbound {

    private final MappingEngine mappings;
    private final CanonicalCodec codec;
    private final Tenants tenants;

    MapInbound(MappingEngine mappings, CanonicalCodec codec, Tenants tenants) {
        this.mappings = mappings;
        this.codec = codec;
        this.tenants = tenants;
    }

    /** Called by routes with the batch as body. */
    public List<Mapped> map(Exchange exchange) {
        String mapping = exchange.getFromRouteId();
        List<?> batch = exchange.getMessage().getBody(List.class);
        List<Mapped> mapped = new ArrayList<>(batch.size());
        for (Object message : batch) {
            mapped.add(map(mapping, (InboundMessage) message));
        }
        return mapped;
    }

    Mapped map(String mapping, InboundMessage message) {
        try {
            return new Mapped(message, events(mapping, message), null);
        } catch (HubException e) {
            return new Mapped(message, List.of(), e);
        }
    }

    private List<CanonicalEvent> events(String mapping, InboundMessage message) {
        Tenant tenant = tenants.get(message.tenant());
        JsonNode input = mappings.input(mapping).parse(message.body());
        JsonNode result = mappings.map(mapping, input, variables(tenant, message));
        if (result.isNull() || result.isMissingNode()) {
            return List.of();
        }
        if (mayHoldNul(message.body())) {
            result = withoutNul(result);
        }
        if (!result.isArray()) {
            return List.of(codec.validate(envelope(result, message, message.messageId())));
        }
        List<CanonicalEvent> events = new ArrayList<>(result.size());
        for (int i = 0; i < result.size(); i++) {
            String id = result.size() == 1 ? message.messageId() : message.messageId() + '#' + (i + 1);
            events.add(codec.validate(envelope(result.get(i), message, id)));
        }
        return events;
    }

    private static Map<String, JsonNode> variables(Tenant tenant, InboundMessage message) {
        Map<String, JsonNode> variables = new HashMap<>();
        variables.put("tenant", TextNode.valueOf(tenant.key()));
        variables.put("country", TextNode.valueOf(tenant.country()));
        variables.put("currency", TextNode.valueOf(tenant.currency()));
        variables.put("messageId", TextNode.valueOf(message.messageId()));
        variables.put("kind", TextNode.valueOf(message.kind().name()));
        variables.put("receivedAt", TextNode.valueOf(message.receivedAt().toString()));
        variables.put("query", FormBodies.parseQuery(message.headers().get("query")));
        variables.put("headers", headers(message.headers()));
        return variables;
    }

    /** The kept headers and notes; null when there are none. */
    private static JsonNode headers(Map<String, String> kept) {
        if (kept.isEmpty()) {
            return NullNode.instance;
        }
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        kept.forEach(headers::put);
        return headers;
    }

    /** What a mapping says, as a CloudEvent. */
    private static ObjectNode envelope(JsonNode said, InboundMessage message, String defaultId) {
        if (!said.isObject()
                || !said.path("type").isTextual()
                || !said.path("subject").isTextual()) {
            throw new HubException(
                    ErrorCode.SCHEMA_VIOLATION, "a mapping must return an object with type, subject, time and data");
        }
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        String subject = said.get("subject").textValue();
        event.put("specversion", "1.0");
        event.put("id", said.path("id").isTextual() ? said.get("id").textValue() : defaultId);
        event.put("source", '/' + message.tenant() + '/' + message.connector());
        event.set("type", said.get("type"));
        event.put("subject", subject);
        event.set("time", said.path("time"));
        event.put("datacontenttype", "application/json");
        event.put("tenant", message.tenant());
        event.put("correlationid", subject);
        event.put("causationid", message.receiptId().toString());
        event.set("data", said.path("data"));
        return event;
    }

    /** Whether a body escapes the character NUL somewhere: in JSON, or in a form. */
    private static boolean mayHoldNul(byte[] body) {
        for (int i = 0; i + 2 < body.length; i++) {
            if (body[i] == '%' && body[i + 1] == '0' && body[i + 2] == '0') {
                return true;
            }
            if (body[i] == '\\' && body[i + 1] == 'u' && i + 5 < body.length && zeros(body, i + 2)) {
                return true;
            }
        }
        return false;
    }

    private static boolean zeros(byte[] body, int from) {
        return body[from] == '0' && body[from + 1] == '0' && body[from + 2] == '0' && body[from + 3] == '0';
    }

    /** PostgreSQL's text cannot hold NUL; the original bytes stay in the journal. */
    private static JsonNode withoutNul(JsonNode node) {
        if (node.isTextual()) {
            return TextNode.valueOf(node.textValue().replace('\u0000', '\uFFFD'));
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode(node.size());
            node.forEach(element -> array.add(withoutNul(element)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(field -> object.set(field.getKey(), withoutNul(field.getValue())));
            return object;
        }
        return node;
    }
}
