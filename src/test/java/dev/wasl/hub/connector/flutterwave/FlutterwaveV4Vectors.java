package dev.wasl.hub.connector.flutterwave;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.vectors.GatewayVectors;
import dev.wasl.hub.vectors.PaymentVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The vector file of Flutterwave v4. */
public final class FlutterwaveV4Vectors extends PaymentVectors {

    @Override
    public String gateway() {
        return "flutterwave";
    }

    @Override
    public Optional<String> version() {
        return Optional.of("v4");
    }

    @Override
    protected String connector() {
        return "flutterwave-v4";
    }

    @Override
    protected Webhook webhook(JsonNode config) {
        List<String> secrets = new ArrayList<>();
        config.path("secrets").forEach(secret -> secrets.add(secret.asText()));
        return new FlutterwaveV4Webhook(tenant -> Optional.of(
                new FlutterwaveV4Settings("", "", "", "", secrets, isLegacy(config), Map.of(), null, null)));
    }

    /** The switch for accounts that send the secret hash itself; the facts do not give it a name. */
    private static boolean isLegacy(JsonNode config) {
        return GatewayVectors.names(config)
                .filter(name -> name.toLowerCase(Locale.ROOT).contains("legacy"))
                .anyMatch(name -> config.get(name).asBoolean());
    }

    @Override
    protected String mapping() {
        return "flutterwave-v4-payment-in";
    }
}
