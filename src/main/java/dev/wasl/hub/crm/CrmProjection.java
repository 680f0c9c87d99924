package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.crm.CustomerRepository.Handle;
import dev.wasl.hub.crm.CustomerRepository.MustBeAlone;
import dev.wasl.hub.journal.Inbox;
import dev.wasl.hub.journal.Ledger;
import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Applies canonical messages to the CRM. One call is one transaction with the inbox and the ledger; messages in another
 * order, repeated, or applied by several consumers at once end in the same rows.
 */
@Component("crmProjection")
public class CrmProjection {

    private static final Logger LOG = LoggerFactory.getLogger(CrmProjection.class);
    private static final String CONSUMER = "crm";

    private final Inbox inbox;
    private final Ledger ledger;
    private final CustomerRepository customers;
    private final DeliveryFolding deliveries;
    private final PaymentFolding payments;
    private final InteractionFolding interactions;
    private final UnknownStates unknownStates;
    private final Tenants tenants;
    private final TransactionTemplate transaction;
    private final Clock clock;

    CrmProjection(
            Inbox inbox,
            Ledger ledger,
            CustomerRepository customers,
            DeliveryFolding deliveries,
            PaymentFolding payments,
            InteractionFolding interactions,
            UnknownStates unknownStates,
            Tenants tenants,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.inbox = inbox;
        this.ledger = ledger;
        this.customers = customers;
        this.deliveries = deliveries;
        this.payments = payments;
        this.interactions = interactions;
        this.unknownStates = unknownStates;
        this.tenants = tenants;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /**
     * Applies a batch, all of it or nothing. Messages applied before have no effect; all of them settle the ledger. Must
     * not be called inside a transaction: it may need a second one of its own.
     */
    public void apply(List<CanonicalMessage> messages) {
        if (messages.isEmpty()) {
            return;
        }
        Collection<CanonicalMessage> applied;
        try {
            applied = transaction.execute(status -> applyOnce(messages, false));
        } catch (MustBeAlone e) {
            LOG.debug("Applying {} messages again, alone: {}.", messages.size(), e.getMessage());
            applied = transaction.execute(status -> applyOnce(messages, true));
        }
        unknownStates.report(Objects.requireNonNull(applied));
    }

    private Collection<CanonicalMessage> applyOnce(List<CanonicalMessage> messages, boolean alone) {
        Collection<CanonicalMessage> fresh = inbox.fresh(CONSUMER, messages);
        List<CanonicalEvent> events =
                fresh.stream().map(CanonicalMessage::event).toList();
        if (!events.isEmpty()) {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            customers.enter(alone);
            List<Contact> contacts = events.stream()
                    .map(event -> Contact.of(event, tenants.ownPhones(event.tenant())))
                    .flatMap(Optional::stream)
                    .toList();
            Map<Handle, Long> byPhone = customers.resolve(contacts, alone, now);
            deliveries.apply(events, byPhone, now);
            payments.apply(events, byPhone, now);
            interactions.apply(events, byPhone, now);
        }
        ledger.applied(messages);
        return fresh;
    }
}
