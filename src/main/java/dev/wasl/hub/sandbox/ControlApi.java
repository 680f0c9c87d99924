package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks into the sandbox and steers it, for people and tests on this machine. */
final class ControlApi implements Api {

    private static final String ROOT = "/_sandbox/";
    private static final int LONGEST_MISBEHAVIOUR = 3_600;
    private static final int MOST_EVENTS = 10_000;

    private final World world;
    private final BostaJson shapes;
    private final Storyteller story;
    private final Misbehaviour misbehaviour;
    private final Map<String, Ring<Message>> messages;
    private final WebhookSender sender;
    private final SortedMap<String, GatewayPlayer> players = new TreeMap<>();
    private final Supplier<SandboxStatus.Report> report;

    ControlApi(
            World world,
            BostaJson shapes,
            Storyteller story,
            Misbehaviour misbehaviour,
            Map<String, Ring<Message>> messages,
            WebhookSender sender,
            List<GatewayPlayer> players,
            Supplier<SandboxStatus.Report> report) {
        this.world = world;
        this.shapes = shapes;
        this.story = story;
        this.misbehaviour = misbehaviour;
        this.messages = messages;
        this.sender = sender;
        players.forEach(player -> this.players.put(player.name(), player));
        this.report = report;
    }

    /** Who can be told to misbehave. */
    SortedSet<String> targets() {
        SortedSet<String> targets = new TreeSet<>(players.keySet());
        targets.addAll(Set.of("bosta", "twilio", "whatsapp"));
        return targets;
    }

    @Override
    public String name() {
        return "control";
    }

    @Override
    public boolean serves(String path) {
        return path.startsWith(ROOT);
    }

    @Override
    public Reply answer(Request request) {
        if (!fromThisMachine(request)) {
            return refused();
        }
        String[] path = request.path().substring(ROOT.length()).split("/", -1);
        boolean get = request.method().equals("GET");
        boolean post = request.method().equals("POST");
        if (get && path.length == 1) {
            switch (path[0]) {
                case "state" -> {
                    return Reply.json(200, Json.bytes(report.get()));
                }
                case "messages" -> {
                    return messages(request.queryParameters().get("channel"));
                }
                case "webhooks" -> {
                    return Reply.json(200, Json.bytes(Map.of("webhooks", sender.recent())));
                }
                case "gateways" -> {
                    return gateways();
                }
                default -> {}
            }
        }
        if (post && path.length == 1 && path[0].equals("misbehave")) {
            return misbehave(Json.read(request.body()));
        }
        if (post && path.length == 1 && path[0].equals("story")) {
            return story(Json.read(request.body()));
        }
        if (post && path.length == 4 && path[0].equals("gateways")) {
            return act(
                    path[1],
                    URLDecoder.decode(path[2], StandardCharsets.UTF_8),
                    path[3],
                    request.queryParameters().getOrDefault("hooks", "sent"));
        }
        if (path.length >= 2 && path[0].equals("deliveries")) {
            Optional<Snapshot> found = world.find(path[1]);
            if (found.isEmpty()) {
                return problem(404, "no such delivery");
            }
            if (get && path.length == 2) {
                return Reply.json(200, view(found.get()));
            }
            if (post && path.length == 3 && path[2].equals("advance")) {
                return story.advance(found.get().parcel().index())
                        .map(delivery -> Reply.json(200, view(delivery)))
                        .orElseGet(() -> problem(409, "the story of this delivery has ended"));
            }
        }
        return problem(404, "nothing here");
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return problem(429, "throttled");
    }

    @Override
    public Reply refused() {
        return problem(403, "the sandbox is steered from this machine, and not from web pages");
    }

    /** A web page that is open on this machine could otherwise post here, also by a name that resolves to loopback. */
    private static boolean fromThisMachine(Request request) {
        String host = String.valueOf(request.header("Host"));
        String name = host.startsWith("[") ? host.substring(0, host.indexOf(']') + 1) : host.replaceFirst(":.*$", "");
        return Accounts.isLoopback(request.source()) && Accounts.isLoopback(name) && request.header("Origin") == null;
    }

    private Reply messages(@Nullable String channel) {
        if (channel != null && !messages.containsKey(channel)) {
            return problem(
                    400,
                    "channel must be one of "
                            + messages.keySet().stream().sorted().toList());
        }
        List<Message> found = messages.entrySet().stream()
                .filter(entry -> channel == null || entry.getKey().equals(channel))
                .flatMap(entry -> entry.getValue().newestFirst().stream())
                .toList();
        return Reply.json(200, Json.bytes(Map.of("messages", found)));
    }

    private Reply misbehave(JsonNode order) {
        Optional<Misbehaviour.Mode> mode =
                Misbehaviour.Mode.named(order.path("mode").asText());
        if (mode.isEmpty()) {
            return problem(400, "mode must be none, 429-storm, 5xx, timeout, slow, truncated or wrong-key");
        }
        String target = order.path("target").asText("bosta");
        if (!targets().contains(target)) {
            return problem(400, "target must be one of " + targets());
        }
        int seconds = order.path("for").asInt(60);
        if (seconds < 1 || seconds > LONGEST_MISBEHAVIOUR) {
            return problem(400, "for must be 1 to 3600 seconds");
        }
        misbehaviour.order(target, mode.get(), Duration.ofSeconds(seconds));
        return Reply.json(
                200,
                Json.object()
                        .put("target", target)
                        .put("mode", mode.get().text())
                        .put("for", mode.get() == Misbehaviour.Mode.NONE ? 0 : seconds));
    }

    private Reply gateways() {
        ObjectNode all = Json.object();
        players.forEach((name, player) -> {
            ArrayNode orders = all.putArray(name);
            player.orders().forEach(order -> orders.add(view(order)));
        });
        return Reply.json(200, all);
    }

    /** An order without its details, which hold secrets. */
    private static ObjectNode view(GatewayOrder order) {
        return Json.object()
                .put("tenant", order.tenant())
                .put("id", order.id())
                .put("reference", order.reference())
                .put("state", order.state().name())
                .put("currency", order.asked().currency())
                .put("asked", order.asked().amountMinor())
                .put("paid", order.paid() == null ? 0 : order.paid().amountMinor())
                .put("refunded", order.refunded().amountMinor())
                .put("createdAt", order.createdAt().toString())
                .put("changedAt", order.changedAt().toString());
    }

    /** Lets something happen to an order, and has it told on the spot, so that whoever asked knows the hub's answer. */
    private Reply act(String gateway, String order, String word, String hooks) {
        GatewayPlayer player = players.get(gateway);
        if (player == null) {
            return problem(404, "gateway must be one of " + players.keySet());
        }
        Optional<GatewayPlayer.Act> act = Stream.of(GatewayPlayer.Act.values())
                .filter(known -> known.word().equals(word))
                .findFirst();
        if (act.isEmpty()) {
            return problem(
                    404,
                    "act must be one of "
                            + Stream.of(GatewayPlayer.Act.values())
                                    .map(GatewayPlayer.Act::word)
                                    .toList());
        }
        if (!Set.of("sent", "lost", "twice").contains(hooks)) {
            return problem(400, "hooks must be sent, lost or twice");
        }
        try {
            ObjectNode told = Json.object();
            ArrayNode sent = told.putArray("hooks");
            for (Hook hook : player.act(order, act.get())) {
                if (hooks.equals("lost")) {
                    sender.lose(hook);
                    continue;
                }
                for (int i = 0; i < (hooks.equals("twice") ? 2 : 1); i++) {
                    sent.addObject().put("event", hook.event()).put("status", sender.sendNow(hook));
                }
            }
            player.orders().stream()
                    .filter(known ->
                            known.id().equals(order) || known.reference().equals(order))
                    .findFirst()
                    .ifPresent(known -> told.set("order", view(known)));
            return Reply.json(200, told);
        } catch (NoSuchElementException e) {
            return problem(404, "no such order");
        } catch (IllegalStateException | UnsupportedOperationException e) {
            return problem(409, String.valueOf(e.getMessage()));
        }
    }

    private Reply story(JsonNode order) {
        if (order.has("rate")) {
            double rate = order.path("rate").asDouble(-1);
            if (rate < 0 || rate > 60_000) {
                return problem(400, "rate must be 0 to 60000 events a minute");
            }
            story.rate(rate);
        }
        if (order.has("pause")) {
            story.pause(order.path("pause").asBoolean());
        }
        int play = order.path("play").asInt(0);
        if (play < 0 || play > MOST_EVENTS) {
            return problem(400, "play must be 0 to 10000 events");
        }
        story.play(play);
        return Reply.json(
                200,
                Json.object()
                        .put("rate", story.rate())
                        .put("paused", story.paused())
                        .put("events", story.events()));
    }

    private ObjectNode view(Snapshot delivery) {
        Parcel parcel = delivery.parcel();
        ObjectNode view = Json.object()
                .put("index", parcel.index())
                .put("trackingNumber", parcel.trackingNumber())
                .put("type", parcel.typeName(delivery.kind()))
                .put("state", delivery.code())
                .put("ghost", parcel.ghost())
                .put("international", parcel.international())
                .put("ended", delivery.ended());
        ArrayNode steps = view.putArray("story");
        for (int i = 0; i < delivery.steps().size(); i++) {
            Step step = delivery.steps().get(i);
            ObjectNode entry = steps.addObject().put("act", step.act().name()).put("state", step.code());
            if (step.exception() != 0) {
                entry.put("exception", step.exception());
            }
            if (i < delivery.done()) {
                entry.put("at", Json.iso(delivery.times()[i]));
            }
        }
        view.set("detail", Json.read(Json.write(12_288, json -> shapes.detail(json, delivery))));
        return view;
    }

    private static Reply problem(int status, String detail) {
        return Reply.json(status, Json.object().put("status", status).put("detail", detail));
    }
}
