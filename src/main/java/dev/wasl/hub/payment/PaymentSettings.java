package dev.wasl.hub.payment;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How payments are asked for and followed.
 *
 * @param stateKey the key that what gateways gave us to remember is encrypted with: 32 bytes in Base64; blank keeps one in
 *     the data directory
 * @param formerStateKeys keys that older rows may still be encrypted with
 * @param expiry how long a payment may take when who asks does not say
 * @param schedule when the gateway is asked about a payment, counted from its start
 * @param every how often after the last of these, until the payment expires
 * @param afterExpiry when it is asked once more, counted from the expiry; after the last of these nobody asks any more
 * @param unproved when it is asked about a payment that a callback told of and nobody asked for, counted from the callback
 * @param unprovedLimit so many of those may wait per tenant and connector; more callbacks without proof are parked
 * @param queriesPerSecond calls a second to one gateway, whoever they are for
 * @param rest how long a tenant's gateway is left alone after it did not answer; doubles up to {@code longestRest}
 * @param longestRest the longest of these rests
 * @param lease how long one call may take before another instance may repeat it; longer than every time-out of a call
 * @param pollInterval how often due work is looked for when nothing wakes the loop
 */
@ConfigurationProperties("wasl.payments")
record PaymentSettings(
        @DefaultValue("") String stateKey,
        @DefaultValue List<String> formerStateKeys,
        @DefaultValue("1h") Duration expiry,

        @DefaultValue({"30s", "1m", "3m", "5m", "10m", "15m"})
        List<Duration> schedule,

        @DefaultValue("15m") Duration every,
        @DefaultValue({"30s", "15m", "1h", "6h", "24h"}) List<Duration> afterExpiry,

        @DefaultValue({"0s", "30s", "1m", "3m", "5m", "10m", "15m", "1h", "6h", "24h"})
        List<Duration> unproved,

        @DefaultValue("1000") int unprovedLimit,
        @DefaultValue("5") double queriesPerSecond,
        @DefaultValue("30s") Duration rest,
        @DefaultValue("10m") Duration longestRest,
        @DefaultValue("2m") Duration lease,
        @DefaultValue("1s") Duration pollInterval) {

    PaymentSettings {
        stateKey = stateKey.strip();
        formerStateKeys = formerStateKeys.stream()
                .map(String::strip)
                .filter(key -> !key.isEmpty())
                .toList();
        schedule = schedule.stream().sorted().toList();
        afterExpiry = afterExpiry.stream().sorted().toList();
        unproved = unproved.stream().sorted().toList();
        if (every.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("wasl.payments.every must be a second or more, it was " + every);
        }
        if (!(queriesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "wasl.payments.queries-per-second must be more than 0, it was " + queriesPerSecond);
        }
    }

    /** Keeps secrets out of logs. */
    @Override
    public String toString() {
        return "PaymentSettings[expiry=" + expiry + ", schedule=" + schedule + ", every=" + every + "]";
    }
}
