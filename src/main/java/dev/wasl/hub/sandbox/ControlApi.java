package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks into the sandbox and steers it, for people and tests on this machine. */
final class ControlApi implements Api {

    static final Set<String> TARGETS = Set.of("bosta", "twilio", "whatsapp");

    private static final String ROOT = "/_sandbox/";
    private static final int LONGEST_MISBEHAVIOUR = 3_600;
    private static final int MOST_EVENTS = 10_000;

    private final World world;
    private final BostaJson shapes;
    private final Storyteller story;
    private final Misbehaviour misbehaviour;
    private final Map<String, Ring<Message>> messages;
    private final WebhookSender sender;
    private final Supplier<SandboxStatus.Report> report;

    ControlApi(
            World world,
            BostaJson shapes,
            Storyteller story,
            Misbehaviour misbehaviour,
            Map<String, Ring<Message>> messages,
            WebhookSender sender,
            Supplier<SandboxStatus.Report> report) {
        this.world = world;
        this.shapes = shapes;
        this.story = story;
        this.misbehaviour = misbehaviour;
        this.messages = messages;
        this.sender = sender;
        this.report = report;
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
        String[] path = request.path().substring(ROOT.length()).split("/");
        boolean get = request.method().equals("GET");
        boolean post = request.method().equals("POST");
        if (get && path.length == 1) {
            switch (path[0]) {
                case "state":
                    return Reply.json(200, Json.bytes(report.get()));
                case "messages":
                    return messages(request.queryParameters().get("channel"));
                case "webhooks":
                    return Reply.json(200, Json.bytes(Map.of("webhooks", sender.recent())));
                default:
                    break;
            }
        }
        if (post && path.length == 1 && path[0].equals("misbehave")) {
            return misbehave(Json.read(request.body()));
        }
        if (post && path.length == 1 && path[0].equals("story")) {
            return story(Json.read(request.body()));
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
        if (!TARGETS.contains(target)) {
            return problem(400, "target must be bosta, twilio or whatsapp");
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
