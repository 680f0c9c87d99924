package dev.wasl.hub.connector.cmi;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.connector.EventIds;
import dev.wasl.hub.connector.Fingerprint;
import dev.wasl.hub.intake.Verdict;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.AskedPayments;
import dev.wasl.hub.tenant.Tenants;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * CMI's callback: a form with a hash over all of its values, answered by a word in plain text. {@code ACTION=POSTAUTH} takes
 * the money, {@code APPROVED} takes note, {@code FAILURE} says that the hash is wrong. The money is taken only when order, amount
 * and currency are those of a payment that was asked for through the hub. At the same address a {@code GET} is the page that
 * leads the customer to CMI.
 */
@Component
final class CmiWebhook implements Webhook {

    static final String POSTAUTH = "ACTION=POSTAUTH";
    static final String APPROVED = "APPROVED";
    private static final String FAILURE = "FAILURE";

    /** The note with the word that CMI is answered. */
    private static final String ANSWER = "cmi-answer";

    /** The note with the back office's own number, where CMI knows the order by another. */
    private static final String REFERENCE = "cmi-reference";

    private static final String TEXT = "text/plain;charset=UTF-8";
    private static final String DIRHAM = "504";

    private final Function<String, Optional<CmiSettings>> settings;
    private final AskedPayments asked;
    private final Clock clock;

    @Autowired
    CmiWebhook(Tenants tenants, AskedPayments asked, Clock clock) {
        this(tenant -> tenants.settings(tenant, CmiGateway.NAME, CmiSettings.class), asked, clock);
    }

    CmiWebhook(Function<String, Optional<CmiSettings>> settings, AskedPayments asked, Clock clock) {
        this.settings = settings;
        this.asked = asked;
        this.clock = clock;
    }

    @Override
    public String connector() {
        return CmiGateway.NAME;
    }

    @Override
    public boolean hasSubaddresses() {
        return true;
    }

    @Override
    public Verdict verify(WebhookRequest request) {
        CmiSettings known = settings.apply(request.tenant()).orElse(null);
        if (known == null || known.storeKeys().isEmpty()) {
            return Verdict.UNKNOWN_SECRET;
        }
        CmiForm form = CmiForm.of(request.body()).orElse(null);
        if (form == null) {
            return Verdict.MALFORMED;
        }
        if (form.hash().isEmpty()) {
            return Verdict.UNSIGNED;
        }
        byte[] given = form.hash().getBytes(StandardCharsets.UTF_8);
        boolean hashed = false;
        for (String key : known.storeKeys()) {
            byte[] expected = CmiHash.of(form.fields(), key).getBytes(StandardCharsets.US_ASCII);
            hashed |= MessageDigest.isEqual(expected, given);
        }
        return hashed && isOurs(form, known) ? Verdict.VALID : Verdict.BAD_SIGNATURE;
    }

    /**
     * The hash covers values, not names, and the customer's browser sees a hashed form at the end: a value could be told
     * under another name that sorts at the same place. Three fields whose values are known stand between the fields that
     * count and those that a customer fills in, so nothing can move between them.
     */
    private static boolean isOurs(CmiForm form, CmiSettings known) {
        return known.clientId().isEmpty()
                || (form.field("clientid").equals(known.clientId())
                        && form.field("hashAlgorithm").equals(CmiPage.HASH_ALGORITHM)
                        && form.field("storetype").equalsIgnoreCase(CmiPage.STORE_TYPE));
    }

    @Override
    public String messageId(WebhookRequest request) {
        CmiForm form = CmiForm.of(request.body()).orElse(null);
        if (form != null
                && !form.field("oid").isEmpty()
                && !form.field("TransId").isEmpty()) {
            String id = form.field("oid") + ':' + form.field("TransId") + ':' + form.field("ProcReturnCode");
            return EventIds.own(id, request.body());
        }
        return Fingerprint.of(request.body());
    }

    /** {@inheritDoc} With them the mapping knows whether the money was taken. */
    @Override
    public Map<String, String> notes(WebhookRequest request) {
        Map<String, String> notes = new HashMap<>();
        CmiForm form = CmiForm.of(request.body()).orElse(null);
        if (form == null) {
            return notes;
        }
        AskedPayment payment = payment(request.tenant(), form);
        notes.put(ANSWER, word(form, payment));
        if (payment != null) {
            notes.put(REFERENCE, payment.reference());
        }
        return notes;
    }

    @Override
    public Answer accepted(Map<String, String> notes) {
        return new Answer(200, TEXT, notes.getOrDefault(ANSWER, APPROVED));
    }

    @Override
    public @Nullable Answer refused(Verdict verdict, WebhookRequest request) {
        return verdict == Verdict.UNKNOWN_SECRET ? null : new Answer(200, TEXT, FAILURE);
    }

    private static String word(CmiForm form, @Nullable AskedPayment payment) {
        return payment != null && form.isApproved() && isExpected(form, payment) ? POSTAUTH : APPROVED;
    }

    private static boolean isExpected(CmiForm form, AskedPayment payment) {
        if (!form.field("currency").equals(DIRHAM)
                || !payment.amount().currency().equals(CmiGateway.CURRENCY)) {
            return false;
        }
        String amount = form.field("amount");
        return amount.matches("[0-9]{1,12}([.][0-9]{1,2})?")
                && Money.ofMajor(new BigDecimal(amount), CmiGateway.CURRENCY).equals(payment.amount());
    }

    private @Nullable AskedPayment payment(String tenant, CmiForm form) {
        String order = form.field("oid");
        if (order.isEmpty()) {
            return null;
        }
        return asked.byGatewayOrder(tenant, CmiGateway.NAME, order)
                .or(() -> asked.byReference(tenant, CmiGateway.NAME, order))
                .orElse(null);
    }

    /** The page that leads to CMI, for the customer of the payment whose token is in the address. */
    @Override
    public @Nullable Answer handshake(WebhookRequest request) {
        if (request.subaddress().isEmpty()) {
            return null;
        }
        Optional<AskedPayment> payment;
        try {
            payment = asked.byCallbackToken(request.tenant(), CmiGateway.NAME, request.subaddress());
        } catch (HubException e) {
            return new Answer(503, TEXT, "Please try again in a moment.");
        }
        CmiSettings known = settings.apply(request.tenant()).orElse(null);
        if (payment.isEmpty() || known == null) {
            return new Answer(404, TEXT, "There is no payment at this address.");
        }
        if (!clock.instant().isBefore(payment.get().expiresAt())) {
            return new Answer(410, TEXT, "The time to pay this order is over.");
        }
        if (known.storeKeys().isEmpty()) {
            return new Answer(503, TEXT, "This payment cannot be made now.");
        }
        return new Answer(200, "text/html;charset=UTF-8", CmiPage.of(payment.get(), known));
    }
}
