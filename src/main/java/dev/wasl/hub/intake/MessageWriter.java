package dev.wasl.hub.intake;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The one way into the hub: stores messages in the broker's journal. */
public interface MessageWriter {

    /**
     * Stores a message. The result completes once the message is on disk, and fails with
     * {@link dev.wasl.hub.canonical.ErrorCode#STORE_UNAVAILABLE} when it is certain or possible that it is not.
     * Completion runs on a writer thread: do little there.
     */
    CompletableFuture<Void> write(InboundMessage message);

    /** Stores many messages and returns when all of them are on disk; throws as {@link #write} fails. */
    void writeAll(List<InboundMessage> messages);
}
