package dev.wasl.hub.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Runs a mapping file. The files are data: they can neither reach the network nor run code. */
public interface MappingEngine {

    /**
     * Maps one value.
     *
     * @param mapping the stem of the mapping file, {@code stripe-payment-in}
     * @param input the parsed input
     * @param context what the mapping may ask for as variables: {@code tenant}, {@code country} (ISO 3166-1 alpha-2, the
     *     default region of phone numbers), {@code currency}, {@code messageId}, {@code kind}, {@code receivedAt} (ISO-8601),
     *     {@code query} (the decoded query of the webhook's URL, an object). A variable that is not given is null.
     * @return the result; null node when the mapping decides that nothing is to be said
     * @throws dev.wasl.hub.canonical.HubException {@code MAPPING_BROKEN}, {@code MAPPING_MISSING}, {@code MAPPING_FAILED}
     */
    JsonNode map(String mapping, JsonNode input, Map<String, JsonNode> context);

    /**
     * How a mapping wants its input to be read. It is the mapping that decides, never the sender's content type.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code MAPPING_MISSING}
     */
    BodyFormat input(String mapping);
}
