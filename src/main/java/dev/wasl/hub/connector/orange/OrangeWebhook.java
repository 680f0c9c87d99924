package dev.wasl.hub.connector.orange;

import dev.wasl.hub.connector.CallbackPath;
import dev.wasl.hub.connector.EventIds;
import dev.wasl.hub.connector.TopLevelFields;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.AskedPayments;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Orange's notifications echo the {@code notif_token} that Orange gave out with the payment, and come to the address that
 * was made for that payment, {@code /webhooks/<tenant>/orange-money/<token>[/<order id>]}. That proves who sent them, not
 * what is in them, so a notification stays a hint.
 */
@Component
final class OrangeWebhook implements Webhook {

    static final String CONNECTOR = "orange-money";

    private static final Set<String> FIELDS = Set.of("notif_token", "status", "txnid");

    private final AskedPayments payments;

    OrangeWebhook(AskedPayments payments) {
        this.payments = payments;
    }

    @Override
    public String connector() {
        return CONNECTOR;
    }

    /** {@code maroc_telecom} is what the back office of a tenant calls it. */
    @Override
    public Set<String> aliases() {
        return Set.of("orange", "maroc_telecom");
    }

    @Override
    public boolean hasSubaddresses() {
        return true;
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        Optional<AskedPayment> asked = asked(request);
        if (asked.isEmpty()) {
            return Verdict.BAD_SIGNATURE;
        }
        String told = TopLevelFields.of(request.body(), FIELDS).get("notif_token");
        if (told == null || told.isEmpty()) {
            return Verdict.UNSIGNED;
        }
        String stored = asked.get().gatewayState().get(OrangeGateway.NOTIF_TOKEN);
        boolean equal = stored != null
                && !stored.isBlank()
                && MessageDigest.isEqual(
                        stored.getBytes(StandardCharsets.UTF_8), told.getBytes(StandardCharsets.UTF_8));
        return equal ? Verdict.VALID : Verdict.BAD_SIGNATURE;
    }

    private Optional<AskedPayment> asked(WebhookRequest request) {
        CallbackPath path = CallbackPath.of(request.subaddress());
        return path.payment(payments, request.tenant(), CONNECTOR)
                .filter(asked -> path.id().isEmpty() || path.id().equals(asked.gatewayOrderId()));
    }

    /** {@code <order id>:<status>:<Orange's transaction>}. */
    @Override
    public String messageId(WebhookRequest request) {
        Map<String, String> fields = TopLevelFields.of(request.body(), FIELDS);
        return EventIds.of(order(request), fields.get("status"), fields.get("txnid"));
    }

    /** A notification names no order. */
    @Override
    public Map<String, String> notes(WebhookRequest request) {
        String order = order(request);
        return order == null ? Map.of() : Map.of("order-id", order);
    }

    private @Nullable String order(WebhookRequest request) {
        String id = CallbackPath.of(request.subaddress()).id();
        return id.isEmpty() ? asked(request).map(AskedPayment::gatewayOrderId).orElse(null) : id;
    }

    @Override
    public Answer accepted(Map<String, String> notes) {
        return Answer.of(200);
    }

    /** An address that was made for no payment does not exist; at one that does, the token of the body is missing. */
    @Override
    public @Nullable Answer refused(Verdict verdict, WebhookRequest request) {
        return verdict == Verdict.BAD_SIGNATURE && asked(request).isEmpty() ? Answer.of(404) : null;
    }
}
