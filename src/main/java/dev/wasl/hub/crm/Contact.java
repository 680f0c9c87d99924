package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.Interaction;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A person as one message shows them.
 *
 * @param phone E.164, what the person is known by
 * @param secondPhone E.164, never the same
 * @param at event time
 */
record Contact(
        String tenant,
        String phone,
        @Nullable String secondPhone,
        @Nullable String name,
        @Nullable String email,
        Instant at) {

    /**
     * The person that an event is about, if it shows a phone: nobody is known by anything else.
     *
     * @param ownPhones the tenant's own numbers, E.164
     */
    static Optional<Contact> of(CanonicalEvent event, Set<String> ownPhones) {
        Party party = null;
        if (event.data() instanceof Delivery delivery) {
            party = delivery.receiver();
        } else if (event.data() instanceof Payment payment) {
            party = payment.customer();
        } else if (event.data() instanceof Notification notification) {
            party = notification.recipient();
        } else if (event.data() instanceof Interaction interaction) {
            party = interaction.from();
        }
        if (party == null) {
            return Optional.empty();
        }
        String second = blankToNull(party.secondPhone());
        String phone = knownBy(blankToNull(party.phone()), second, ownPhones);
        if (phone == null) {
            return Optional.empty();
        }
        return Optional.of(new Contact(
                event.tenant(),
                phone,
                second == null || second.equals(phone) || ownPhones.contains(second) ? null : second,
                blankToNull(party.name()),
                blankToNull(party.email()),
                event.time().truncatedTo(ChronoUnit.MICROS)));
    }

    /**
     * The phone that tells who a person is: the first, or the second where the first is missing, could not be read or is
     * the business's own number.
     */
    static @Nullable String knownBy(@Nullable String phone, @Nullable String second, Set<String> ownPhones) {
        if (phone != null && !ownPhones.contains(phone)) {
            return phone;
        }
        return second == null || ownPhones.contains(second) ? null : second;
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.trim();
    }
}
