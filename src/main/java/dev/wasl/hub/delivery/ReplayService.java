package dev.wasl.hub.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.delivery.ParkingRepository.Row;
import dev.wasl.hub.journal.Ledger;
import dev.wasl.hub.ops.Queues;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Replays in three steps: mark and count as pending, send, resolve. What could not be sent waits again. A crash between
 * the steps leaves a row that is marked; it is sent again at the next start, and the inbox of each consumer makes a second
 * sending harmless.
 */
@Component
class ReplayService implements Replay {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayService.class);
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final ParkingRepository repository;
    private final Ledger ledger;
    private final QueueSender sender;
    private final TransactionTemplate transactions;

    ReplayService(ParkingRepository repository, Ledger ledger, QueueSender sender, TransactionTemplate transactions) {
        this.repository = repository;
        this.ledger = ledger;
        this.sender = sender;
        this.transactions = transactions;
    }

    @Override
    public void replay(UUID id) {
        Row row = Objects.requireNonNull(transactions.execute(status -> {
            Row open = waiting(id);
            Map<String, String> properties = properties(open);
            if (open.inLedger() && open.receiptId() != null) {
                Instant receivedAt = Instant.parse(properties.getOrDefault("receivedAt", Instant.EPOCH.toString()));
                ledger.reopened(open.receiptId(), open.tenant(), open.connector(), receivedAt);
            }
            repository.replaying(id);
            return open;
        }));
        sendAndResolve(row);
    }

    @Override
    public int replayAll(Selection selection) {
        int sent = 0;
        for (UUID id : repository.open(selection)) {
            try {
                replay(id);
                sent++;
            } catch (HubException e) {
                if (e.code() != ErrorCode.NOT_REPLAYABLE && e.code() != ErrorCode.PARKED_NOT_FOUND) {
                    throw e;
                }
            }
        }
        return sent;
    }

    @Override
    public void discard(UUID id, String reason) {
        transactions.executeWithoutResult(status -> {
            Row open = waiting(id);
            if (open.inLedger()) {
                ledger.discarded(open.tenant(), open.connector());
            }
            repository.discard(id, reason);
        });
    }

    /** Finishes what a crash interrupted; whatever fails in it, the hub starts. */
    @EventListener(ApplicationReadyEvent.class)
    void resume() {
        try {
            resume(repository.interrupted());
        } catch (RuntimeException e) {
            LOG.error("Replays that had been interrupted stay so until the next start.", e);
        }
    }

    private void resume(List<UUID> interrupted) {
        int sent = 0;
        boolean brokerAnswers = true;
        for (UUID id : interrupted) {
            try {
                if (brokerAnswers) {
                    Optional<Row> row = replaying(id);
                    row.ifPresent(this::sendAndResolve);
                    sent += row.isPresent() ? 1 : 0;
                } else {
                    putBack(id);
                }
            } catch (RuntimeException e) {
                // the start does not wait for one time-out after the other
                brokerAnswers &= !(e instanceof HubException known) || known.code() != ErrorCode.BROKER_UNAVAILABLE;
                LOG.error("The replay of parked message {} had been interrupted and did not go out now.", id, e);
            }
        }
        if (!interrupted.isEmpty()) {
            LOG.info("Sent {} of {} replays again that had been interrupted", sent, interrupted.size());
        }
    }

    private void sendAndResolve(Row row) {
        try {
            sender.send(row.queue(), properties(row), row.body());
        } catch (RuntimeException e) {
            try {
                putBack(row.id());
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        transactions.executeWithoutResult(status -> repository.resolve(row.id()));
    }

    /**
     * Lets a message wait again that was not sent, as far as the hub knows: when the broker had stored it all the same and
     * it was settled meanwhile, it is in the ledger already and is not counted as parked.
     */
    private void putBack(UUID id) {
        transactions.executeWithoutResult(status -> repository
                .lock(id)
                .filter(ReplayService::isReplaying)
                .ifPresent(row -> repository.putBack(
                        id, row.receiptId() != null && settles(row.queue()) && ledger.parked(row.receiptId()))));
    }

    private Optional<Row> replaying(UUID id) {
        return Objects.requireNonNull(
                transactions.execute(status -> repository.lock(id).filter(ReplayService::isReplaying)));
    }

    private static boolean isReplaying(Row row) {
        return row.state().equals("REPLAYING");
    }

    /** Whether the ledger counts what is parked of this queue; another consumer's failure leaves the CRM's count alone. */
    private static boolean settles(String queue) {
        return Queues.isInbound(queue) || queue.equals(Queues.canonical("crm"));
    }

    private Row waiting(UUID id) {
        Row row = repository
                .lock(id)
                .orElseThrow(() -> new HubException(ErrorCode.PARKED_NOT_FOUND, "no parked message " + id));
        if (!"PARKED".equals(row.state())) {
            throw new HubException(
                    ErrorCode.NOT_REPLAYABLE, "the message is " + row.state().toLowerCase(java.util.Locale.ROOT));
        }
        return row;
    }

    private static Map<String, String> properties(Row row) {
        try {
            return JSON.readValue(row.properties(), TEXTS);
        } catch (JsonProcessingException e) {
            throw new HubException(ErrorCode.UNEXPECTED, "the properties of a parked message are unreadable", e);
        }
    }
}
