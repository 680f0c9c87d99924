package dev.wasl.hub.canonical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of a message that the hub sends to a person; published at every change of it.
 *
 * @param notificationId the hub's id
 * @param rule the rule that asked for it
 * @param cause what it is about, {@code delivery/bosta/90000001#OUT_FOR_DELIVERY#1}; one notification per rule and cause
 * @param channel the channel of the latest attempt
 * @param provider the connector that carried the latest attempt, if any
 * @param attemptNo 1 for the first attempt; a fall-back to another channel counts on
 * @param language BCP 47
 * @param subjectReference the tracking number or payment id it is about
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Notification(
        String notificationId,
        String rule,
        String cause,
        Channel channel,
        @Nullable String provider,
        @Nullable String providerMessageId,
        int attemptNo,
        Status status,
        Party recipient,
        @Nullable String language,
        @Nullable String template,
        @Nullable String subjectReference,
        @Nullable String errorCode,
        @Nullable String errorDetail,
        Instant occurredAt)
        implements CanonicalData {

    /** How a person is reached. */
    public enum Channel {
        WHATSAPP,
        SMS,
        EMAIL
    }

    /** How far a notification got; a later one of higher rank wins, whatever the order of arrival. */
    public enum Status {
        REQUESTED(0),
        SENDING(5),
        ACCEPTED(15),
        SENT(30),
        UNKNOWN(36),
        FAILED(45),
        DELIVERED(50),
        READ(60);

        private final int rank;

        Status(int rank) {
            this.rank = rank;
        }

        /** The order of states: only a higher rank replaces a lower one. */
        public int rank() {
            return rank;
        }
    }

    @Override
    public Set<String> references() {
        return References.of(notificationId, subjectReference, providerMessageId, recipient.phone(), recipient.email());
    }
}
