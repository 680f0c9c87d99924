package dev.wasl.hub.sandbox;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * Which tenants the sandbox plays which provider for: those whose base address is the sandbox, and for Stripe those
 * whose first secret is a demo one. Nobody else ever gets an invented webhook.
 */
record Accounts(
        Map<String, Bosta> bosta,
        Map<String, Stripe> stripe,
        Map<String, Twilio> twilio,
        Map<String, Whatsapp> whatsapp,
        Map<String, String> currencies) {

    static final String DEMO_STRIPE_SECRET = "whsec_demo_";

    record Bosta(
            @Nullable String baseUrl,
            @Nullable String apiKey,
            @DefaultValue("0.75") double requestsPerSecond,
            @DefaultValue("3") double burst,
            @DefaultValue("Authorization") String webhookHeader,
            @DefaultValue List<String> webhookSecrets) {}

    record Stripe(@DefaultValue List<String> signingSecrets) {}

    record Twilio(
            @Nullable String baseUrl,
            @Nullable String accountSid,
            @DefaultValue List<String> authTokens) {}

    record Whatsapp(
            @Nullable String baseUrl,
            @Nullable String phoneNumberId,
            @Nullable String accessToken,
            @DefaultValue List<String> appSecrets,
            @Nullable String verifyToken) {}

    /** Absent connectors are null. */
    record Connectors(
            @Nullable Bosta bosta,
            @Nullable Stripe stripe,
            @Nullable Twilio twilio,
            @Nullable Whatsapp whatsapp) {}

    record TenantConfiguration(
            @DefaultValue("EGP") String currency, @Nullable Connectors connectors) {}

    /** Reads the tenants' configuration. */
    static Accounts of(Environment environment, int sandboxPort) {
        Map<String, TenantConfiguration> tenants = Binder.get(environment)
                .bind("wasl.tenants", Bindable.mapOf(String.class, TenantConfiguration.class))
                .orElseGet(Map::of);
        Predicate<String> here = url -> isSandbox(url, sandboxPort);
        Accounts accounts =
                new Accounts(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        tenants.forEach((name, tenant) -> {
            accounts.currencies.put(name, tenant.currency());
            Connectors connectors = tenant.connectors();
            if (connectors == null) {
                return;
            }
            Bosta bosta = connectors.bosta();
            if (bosta != null && bosta.baseUrl() != null && here.test(bosta.baseUrl())) {
                accounts.bosta.put(name, bosta);
            }
            Stripe stripe = connectors.stripe();
            if (stripe != null
                    && !stripe.signingSecrets().isEmpty()
                    && stripe.signingSecrets().get(0).startsWith(DEMO_STRIPE_SECRET)) {
                accounts.stripe.put(name, stripe);
            }
            Twilio twilio = connectors.twilio();
            if (twilio != null && twilio.baseUrl() != null && here.test(twilio.baseUrl())) {
                accounts.twilio.put(name, twilio);
            }
            Whatsapp whatsapp = connectors.whatsapp();
            if (whatsapp != null && whatsapp.baseUrl() != null && here.test(whatsapp.baseUrl())) {
                accounts.whatsapp.put(name, whatsapp);
            }
        });
        return accounts;
    }

    Set<String> bostaKeys() {
        Set<String> keys = new HashSet<>();
        for (Bosta account : bosta.values()) {
            if (account.apiKey() != null && !account.apiKey().isBlank()) {
                keys.add(account.apiKey().trim());
            }
        }
        return keys;
    }

    private static boolean isSandbox(String url, int port) {
        try {
            URI address = URI.create(url.trim());
            return address.getPort() == port && isLoopback(address.getHost());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static boolean isLoopback(@Nullable String host) {
        return host != null
                && (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]") || host.equals("::1"));
    }
}
