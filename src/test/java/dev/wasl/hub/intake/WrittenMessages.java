package dev.wasl.hub.intake;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Puts messages into a list, as long as no test says that the broker is down. */
public final class WrittenMessages implements MessageWriter {

    private final List<InboundMessage> written;
    public volatile boolean brokerDown;

    /** A writer into the list. */
    public WrittenMessages(List<InboundMessage> written) {
        this.written = written;
    }

    @Override
    public CompletableFuture<Void> write(InboundMessage message) {
        writeAll(List.of(message));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void writeAll(List<InboundMessage> messages) {
        if (brokerDown) {
            throw new HubException(ErrorCode.STORE_UNAVAILABLE, "the broker did not confirm");
        }
        written.addAll(messages);
    }
}
