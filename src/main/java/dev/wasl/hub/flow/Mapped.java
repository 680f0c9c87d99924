package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.intake.InboundMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A received message and what it was mapped to.
 *
 * @param events the canonical events; empty when nothing is to be said
 * @param failure why it could not be mapped; then it is parked
 */
record Mapped(
        InboundMessage message,
        List<CanonicalEvent> events,
        @Nullable HubException failure) {}
