package dev.wasl.hub.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.intake.WebhookRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests as they would have come over the wire. */
public final class VectorRequests {

    public static final String TENANT = "vectors";

    private VectorRequests() {}

    /** The request of a case in the payments format: {@code body}, {@code headers} or {@code headerLines}, {@code now}. */
    public static WebhookRequest payment(String connector, JsonNode vector) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        vector.path("headerLines")
                .forEach(line ->
                        add(headers, line.get(0).textValue(), line.get(1).textValue()));
        // the lines tell of the headers that they name; some cases list only those that are repeated
        Set<String> told = Set.copyOf(headers.keySet());
        vector.path("headers").properties().forEach(header -> {
            if (told.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                return;
            }
            JsonNode values = header.getValue();
            (values.isArray() ? values : List.of(values)).forEach(value -> {
                if (value.isTextual()) {
                    add(headers, header.getKey(), value.textValue());
                }
            });
        });
        String query = query(vector.path("query"));
        String url =
                "https://hub.example.com/webhooks/" + TENANT + "/" + connector + (query == null ? "" : "?" + query);
        return new WebhookRequest(
                TENANT,
                connector,
                vector.path("method").asText("POST"),
                "",
                url,
                query,
                headers,
                (vector.path("body").isTextual() ? vector.get("body").textValue() : "")
                        .getBytes(StandardCharsets.UTF_8),
                Instant.ofEpochSecond(vector.get("now").longValue()));
    }

    /**
     * A query is raw text, an object of decoded parameters or a list of name and value, as {@code headerLines}; null and
     * nothing in it are none.
     */
    private static @Nullable String query(JsonNode query) {
        if (query.isTextual()) {
            return query.textValue();
        }
        List<String> parameters = new ArrayList<>();
        if (query.isArray()) {
            query.forEach(line -> parameters.add(parameter(line.get(0).textValue(), line.get(1))));
        } else {
            query.properties().forEach(parameter -> (parameter.getValue().isArray()
                            ? parameter.getValue()
                            : List.of(parameter.getValue()))
                    .forEach(value -> parameters.add(parameter(parameter.getKey(), value))));
        }
        return parameters.isEmpty() ? null : String.join("&", parameters);
    }

    private static String parameter(String name, JsonNode value) {
        return encoded(name) + '=' + encoded(value.isNull() ? "" : value.asText());
    }

    /** With a space that nobody can take for a plus. */
    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
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
