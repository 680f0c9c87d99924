package dev.wasl.hub.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.intake.WebhookRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Requests as they would have come over the wire. */
public final class VectorRequests {

    public static final String TENANT = "vectors";

    private VectorRequests() {}

    /** The request of a case in the payments format: {@code body}, {@code headers} or {@code headerLines}, {@code now}. */
    public static WebhookRequest payment(String connector, JsonNode vector) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        if (vector.has("headerLines")) {
            vector.get("headerLines")
                    .forEach(line ->
                            add(headers, line.get(0).textValue(), line.get(1).textValue()));
        } else {
            vector.get("headers").fields().forEachRemaining(header -> {
                if (header.getValue().isTextual()) {
                    add(headers, header.getKey(), header.getValue().textValue());
                }
            });
        }
        String query = vector.has("query") ? vector.get("query").textValue() : null;
        String url =
                "https://hub.example.com/webhooks/" + TENANT + "/" + connector + (query == null ? "" : "?" + query);
        return request(
                connector,
                url,
                headers,
                vector.get("body").textValue(),
                Instant.ofEpochSecond(vector.get("now").longValue()));
    }

    /** A request with one header. */
    public static WebhookRequest request(
            String connector, String url, Map<String, List<String>> headers, String body, Instant receivedAt) {
        int query = url.indexOf('?');
        return new WebhookRequest(
                TENANT,
                connector,
                "POST",
                "",
                url,
                query < 0 ? null : url.substring(query + 1),
                headers,
                body.getBytes(StandardCharsets.UTF_8),
                receivedAt);
    }

    private static void add(Map<String, List<String>> headers, String name, String value) {
        headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                .add(value);
    }
}
