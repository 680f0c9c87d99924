package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Bosta's REST interface, version 2, with the quirks that its documents do not tell. */
final class BostaApi implements Api {

    private static final String DELIVERIES = "/api/v2/deliveries/";
    private static final int MOST_ROWS = 200;
    private static final int USUAL_ROWS = 50;
    private static final int VALIDATION = 777;
    private static final int NOT_AUTHORISED = 1007;
    private static final int INVALID_KEY = 1028;
    private static final int NOT_FOUND = 1066;
    private static final int METHOD = 405;

    private final World world;
    private final BostaJson shapes;
    private final Set<String> keys;
    private final RateLimit limit;
    private final long seed;
    private final double hiccupsPerThousand;
    private final AtomicLong requests = new AtomicLong();
    private final byte[] cities = cities();

    BostaApi(World world, BostaJson shapes, Set<String> keys, RateLimit limit, long seed, double hiccupsPerThousand) {
        this.world = world;
        this.shapes = shapes;
        this.keys = Set.copyOf(keys);
        this.limit = limit;
        this.seed = seed;
        this.hiccupsPerThousand = hiccupsPerThousand;
    }

    @Override
    public String name() {
        return "bosta";
    }

    @Override
    public boolean serves(String path) {
        return path.startsWith("/api/");
    }

    @Override
    public Reply answer(Request request) {
        long number = requests.incrementAndGet();
        long wait = limit.take(request.source());
        if (wait > 0) {
            return throttled(wait);
        }
        String path = request.path();
        if (path.equals("/api/v2/cities")) {
            return Reply.json(200, cities);
        }
        if (!path.startsWith(DELIVERIES)) {
            return error(404, "Not found", 1000);
        }
        String key = request.header("Authorization");
        if (key == null || key.isBlank()) {
            return error(401, "You are not authorized", NOT_AUTHORISED);
        }
        if (!keys.contains(key)) {
            return refused();
        }
        if (Dice.at(seed, 30, number).percent(hiccupsPerThousand / 10)) {
            return hiccup(number);
        }
        if (path.equals(DELIVERIES + "search")) {
            return request.method().equals("POST") ? search(request) : error(METHOD, "Method not allowed", 1000);
        }
        if (path.startsWith(DELIVERIES + "business/") && request.method().equals("GET")) {
            return detail(path.substring((DELIVERIES + "business/").length()));
        }
        return error(404, "Not found", 1000);
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        ObjectNode body =
                Json.object().put("success", false).put("errorCode", 429).put("retryAfter", retryAfterSeconds);
        Reply reply = Reply.json(429, body);
        return requests.get() % 2 == 0 ? reply.with("Retry-After", Long.toString(retryAfterSeconds)) : reply;
    }

    @Override
    public Reply refused() {
        return error(401, "Invalid authorization token or API key", INVALID_KEY);
    }

    /** A failure that says 200. */
    private static Reply hiccup(long number) {
        ObjectNode body =
                Json.object().put("success", false).put("message", "Something went wrong, please try again later.");
        if (number % 2 == 0) {
            body.put("errorCode", "1000");
        } else {
            body.put("errorCode", 1000);
        }
        return Reply.json(200, body.putNull("data"));
    }

    private Reply search(Request request) {
        JsonNode body = Json.read(request.body());
        if (!body.isObject()) {
            return invalid("\"value\" must be of type object");
        }
        int page = body.path("page").asInt(1);
        int rows = body.path("limit").asInt(USUAL_ROWS);
        if (page < 1) {
            return invalid("\"page\" must be larger than or equal to 1");
        }
        if (rows < 1 || rows > MOST_ROWS) {
            return invalid("\"limit\" must be less than or equal to " + MOST_ROWS);
        }
        String order = body.path("sortBy").asText("-createdAt");
        if (!order.equals("-updatedAt") && !order.equals("-createdAt")) {
            return invalid("\"sortBy\" must be one of [-updatedAt, -createdAt]");
        }
        SearchQuery query = new SearchQuery(
                page,
                rows,
                order.equals("-updatedAt"),
                values(body, "type"),
                values(body, "stateCodes"),
                values(body, "trackingNumbers"),
                values(body, "mobilePhones"),
                values(body, "businessReference"));
        List<Snapshot> found = world.search(query);
        return Reply.json(200, Json.write(2048 + found.size() * 2048, json -> {
            json.writeStartObject();
            json.writeBooleanField("success", true);
            json.writeStringField("message", "Done successfully.");
            json.writeObjectFieldStart("data");
            json.writeArrayFieldStart("deliveries");
            for (Snapshot delivery : found) {
                shapes.row(json, delivery);
            }
            json.writeEndArray();
            json.writeStringField("count", "0");
            json.writeNumberField("page", page);
            json.writeNumberField("limit", rows);
            json.writeEndObject();
            json.writeEndObject();
        }));
    }

    private Reply detail(String trackingNumber) {
        Optional<Snapshot> found =
                world.find(trackingNumber).filter(delivery -> !delivery.parcel().ghost());
        if (found.isEmpty()) {
            return error(404, "Delivery not found", NOT_FOUND);
        }
        return Reply.json(200, Json.write(12_288, json -> {
            json.writeStartObject();
            json.writeBooleanField("success", true);
            json.writeStringField("message", "Done successfully.");
            json.writeFieldName("data");
            shapes.detail(json, found.get());
            json.writeEndObject();
        }));
    }

    /** A filter as a list, one value, or several with commas between. */
    private static Set<String> values(JsonNode body, String field) {
        JsonNode value = body.path(field);
        Set<String> values = new HashSet<>();
        if (value.isArray()) {
            value.forEach(element -> values.add(element.asText()));
        } else if (value.isValueNode() && !value.isNull()) {
            for (String part : value.asText().split(",", -1)) {
                values.add(part.trim());
            }
        }
        values.remove("");
        return values;
    }

    private static Reply invalid(String detail) {
        ObjectNode body = Json.object()
                .put("success", false)
                .put("message", "Validation error")
                .put("errorCode", VALIDATION)
                .putNull("data");
        body.putArray("errors").add(detail);
        return Reply.json(400, body);
    }

    private static Reply error(int status, String message, @Nullable Integer code) {
        return Reply.json(
                status,
                Json.object()
                        .put("success", false)
                        .put("message", message)
                        .put("errorCode", code)
                        .putNull("data"));
    }

    private static byte[] cities() {
        ObjectNode answer = Json.object().put("success", true).put("message", "Done successfully.");
        ArrayNode list = answer.putObject("data").putArray("list");
        for (Atlas.City city : Atlas.CITIES) {
            ObjectNode entry = list.addObject();
            entry.put("_id", city.id())
                    .put("name", city.name())
                    .put("nameAr", city.arabic())
                    .put("alias", city.alias())
                    .put("code", city.code())
                    .put("sector", city.sector());
            entry.putObject("hub")
                    .put("_id", "wh" + city.code().toLowerCase(Locale.ROOT))
                    .put("name", city.name() + " Hub");
            entry.put("pickupAvailability", true)
                    .put("dropOffAvailability", true)
                    .put("showAsDropOffCity", true)
                    .put("showAsPickupCity", city.sector() < 5);
        }
        return answer.toString().getBytes(StandardCharsets.UTF_8);
    }
}
