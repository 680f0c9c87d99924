package dev.wasl.hub.flow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.intake.InboundMessage;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Between received messages and broker messages. */
final class InboundCodec {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private InboundCodec() {}

    /** One broker message for messages of one connector; few enough of them, see {@link InboundBundle#split}. */
    static BytesMessage write(Session session, List<InboundMessage> bundle) throws JMSException {
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeBytes(InboundBundle.write(bundle));
        bytes.setIntProperty(MessageProperties.BUNDLED, bundle.size());
        return bytes;
    }

    /** Everything but the body, for parking and replay. */
    static Map<String, String> properties(InboundMessage message) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(MessageProperties.MESSAGE_ID, message.messageId());
        properties.put(MessageProperties.TENANT, message.tenant());
        properties.put(MessageProperties.CONNECTOR, message.connector());
        properties.put(MessageProperties.RECEIPT_ID, message.receiptId().toString());
        properties.put(MessageProperties.KIND, message.kind().name());
        properties.put(MessageProperties.RECEIVED_AT, message.receivedAt().toString());
        properties.put(MessageProperties.CONTENT_TYPE, message.contentType());
        if (!message.headers().isEmpty()) {
            properties.put(MessageProperties.HEADERS, json(message.headers()));
        }
        return properties;
    }

    /**
     * Reads a broker message: a bundle as {@link #write} wrote it, or a single message that is replayed, with its parts as
     * properties.
     *
     * @throws HubException {@code MALFORMED_REQUEST} for a message that the hub did not write
     */
    static List<InboundMessage> read(Message message) throws JMSException {
        try {
            return BrokerMessages.isBundle(message)
                    ? InboundBundle.read(BrokerMessages.body(message))
                    : List.of(single(message));
        } catch (RuntimeException | JsonProcessingException e) {
            throw BrokerMessages.unreadable(e);
        }
    }

    private static InboundMessage single(Message message) throws JMSException, JsonProcessingException {
        String headers = message.getStringProperty(MessageProperties.HEADERS);
        return new InboundMessage(
                UUID.fromString(message.getStringProperty(MessageProperties.RECEIPT_ID)),
                BrokerMessages.required(message, MessageProperties.MESSAGE_ID),
                BrokerMessages.required(message, MessageProperties.TENANT),
                BrokerMessages.required(message, MessageProperties.CONNECTOR),
                InboundMessage.Kind.valueOf(BrokerMessages.required(message, MessageProperties.KIND)),
                Instant.parse(BrokerMessages.required(message, MessageProperties.RECEIVED_AT)),
                BrokerMessages.required(message, MessageProperties.CONTENT_TYPE),
                headers == null ? Map.of() : JSON.readValue(headers, TEXTS),
                BrokerMessages.body(message));
    }

    private static String json(Map<String, String> headers) {
        try {
            return JSON.writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
