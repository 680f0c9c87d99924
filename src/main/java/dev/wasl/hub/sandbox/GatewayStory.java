package dev.wasl.hub.sandbox;

import dev.wasl.hub.sandbox.GatewayPlayer.Act;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What customers do at the payment gateways: some orders are made by the tenants' own shops, and they as well as those that
 * the hub asked for are paid, fail, run out, and are sometimes refunded. It is not kept over a restart: the played gateways
 * forget their orders too.
 */
final class GatewayStory {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayStory.class);

    /** A customer needs that long to type a card number or a PIN. */
    private static final Duration HESITATION = Duration.ofSeconds(20);

    private static final Duration REGRET = Duration.ofMinutes(3);

    private final List<GatewayPlayer> players;
    private final Parcels parcels;
    private final WebhookSender sender;
    private final Clock clock;

    GatewayStory(List<GatewayPlayer> players, Parcels parcels, WebhookSender sender, Clock clock) {
        this.players =
                players.stream().filter(player -> !player.tenants().isEmpty()).toList();
        this.parcels = parcels;
        this.sender = sender;
        this.clock = clock;
    }

    /** Whether any tenant has an account with a played gateway. */
    boolean any() {
        return !players.isEmpty();
    }

    /** Lets one thing happen. */
    void next(Dice dice) {
        GatewayPlayer player = dice.pick(players);
        Instant now = clock.instant();
        Optional<GatewayOrder> waiting = player.orders().stream()
                .filter(order -> order.state() == GatewayOrder.State.OPEN
                        && order.createdAt().isBefore(now.minus(HESITATION)))
                .findFirst();
        if (waiting.isPresent() && dice.percent(70)) {
            int path = dice.below(100);
            tell(player, waiting.get(), path < 80 ? Act.SUCCEED : path < 93 ? Act.FAIL : Act.EXPIRE);
            return;
        }
        if (dice.percent(10)) {
            player.orders().stream()
                    .filter(order -> order.state() == GatewayOrder.State.PAID
                            && order.changedAt().isBefore(now.minus(REGRET)))
                    .findFirst()
                    .ifPresent(order -> tell(player, order, dice.percent(50) ? Act.REFUND_PART : Act.REFUND));
            return;
        }
        String reference = "SHOP-" + now.getEpochSecond() + '-' + dice.below(1_000);
        player.begin(
                dice.pick(player.tenants()),
                reference,
                parcels.customer(parcels.customerOf(dice.below(Parcels.LIMIT))),
                dice);
    }

    private void tell(GatewayPlayer player, GatewayOrder order, Act act) {
        try {
            player.act(order.id(), act).forEach(hook -> sender.send(hook, 0));
        } catch (UnsupportedOperationException e) {
            LOG.debug("{} knows no {}", player.name(), act);
        }
    }
}
