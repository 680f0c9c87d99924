package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.flow.BatchEndpoint.Format;
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

    private final Pieces pieces;
    private final TransactionTemplate transactions;

    DeadLetters(Pieces pieces, TransactionTemplate transactions) {
        this.pieces = pieces;
        this.transactions = transactions;
    }

    /** Called by the route with the broker's messages as body; each message of a bundle becomes work of its own. */
    public void park(List<Message> messages) {
        transactions.executeWithoutResult(status -> messages.forEach(this::park));
    }

    private void park(Message message) {
        try {
            String queue = message.getStringProperty(ORIGINAL_QUEUE);
            HubException reason =
                    new HubException(ErrorCode.DELIVERY_ATTEMPTS_EXHAUSTED, "delivered too often from " + queue);
            for (Piece piece : pieces(message, queue)) {
                piece.park("hub-dead-letter", reason);
            }
        } catch (JMSException e) {
            throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "a dead letter cannot be read", e);
        }
    }

    private List<Piece> pieces(Message message, String queue) throws JMSException {
        try {
            return pieces.of(message, Queues.isInbound(queue) ? Format.INBOUND : Format.CANONICAL, queue);
        } catch (HubException e) {
            return List.of(pieces.unreadable(message, queue, e));
        }
    }
}
