package dev.wasl.hub.reconciliation;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.payment.PaymentRequests;
import dev.wasl.hub.tenant.Tenant;
import dev.wasl.hub.tenant.Tenants;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Compares what was asked for, what gateways said, and what they paid out. */
@Service
public class PaymentReconciliation {

    private final PaymentReconciliationRepository repository;
    private final PaymentRequests requests;
    private final Tenants tenants;
    private final Clock clock;

    PaymentReconciliation(
            PaymentReconciliationRepository repository, PaymentRequests requests, Tenants tenants, Clock clock) {
        this.repository = repository;
        this.requests = requests;
        this.tenants = tenants;
        this.clock = clock;
    }

    /** Some payments and their sum. */
    public record Sum(long count, Money amount) {}

    /**
     * A tenant's gateway in a period, in one currency.
     *
     * @param expected asked for through the hub in the period, refused ones left out
     * @param paid of those, what was confirmed
     * @param open of those, what may still be paid
     * @param unresolved of those, what never ended and nobody asks about any more
     * @param failed of those, what failed, expired or was cancelled
     * @param quarantined of those, how many have a confirmation that does not fit
     * @param repaired of those, how many callbacks never came and were made up for by asking
     * @param paidTwice of those, how many have more than one payment
     * @param captured what the gateway said it took in the period, whoever asked for it
     * @param unasked of that, what nobody asked for through the hub
     * @param refunded what went back of it
     * @param reversed what was taken back as a whole: reversed by the gateway, or voided
     * @param disputed what is in dispute of it
     * @param fees what the gateway said it kept of it, where it says so
     * @param settled what was recorded as paid out in the period
     * @param settledFees what was kept of that
     * @param difference captured less refunded, reversed, settled and settled fees: what the gateway still has, if everything was
     *     recorded
     */
    public record Row(
            String tenant,
            String gateway,
            Sum expected,
            Sum paid,
            Sum open,
            Sum unresolved,
            Sum failed,
            long quarantined,
            long repaired,
            long paidTwice,
            Sum captured,
            Sum unasked,
            Money refunded,
            Money reversed,
            Money disputed,
            Money fees,
            Sum settled,
            Money settledFees,
            Money difference) {}

    /**
     * The comparison for some days, both inclusive, in each tenant's time zone.
     *
     * @param gateway the gateway's or connector's name; null for all
     */
    public List<Row> report(Collection<String> names, @Nullable String gateway, LocalDate from, LocalDate to) {
        List<Tenant> asked = names.stream().map(tenants::get).toList();
        String wanted = gateway == null ? null : requests.gatewayOf(gateway);
        return repository.rows(asked, requests::gatewayOf, from, to).stream()
                .filter(row -> wanted == null || row.gateway().equals(wanted))
                .toList();
    }

    /**
     * Has the gateways asked at once about everything of these days that has not ended well.
     *
     * @return how many payments
     */
    public int requery(Collection<String> names, @Nullable String gateway, LocalDate from, LocalDate to) {
        int count = 0;
        for (String name : names) {
            Tenant tenant = tenants.get(name);
            Instant first = from.atStartOfDay(tenant.timeZone()).toInstant();
            Instant end = to.plusDays(1).atStartOfDay(tenant.timeZone()).toInstant();
            count += requests.queryNow(List.of(name), gateway, first, end);
        }
        return count;
    }

    /**
     * A payout as the bank statement or the gateway's report says.
     *
     * @param payout the gateway's or the bank's number of it
     * @param amount what arrived
     * @param fees what was kept of it
     */
    public record Payout(
            String tenant,
            String gateway,
            String payout,
            Money amount,
            Money fees,
            LocalDate paidOn,
            @Nullable String note,
            String recordedBy) {

        private String digest() {
            return hex(String.join(
                    "\u001f",
                    amount.amountMinor() + amount.currency(),
                    fees.amountMinor() + fees.currency(),
                    paidOn.toString(),
                    String.valueOf(note)));
        }
    }

    /**
     * Records a payout; the same one with the same content is recorded once.
     *
     * @return false when it had been recorded before
     * @throws HubException {@code REFERENCE_TAKEN} when its number was used for something else, {@code INVALID_REQUEST}
     */
    public boolean record(Payout payout) {
        if (!payout.fees().currency().equals(payout.amount().currency())) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "Amount and fees must be in one currency.");
        }
        if (payout.fees().amountMinor() < 0) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "Fees must not be less than zero.");
        }
        String gateway = requests.gatewayOf(payout.gateway());
        boolean fresh = repository.insertPayout(UUID.randomUUID(), payout, gateway, payout.digest(), clock.instant());
        if (!fresh
                && !repository
                        .payoutDigest(payout.tenant(), gateway, payout.payout())
                        .equals(payout.digest())) {
            throw new HubException(
                    ErrorCode.REFERENCE_TAKEN, "A payout with this number was recorded before with other content.");
        }
        return fresh;
    }

    private static String hex(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
