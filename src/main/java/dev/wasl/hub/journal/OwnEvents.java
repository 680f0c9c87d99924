package dev.wasl.hub.journal;

import dev.wasl.hub.canonical.CanonicalEvent;
import java.util.List;

/** Publishes what the hub itself has to say. */
public interface OwnEvents {

    /**
     * Journals events and sends them to the canonical address, durably, before it returns. The same event may be
     * published again after a crash: every consumer judges by its id.
     *
     * @throws dev.wasl.hub.canonical.HubException {@code BROKER_UNAVAILABLE}, {@code DATABASE_UNAVAILABLE}
     */
    void publish(List<CanonicalEvent> events);
}
