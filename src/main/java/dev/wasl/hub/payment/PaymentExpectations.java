package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Payment;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Judges what gateways say of payments before anybody acts on it. */
public interface PaymentExpectations {

    /** Name of the note on a received message that says which payment request it is about; its value is the id. */
    String REQUEST_NOTE = "payment-request";

    /** Name of the note on an answer about a payment that nobody asked for through the hub; its value is our own id. */
    String QUERY_NOTE = "payment-query";

    /**
     * Judges statements and does what follows from it: a callback that proves nothing makes the gateway be asked, a
     * confirmation that differs from what is expected is noted, one that fits moves its request on. Judging the same
     * statement again changes nothing.
     *
     * @return one judgement for each statement, in their order
     */
    List<Judgement> judge(List<Statement> statements);

    /**
     * What a received message says of a payment.
     *
     * @param asked the payment request that it is about, where the message knows
     * @param query the question that it answers, where nobody asked for the payment
     */
    record Statement(
            String tenant,
            String connector,
            Origin origin,
            @Nullable UUID asked,
            @Nullable UUID query,
            Payment payment,
            Instant receivedAt) {}

    /** How a statement came. */
    enum Origin {
        /** Somebody called us. */
        CALLBACK,
        /** We asked. */
        ANSWER,
        /** A person or a back office vouches for it. */
        RECORD
    }

    /** What is to be done with a statement. */
    sealed interface Judgement {}

    /** It holds and may be published. */
    record Admitted() implements Judgement {}

    /** It proves nothing and is not published; the gateway is asked. */
    record Hint() implements Judgement {}

    /** It must not be published before a person looked. */
    record Quarantined(HubException reason) implements Judgement {}
}
