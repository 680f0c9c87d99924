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
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * Which tenants the sandbox plays which provider for: those whose base address is the sandbox, and for Stripe those
 * whose first secret is a demo one. Nobody else ever gets an invented webhook.
 *
 * @param gateways by connector and tenant
 */
record Accounts(
        Map<String, Bosta> bosta,
        Map<String, Stripe> stripe,
        Map<String, Twilio> twilio,
        Map<String, Whatsapp> whatsapp,
        Map<String, String> currencies,
        Map<String, Map<String, Gateway>> gateways) {

    static final String DEMO_STRIPE_SECRET = "whsec_demo_";

    /** The connectors that {@link GatewayPlayer}s play. */
    static final List<String> GATEWAYS = List.of(
            "airtel",
            "cmi",
            "flutterwave-v3",
            "flutterwave-v4",
            "mtn-momo",
            "orange-money",
            "paymob",
            "paypal",
            "paystack");

    private static final String BASE_URL = "base-url";

    /** A tenant's account with a payment gateway: the settings of its connector, read by the names that the hub reads. */
    static final class Gateway {

        private final String tenant;
        private final Binder settings;
        private final String prefix;

        private Gateway(String tenant, Binder settings, String prefix) {
            this.tenant = tenant;
            this.settings = settings;
            this.prefix = prefix;
        }

        /** An account with these settings; a list is written {@code name[0]}. */
        static Gateway of(String tenant, Map<String, String> settings) {
            return new Gateway(tenant, new Binder(new MapConfigurationPropertySource(settings)), "");
        }

        String tenant() {
            return tenant;
        }

        /** A setting without white space around it, empty when it is not set. */
        String text(String key) {
            return settings.bind(prefix + key, String.class).map(String::strip).orElse("");
        }

        /** The first of a list of secrets, the one that the gateway signs with. */
        String first(String key) {
            List<String> all =
                    settings.bind(prefix + key, Bindable.listOf(String.class)).orElseGet(List::of);
            return all.isEmpty() ? "" : all.get(0).strip();
        }
    }

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
        Accounts accounts = new Accounts(
                new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        Binder binder = Binder.get(environment);
        tenants.forEach((name, tenant) -> {
            accounts.currencies.put(name, tenant.currency());
            for (String connector : GATEWAYS) {
                Gateway account = new Gateway(name, binder, "wasl.tenants." + name + ".connectors." + connector + '.');
                if (here.test(account.text(BASE_URL))) {
                    accounts.gateways
                            .computeIfAbsent(connector, key -> new TreeMap<>())
                            .put(name, account);
                }
            }
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

    /** The accounts with a gateway, by tenant. */
    Map<String, Gateway> gateway(String connector) {
        return gateways.getOrDefault(connector, Map.of());
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
