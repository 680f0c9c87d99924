package dev.wasl.hub.delivery;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

@Component
class JdbcParkedMessages implements ParkedMessages {

    private final ParkedViewRepository repository;

    JdbcParkedMessages(ParkedViewRepository repository) {
        this.repository = repository;
    }

    @Override
    public List<ParkedMessage> page(Filter filter) {
        return repository.page(filter);
    }

    @Override
    public Optional<ParkedMessage> find(Collection<String> tenants, UUID id) {
        return repository.find(tenants, id);
    }

    @Override
    public Optional<byte[]> body(Collection<String> tenants, UUID id) {
        return repository.body(tenants, id);
    }

    @Override
    public List<ParkedMessage> ofReceipts(Collection<String> tenants, Collection<UUID> receiptIds) {
        return repository.ofReceipts(tenants, receiptIds);
    }

    @Override
    public long count(Collection<String> tenants) {
        return repository.count(tenants);
    }

    @Override
    public List<Group> countsByFingerprint(Collection<String> tenants, int limit) {
        return repository.groups(tenants, limit);
    }
}
