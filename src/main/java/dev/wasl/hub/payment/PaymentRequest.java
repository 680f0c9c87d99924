package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.PaymentStatus;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A payment that was asked for through the hub, as it stands; without secrets.
 *
 * @param reference the back office's own number
 * @param amount what was asked for
 * @param expected what a confirmation must say; as asked, until a person corrects it
 * @param askedBy the login or API key that asked
 * @param expiresAt after it nobody pays any more; the later of what was asked and what the gateway said
 * @param progress how far it is
 * @param startedAt when the gateway took it; null before
 * @param link where the customer pays; null for a push to the phone and before the start
 * @param tries calls about it so far
 * @param queriedAt when the gateway was asked last
 * @param errorCode what went wrong with the last call, {@code WASL-5001}; null when nothing did
 */
public record PaymentRequest(
        UUID id,
        String tenant,
        String connector,
        String reference,
        Money amount,
        Expectation expected,
        Party customer,
        @Nullable String description,
        @Nullable String returnUrl,
        String askedBy,
        Instant createdAt,
        Instant expiresAt,
        Progress progress,
        @Nullable Instant startedAt,
        @Nullable String link,
        int tries,
        @Nullable Instant queriedAt,
        @Nullable String errorCode,
        @Nullable String error) {

    /** How far it is. */
    public Status status() {
        return progress.status();
    }

    PaymentRequest with(Progress moved) {
        return new PaymentRequest(
                id,
                tenant,
                connector,
                reference,
                amount,
                expected,
                customer,
                description,
                returnUrl,
                askedBy,
                createdAt,
                expiresAt,
                moved,
                startedAt,
                link,
                tries,
                queriedAt,
                errorCode,
                error);
    }

    /**
     * How far a request is: what the statements of the gateway move.
     *
     * @param statusAt event time of the statement that the status rests on; 1970 before the first
     * @param gatewayOrderId what the gateway calls the order
     * @param gatewayPaymentId the gateway's id of the payment that paid it, else of the last attempt
     * @param nextQueryAt when the gateway is asked next; null when nothing more is expected
     * @param callbackAt when the first callback about it was heard
     * @param confirmedAt when its status became final
     * @param repaired whether asking brought the money before any callback came
     * @param mismatch what differs in a confirmation that waits in quarantine; null when none does
     */
    public record Progress(
            Status status,
            Instant statusAt,
            @Nullable String gatewayOrderId,
            @Nullable String gatewayPaymentId,
            @Nullable Instant nextQueryAt,
            @Nullable Instant callbackAt,
            @Nullable Instant confirmedAt,
            boolean repaired,
            @Nullable String mismatch,
            @Nullable Instant mismatchAt) {

        /** Nothing was said yet: any statement is newer, whatever the gateway's clock and however it rounds. */
        static Progress starting(@Nullable Instant nextQueryAt) {
            return new Progress(Status.STARTING, Instant.EPOCH, null, null, nextQueryAt, null, null, false, null, null);
        }

        Progress heard(Instant at) {
            Instant first = callbackAt == null || at.isBefore(callbackAt) ? at : callbackAt;
            return new Progress(
                    status,
                    statusAt,
                    gatewayOrderId,
                    gatewayPaymentId,
                    nextQueryAt,
                    first,
                    confirmedAt,
                    repaired,
                    mismatch,
                    mismatchAt);
        }

        Progress differing(String difference, Instant now) {
            return new Progress(
                    status,
                    statusAt,
                    gatewayOrderId,
                    gatewayPaymentId,
                    nextQueryAt,
                    callbackAt,
                    confirmedAt,
                    repaired,
                    difference,
                    mismatchAt == null ? now : mismatchAt);
        }
    }

    /** What a confirmation must say. */
    public record Expectation(Money amount, String reference) {}

    /**
     * How far it is. Once paid it stays paid: what becomes of the money afterwards, refunds and disputes, is told by the
     * payment itself.
     */
    public enum Status {
        /** Kept, but nobody knows yet whether the gateway took it. */
        STARTING(0),
        /** The gateway will never take it; a repetition of the request tries again. */
        REFUSED(0),
        /** The customer may pay. */
        PENDING(1),
        /** An attempt failed; many gateways let the customer try again. */
        FAILED(1),
        /** The money is reserved. */
        AUTHORISED(1),
        CANCELLED(2),
        EXPIRED(2),
        PAID(3);

        private final int rank;

        Status(int rank) {
            this.rank = rank;
        }

        /** Whether nothing more is expected. */
        public boolean isFinal() {
            return rank >= 2;
        }

        /**
         * What a statement of the gateway makes of a request that is not paid yet.
         *
         * @return null when the statement does not say
         */
        static @Nullable Status of(PaymentStatus said) {
            return switch (said) {
                case PENDING -> PENDING;
                case AUTHORISED -> AUTHORISED;
                case FAILED -> FAILED;
                case CANCELLED, REVERSED -> CANCELLED;
                case EXPIRED -> EXPIRED;
                case CAPTURED,
                        REFUND_PENDING,
                        REFUND_FAILED,
                        PARTIALLY_REFUNDED,
                        REFUNDED,
                        DISPUTED,
                        DISPUTE_WON,
                        DISPUTE_LOST -> PAID;
                case UNKNOWN -> null;
            };
        }

        /** Whether this comes after another in any case, whenever it is said. */
        boolean follows(Status before) {
            return rank > before.rank;
        }

        /** Whether a statement moves a request on: to a later class, or within an open or closed one when it is newer. */
        boolean yieldsTo(Instant at, Status next, Instant nextAt) {
            if (next.rank != rank) {
                return next.rank > rank;
            }
            return this != PAID && (nextAt.isAfter(at) || (nextAt.equals(at) && next.compareTo(this) > 0));
        }
    }
}
