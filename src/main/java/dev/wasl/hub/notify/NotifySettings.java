package dev.wasl.hub.notify;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How notifications are sent.
 *
 * @param enabled whether anything is sent by this instance; rules keep being judged
 * @param lease how long a call may take before its outcome counts as unknown; longer than both timeouts together
 * @param evidenceWindow how long a receipt is waited for after an unknown outcome
 * @param concurrency calls at the same time, per provider and instance
 * @param pollInterval how often due work is looked for when nothing wakes the dispatcher
 * @param connectTimeout for a provider's connection
 * @param readTimeout for a provider's answer
 * @param maxAttempts calls per channel before the next channel, or failure
 * @param backoff pause before the first repetition; doubles, with jitter
 * @param backoffCap the longest pause between repetitions
 * @param circuitProbe how often one message tries a provider that refused the account
 * @param smsPerHour what one tenant may spend: SMS per hour, more are held for a person
 * @param rates messages per second and sender, by provider
 * @param burst messages a rested sender may send at once
 * @param tenants what differs from the above for one tenant
 */
@ConfigurationProperties("wasl.notify")
record NotifySettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("60s") Duration lease,
        @DefaultValue("120s") Duration evidenceWindow,
        @DefaultValue("4") int concurrency,
        @DefaultValue("1s") Duration pollInterval,
        @DefaultValue("3s") Duration connectTimeout,
        @DefaultValue("20s") Duration readTimeout,
        @DefaultValue("6") int maxAttempts,
        @DefaultValue("30s") Duration backoff,
        @DefaultValue("30m") Duration backoffCap,
        @DefaultValue("5m") Duration circuitProbe,
        @DefaultValue("200") int smsPerHour,
        @DefaultValue Map<String, Double> rates,
        @DefaultValue("5") int burst,
        @DefaultValue Map<String, TenantSwitches> tenants) {

    private static final Map<String, Double> DEFAULT_RATES = Map.of("twilio", 1.0, "whatsapp", 20.0, "smtp", 5.0);

    NotifySettings {
        if (lease.compareTo(connectTimeout.plus(readTimeout)) <= 0) {
            throw new IllegalArgumentException("wasl.notify.lease (" + lease
                    + ") must be longer than connect-timeout and read-timeout together: a call that is still under way"
                    + " would count as unknown");
        }
    }

    /** Messages per second that a sender of this provider may send. */
    double rate(String provider) {
        return rates.getOrDefault(provider, DEFAULT_RATES.getOrDefault(provider, 1.0));
    }

    /** Whether a rule speaks for a tenant. */
    boolean speaks(String tenant, String rule) {
        TenantSwitches own = tenants.get(tenant);
        return own == null || (own.enabled() && own.rules().getOrDefault(rule, true));
    }

    int smsPerHour(String tenant) {
        TenantSwitches own = tenants.get(tenant);
        return own == null || own.smsPerHour() == null ? smsPerHour : own.smsPerHour();
    }

    /** Whether French and English SMS lose the few letters that would double their price. */
    boolean transliterate(String tenant) {
        TenantSwitches own = tenants.get(tenant);
        return own == null || own.transliterate();
    }

    @Nullable
    String language(String tenant) {
        TenantSwitches own = tenants.get(tenant);
        return own == null ? null : own.language();
    }

    /**
     * What one tenant wants differently.
     *
     * @param rules rule name to false, to silence it
     * @param language BCP 47; null: the tenant's own
     */
    record TenantSwitches(
            @DefaultValue("true") boolean enabled,
            @DefaultValue Map<String, Boolean> rules,
            @Nullable Integer smsPerHour,
            @DefaultValue("true") boolean transliterate,
            @Nullable String language) {}
}
