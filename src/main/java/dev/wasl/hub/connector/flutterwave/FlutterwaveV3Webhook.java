package dev.wasl.hub.connector.flutterwave;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.EventIds;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.connector.Secrets;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.mapping.JsonBodies;
import dev.wasl.hub.tenant.Tenants;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Flutterwave v3 sends the dashboard's secret hash in {@code verif-hash}: who knows it, or saw one request, can say anything.
 * So what it says is a reason to ask, never a proof. See https://developer.flutterwave.com/v3.0/docs/webhooks. Only the status
 * 200 acknowledges.
 */
@Component
final class FlutterwaveV3Webhook implements Webhook {

    /** The note that tells the mapping whether the account is live. */
    static final String LIVE = "flutterwave-live";

    private static final String HEADER = "verif-hash";

    private final Function<String, Optional<FlutterwaveV3Settings>> settings;

    @Autowired
    FlutterwaveV3Webhook(Tenants tenants) {
        this(tenant -> tenants.settings(tenant, FlutterwaveV3Gateway.NAME, FlutterwaveV3Settings.class));
    }

    FlutterwaveV3Webhook(Function<String, Optional<FlutterwaveV3Settings>> settings) {
        this.settings = settings;
    }

    @Override
    public String connector() {
        return FlutterwaveV3Gateway.NAME;
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        List<String> headers = request.header(HEADER);
        if (headers.isEmpty()) {
            return Verdict.UNSIGNED;
        }
        List<String> hashes = settings.apply(request.tenant())
                .map(FlutterwaveV3Settings::secretHashes)
                .orElseGet(List::of);
        if (hashes.isEmpty()) {
            return Verdict.UNKNOWN_SECRET;
        }
        if (headers.size() > 1) {
            return Verdict.MALFORMED;
        }
        return Secrets.contains(hashes, headers.get(0)) ? Verdict.VALID : Verdict.BAD_SIGNATURE;
    }

    /** There is no event id: what happened to which transaction. */
    @Override
    public String messageId(WebhookRequest request) {
        try {
            JsonNode body = JsonBodies.parse(request.body());
            JsonNode data = body.path("data");
            String event = body.path("event").asText("");
            String id = data.path("id").asText("");
            String status = data.path("status").asText("");
            if (!event.isEmpty() && !id.isEmpty() && !status.isEmpty()) {
                return EventIds.own("v3:" + event + ':' + id + ':' + status, request.body());
            }
        } catch (HubException e) {
            // what cannot be read is known by its bytes
        }
        return Fingerprint.of(request.body());
    }

    @Override
    public Map<String, String> notes(WebhookRequest request) {
        return settings.apply(request.tenant())
                .map(known -> Map.of(LIVE, Boolean.toString(known.live())))
                .orElseGet(Map::of);
    }

    @Override
    public Answer accepted(Map<String, String> notes) {
        return Answer.of(200);
    }
}
