package dev.wasl.hub.sandbox;

import java.time.Clock;
import java.util.List;
import java.util.function.Function;

/** Every payment gateway that the sandbox plays. */
final class GatewayPlayers {

    private GatewayPlayers() {}

    /**
     * The players, whether or not a tenant has an account with them.
     *
     * @param url where the sandbox listens, without a slash at the end
     */
    static List<GatewayPlayer> all(Accounts accounts, String url, long seed, Clock clock) {
        Function<String, GatewayBooks> books = name -> new GatewayBooks(name, accounts.gateway(name), url, seed, clock);
        return List.of(
                new AirtelPlayer(books.apply("airtel")),
                new CmiPlayer(books.apply("cmi")),
                new FlutterwaveV3Player(books.apply("flutterwave-v3")),
                new FlutterwaveV4Player(books.apply("flutterwave-v4")),
                new MtnPlayer(books.apply("mtn-momo")),
                new OrangePlayer(books.apply("orange-money")),
                new PaymobPlayer(books.apply("paymob")),
                new PaypalPlayer(books.apply("paypal")),
                new PaystackPlayer(books.apply("paystack")),
                new StripePlayer(books.apply("stripe")));
    }
}
