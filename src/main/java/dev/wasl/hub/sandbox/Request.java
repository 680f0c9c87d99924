package dev.wasl.hub.sandbox;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to the sandbox.
 *
 * @param path without the query, still encoded
 * @param source the address it came from
 */
record Request(String method, String path, @Nullable String query, String source, byte[] body, HttpExchange exchange) {

    private static final int MOST_BYTES = 1 << 20;

    static Request of(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES);
        return new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                exchange.getRequestURI().getRawQuery(),
                exchange.getRemoteAddress().getAddress().getHostAddress(),
                body,
                exchange);
    }

    @Nullable
    String header(String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    /** Whether it carries this access token (RFC 6750). */
    boolean hasBearer(String token) {
        return ("Bearer " + token).equals(header("Authorization"));
    }

    /** Whether it carries these credentials (RFC 7617). */
    boolean hasBasic(String user, String password) {
        byte[] both = (user + ':' + password).getBytes(StandardCharsets.UTF_8);
        return ("Basic " + Base64.getEncoder().encodeToString(both)).equals(header("Authorization"));
    }

    Map<String, String> queryParameters() {
        return query == null ? Map.of() : decoded(query);
    }

    Map<String, String> form() {
        return decoded(new String(body, StandardCharsets.UTF_8));
    }

    private static Map<String, String> decoded(String pairs) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : pairs.split("&", -1)) {
            int split = pair.indexOf('=');
            String key = split < 0 ? pair : pair.substring(0, split);
            String value = split < 0 ? "" : pair.substring(split + 1);
            try {
                values.put(
                        URLDecoder.decode(key, StandardCharsets.UTF_8),
                        URLDecoder.decode(value, StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                values.put(key, value);
            }
        }
        return values;
    }
}
