package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Keeps what was stored; stops storing, like a broker that went away, after as many messages as told. */
final class RecordingWriter implements MessageWriter {

    final List<InboundMessage> stored = new CopyOnWriteArrayList<>();
    volatile int room = Integer.MAX_VALUE;

    @Override
    public CompletableFuture<Void> write(InboundMessage message) {
        writeAll(List.of(message));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized void writeAll(List<InboundMessage> messages) {
        if (messages.size() > room) {
            throw new HubException(ErrorCode.STORE_UNAVAILABLE, "full");
        }
        room -= messages.size();
        stored.addAll(messages);
    }

    List<InboundMessage> of(InboundMessage.Kind kind) {
        return stored.stream().filter(message -> message.kind() == kind).toList();
    }

    Set<String> bodies() {
        return stored.stream()
                .map(message -> new String(message.body(), StandardCharsets.UTF_8))
                .collect(Collectors.toSet());
    }
}
