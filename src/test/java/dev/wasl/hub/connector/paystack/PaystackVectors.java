package dev.wasl.hub.connector.paystack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.vectors.PaymentVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The vector file of Paystack. */
public final class PaystackVectors extends PaymentVectors {

    @Override
    public String gateway() {
        return "paystack";
    }

    @Override
    protected Webhook webhook(JsonNode config) {
        List<String> secrets = new ArrayList<>();
        config.path("secrets").forEach(secret -> secrets.add(secret.asText()));
        return new PaystackWebhook(tenant -> Optional.of(new PaystackSettings("", secrets, null)));
    }

    @Override
    protected String mapping() {
        return "paystack-payment-in";
    }
}
