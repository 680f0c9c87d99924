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
import org.jspecify.annotations.Nullable;

/**
 * A person as one message shows them.
 *
 * @param phone E.164
 * @param secondPhone E.164
 * @param at event time
 */
record Contact(
        String tenant,
        String phone,
        @Nullable String secondPhone,
        @Nullable String name,
        @Nullable String email,
        Instant at) {

    /** The person that an event is about, if it shows a phone: nobody is known by anything else. */
    static Optional<Contact> of(CanonicalEvent event) {
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
        String phone = blankToNull(party.phone());
        String second = blankToNull(party.secondPhone());
        if (phone == null && second == null) {
            return Optional.empty();
        }
        return Optional.of(new Contact(
                event.tenant(),
                phone == null ? second : phone,
                phone == null || phone.equals(second) ? null : second,
                blankToNull(party.name()),
                blankToNull(party.email()),
                event.time().truncatedTo(ChronoUnit.MICROS)));
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.trim();
    }
}
