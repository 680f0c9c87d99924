package dev.wasl.hub.intake;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came over the wire.
 *
 * @param tenant the tenant from the path
 * @param connector the connector from the path
 * @param method the HTTP method, {@code POST}
 * @param subaddress what follows the connector in the path, without the slash before it, decoded; empty when nothing does
 * @param url the public URL that the provider called: {@code wasl.public-url} plus raw path and raw query
 * @param rawQuery the query without decoding, null when absent
 * @param headers lower-case names, every value in wire order
 * @param body the exact bytes
 * @param receivedAt the hub's clock
 */
public record WebhookRequest(
        String tenant,
        String connector,
        String method,
        String subaddress,
        String url,
        @Nullable String rawQuery,
        Map<String, List<String>> headers,
        byte[] body,
        Instant receivedAt) {

    /** All values of a header, empty when absent. */
    public List<String> header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, List.of());
    }
}
