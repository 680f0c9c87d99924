package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;

/** What is the same for every message that the hub reads from the broker. */
final class BrokerMessages {

    private BrokerMessages() {}

    /** Whether the body is a bundle; else it is a single message that is replayed, with its parts as properties. */
    static boolean isBundle(Message message) throws JMSException {
        return message.propertyExists(MessageProperties.BUNDLED);
    }

    /** How many messages a broker message holds. */
    static int count(Message message) throws JMSException {
        return isBundle(message) ? message.getIntProperty(MessageProperties.BUNDLED) : 1;
    }

    static byte[] body(Message message) throws JMSException {
        if (message instanceof BytesMessage bytes) {
            byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
            bytes.reset();
            bytes.readBytes(body);
            return body;
        }
        if (message instanceof TextMessage text && text.getText() != null) {
            return text.getText().getBytes(StandardCharsets.UTF_8);
        }
        throw new HubException(ErrorCode.MALFORMED_REQUEST, "only bytes and text messages are read");
    }

    static String required(Message message, String property) throws JMSException {
        String value = message.getStringProperty(property);
        if (value == null) {
            throw new IllegalArgumentException("property " + property + " is missing");
        }
        return value;
    }

    static HubException unreadable(Exception cause) {
        return new HubException(
                ErrorCode.MALFORMED_REQUEST,
                "a message in the broker lacks what the hub writes: " + cause.getMessage(),
                cause);
    }
}
