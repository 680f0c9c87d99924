package dev.wasl.hub.sandbox;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running sandbox: one HTTP server, one mail server, one story. */
final class Sandbox implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
    private static final int TIMERS = 4;
    private static final double ABOVE_CONFIGURED = 4.0 / 3;

    private final SandboxSettings settings;
    private final ScheduledThreadPoolExecutor later;
    private final Misbehaviour misbehaviour;
    private final SandboxServer server;
    private final Mailbox mailbox;
    private final World world;
    private final Payments payments;
    private final WebhookSender sender;
    private final Storyteller story;
    private final StoryLog log;
    private final List<GatewayPlayer> players;
    private final ControlApi control;
    private final Map<String, Ring<Message>> messages;

    /**
     * Starts to listen; the story waits for {@link #hubIsAt}.
     *
     * @param accounts the accounts to play, given the port of the sandbox
     */
    Sandbox(SandboxSettings settings, IntFunction<Accounts> accounts, Clock clock) {
        this.settings = settings;
        this.later = new ScheduledThreadPoolExecutor(TIMERS, Threads.named("sandbox-later"));
        later.setRemoveOnCancelPolicy(true);
        later.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.misbehaviour = new Misbehaviour(clock);
        this.messages = Map.of(
                "sms", new Ring<>(settings.keptMessages()),
                "whatsapp", new Ring<>(settings.keptMessages()),
                "email", new Ring<>(settings.keptMessages()));
        this.server = new SandboxServer(settings.port(), misbehaviour, later);
        try {
            this.mailbox = new Mailbox(settings.smtpPort(), clock, messages("email"));
        } catch (RuntimeException e) {
            server.stop();
            later.shutdownNow();
            throw e;
        }
        Accounts played = accounts.apply(server.port());
        this.log = StoryLog.open(settings.directory(), settings.seed(), settings.deliveries(), clock.millis());
        this.world = new World(settings.seed(), settings.deliveries(), log.anchor());
        BostaJson shapes = new BostaJson(world.parcels());
        this.sender = new WebhookSender(settings.webhooks(), settings.seed(), settings.keptMessages(), clock, later);
        this.payments = new Payments(played, world.parcels(), settings.seed(), log.anchor(), clock);
        this.players = GatewayPlayers.all(played, "http://127.0.0.1:" + server.port(), settings.seed(), clock);
        this.story = new Storyteller(
                world,
                shapes,
                payments,
                new GatewayStory(players, world.parcels(), sender, clock),
                played,
                sender,
                log,
                settings.seed(),
                settings.storyRate(),
                clock);
        this.control = new ControlApi(world, shapes, story, misbehaviour, messages, sender, players, this::report);
        List<Api> apis = new ArrayList<>(players);
        apis.addAll(List.of(
                new BostaApi(
                        world,
                        shapes,
                        played.bostaKeys(),
                        limit(settings.bosta(), played, clock),
                        settings.seed(),
                        settings.bosta().hiccupsPerThousand()),
                new TwilioApi(played, settings.messages(), settings.seed(), clock, messages("sms"), sender),
                new WhatsappApi(
                        played,
                        settings.messages(),
                        world.parcels(),
                        settings.seed(),
                        clock,
                        messages("whatsapp"),
                        sender),
                control));
        server.start(apis);
        LOG.info(
                "The sandbox plays Bosta, Twilio, WhatsApp and payment gateways on http://127.0.0.1:{} and mail on port {}, with {} deliveries.",
                server.port(),
                mailbox.port(),
                world.size());
    }

    int port() {
        return server.port();
    }

    int smtpPort() {
        return mailbox.port();
    }

    /** Tells where the hub listens and begins the story. */
    void hubIsAt(String baseUrl) {
        sender.hubIsAt(baseUrl);
        story.start();
    }

    /** Nothing happens any more: the hub is leaving and would not hear it. */
    void hubLeaves() {
        story.pause(true);
    }

    SandboxStatus.Report report() {
        Map<String, String> misbehaving = new TreeMap<>();
        control.targets()
                .forEach(target ->
                        misbehaving.put(target, misbehaviour.mode(target).text()));
        Map<String, Long> accepted = new TreeMap<>();
        messages.forEach((channel, kept) -> accepted.put(channel, kept.total()));
        return new SandboxStatus.Report(
                server.port(),
                mailbox.port(),
                sender.hub(),
                settings.seed(),
                world.size(),
                world.openCount(),
                payments.count(),
                story.events(),
                story.rate(),
                story.paused(),
                misbehaving,
                server.requests(),
                sender.counts(),
                sender.waiting(),
                accepted);
    }

    @Override
    public void close() {
        story.stop();
        server.stop();
        later.shutdownNow();
        sender.close();
        mailbox.stop();
        log.close();
    }

    private Ring<Message> messages(String channel) {
        Ring<Message> kept = messages.get(channel);
        if (kept == null) {
            throw new IllegalArgumentException(channel);
        }
        return kept;
    }

    /** Unless told otherwise a little above what the tenants allow themselves: who keeps to that is never refused. */
    private static RateLimit limit(SandboxSettings.Bosta settings, Accounts accounts, Clock clock) {
        double configured = accounts.bosta().values().stream()
                .mapToDouble(Accounts.Bosta::requestsPerSecond)
                .sum();
        double burst = accounts.bosta().values().stream()
                .mapToDouble(Accounts.Bosta::burst)
                .sum();
        return new RateLimit(
                settings.requestsPerSecond() == null
                        ? Math.max(1, configured * ABOVE_CONFIGURED)
                        : settings.requestsPerSecond(),
                settings.burst() == null ? Math.max(5, burst + 2) : settings.burst(),
                settings.block(),
                clock);
    }
}
