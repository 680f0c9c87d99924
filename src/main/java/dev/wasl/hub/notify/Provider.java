package dev.wasl.hub.notify;

import org.jspecify.annotations.Nullable;

/** One way to hand a message to a person's channel. */
interface Provider {

    /** The connector's name, {@code twilio}. */
    String name();

    /**
     * Makes the way to a tenant's account; does nothing when it is there.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code CONFIGURATION}
     */
    void open(String tenant);

    /**
     * Makes the message, so that nothing can go wrong any more between writing "sending" and sending.
     *
     * @param attemptNo the number of the attempt it is for
     * @throws dev.wasl.hub.canonical.HubException {@code TEMPLATE_BROKEN}, {@code CONFIGURATION}
     */
    Prepared prepare(Notice notice, int attemptNo);

    /** Sends it, at most once. Never throws. */
    Outcome send(String tenant, Prepared message);

    /**
     * A message ready to go.
     *
     * @param body what the sink takes
     * @param hash SHA-256 of the content, for evidence
     * @param segments what an SMS will cost; null on other channels
     */
    record Prepared(Object body, String hash, @Nullable Integer segments) {}
}
