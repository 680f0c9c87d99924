package dev.wasl.hub.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets things happen, event by event, and has the webhooks sent that tell the hub about them. */
final class Storyteller {

    private static final Logger LOG = LoggerFactory.getLogger(Storyteller.class);
    private static final int AT_ONCE = 30;
    private static final int MOST_NEW_ORDERS = 50_000;
    private static final int PAYMENTS_PERCENT = 30;
    private static final int GATEWAYS_PERCENT = 30;
    private static final long SHORTEST_PAUSE_MICROS = 5_000;
    private static final long LONGEST_PAUSE_MICROS = 1_000_000;
    private static final long MINUTE_MICROS = 60_000_000;

    /** With so many under way nothing new is ordered: a large population stays as large as it was asked to be. */
    private static final int FULL_HOUSE = 250;

    private final World world;
    private final int population;
    private final BostaJson shapes;
    private final Payments payments;
    private final GatewayStory gateways;
    private final Accounts accounts;
    private final WebhookSender sender;
    private final StoryLog log;
    private final long seed;
    private final Clock clock;
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(1, Threads.named("sandbox-story"));

    /** The few deliveries that the story is about at present, so that each can be followed to its end. */
    private final List<Integer> active = new ArrayList<>();

    private long events;
    private volatile double rate;
    private volatile boolean paused;

    Storyteller(
            World world,
            BostaJson shapes,
            Payments payments,
            GatewayStory gateways,
            Accounts accounts,
            WebhookSender sender,
            StoryLog log,
            long seed,
            double rate,
            Clock clock) {
        this.world = world;
        this.population = world.size();
        this.shapes = shapes;
        this.payments = payments;
        this.gateways = gateways;
        this.accounts = accounts;
        this.sender = sender;
        this.log = log;
        this.seed = seed;
        this.rate = rate;
        this.clock = clock;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        log.replay(this::repeat);
    }

    /** Begins to tell, with a first event at once. */
    void start() {
        thread.execute(() -> tick(1));
    }

    /** Ends the telling after the event that is being told. */
    void stop() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    double rate() {
        return rate;
    }

    boolean paused() {
        return paused;
    }

    /** Events a minute from now on. */
    void rate(double perMinute) {
        rate = perMinute;
    }

    void pause(boolean whether) {
        paused = whether;
    }

    synchronized long events() {
        return events;
    }

    /** Lets so many events happen at once. */
    void play(int count) {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    /**
     * Lets the next step of one delivery happen.
     *
     * @return empty when its story has ended
     */
    synchronized Optional<Snapshot> advance(int index) {
        return move(index, clock.millis());
    }

    /** Plays what is due and comes again; what is due is counted in parts of an event, so that slow rates are exact. */
    private void tick(double due) {
        double perMinute = paused ? 0 : rate;
        int whole = (int) due;
        long pause = LONGEST_PAUSE_MICROS;
        try {
            if (perMinute > 0) {
                play(whole);
                pause = Math.max(SHORTEST_PAUSE_MICROS, (long) Math.min((double) pause, MINUTE_MICROS / perMinute));
            }
        } catch (RuntimeException e) {
            LOG.warn("The sandbox's story stumbled.", e);
        }
        double next = due - whole + perMinute * pause / MINUTE_MICROS;
        try {
            var unused = thread.schedule(() -> tick(next), pause, TimeUnit.MICROSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The sandbox's story ends.");
        }
    }

    private synchronized void next() {
        Dice dice = Dice.at(seed, 80, ++events);
        if (payments.any() && dice.percent(PAYMENTS_PERCENT)) {
            OptionalInt open = dice.percent(65) ? payments.anyOpen(dice) : OptionalInt.empty();
            pay(open.orElse(payments.count()));
        } else if (gateways.any() && dice.percent(GATEWAYS_PERCENT)) {
            gateways.next(dice);
        } else {
            deliver(dice);
        }
    }

    private void pay(int number) {
        long now = clock.millis();
        log.append(new StoryLog.Event('P', number, now));
        payments.advance(number, now).forEach(hook -> sender.send(hook, 0));
    }

    private void deliver(Dice dice) {
        boolean room = active.size() < AT_ONCE
                && world.openCount() < FULL_HOUSE
                && world.size() - population < MOST_NEW_ORDERS;
        if (room && dice.percent(12)) {
            long now = clock.millis();
            Snapshot made = world.create(now);
            active.add(made.parcel().index());
            log.append(new StoryLog.Event('D', made.parcel().index(), now));
            return;
        }
        if (active.size() < AT_ONCE / 3 || (active.size() < AT_ONCE && dice.percent(15))) {
            world.anyOpen(dice).ifPresent(index -> {
                if (!active.contains(index)) {
                    active.add(index);
                }
            });
        }
        if (!active.isEmpty()) {
            Integer index = dice.pick(active);
            if (move(index, clock.millis()).isEmpty()) {
                active.remove(index);
            }
        }
    }

    private Optional<Snapshot> move(int index, long now) {
        Optional<Snapshot> moved = world.advance(index, now);
        moved.ifPresent(delivery -> {
            log.append(new StoryLog.Event('D', index, now));
            if (delivery.ended()) {
                active.remove((Integer) index);
            }
            int before = delivery.steps().get(delivery.done() - 2).code();
            if (before != delivery.code()) {
                tell(delivery);
            }
        });
        return moved;
    }

    private void tell(Snapshot delivery) {
        accounts.bosta().forEach((tenant, account) -> {
            Map<String, String> proof = account.webhookSecrets().isEmpty()
                    ? Map.of()
                    : Map.of(
                            account.webhookHeader(),
                            account.webhookSecrets().get(0).trim());
            byte[] body = shapes.webhook(delivery);
            LOG.debug("Bosta tells {}: {}", tenant, new String(body, StandardCharsets.UTF_8));
            sender.send(
                    new Hook(
                            "bosta",
                            tenant,
                            Integer.toString(delivery.code()),
                            delivery.parcel().trackingNumber(),
                            "/webhooks/" + tenant + "/bosta",
                            "application/json",
                            body,
                            sent -> proof,
                            1),
                    0);
        });
    }

    /** Something that happened before the restart; the hub has been told. */
    private void repeat(StoryLog.Event event) {
        events++;
        if (event.kind() == 'P') {
            payments.advance(event.number(), event.at());
        } else if (event.number() == world.size()) {
            world.create(event.at());
        } else if (event.number() < world.size()) {
            world.advance(event.number(), event.at());
        }
    }
}
