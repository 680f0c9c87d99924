package dev.wasl.hub.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.journal.Arrival.Outcome;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Writes arrivals: judges which is the first of its event, keeps every one of them, and counts them in the ledger. All
 * methods join the transaction of the caller, so that a crash leaves all of it or nothing.
 */
@Component
public class ArrivalJournal {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final JournalRepository repository;
    private final LedgerRepository counters;
    private final SettlingLedger ledger;

    ArrivalJournal(JournalRepository repository, LedgerRepository counters, SettlingLedger ledger) {
        this.repository = repository;
        this.counters = counters;
        this.ledger = ledger;
    }

    /**
     * Tells which arrival of each event is the one that counts. The first one ever wins; an arrival that the broker
     * delivers again after a crash wins again.
     *
     * @return the receipt ids that count
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Set<UUID> judge(Collection<Arrival> arrivals) {
        Map<String, Arrival> first = new LinkedHashMap<>();
        for (Arrival arrival : arrivals) {
            first.putIfAbsent(key(arrival), arrival);
        }
        Set<UUID> winners = new HashSet<>(repository.insertArrivals(first.values()));
        List<Arrival> known = first.values().stream()
                .filter(arrival -> !winners.contains(arrival.receiptId()))
                .toList();
        if (!known.isEmpty()) {
            Set<UUID> holders = new HashSet<>(repository.holders(known));
            for (Arrival arrival : arrivals) {
                if (holders.contains(arrival.receiptId())) {
                    winners.add(arrival.receiptId());
                }
            }
        }
        return winners;
    }

    /**
     * Keeps arrivals and counts them.
     *
     * @return the receipt ids that were written now; the others had been written before a crash and are counted already
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Set<UUID> record(Collection<Arrival> arrivals) {
        if (arrivals.isEmpty()) {
            return Set.of();
        }
        Set<UUID> written = new HashSet<>(repository.insertMessages(arrivals, ArrivalJournal::headers));
        Counts counts = new Counts();
        List<Arrival> pending = arrivals.stream()
                .filter(arrival -> written.contains(arrival.receiptId()))
                .peek(arrival -> {
                    counts.add(arrival, Bucket.RECEIVED, 1);
                    Bucket bucket = Bucket.of(arrival.outcome());
                    if (bucket != null) {
                        counts.add(arrival, bucket, 1);
                    }
                })
                .filter(arrival -> arrival.outcome() == Outcome.ACCEPTED)
                .toList();
        repository.insertInFlight(pending);
        counters.add(counts.totals());
        return written;
    }

    /** Keeps what the hub said itself; it has no place in the ledger of received messages. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void recordOwn(Collection<Arrival> arrivals) {
        if (!arrivals.isEmpty()) {
            repository.insertMessages(arrivals, ArrivalJournal::headers);
        }
    }

    /**
     * Corrects what became of messages that were looked at before: a replay after a repaired mapping, or a delivery that
     * the broker repeated after a crash. The ledger moves only what is still pending.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void revise(Arrival arrival) {
        boolean wasParked = repository.updateOutcome(arrival);
        switch (arrival.outcome()) {
            case ACCEPTED -> {
                if (wasParked) {
                    repository.setParts(arrival.receiptId(), arrival.canonical().size());
                }
            }
            case IGNORED -> ledger.settleWhole(arrival.receiptId(), Bucket.APPLIED);
            // pending only when it is replayed so late that its event came again after its judgement was forgotten
            case DUPLICATE -> ledger.settleWhole(arrival.receiptId(), Bucket.DUPLICATE);
            case PARKED, REJECTED -> {
                // parking settles itself; a repeated delivery of a rejected request changes nothing
            }
        }
    }

    private static String key(Arrival arrival) {
        return arrival.tenant() + '|' + arrival.connector() + '|' + arrival.messageId();
    }

    private static String headers(Map<String, String> headers) {
        try {
            return JSON.writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Counts {
        private final Map<LedgerKey, Long> totals = new HashMap<>();

        void add(Arrival arrival, Bucket bucket, long amount) {
            totals.merge(new LedgerKey(arrival.tenant(), arrival.connector(), bucket), amount, Long::sum);
        }

        Map<LedgerKey, Long> totals() {
            return totals;
        }
    }
}
