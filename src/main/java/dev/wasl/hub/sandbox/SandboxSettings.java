package dev.wasl.hub.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code wasl.sandbox.*}.
 *
 * @param port 0 takes any free port
 * @param smtpPort 0 takes any free port
 * @param seed the same seed tells the same story
 * @param deliveries how many there are at the start, up to 100,000
 * @param storyRate events a minute
 * @param directory where the story so far is kept, so that a restart goes on with it; null keeps nothing
 * @param keptMessages how many messages of each channel, and webhooks, can be looked at
 */
@ConfigurationProperties("wasl.sandbox")
record SandboxSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("8180") int port,
        @DefaultValue("0") int smtpPort,
        @DefaultValue("1") long seed,
        @DefaultValue("200") int deliveries,
        @DefaultValue("30") double storyRate,
        @Nullable Path directory,
        @DefaultValue("200") int keptMessages,
        @DefaultValue Bosta bosta,
        @DefaultValue Webhooks webhooks,
        @DefaultValue Messages messages) {

    private static final int MOST_DELIVERIES = 100_000;

    SandboxSettings {
        if (deliveries < 1 || deliveries > MOST_DELIVERIES) {
            throw new IllegalArgumentException("wasl.sandbox.deliveries must be 1 to 100000");
        }
        if (storyRate < 0 || storyRate > 60_000) {
            throw new IllegalArgumentException("wasl.sandbox.story-rate must be 0 to 60000 a minute");
        }
    }

    /**
     * How Bosta is played.
     *
     * @param requestsPerSecond limit per source address, 0 = none; absent = a third above what the tenants are
     *     configured to use, at least 1
     * @param burst requests at once; absent = two more than the tenants are configured to use, at least 5
     * @param block how long a source is refused once it went over the limit
     * @param hiccupsPerThousand answers with status 200 that say {@code success: false}
     */
    record Bosta(
            @Nullable Double requestsPerSecond,
            @Nullable Double burst,
            @DefaultValue("20s") Duration block,
            @DefaultValue("5") double hiccupsPerThousand) {}

    /**
     * What happens to webhooks on their way, in percent.
     *
     * @param reordered held back until the next one about the same subject has gone
     * @param reorderDelay how long a webhook is held back at most
     * @param retryDelay wait before the first repetition; doubles
     */
    record Webhooks(
            @DefaultValue("3") double lost,
            @DefaultValue("5") double duplicated,
            @DefaultValue("5") double reordered,
            @DefaultValue("3m") Duration reorderDelay,
            @DefaultValue("2s") Duration retryDelay) {}

    /**
     * What happens to messages, in percent of the recipients.
     *
     * @param notOnWhatsapp numbers that WhatsApp cannot reach (131026)
     * @param undelivered numbers that SMS cannot reach
     * @param replies WhatsApp messages that the customer answers
     * @param early receipts that overtake the answer to the send call, in percent of the messages
     * @param receiptDelay pace of the receipts
     * @param enforceWindow whether free text fails (131047) unless the customer wrote within 24 hours, as it does at Meta
     */
    record Messages(
            @DefaultValue("15") double notOnWhatsapp,
            @DefaultValue("4") double undelivered,
            @DefaultValue("8") double replies,
            @DefaultValue("10") double early,
            @DefaultValue("2s") Duration receiptDelay,
            @DefaultValue("true") boolean enforceWindow) {}
}
