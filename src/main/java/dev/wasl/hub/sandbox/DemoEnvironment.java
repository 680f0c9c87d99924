package dev.wasl.hub.sandbox;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.Profiles;

/**
 * Connects the demo tenants to the sandbox, below everything an operator may set. A connector that the operator
 * addressed somewhere else gets nothing from here, so that no demo secret ever guards a real account.
 */
final class DemoEnvironment implements EnvironmentPostProcessor, Ordered {

    static final String SOURCE = "waslSandboxDemo";
    static final String PORTS = "waslSandboxPorts";

    /** Below the ports that systems hand out for outgoing connections, which could take a port before it is used. */
    private static final int FIRST_FREE = 20_000;

    private static final int LAST_FREE = 32_000;
    private static final int TRIES = 50;

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        boolean enabled = environment.getProperty("wasl.sandbox.enabled", Boolean.class, true);
        if (!enabled
                || environment.acceptsProfiles(Profiles.of("production"))
                || environment.getPropertySources().contains(SOURCE)) {
            return;
        }
        int port = environment.getProperty("wasl.sandbox.port", Integer.class, 8180);
        int smtpPort = environment.getProperty("wasl.sandbox.smtp-port", Integer.class, 0);
        Map<String, Object> chosen = new LinkedHashMap<>();
        if (port == 0) {
            port = freePort();
            chosen.put("wasl.sandbox.port", port);
        }
        if (smtpPort == 0) {
            smtpPort = freePort();
            chosen.put("wasl.sandbox.smtp-port", smtpPort);
        }
        if (!chosen.isEmpty()) {
            environment.getPropertySources().addFirst(new MapPropertySource(PORTS, chosen));
        }
        environment.getPropertySources().addLast(new MapPropertySource(SOURCE, demo(environment, port, smtpPort)));
    }

    private static Map<String, Object> demo(ConfigurableEnvironment environment, int port, int smtpPort) {
        String url = "http://127.0.0.1:" + port;
        Demo demo = new Demo(Binder.get(environment), new LinkedHashMap<>());
        demo.connector(
                "hvar",
                "bosta",
                "base-url",
                Map.of(
                        "base-url",
                        url,
                        "api-key",
                        "demo-bosta-key-hvar",
                        "webhook-secrets[0]",
                        "demo-bosta-webhook-hvar",
                        "requests-per-second",
                        0.75,
                        "burst",
                        3,
                        "poll-interval",
                        "20s"));
        for (Map.Entry<String, String> sender : Map.of("hvar", "HVAR", "telite", "TELITE", "phoneshop", "PhoneShop")
                .entrySet()) {
            String tenant = sender.getKey();
            demo.connector(
                    tenant,
                    "twilio",
                    "base-url",
                    Map.of(
                            "base-url",
                            url,
                            "account-sid",
                            "AC" + Dice.at(tenant.hashCode()).hex(32),
                            "auth-tokens[0]",
                            "demo-twilio-token-" + tenant,
                            "from",
                            sender.getValue()));
        }
        for (Map.Entry<String, String> number :
                Map.of("hvar", "106540352242922", "telite", "106540352242923").entrySet()) {
            String tenant = number.getKey();
            demo.connector(
                    tenant,
                    "whatsapp",
                    "base-url",
                    Map.of(
                            "base-url", url,
                            "phone-number-id", number.getValue(),
                            "access-token", "demo-whatsapp-token-" + tenant,
                            "app-secrets[0]", "demo-whatsapp-app-secret-" + tenant,
                            "verify-token", "demo-whatsapp-verify-" + tenant));
        }
        for (String tenant : List.of("portal", "cctv")) {
            demo.connector(
                    tenant,
                    "stripe",
                    "signing-secrets",
                    Map.of(
                            "signing-secrets[0]", Accounts.DEMO_STRIPE_SECRET + tenant,
                            "base-url", url + "/gateways/stripe",
                            "api-key", "sk_test_demo-" + tenant,
                            "return-url", "https://" + tenant + ".demo.example/thanks",
                            "catch-up-interval", "2m"));
        }
        for (String tenant : List.of("portal", "cctv", "phoneshop")) {
            demo.connector(
                    tenant,
                    "smtp",
                    "host",
                    Map.of(
                            "host",
                            "127.0.0.1",
                            "port",
                            smtpPort,
                            "username",
                            "demo-" + tenant,
                            "password",
                            "demo-smtp-" + tenant,
                            "from",
                            tenant + "@demo.example",
                            "starttls",
                            false));
        }
        gateways(demo, url + "/gateways/");
        return demo.properties();
    }

    /** The payment gateways; each is played at an address of its own. */
    private static void gateways(Demo demo, String url) {
        for (String tenant : List.of("hvar", "portal")) {
            demo.gateway(
                    tenant,
                    "paymob",
                    url,
                    Map.of(
                            "hmac-secrets[0]", "demo-paymob-hmac-" + tenant,
                            "integration-ids[0]", tenant.equals("hvar") ? 4_097_558 : 4_097_559,
                            "owner", 302_852,
                            "api-key", "demo-paymob-api-" + tenant,
                            "secret-key", "egy_sk_test_demo-" + tenant,
                            "public-key", "egy_pk_test_demo-" + tenant));
        }
        demo.gateway(
                "portal",
                "paypal",
                url,
                Map.of(
                        "environment", "sandbox",
                        "webhook-ids[0]", "3DEMO13029J36659323",
                        "client-id", "demo-portal",
                        "client-secret", "demo-paypal-secret-portal",
                        "trusted-certificates[0]", DemoCertificate.get().authorityPem()));
        demo.gateway(
                "cctv",
                "cmi",
                url,
                Map.of(
                        "client-id", "600000001",
                        "store-keys[0]", "DEMO1234_cctv",
                        "api-user", "demo-api-cctv",
                        "api-password", "demo-cmi-password-cctv",
                        "shop-url", "https://cctv.demo.example"));
        demo.gateway(
                "phoneshop",
                "flutterwave-v3",
                url,
                Map.of(
                        "secret-hashes[0]", "demo-flutterwave-hash-phoneshop",
                        "secret-key", "FLWSECK_TEST-demo-phoneshop",
                        "redirect-url", "https://phoneshop.demo.example/thanks"));
        demo.gateway(
                "phoneshop",
                "flutterwave-v4",
                url,
                Map.of(
                        "secret-hashes[0]", "demo-flutterwave-v4-hash-phoneshop",
                        "client-id", "demo-phoneshop",
                        "client-secret", "demo-flutterwave-v4-secret-phoneshop",
                        "token-url", url + "flutterwave-v4/token",
                        "network", "MTN"));
        demo.gateway(
                "phoneshop",
                "airtel",
                url,
                Map.of(
                        "client-id", "demo-airtel-client-phoneshop",
                        "client-secret", "demo-airtel-secret-phoneshop",
                        "private-keys[0]", "demo-airtel-private-key-phoneshop"));
        demo.gateway(
                "phoneshop",
                "mtn-momo",
                url,
                Map.of(
                        "subscription-key", "demo-mtn-subscription-phoneshop",
                        "api-user", "demo-mtn-user-phoneshop",
                        "api-key", "demo-mtn-key-phoneshop",
                        "target-environment", "mtnuganda"));
        demo.gateway(
                "cctv",
                "orange-money",
                url,
                Map.of(
                        "client-id", "demo-orange-client-cctv",
                        "client-secret", "demo-orange-secret-cctv",
                        "merchant-key", "demo-orange-merchant-cctv",
                        "country", "ma",
                        "return-url", "http://127.0.0.1:8080/"));
        demo.gateway("phoneshop", "paystack", url, Map.of("secret-keys[0]", "sk_test_demo-phoneshop"));
    }

    /** What is contributed, connector by connector. */
    private record Demo(Binder operator, Map<String, Object> properties) {

        /** Adds a payment gateway at its played address, unless the operator addressed it somewhere else. */
        void gateway(String tenant, String connector, String url, Map<String, Object> keys) {
            Map<String, Object> all = new LinkedHashMap<>(keys);
            all.put("base-url", url + connector);
            connector(tenant, connector, "base-url", all);
        }

        /** Adds a connector unless the operator set the key that says where it leads or what it trusts. */
        void connector(String tenant, String connector, String deciding, Map<String, Object> keys) {
            String path = "wasl.tenants." + tenant + ".connectors." + connector + '.';
            boolean list = keys.containsKey(deciding + "[0]");
            boolean set = list
                    ? operator.bind(path + deciding, Bindable.listOf(String.class))
                            .isBound()
                    : operator.bind(path + deciding, String.class).isBound();
            if (!set) {
                keys.forEach((key, value) -> properties.put(path + key, value));
            }
        }
    }

    private static int freePort() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_FREE, LAST_FREE);
            try (ServerSocket probe = new ServerSocket(port, 1, SandboxServer.loopback())) {
                return probe.getLocalPort();
            } catch (IOException e) {
                // Taken; another one will do.
            }
        }
        throw new IllegalStateException("no free port for the sandbox between " + FIRST_FREE + " and " + LAST_FREE);
    }
}
