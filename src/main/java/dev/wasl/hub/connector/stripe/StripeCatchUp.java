package dev.wasl.hub.connector.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.MessageWriter;
import dev.wasl.hub.intake.ReceiptIds;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the events that Stripe could not deliver ({@code GET /v1/events?delivery_success=false}) and stores each under
 * its own id: one that did arrive is a duplicate and changes nothing.
 */
final class StripeCatchUp {

    /** Stripe's list goes back thirty days. */
    private static final Duration FARTHEST = Duration.ofDays(30);

    /** Stripe goes on trying for three days, so what was undelivered a moment ago may yet come by itself. */
    private static final Duration OVERLAP = Duration.ofDays(4);

    private static final int PAGE = 100;
    /** A hundred thousand events; only there so that an answer that repeats itself ends. */
    private static final int MOST_PAGES = 1_000;

    private final StripeApi api;
    private final MessageWriter writer;
    private final Clock clock;

    StripeCatchUp(StripeApi api, MessageWriter writer, Clock clock) {
        this.api = api;
        this.writer = writer;
        this.clock = clock;
    }

    /**
     * Fetches what was not delivered.
     *
     * @param caughtUpAt when this was last done; null for never, which reads all that Stripe has
     * @return how many events were stored
     * @throws HubException as {@link dev.wasl.hub.connector.GatewayHttp#send} and {@link MessageWriter#writeAll} do
     */
    int run(String tenant, StripeSettings settings, @Nullable Instant caughtUpAt) {
        Instant now = clock.instant();
        Instant from = caughtUpAt == null ? now.minus(FARTHEST) : caughtUpAt.minus(OVERLAP);
        String last = null;
        int stored = 0;
        for (int page = 0; page < MOST_PAGES; page++) {
            JsonNode list = api.get(settings, after(last, from)).json();
            List<InboundMessage> messages = new ArrayList<>();
            for (JsonNode event : list.path("data")) {
                last = event.path("id").asText();
                if (!last.isEmpty()) {
                    messages.add(message(tenant, last, event, now));
                }
            }
            if (!messages.isEmpty()) {
                writer.writeAll(messages);
                stored += messages.size();
            }
            if (messages.isEmpty() || !list.path("has_more").asBoolean()) {
                return stored;
            }
        }
        return stored;
    }

    private static UnaryOperator<Request> after(@Nullable String last, Instant from) {
        return request -> {
            request.path("v1", "events")
                    .query("delivery_success", "false")
                    .query("limit", String.valueOf(PAGE))
                    .query("created[gte]", String.valueOf(from.getEpochSecond()));
            return last == null ? request : request.query("starting_after", last);
        };
    }

    private static InboundMessage message(String tenant, String id, JsonNode event, Instant now) {
        return new InboundMessage(
                ReceiptIds.next(now),
                id,
                tenant,
                StripeApi.CONNECTOR,
                // not BACKFILL: nobody is notified of that, and these may be minutes old
                InboundMessage.Kind.DETAIL,
                now,
                "application/json",
                Map.of(),
                event.toString().getBytes(StandardCharsets.UTF_8));
    }
}
