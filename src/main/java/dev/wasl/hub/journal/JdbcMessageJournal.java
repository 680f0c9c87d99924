package dev.wasl.hub.journal;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

@Component
class JdbcMessageJournal implements MessageJournal, LedgerView {

    private final JournalViewRepository repository;
    private final LedgerRepository ledger;

    JdbcMessageJournal(JournalViewRepository repository, LedgerRepository ledger) {
        this.repository = repository;
        this.ledger = ledger;
    }

    @Override
    public List<JournalEntry> findByReference(Collection<String> tenants, String reference, int limit) {
        return repository.byReference(tenants, reference, limit);
    }

    @Override
    public Optional<JournalEntry> find(Collection<String> tenants, UUID receiptId) {
        return repository.find(tenants, receiptId);
    }

    @Override
    public Optional<Original> original(Collection<String> tenants, UUID receiptId) {
        return repository.original(tenants, receiptId);
    }

    @Override
    public List<JournalEntry> latest(Filter filter) {
        return repository.latest(filter);
    }

    @Override
    public List<Effect> effects(String tenant, Collection<String> eventIds) {
        return repository.effects(tenant, eventIds);
    }

    @Override
    public List<MinuteCount> countsByMinute(Collection<String> tenants, Instant since) {
        return repository.countsByMinute(tenants, since);
    }

    @Override
    public List<Row> rows(Collection<String> tenants) {
        return ledger.lines().stream()
                .filter(line -> tenants.contains(line.tenant()))
                .map(line -> new Row(
                        line.tenant(),
                        line.connector(),
                        line.received(),
                        line.applied(),
                        line.duplicate(),
                        line.rejected(),
                        line.parked(),
                        line.pending(),
                        line.oldestPending()))
                .toList();
    }
}
