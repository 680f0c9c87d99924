package dev.wasl.hub.connector.flutterwave;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.vectors.PaymentVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The vector file of Flutterwave v3. */
public final class FlutterwaveV3Vectors extends PaymentVectors {

    @Override
    public String gateway() {
        return "flutterwave";
    }

    @Override
    public Optional<String> version() {
        return Optional.of("v3");
    }

    @Override
    protected String connector() {
        return "flutterwave-v3";
    }

    @Override
    protected Webhook webhook(JsonNode config) {
        List<String> secrets = new ArrayList<>();
        config.path("secrets").forEach(secret -> secrets.add(secret.asText()));
        return new FlutterwaveV3Webhook(tenant -> Optional.of(new FlutterwaveV3Settings("", secrets, "", null, null)));
    }

    @Override
    protected String mapping() {
        return "flutterwave-v3-payment-in";
    }
}
