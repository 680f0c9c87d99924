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
                new CmiPlayer(accounts.gateway("cmi"), seed, clock),
                new FlutterwaveV3Player(accounts.gateway("flutterwave-v3"), url, seed, clock),
                new FlutterwaveV4Player(accounts.gateway("flutterwave-v4"), seed, clock),
                new MtnPlayer(accounts.gateway("mtn-momo"), seed, clock),
                new OrangePlayer(accounts.gateway("orange-money"), url, seed, clock),
                new PaymobPlayer(accounts.gateway("paymob"), url, seed, clock),
                new PaypalPlayer(accounts.gateway("paypal"), url, seed, clock),
                new PaystackPlayer(accounts.gateway("paystack"), url, seed, clock),
                new StripePlayer(accounts.gateway("stripe"), url, seed, clock));
    }
}
