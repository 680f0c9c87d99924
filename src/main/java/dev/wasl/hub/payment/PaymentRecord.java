package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Money that no gateway tells of: somebody vouches for it.
 *
 * @param reference the order or invoice
 * @param receipt tells several payments of one order apart; empty when there is one
 * @param occurredAt when the money changed hands
 * @param note why or how, in the words of whoever recorded it
 * @param recordedBy the login or API key that vouches
 */
public record PaymentRecord(
        UUID id,
        String tenant,
        String reference,
        String receipt,
        Method method,
        Money amount,
        Party customer,
        Instant occurredAt,
        @Nullable String note,
        String recordedBy,
        Instant recordedAt) {

    /** How the money came. */
    public enum Method {
        CASH,
        BANK_TRANSFER;

        /** The word in canonical payments, {@code bank-transfer}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
