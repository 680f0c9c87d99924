package dev.wasl.hub.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.Bookkeeping;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.journal.ArrivalJournal;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

class DirectSenderTest {

    private static final String QUEUE = "inbound.stripe";
    private static final Bookkeeping BOOKS = new Bookkeeping((queue, properties, body) -> {});

    private final TestBroker broker = new TestBroker();
    private final DirectSender sender = new DirectSender(
            broker.connections(),
            new FlowTestApplication.PlainCodec(),
            BOOKS.bean(ArrivalJournal.class),
            BOOKS.bean(TransactionTemplate.class));

    @AfterEach
    void close() {
        sender.destroy();
        broker.close();
    }

    @AfterAll
    static void closeBooks() {
        BOOKS.close();
    }

    @Test
    void the_first_use_after_the_broker_restarted_succeeds() throws Exception {
        broker.start();
        sender.send(QUEUE, Map.of("messageId", "evt_1"), new byte[] {1});
        broker.stop();
        broker.start();

        sender.send(QUEUE, Map.of("messageId", "evt_2"), new byte[] {2});

        assertThat(broker.take(QUEUE, 1)).singleElement().satisfies(message -> {
            assertThat(message.getStringProperty("messageId")).isEqualTo("evt_2");
            assertThat(message.getBody(byte[].class)).containsExactly(2);
        });
    }

    @Test
    void a_broker_that_is_away_is_said_and_is_used_again_when_it_is_back() throws Exception {
        broker.start();
        sender.send(QUEUE, Map.of(), new byte[] {1});
        broker.stop();

        assertThatThrownBy(() -> sender.send(QUEUE, Map.of(), new byte[] {2}))
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BROKER_UNAVAILABLE));

        broker.start();
        sender.send(QUEUE, Map.of(), new byte[] {3});
        assertThat(broker.take(QUEUE, 1)).singleElement().satisfies(message -> assertThat(message.getBody(byte[].class))
                .containsExactly(3));
    }
}
