package dev.wasl.hub.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.connector.stripe.LostEvents;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.vectors.Mapped;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Payments that were made while the hub was down: whether the customer hears of them once it is up. */
class CaughtUpPaymentsTest {

    private final Mapped mapped = new Mapped();
    private NotifyHub hub;

    @BeforeEach
    void start() {
        hub = NotifyHub.with(NotifyHub.providers("http://127.0.0.1:1", 1));
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void a_payment_of_minutes_ago_that_is_caught_up_gets_one_receipt() {
        hub.clock.advance(Duration.ofMinutes(5));

        catchUp();

        assertThat(hub.only().rule()).isEqualTo("payment-receipt");
        assertThat(hub.only().channel()).isEqualTo(Channel.EMAIL);
        assertThat(hub.only().address()).isEqualTo("amina@example.com");
    }

    @Test
    void a_payment_of_days_ago_that_is_caught_up_gets_none() {
        hub.clock.advance(Duration.ofDays(3));

        catchUp();

        assertThat(hub.all()).isEmpty();
    }

    private void catchUp() {
        for (InboundMessage message : LostEvents.ofPayment("amina@example.com", hub.clock)) {
            hub.jdbc.update(
                    """
                    INSERT INTO hub.message (receipt_id, received_at, message_id, tenant, connector, kind, outcome)
                    VALUES (?, now(), ?, ?, ?, ?, 'ACCEPTED')
                    """,
                    message.receiptId(),
                    message.messageId(),
                    message.tenant(),
                    message.connector(),
                    message.kind().name());
            mapped.events(
                            "stripe-payment-in",
                            message.body(),
                            Map.of(
                                    "tenant", TextNode.valueOf(message.tenant()),
                                    "messageId", TextNode.valueOf(message.messageId()),
                                    "kind", TextNode.valueOf(message.kind().name())))
                    .forEach(event -> hub.apply(told(event, message)));
        }
    }

    private static CanonicalMessage told(CanonicalEvent event, InboundMessage message) {
        return NotifyHub.message(
                message.messageId(),
                event.type(),
                event.subject(),
                message.connector(),
                event.time(),
                event.data(),
                message.receiptId());
    }
}
