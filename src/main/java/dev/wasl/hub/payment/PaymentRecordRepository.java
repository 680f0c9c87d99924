package dev.wasl.hub.payment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Cash and bank transfers that somebody recorded. */
@Repository
class PaymentRecordRepository {

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;

    PaymentRecordRepository(JdbcTemplate jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** A record with the digest of what was said. */
    record Row(PaymentRecord record, String contentDigest) {}

    boolean insert(PaymentRecord record, String contentDigest) {
        return jdbc.update(
                        """
                INSERT INTO hub.payment_record (id, tenant, reference, receipt, content_digest, method, amount_minor,
                                                currency, customer, occurred_at, note, recorded_by, recorded_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?)
                ON CONFLICT (tenant, reference, receipt) DO NOTHING
                """,
                        record.id(),
                        record.tenant(),
                        record.reference(),
                        record.receipt(),
                        contentDigest,
                        record.method().word(),
                        record.amount().amountMinor(),
                        record.amount().currency(),
                        customer(record.customer()),
                        PaymentRequestRepository.timestamp(record.occurredAt()),
                        record.note(),
                        record.recordedBy(),
                        PaymentRequestRepository.timestamp(record.recordedAt()))
                == 1;
    }

    Optional<Row> find(String tenant, String reference, String receipt) {
        return jdbc
                .query(
                        "SELECT * FROM hub.payment_record WHERE tenant = ? AND reference = ? AND receipt = ?",
                        this::row,
                        tenant,
                        reference,
                        receipt)
                .stream()
                .findFirst();
    }

    /** What a crash left between the database and the broker. */
    List<Row> unwritten(Instant recordedBefore, int limit) {
        return jdbc.query("""
                SELECT * FROM hub.payment_record WHERE written_at IS NULL AND recorded_at < ?
                ORDER BY recorded_at LIMIT ?
                """, this::row, PaymentRequestRepository.timestamp(recordedBefore), limit);
    }

    void written(UUID id, Instant now) {
        jdbc.update(
                "UPDATE hub.payment_record SET written_at = ? WHERE id = ?",
                PaymentRequestRepository.timestamp(now),
                id);
    }

    private Row row(ResultSet row, int number) throws SQLException {
        try {
            return new Row(
                    new PaymentRecord(
                            row.getObject("id", UUID.class),
                            row.getString("tenant"),
                            row.getString("reference"),
                            row.getString("receipt"),
                            row.getString("method").equals(PaymentRecord.Method.CASH.word())
                                    ? PaymentRecord.Method.CASH
                                    : PaymentRecord.Method.BANK_TRANSFER,
                            new Money(row.getLong("amount_minor"), row.getString("currency")),
                            json.readValue(row.getString("customer"), Party.class),
                            row.getTimestamp("occurred_at").toInstant(),
                            row.getString("note"),
                            row.getString("recorded_by"),
                            row.getTimestamp("recorded_at").toInstant()),
                    row.getString("content_digest"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a column of a payment record cannot be read", e);
        }
    }

    private String customer(Party customer) {
        try {
            return json.writeValueAsString(customer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
