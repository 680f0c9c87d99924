package dev.wasl.hub.canonical;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One observation of a delivery: what a courier said about it at one moment, through one channel. A webhook carries
 * little, a detail call carries all; absent means "not said", never "empty".
 *
 * @param courier the connector that observed it, {@code bosta}
 * @param externalId the courier's own id
 * @param trackingNumber digits, as printed for the customer
 * @param kindRaw the courier's own word for the kind
 * @param statusAbroad what the code means if the delivery crosses a border, told by a channel that does not know whether
 *     it does; null when that is known, and when it means the same
 * @param rawStateCode the courier's state code
 * @param direction which way the parcel is moving
 * @param succeeded for a terminal state: whether the delivery did what it was made for (a returned exchange did)
 * @param observedAt the event time that this statement holds for; orders observations
 * @param via which channel said it
 * @param cod the amount to collect; negative when the customer is paid
 * @param codCollected the amount collected, as somebody said who knows; what was to be collected does not stand in for it
 * @param fees the courier's fee without tax
 * @param attemptNo how many attempts were made at the customer's door
 * @param attempts every attempt known, newest first; absent when the channel does not tell
 * @param timeline every step known; absent when the channel does not tell
 * @param promisedDate the courier's promise, in its own country's calendar
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Delivery(
        String courier,
        @Nullable String externalId,
        String trackingNumber,
        @Nullable DeliveryKind kind,
        @Nullable String kindRaw,
        DeliveryStatus status,
        @Nullable DeliveryStatus statusAbroad,
        int rawStateCode,
        @Nullable String rawStateValue,
        @Nullable Direction direction,
        @Nullable Boolean succeeded,
        Instant observedAt,
        Via via,
        @Nullable String businessReference,
        @Nullable Boolean confirmed,
        @Nullable LocalDate promisedDate,
        @Nullable Party receiver,
        @Nullable Address pickup,
        @Nullable Address dropOff,
        @Nullable Address returnTo,
        @Nullable Money cod,
        @Nullable Money codCollected,
        @Nullable Money fees,
        @Nullable Settlement settlement,
        @Nullable Integer items,
        @Nullable String description,
        @Nullable String returnDescription,
        @Nullable String notes,
        @Nullable Integer attemptNo,
        @JsonProperty("exception") @Nullable Problem problem,
        @Nullable List<Attempt> attempts,
        @Nullable List<Step> timeline,
        @Nullable Instant createdAt,
        @Nullable Instant scheduledAt,
        @Nullable Instant pickedUpAt,
        @Nullable Instant deliveredAt,
        @Nullable Instant returnedAt,
        @Nullable Sla sla)
        implements CanonicalData {

    /** Which way the parcel is moving. */
    public enum Direction {
        FORWARD,
        RETURN,
        NONE
    }

    /** Which channel made the observation. */
    public enum Via {
        WEBHOOK,
        SEARCH,
        DETAIL
    }

    /** Why an attempt failed: the courier's code space for exceptions, which is not its state code space. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Problem(
            int code, @Nullable String category, @Nullable String reason) {}

    /** What the courier kept and what it paid out; present once it settled. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Settlement(
            @Nullable String cycleId,
            @Nullable Money cod,
            @Nullable Money fees,
            @Nullable Money vat,
            @Nullable Money netDeposited,
            @Nullable Instant depositedAt,
            @Nullable String cashoutId,
            @Nullable Instant cashoutAt) {}

    /** One try to hand over or collect the parcel. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Attempt(
            String id,
            Type type,
            Outcome outcome,
            @Nullable Instant at,
            @Nullable Instant succeededAt,
            @JsonProperty("exception") @Nullable Problem problem,
            @Nullable Money cod,
            @Nullable String courierName,
            @Nullable String hub) {

        /** What was tried. */
        public enum Type {
            DELIVERY,
            PICKUP,
            RETURN,
            OTHER
        }

        /** How the try ended. */
        public enum Outcome {
            OPEN,
            FAILED,
            SUCCEEDED
        }
    }

    /**
     * A step of the courier's own time line.
     *
     * @param statusAbroad as that of the delivery
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Step(
            int code,
            @Nullable String value,
            @Nullable DeliveryStatus status,
            @Nullable DeliveryStatus statusAbroad,
            @Nullable Instant at,
            boolean done) {}

    /** The courier's promise about time and whether it was broken. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Sla(
            @Nullable Instant orderDue,
            @Nullable Boolean orderExceeded,
            @Nullable Instant e2eDue,
            @Nullable Boolean e2eExceeded) {}

    @Override
    public Set<String> references() {
        return References.of(
                trackingNumber,
                externalId,
                businessReference,
                receiver == null ? null : receiver.phone(),
                receiver == null ? null : receiver.secondPhone());
    }
}
