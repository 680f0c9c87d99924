package dev.wasl.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wasl.hub.tenant.Tenants;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.servlet.server.ServletWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

class DemoEnvironmentTest {

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(SandboxSettings.class)
    @Import({SandboxConfiguration.class, Tenants.class})
    static class Application {
        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import(Application.class)
    static class WebApplication {
        @Bean
        ServletWebServerFactory webServer() {
            return new TomcatServletWebServerFactory(0);
        }
    }

    record Bosta(@Nullable String baseUrl, @Nullable String apiKey, List<String> webhookSecrets) {}

    record Stripe(List<String> signingSecrets) {}

    @TempDir
    Path data;

    @Test
    void connects_the_demo_tenants_to_the_sandbox() {
        try (ConfigurableApplicationContext context = start()) {
            Environment environment = context.getEnvironment();
            Tenants tenants = context.getBean(Tenants.class);
            SandboxStatus.Report report =
                    context.getBean(SandboxStatus.class).report().orElseThrow();
            String url = "http://127.0.0.1:" + report.port();

            Bosta bosta = tenants.settings("hvar", "bosta", Bosta.class).orElseThrow();
            assertThat(environment.getProperty("wasl.sandbox.port", Integer.class))
                    .isEqualTo(report.port());
            assertThat(bosta.baseUrl()).isEqualTo(url);
            assertThat(bosta.apiKey()).startsWith("demo-");
            assertThat(bosta.webhookSecrets()).singleElement().asString().startsWith("demo-");
            assertThat(tenants.having("twilio")).containsExactly("hvar", "phoneshop", "telite");
            assertThat(tenants.having("whatsapp")).containsExactly("hvar", "telite");
            assertThat(tenants.having("stripe")).containsExactly("cctv", "portal");
            assertThat(tenants.having("smtp")).containsExactly("cctv", "phoneshop", "portal");
            assertThat(tenants.settings("portal", "stripe", Stripe.class)
                            .orElseThrow()
                            .signingSecrets())
                    .singleElement()
                    .asString()
                    .startsWith("whsec_demo_");
            assertThat(environment.getProperty("wasl.tenants.portal.connectors.smtp.port", Integer.class))
                    .isEqualTo(report.smtpPort());
            Accounts played = Accounts.of(environment, report.port());
            assertThat(played.bosta()).containsOnlyKeys("hvar");
            assertThat(played.bostaKeys()).containsExactly(bosta.apiKey());
            assertThat(played.stripe()).containsOnlyKeys("cctv", "portal");
            for (String gateway : List.of("paystack", "flutterwave-v3", "flutterwave-v4")) {
                assertThat(tenants.having(gateway)).as(gateway).containsExactly("phoneshop");
                assertThat(played.gateway(gateway)).as(gateway).containsOnlyKeys("phoneshop");
            }
            assertThat(tenants.having("cmi")).containsExactly("cctv");
            assertThat(played.gateway("cmi").get("cctv").first("store-keys")).startsWith("DEMO");
            assertThat(played.currencies()).containsEntry("cctv", "MAD");
        }
    }

    @Test
    void gives_way_to_the_operator_and_adds_no_demo_secret_to_a_real_account() {
        try (ConfigurableApplicationContext context = start(
                "--wasl.tenants.hvar.connectors.bosta.base-url=http://127.0.0.1:1",
                "--wasl.tenants.portal.connectors.stripe.signing-secrets=whsec_real_one,whsec_real_two",
                "--wasl.tenants.telite.connectors.twilio.from=OTHER",
                "--wasl.tenants.phoneshop.connectors.paystack.base-url=https://api.paystack.co")) {
            Environment environment = context.getEnvironment();
            Tenants tenants = context.getBean(Tenants.class);
            int port = environment.getRequiredProperty("wasl.sandbox.port", Integer.class);

            assertThat(environment.getProperty("wasl.tenants.hvar.connectors.bosta.api-key"))
                    .isNull();
            assertThat(environment.getProperty("wasl.tenants.hvar.connectors.bosta.webhook-secrets[0]"))
                    .isNull();
            assertThat(tenants.settings("portal", "stripe", Stripe.class)
                            .orElseThrow()
                            .signingSecrets())
                    .containsExactly("whsec_real_one", "whsec_real_two");
            assertThat(environment.getProperty("wasl.tenants.telite.connectors.twilio.from"))
                    .isEqualTo("OTHER");
            assertThat(environment.getProperty("wasl.tenants.telite.connectors.twilio.base-url"))
                    .endsWith(":" + port);
            assertThat(environment.getProperty("wasl.tenants.phoneshop.connectors.paystack.secret-keys[0]"))
                    .isNull();
            assertThat(Accounts.of(environment, port).gateway("paystack")).isEmpty();
            assertThat(Accounts.of(environment, port).bosta()).isEmpty();
            assertThat(Accounts.of(environment, port).stripe()).containsOnlyKeys("cctv");
        }
    }

    @Test
    void is_not_there_when_switched_off_or_in_production() {
        List<String[]> ways = new ArrayList<>();
        ways.add(new String[] {"--wasl.sandbox.enabled=false"});
        ways.add(new String[] {
            "--spring.profiles.active=production",
            "--wasl.public-url=https://hub.example",
            "--wasl.access.bootstrap-admin-password=a-password-of-ones-own",
            "--wasl.access.bootstrap-api-key=a-key-of-ones-own-0123456789"
        });
        for (String[] way : ways) {
            try (ConfigurableApplicationContext context = start(way)) {
                assertThat(context.getBeanProvider(SandboxStatus.class).getIfAvailable())
                        .isNull();
                assertThat(context.getEnvironment().getPropertySources().stream()
                                .map(source -> source.getName()))
                        .doesNotContain(DemoEnvironment.SOURCE, DemoEnvironment.PORTS);
                assertThat(context.getBean(Tenants.class).having("bosta")).isEmpty();
            }
        }
    }

    @Test
    void tells_its_story_to_the_port_on_which_the_hub_listens() {
        try (ConfigurableApplicationContext context =
                start(WebApplication.class, WebApplicationType.SERVLET, "--wasl.sandbox.story-rate=6000")) {
            SandboxStatus status = context.getBean(SandboxStatus.class);
            int port = ((WebServerApplicationContext) context).getWebServer().getPort();

            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                SandboxStatus.Report report = status.report().orElseThrow();
                assertThat(report.hub()).isEqualTo("http://127.0.0.1:" + port);
                // Nobody serves webhooks here: 404 is an answer all the same.
                assertThat(report.webhooks().getOrDefault("bosta failed", 0L)).isPositive();
                assertThat(report.webhooks().getOrDefault("stripe repeated", 0L))
                        .isPositive();
            });
        }
    }

    private ConfigurableApplicationContext start(String... more) {
        return start(Application.class, WebApplicationType.NONE, more);
    }

    private ConfigurableApplicationContext start(Class<?> source, WebApplicationType type, String... more) {
        SpringApplication application = new SpringApplication(source);
        application.setWebApplicationType(type);
        application.setRegisterShutdownHook(false);
        List<String> arguments = new ArrayList<>(
                List.of("--wasl.sandbox.port=0", "--wasl.sandbox.deliveries=20", "--wasl.data-dir=" + data));
        arguments.addAll(List.of(more));
        return application.run(arguments.toArray(String[]::new));
    }
}
