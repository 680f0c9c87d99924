package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.MessageWriter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Counts what a connector passed on, by kind. */
final class CountingWriter implements MessageWriter {

    private final MessageWriter writer;
    private final MeterRegistry meters;

    CountingWriter(MessageWriter writer, MeterRegistry meters) {
        this.writer = writer;
        this.meters = meters;
    }

    @Override
    public CompletableFuture<Void> write(InboundMessage message) {
        return writer.write(message).thenRun(() -> count(message));
    }

    @Override
    public void writeAll(List<InboundMessage> messages) {
        writer.writeAll(messages);
        messages.forEach(this::count);
    }

    private void count(InboundMessage message) {
        meters.counter(
                        "wasl.connector.messages",
                        "tenant",
                        message.tenant(),
                        "connector",
                        message.connector(),
                        "kind",
                        message.kind().name().toLowerCase(Locale.ROOT))
                .increment();
    }
}
