package dev.wasl.hub.sandbox;

import java.time.Clock;
import java.util.List;

/** Every payment gateway that the sandbox plays. */
final class GatewayPlayers {

    private GatewayPlayers() {}

    /**
     * The players, whether or not a tenant has an account with them.
     *
     * @param url where the sandbox listens, without a slash at the end
     */
    static List<GatewayPlayer> all(Accounts accounts, String url, long seed, Clock clock) {
        return List.of(
                new AirtelPlayer(accounts.gateway("airtel"), seed, clock),
                new MtnPlayer(accounts.gateway("mtn-momo"), seed, clock),
                new OrangePlayer(accounts.gateway("orange-money"), url, seed, clock),
                new PaystackPlayer(accounts.gateway("paystack"), url, seed, clock));
    }
}
