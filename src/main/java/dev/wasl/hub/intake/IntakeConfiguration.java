package dev.wasl.hub.intake;

import dev.wasl.hub.journal.RejectedRequests;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the intake at its address. */
@Configuration(proxyBeanMethods = false)
class IntakeConfiguration {

    @Bean
    WebhookServlet webhookServlet(
            List<Webhook> webhooks,
            Tenants tenants,
            MessageWriter writer,
            RejectedRequests rejected,
            IntakeProperties properties,
            MeterRegistry meters,
            Clock clock,
            @Value("${wasl.public-url}") String publicUrl) {
        return new WebhookServlet(webhooks, tenants, writer, rejected, properties, meters, clock, publicUrl);
    }

    @Bean
    ServletRegistrationBean<WebhookServlet> webhookServletRegistration(WebhookServlet servlet) {
        ServletRegistrationBean<WebhookServlet> registration = new ServletRegistrationBean<>(servlet, "/webhooks/*");
        registration.setName(WebhookServlet.NAME);
        registration.setAsyncSupported(true);
        registration.setLoadOnStartup(1);
        return registration;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> webhooksPastTheFilters(WebhookServlet servlet) {
        return factory -> factory.addContextValves(new WebhookValve(servlet));
    }
}
