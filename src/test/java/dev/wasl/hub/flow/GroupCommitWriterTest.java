package dev.wasl.hub.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.ReceiptIds;
import jakarta.jms.ConnectionFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What gateways are answered, by the real writer on a real broker. */
@Timeout(60)
class GroupCommitWriterTest {

    private static final int CAPACITY = 2;

    private final TestBroker broker = new TestBroker();
    private final AtomicInteger connecting = new AtomicInteger();
    private volatile Runnable beforeConnecting = () -> {};
    private final GroupCommitWriter writer = writer();

    @AfterEach
    void close() {
        writer.stop();
        broker.close();
    }

    @Test
    void a_gateway_hears_that_the_broker_is_away_and_is_served_when_it_is_back() throws Exception {
        writer.start();
        assertRefused(writer.write(message("evt_1")), "the broker did not confirm");

        broker.start();
        writer.write(message("evt_2")).get(20, TimeUnit.SECONDS);
        broker.stop();
        assertRefused(writer.write(message("evt_3")), "the broker did not confirm");

        broker.start();
        writer.write(message("evt_4")).get(20, TimeUnit.SECONDS);
        assertThat(stored(1)).containsExactly("evt_4");
    }

    @Test
    void a_gateway_hears_at_once_that_too_many_wait() throws Exception {
        broker.start();
        CountDownLatch go = hold();
        writer.start();
        List<CompletableFuture<Void>> taken = new ArrayList<>();
        taken.add(writer.write(message("evt_0")));
        await().until(() -> connecting.get() == 1);
        for (int i = 1; i <= CAPACITY; i++) {
            taken.add(writer.write(message("evt_" + i)));
        }

        CompletableFuture<Void> tooMany = writer.write(message("evt_9"));

        assertThat(tooMany).isCompletedExceptionally();
        assertRefused(tooMany, "too many messages wait");
        assertThat(taken).noneMatch(CompletableFuture::isDone);
        go.countDown();
        CompletableFuture.allOf(taken.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    }

    @Test
    void a_stopping_writer_stores_what_waits_and_refuses_what_comes() throws Exception {
        broker.start();
        CountDownLatch go = hold();
        assertRefused(writer.write(message("too_early")), "the hub is stopping");
        writer.start();
        List<CompletableFuture<Void>> taken = new ArrayList<>();
        taken.add(writer.write(message("evt_0")));
        await().until(() -> connecting.get() == 1);
        taken.add(writer.write(message("evt_1")));
        taken.add(writer.write(message("evt_2")));
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(writer::stop);
        await().until(() -> !writer.isRunning());

        CompletableFuture<Void> late = writer.write(message("too_late"));

        assertThat(late).isCompletedExceptionally();
        assertRefused(late, "the hub is stopping");
        go.countDown();
        stopped.get(20, TimeUnit.SECONDS);
        assertThat(taken).allMatch(one -> one.isDone() && !one.isCompletedExceptionally());
        assertThat(stored(2)).containsExactly("evt_0", "evt_1", "evt_2");
    }

    @Test
    void a_poller_hears_that_nothing_was_stored() {
        writer.start();

        assertThatThrownBy(() -> writer.writeAll(List.of(message("evt_1"), message("evt_2"))))
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    }

    @Test
    void a_lane_outlives_an_error() throws Exception {
        broker.start();
        beforeConnecting = () -> {
            throw new OutOfMemoryError("played");
        };
        writer.start();
        assertRefused(writer.write(message("evt_1")), "the broker did not confirm");

        beforeConnecting = () -> {};

        writer.write(message("evt_2")).get(20, TimeUnit.SECONDS);
        assertThat(stored(1)).containsExactly("evt_2");
    }

    /** Holds the only lane before it connects. */
    private CountDownLatch hold() {
        CountDownLatch go = new CountDownLatch(1);
        beforeConnecting = () -> {
            try {
                assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        return go;
    }

    private List<String> stored(int brokerMessages) throws Exception {
        List<String> ids = new ArrayList<>();
        for (var message : broker.take("inbound.stripe", brokerMessages)) {
            InboundCodec.read(message).forEach(one -> ids.add(one.messageId()));
        }
        return ids;
    }

    private static void assertRefused(CompletableFuture<Void> answer, String why) {
        assertThat(answer)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(HubException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
                    assertThat(e.getMessage()).contains(why);
                });
    }

    private GroupCommitWriter writer() {
        FlowProperties properties = new FlowProperties(
                1,
                128,
                CAPACITY,
                250,
                Duration.ofSeconds(30),
                Duration.ofMillis(500),
                Duration.ofSeconds(15),
                48,
                32,
                Duration.ofSeconds(5),
                Path.of("routes"),
                Path.of("connectors"));
        ConnectionFactory real = broker.connections();
        ConnectionFactory steered = (ConnectionFactory) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ConnectionFactory.class}, (proxy, method, arguments) -> {
                    connecting.incrementAndGet();
                    beforeConnecting.run();
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new GroupCommitWriter(
                steered, properties, new Backlog(List::of, properties), new IntakePressure(properties));
    }

    private static InboundMessage message(String id) {
        Instant now = Instant.parse("2026-11-20T08:00:00Z");
        return new InboundMessage(
                ReceiptIds.next(now),
                id,
                "portal",
                "stripe",
                InboundMessage.Kind.WEBHOOK,
                now,
                "application/json",
                Map.of(),
                "{}".getBytes(StandardCharsets.UTF_8));
    }
}
