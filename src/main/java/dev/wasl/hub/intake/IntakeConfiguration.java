package dev.wasl.hub.intake;

import dev.wasl.hub.journal.RejectedRequests;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationPredicate;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/** Puts the intake at its address. */
@Configuration(proxyBeanMethods = false)
class IntakeConfiguration {

    private static final String ADDRESS = "/webhooks/";

    @Bean
    ServletRegistrationBean<WebhookServlet> webhookServlet(
            List<Webhook> webhooks,
            Tenants tenants,
            MessageWriter writer,
            RejectedRequests rejected,
            IntakeProperties properties,
            MeterRegistry meters,
            Clock clock,
            @Value("${wasl.public-url}") String publicUrl) {
        ServletRegistrationBean<WebhookServlet> registration = new ServletRegistrationBean<>(
                new WebhookServlet(webhooks, tenants, writer, rejected, properties, meters, clock, publicUrl),
                ADDRESS + "*");
        registration.setName("webhooks");
        registration.setAsyncSupported(true);
        registration.setLoadOnStartup(1);
        return registration;
    }

    /** The intake counts by verdict itself; a general observation of every request would only cost. */
    @Bean
    ObservationPredicate observeAllButTheIntake() {
        return (name, context) -> !(context instanceof ServerRequestObservationContext http
                && http.getCarrier() != null
                && http.getCarrier().getRequestURI().startsWith(ADDRESS));
    }
}
