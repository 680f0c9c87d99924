package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.flow.CanonicalBundle.Part;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Between canonical messages and broker messages. */
final class PartCodec {

    private PartCodec() {}

    /** One broker message for several; few enough of them, see {@link CanonicalBundle#split}. */
    static BytesMessage write(Session session, List<CanonicalMessage> bundle) throws JMSException {
        BytesMessage bytes = session.createBytesMessage();
        bytes.writeBytes(CanonicalBundle.write(bundle));
        bytes.setIntProperty(MessageProperties.BUNDLED, bundle.size());
        return bytes;
    }

    /** Everything but the body, for parking and replay. */
    static Map<String, String> properties(Part part) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(MessageProperties.MESSAGE_ID, part.messageId());
        properties.put(MessageProperties.TENANT, part.tenant());
        properties.put(MessageProperties.CONNECTOR, part.connector());
        CanonicalMessage.Origin origin = part.origin();
        if (origin != null) {
            properties.put(MessageProperties.RECEIPT_ID, origin.receiptId().toString());
            properties.put(MessageProperties.PARTS, Integer.toString(origin.parts()));
        }
        return properties;
    }

    /**
     * Reads a broker message: a bundle as {@link #write} wrote it, or a single message that is replayed, with its parts as
     * properties.
     *
     * @throws HubException {@code MALFORMED_REQUEST} for a message that the hub did not write
     */
    static List<Part> read(Message message) throws JMSException {
        try {
            byte[] body = BrokerMessages.body(message);
            return BrokerMessages.isBundle(message) ? CanonicalBundle.read(body) : List.of(single(message, body));
        } catch (IllegalArgumentException e) {
            throw BrokerMessages.unreadable(e);
        }
    }

    private static Part single(Message message, byte[] body) throws JMSException {
        String connector = BrokerMessages.required(message, MessageProperties.CONNECTOR);
        String receipt = message.getStringProperty(MessageProperties.RECEIPT_ID);
        CanonicalMessage.Origin origin = receipt == null
                ? null
                : new CanonicalMessage.Origin(
                        UUID.fromString(receipt),
                        connector,
                        Integer.parseInt(BrokerMessages.required(message, MessageProperties.PARTS)));
        return new Part(
                BrokerMessages.required(message, MessageProperties.TENANT),
                connector,
                BrokerMessages.required(message, MessageProperties.MESSAGE_ID),
                origin,
                body);
    }
}
