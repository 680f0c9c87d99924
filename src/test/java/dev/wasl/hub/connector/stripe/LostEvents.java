package dev.wasl.hub.connector.stripe;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.WrittenMessages;
import dev.wasl.hub.sandbox.PlayedGateway;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Events of Stripe that did not arrive, as the hub stores them when it looks for them. */
public final class LostEvents {

    private LostEvents() {}

    /** Those of a payment that a customer with this e-mail address makes on 2026-11-20 at 10:00 UTC. */
    public static List<InboundMessage> ofPayment(String email, Clock clock) {
        try (PlayedGateway stripe = new PlayedGateway(
                "stripe", Map.of("signing-secrets[0]", "whsec_played", "api-key", "rk_test_played"))) {
            StripeApi api = new StripeApi(stripe.http());
            new StripeGateway(stripe.tenants(), api)
                    .start(stripe.asked(
                            "ORD-1", new Money(150_050, "EGP"), new Party("Amina", null, null, null, email)));
            stripe.act("ORD-1", "succeed?hooks=lost");
            List<InboundMessage> stored = new ArrayList<>();
            StripeSettings settings = stripe.tenants()
                    .settings(PlayedGateway.TENANT, StripeApi.CONNECTOR, StripeSettings.class)
                    .orElseThrow();
            new StripeCatchUp(api, new WrittenMessages(stored), clock).run(PlayedGateway.TENANT, settings, null);
            return stored;
        }
    }
}
