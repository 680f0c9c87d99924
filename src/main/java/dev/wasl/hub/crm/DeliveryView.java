package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.Address;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.canonical.Money;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as the CRM knows it.
 *
 * @param id the CRM's own id
 * @param rawState the courier's own word or code for the state
 * @param succeeded for a terminal state: whether it did what it was made for
 * @param unexpected whether something happened that the courier's rules exclude, a state that the hub does not know for
 *     one; the history shows it
 * @param receiverPhone E.164
 * @param city the customer's, who is where something is collected from, or else where the parcel goes
 * @param cod the amount to collect; negative when the customer is paid
 * @param attemptCount how often a hand-over was tried
 * @param updatedAt when the CRM row last changed
 * @param history every state it was in, oldest first; empty in lists
 * @param attempts every attempt, oldest first; empty in lists
 */
public record DeliveryView(
        String id,
        String tenant,
        String courier,
        String trackingNumber,
        @Nullable String businessReference,
        @Nullable DeliveryKind kind,
        DeliveryStatus status,
        @Nullable String rawState,
        @Nullable Boolean succeeded,
        boolean unexpected,
        @Nullable String receiverName,
        @Nullable String receiverPhone,
        @Nullable String city,
        @Nullable Address pickup,
        @Nullable Address dropOff,
        @Nullable Money cod,
        @Nullable Money codCollected,
        @Nullable Money fees,
        int attemptCount,
        @Nullable LocalDate promisedDate,
        @Nullable Instant createdAt,
        @Nullable Instant deliveredAt,
        @Nullable Instant returnedAt,
        Instant updatedAt,
        List<State> history,
        List<Attempt> attempts) {

    /** A state it was in, and since when. */
    public record State(
            DeliveryStatus status,
            @Nullable String rawState,
            Instant at,
            @Nullable String reason) {}

    /**
     * One try to hand over or collect.
     *
     * @param type DELIVERY, PICKUP, RETURN, OTHER
     * @param outcome OPEN, FAILED, SUCCEEDED
     */
    public record Attempt(
            int number,
            String type,
            String outcome,
            @Nullable Instant at,
            @Nullable String reason) {}
}
