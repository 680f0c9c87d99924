package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.delivery.ParkRequest;
import dev.wasl.hub.intake.InboundMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/** Reads what is needed to park a broker message and to send it again. */
final class BrokerMessages {

    private BrokerMessages() {}

    /** What a message holds, as work: each received message of a bundle, else the message itself. */
    static List<ParkRequest> parkRequests(
            Message message, String queue, String stage, HubException reason, Predicate<UUID> settle)
            throws JMSException {
        if (!message.propertyExists(MessageProperties.BUNDLED)) {
            return List.of(parkRequest(message, queue, stage, reason, settle));
        }
        List<InboundMessage> bundle;
        try {
            bundle = InboundCodec.read(message);
        } catch (HubException e) {
            return List.of(parkRequest(message, queue, stage, reason, settle));
        }
        return bundle.stream()
                .map(one -> new ParkRequest(
                        one.tenant(),
                        one.connector(),
                        queue,
                        stage,
                        one.messageId(),
                        one.receiptId(),
                        reason,
                        InboundCodec.properties(one),
                        one.body(),
                        settle.test(one.receiptId())))
                .toList();
    }

    /**
     * A message as work.
     *
     * @param settle moves a received message to parked in the ledger; tells whether it was pending
     */
    static ParkRequest parkRequest(
            Message message, String queue, String stage, HubException reason, Predicate<UUID> settle)
            throws JMSException {
        Map<String, String> properties = new TreeMap<>();
        for (String name : MessageProperties.ALL) {
            String value = message.getStringProperty(name);
            if (value != null) {
                properties.put(name, value);
            }
        }
        String receipt = properties.get(MessageProperties.RECEIPT_ID);
        UUID receiptId = receipt == null ? null : UUID.fromString(receipt);
        return new ParkRequest(
                properties.getOrDefault(MessageProperties.TENANT, "unknown"),
                properties.getOrDefault(MessageProperties.CONNECTOR, "unknown"),
                queue,
                stage,
                properties.getOrDefault(MessageProperties.MESSAGE_ID, message.getJMSMessageID()),
                receiptId,
                reason,
                properties,
                InboundCodec.body(message),
                receiptId != null && settle.test(receiptId));
    }
}
