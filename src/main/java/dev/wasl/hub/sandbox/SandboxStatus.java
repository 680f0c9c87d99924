package dev.wasl.hub.sandbox;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the sandbox is doing, for people who look at it. */
public final class SandboxStatus {

    /**
     * One look at the sandbox.
     *
     * @param port of its HTTP server
     * @param hub where its webhooks go, null until the hub listens
     * @param deliveries how many there are now
     * @param openDeliveries how many of them go on
     * @param payments how many there were
     * @param events of the story so far
     * @param rate events a minute
     * @param misbehaving what each provider was told to do wrong, {@code none} otherwise
     * @param requests answers by provider and status
     * @param webhooks by connector and what became of them
     * @param waiting webhooks that are still to be sent
     * @param messages accepted, by channel
     */
    public record Report(
            int port,
            int smtpPort,
            @Nullable String hub,
            long seed,
            int deliveries,
            int openDeliveries,
            int payments,
            long events,
            double rate,
            boolean paused,
            Map<String, String> misbehaving,
            Map<String, Long> requests,
            Map<String, Long> webhooks,
            int waiting,
            Map<String, Long> messages) {}

    private final Supplier<Optional<Report>> source;

    SandboxStatus(Supplier<Optional<Report>> source) {
        this.source = source;
    }

    /** The present state, empty while the sandbox is not running. */
    public Optional<Report> report() {
        return source.get();
    }
}
