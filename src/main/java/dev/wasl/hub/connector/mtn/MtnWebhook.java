package dev.wasl.hub.connector.mtn;

import dev.wasl.hub.connector.CallbackPath;
import dev.wasl.hub.connector.EventIds;
import dev.wasl.hub.connector.TopLevelFields;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.AskedPayments;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * MTN's callbacks carry no proof at all. They are taken at the address that was made for one payment,
 * {@code /webhooks/<tenant>/mtn-momo/<token>/<reference id>}, and nowhere else; the body is a hint, which may be empty or
 * odd, because MTN sends it once and never again. The reference id in the header is not looked at: not every country sends
 * it.
 */
@Component
final class MtnWebhook implements Webhook {

    static final String CONNECTOR = "mtn-momo";

    private static final Set<String> IDENTITY = Set.of("status", "financialTransactionId");

    private final AskedPayments payments;

    MtnWebhook(AskedPayments payments) {
        this.payments = payments;
    }

    @Override
    public String connector() {
        return CONNECTOR;
    }

    @Override
    public Set<String> aliases() {
        return Set.of("mtn");
    }

    @Override
    public boolean hasSubaddresses() {
        return true;
    }

    @Override
    public Set<String> methods() {
        return Set.of("PUT", "POST");
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        CallbackPath path = CallbackPath.of(request.subaddress());
        Optional<AskedPayment> asked = path.payment(payments, request.tenant(), CONNECTOR);
        boolean known = asked.isPresent() && asked.get().id().toString().equals(path.id());
        return known ? Verdict.VALID : Verdict.BAD_SIGNATURE;
    }

    /** {@code <reference id>:<status>:<MTN's transaction>}. */
    @Override
    public String messageId(WebhookRequest request) {
        Map<String, String> fields = TopLevelFields.of(request.body(), IDENTITY);
        return EventIds.of(
                CallbackPath.of(request.subaddress()).id(), fields.get("status"), fields.get("financialTransactionId"));
    }

    /** The body may be empty, and it never holds the reference id. */
    @Override
    public Map<String, String> notes(WebhookRequest request) {
        return Map.of("reference-id", CallbackPath.of(request.subaddress()).id());
    }

    @Override
    public Set<String> keptHeaders() {
        return Set.of("x-reference-id");
    }

    @Override
    public Answer accepted(Map<String, String> notes) {
        return Answer.of(200);
    }

    /** An address that was made for no payment does not exist. */
    @Override
    public @Nullable Answer refused(Verdict verdict, WebhookRequest request) {
        return Answer.of(404);
    }
}
