package dev.wasl.hub.payment;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.payment.PaymentRecord.Method;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Records cash and bank transfers. A record takes the way of every message, on the connector {@code manual}, so that
 * journal, ledger and replay hold for it too.
 */
@Service
public class PaymentRecords {

    private static final Duration LEFT_OVER = Duration.ofSeconds(30);
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);
    private static final int AT_ONCE = 20;

    private final PaymentRecordRepository repository;
    private final Answers answers;
    private final Clock clock;

    PaymentRecords(PaymentRecordRepository repository, Answers answers, Clock clock) {
        this.repository = repository;
        this.answers = answers;
        this.clock = clock;
    }

    /**
     * What somebody vouches for.
     *
     * @param receipt tells several payments of one order apart; empty when there is one
     */
    public record Said(
            String tenant,
            String reference,
            String receipt,
            Method method,
            Money amount,
            Party customer,
            Instant occurredAt,
            @Nullable String note,
            String recordedBy) {

        private String digest() {
            return StoredPayments.hash(String.join(
                    "\u001f",
                    method.word(),
                    amount.amountMinor() + amount.currency(),
                    String.valueOf(customer),
                    occurredAt.toString(),
                    String.valueOf(note)));
        }
    }

    /**
     * A record, and whether this call made it.
     *
     * @param fresh false when it had been recorded before
     */
    public record Outcome(PaymentRecord record, boolean fresh) {}

    /**
     * Records a payment; the same reference and receipt with the same content record it once.
     *
     * @throws HubException {@code REFERENCE_TAKEN}, {@code INVALID_REQUEST}, {@code STORE_UNAVAILABLE} when it is kept but not
     *     yet on its way, then the hub repeats that by itself
     */
    public Outcome record(Said said) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        if (!said.amount().isPositive()) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "The amount must be more than zero.");
        }
        if (said.occurredAt().isAfter(now.plus(CLOCKS_DIFFER))) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "occurredAt lies in the future.");
        }
        PaymentRecord wanted = new PaymentRecord(
                UUID.randomUUID(),
                said.tenant(),
                said.reference(),
                said.receipt(),
                said.method(),
                said.amount(),
                said.customer(),
                said.occurredAt(),
                said.note(),
                said.recordedBy(),
                now);
        boolean fresh = repository.insert(wanted, said.digest());
        PaymentRecordRepository.Row row = repository
                .find(said.tenant(), said.reference(), said.receipt())
                .orElseThrow(() -> new HubException(ErrorCode.DATABASE_UNAVAILABLE, "the record was not kept"));
        if (!row.contentDigest().equals(said.digest())) {
            throw new HubException(
                    ErrorCode.REFERENCE_TAKEN,
                    "This reference and receipt were recorded before with other content; give another payment of the"
                            + " same order a receipt of its own.");
        }
        if (fresh) {
            write(row.record());
        }
        return new Outcome(row.record(), fresh);
    }

    /** Sends on its way what a crash left behind. Duplicates are judged by the record's id. */
    void writeLeftOver() {
        repository.unwritten(clock.instant().minus(LEFT_OVER), AT_ONCE).forEach(row -> write(row.record()));
    }

    private void write(PaymentRecord record) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("record", "payment");
        body.put("id", record.id().toString());
        body.put("reference", record.reference());
        if (!record.receipt().isEmpty()) {
            body.put("receipt", record.receipt());
        }
        body.put("method", record.method().word());
        body.put("amount", record.amount());
        body.put("customer", record.customer());
        body.put("occurredAt", record.occurredAt().toString());
        body.put("note", record.note());
        body.put("recordedBy", record.recordedBy());
        answers.write(
                record.tenant(),
                Answers.MANUAL,
                InboundMessage.Kind.API,
                StoredPayments.hash("record|" + record.id()),
                Map.of(),
                answers.write(body));
        repository.written(record.id(), clock.instant());
    }
}
