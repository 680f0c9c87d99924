package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.delivery.ParkRequest;
import dev.wasl.hub.delivery.Parking;
import dev.wasl.hub.flow.CanonicalBundle.Part;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.journal.Ledger;
import dev.wasl.hub.mapping.CanonicalCodec;
import dev.wasl.hub.ops.Queues;
import dev.wasl.hub.tenant.Tenants;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes broker messages apart into what routes handle, and parks alone what fails. */
@Component
class Pieces {

    private final CanonicalCodec codec;
    private final Parking parking;
    private final Ledger ledger;
    private final TransactionTemplate transactions;
    private final ObjectProvider<PublishCanonical> inbound;

    Pieces(
            CanonicalCodec codec,
            Parking parking,
            Ledger ledger,
            TransactionTemplate transactions,
            ObjectProvider<PublishCanonical> inbound) {
        this.codec = codec;
        this.parking = parking;
        this.ledger = ledger;
        this.transactions = transactions;
        this.inbound = inbound;
    }

    /**
     * What a broker message holds.
     *
     * @param queue the queue it came through, by its short name
     * @throws HubException {@code MALFORMED_REQUEST} for a message that the hub did not write
     */
    List<Piece> of(Message message, BatchEndpoint.Format format, String queue) throws JMSException {
        return switch (format) {
            case INBOUND ->
                InboundCodec.read(message).stream().map(this::received).toList();
            case CANONICAL ->
                PartCodec.read(message).stream()
                        .map(part -> canonical(part, queue))
                        .toList();
            case BROKER -> List.of(whole(message, queue, null));
        };
    }

    /** A broker message that cannot be taken apart, which is what its item says too. */
    Piece unreadable(Message message, String queue, HubException reason) {
        return whole(message, queue, reason);
    }

    private Piece whole(Message message, String queue, @Nullable HubException unreadable) {
        Map<String, String> properties = properties(message);
        return new Piece() {
            @Override
            public String tenant() {
                return properties.getOrDefault(MessageProperties.TENANT, Tenants.UNKNOWN);
            }

            @Override
            public String messageId() {
                return properties.getOrDefault(MessageProperties.MESSAGE_ID, brokerId(message));
            }

            @Override
            public Object item() {
                if (unreadable != null) {
                    throw unreadable;
                }
                return message;
            }

            @Override
            public void park(String stage, HubException reason) {
                transactions.executeWithoutResult(
                        status -> parking.park(request(this, message, properties, queue, stage, reason)));
            }
        };
    }

    private Piece received(InboundMessage message) {
        return new Piece() {
            @Override
            public String tenant() {
                return message.tenant();
            }

            @Override
            public String messageId() {
                return message.messageId();
            }

            @Override
            public Object item() {
                return message;
            }

            @Override
            public void park(String stage, HubException reason) {
                inbound.getObject().park(stage, message, reason);
            }
        };
    }

    private Piece canonical(Part part, String queue) {
        return new Piece() {
            @Override
            public String tenant() {
                return part.tenant();
            }

            @Override
            public String messageId() {
                return part.messageId();
            }

            @Override
            public Object item() {
                return new CanonicalMessage(codec.read(part.json()), part.json(), part.origin());
            }

            @Override
            public void park(String stage, HubException reason) {
                transactions.executeWithoutResult(status -> parking.park(request(part, queue, stage, reason)));
            }
        };
    }

    private ParkRequest request(Part part, String queue, String stage, HubException reason) {
        UUID receiptId = part.origin() == null ? null : part.origin().receiptId();
        return new ParkRequest(
                part.tenant(),
                part.connector(),
                Queues.canonical(queue),
                stage,
                part.messageId(),
                receiptId,
                reason,
                PartCodec.properties(part),
                part.json(),
                settle(queue, receiptId));
    }

    private ParkRequest request(
            Piece piece,
            Message message,
            Map<String, String> properties,
            String queue,
            String stage,
            HubException reason) {
        String receipt = properties.get(MessageProperties.RECEIPT_ID);
        UUID receiptId = receipt == null ? null : UUID.fromString(receipt);
        try {
            return new ParkRequest(
                    piece.tenant(),
                    properties.getOrDefault(MessageProperties.CONNECTOR, "unknown"),
                    fullName(queue),
                    stage,
                    piece.messageId(),
                    receiptId,
                    reason,
                    properties,
                    BrokerMessages.body(message),
                    settle(queue, receiptId));
        } catch (JMSException e) {
            throw unreadable(e);
        }
    }

    private static Map<String, String> properties(Message message) {
        try {
            Map<String, String> properties = new TreeMap<>();
            for (String name : MessageProperties.ALL) {
                String value = message.getStringProperty(name);
                if (value != null) {
                    properties.put(name, value);
                }
            }
            return properties;
        } catch (JMSException e) {
            throw unreadable(e);
        }
    }

    private static String brokerId(Message message) {
        try {
            return message.getJMSMessageID();
        } catch (JMSException e) {
            throw unreadable(e);
        }
    }

    private static HubException unreadable(JMSException reason) {
        return new HubException(ErrorCode.BROKER_UNAVAILABLE, "a message cannot be read from the broker", reason);
    }

    /** The CRM settles the ledger; what another consumer cannot apply is work, but the message itself is applied. */
    private boolean settle(String queue, @Nullable UUID receiptId) {
        return receiptId != null && queue.equals("crm") && ledger.parked(receiptId);
    }

    /** The queue by its full name: one that hangs on the canonical address is named with it. */
    private static String fullName(String queue) {
        return Queues.isInbound(queue) || queue.equals(Queues.DEAD_LETTER) ? queue : Queues.canonical(queue);
    }
}
