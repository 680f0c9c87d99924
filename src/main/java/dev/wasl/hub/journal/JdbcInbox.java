package dev.wasl.hub.journal;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

@Component
class JdbcInbox implements Inbox {

    private final InboxRepository repository;

    JdbcInbox(InboxRepository repository) {
        this.repository = repository;
    }

    @Override
    @Transactional(propagation = Propagation.MANDATORY)
    public Set<String> markApplied(String consumer, Collection<String> messageIds) {
        return messageIds.isEmpty() ? Set.of() : Set.copyOf(repository.insert(consumer, new TreeSet<>(messageIds)));
    }
}
