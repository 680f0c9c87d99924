package dev.wasl.hub.connector.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.vectors.PaymentVectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The vector file of Stripe. */
public final class StripeVectors extends PaymentVectors {

    @Override
    public String gateway() {
        return "stripe";
    }

    @Override
    protected Webhook webhook(JsonNode config) {
        List<String> secrets = new ArrayList<>();
        config.path("secrets").forEach(secret -> secrets.add(secret.asText()));
        Duration tolerance = Duration.ofSeconds(config.path("toleranceSeconds").asLong(300));
        return new StripeWebhook(tenant -> Optional.of(new StripeWebhook.Settings(secrets, tolerance)));
    }

    @Override
    protected String mapping() {
        return "stripe-payment-in";
    }
}
