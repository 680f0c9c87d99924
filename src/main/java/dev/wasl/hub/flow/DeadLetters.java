package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.delivery.Parking;
import dev.wasl.hub.journal.Ledger;
import dev.wasl.hub.ops.Queues;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** {@code ref: deadLetters}: makes work of messages that were delivered too often, as a crash in the middle of one does. */
@Component("deadLetters")
class DeadLetters {

    private static final String ORIGINAL_QUEUE = "_AMQ_ORIG_QUEUE";

    private final Parking parking;
    private final Ledger ledger;
    private final TransactionTemplate transactions;

    DeadLetters(Parking parking, Ledger ledger, TransactionTemplate transactions) {
        this.parking = parking;
        this.ledger = ledger;
        this.transactions = transactions;
    }

    /** Called by the route with the broker's messages as body. */
    public void park(List<Message> messages) {
        transactions.executeWithoutResult(status -> {
            for (Message message : messages) {
                try {
                    String queue = message.getStringProperty(ORIGINAL_QUEUE);
                    boolean settles = "crm".equals(queue);
                    BrokerMessages.parkRequests(
                                    message,
                                    fullName(queue),
                                    "hub-dead-letter",
                                    new HubException(
                                            ErrorCode.DELIVERY_ATTEMPTS_EXHAUSTED, "delivered too often from " + queue),
                                    receipt -> settles && ledger.parked(receipt))
                            .forEach(parking::park);
                } catch (JMSException e) {
                    throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "a dead letter cannot be read", e);
                }
            }
        });
    }

    private static String fullName(String queue) {
        return queue.startsWith("inbound.") ? queue : Queues.CANONICAL + "::" + queue;
    }
}
