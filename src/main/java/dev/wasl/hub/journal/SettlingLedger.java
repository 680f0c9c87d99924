package dev.wasl.hub.journal;

import dev.wasl.hub.canonical.CanonicalMessage;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The ledger in PostgreSQL: a message is pending while it has a row in {@code hub.in_flight}. */
@Component
class SettlingLedger implements Ledger {

    private final LedgerRepository repository;

    SettlingLedger(LedgerRepository repository) {
        this.repository = repository;
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public void applied(Collection<CanonicalMessage> messages) {
        Map<UUID, Integer> parts = new HashMap<>();
        for (CanonicalMessage message : messages) {
            if (message.origin() != null) {
                parts.merge(message.origin().receiptId(), 1, Integer::sum);
            }
        }
        if (parts.isEmpty()) {
            return;
        }
        Map<LedgerKey, Long> counts = new HashMap<>();
        for (LedgerRepository.Settled settled : repository.settle(parts)) {
            counts.merge(new LedgerKey(settled.tenant(), settled.connector(), Bucket.APPLIED), 1L, Long::sum);
        }
        repository.add(counts);
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean parked(UUID receiptId) {
        return settleWhole(receiptId, Bucket.PARKED);
    }

    /** Settles a pending message that turned out to need nothing. */
    boolean settleWhole(UUID receiptId, Bucket bucket) {
        return repository
                .remove(receiptId)
                .map(settled -> {
                    repository.add(Map.of(new LedgerKey(settled.tenant(), settled.connector(), bucket), 1L));
                    return true;
                })
                .orElse(false);
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public void reopened(UUID receiptId, String tenant, String connector, Instant receivedAt) {
        repository.insertInFlight(receiptId, tenant, connector, receivedAt);
        repository.add(Map.of(new LedgerKey(tenant, connector, Bucket.PARKED), -1L));
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public void discarded(String tenant, String connector) {
        repository.add(Map.of(
                new LedgerKey(tenant, connector, Bucket.PARKED), -1L,
                new LedgerKey(tenant, connector, Bucket.REJECTED), 1L));
    }
}
