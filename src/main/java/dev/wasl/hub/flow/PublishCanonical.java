package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.delivery.ParkRequest;
import dev.wasl.hub.delivery.Parking;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.journal.Arrival;
import dev.wasl.hub.journal.Arrival.Outcome;
import dev.wasl.hub.journal.ArrivalJournal;
import dev.wasl.hub.journal.Ledger;
import dev.wasl.hub.mapping.CanonicalCodec;
import dev.wasl.hub.ops.Queues;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * {@code ref: publishCanonical}: the step between received and canonical. In one transaction it judges which message is
 * the first of its event, keeps all of them with what they became, parks what could not be mapped, and counts. What
 * counts goes to the canonical address in the session that the batch was received in.
 *
 * <p>A crash between the two commits brings the batch again: the journal then knows every message already, counts
 * nothing twice, and the canonical events are sent again with the same ids.
 */
@Component("publishCanonical")
class PublishCanonical {

    /** Ids that the hub made itself are hashes; nobody searches by them, and they would swell the index. */
    private static final int HASH_LENGTH = 64;

    private final ArrivalJournal journal;
    private final Ledger ledger;
    private final Parking parking;
    private final CanonicalCodec codec;
    private final TransactionTemplate transactions;

    PublishCanonical(
            ArrivalJournal journal,
            Ledger ledger,
            Parking parking,
            CanonicalCodec codec,
            TransactionTemplate transactions) {
        this.journal = journal;
        this.ledger = ledger;
        this.parking = parking;
        this.codec = codec;
        this.transactions = transactions;
    }

    /** Called by routes with the mapped batch as body; leaves what was published as body. */
    public List<CanonicalMessage> publish(Exchange exchange) {
        List<Mapped> batch = new ArrayList<>();
        for (Object mapped : exchange.getMessage().getBody(List.class)) {
            batch.add((Mapped) mapped);
        }
        JmsBatch jms = exchange.getProperty(JmsBatch.PROPERTY, JmsBatch.class);
        String route = exchange.getFromRouteId();
        List<CanonicalMessage> outgoing = Objects.requireNonNull(transactions.execute(status -> store(route, batch)));
        send(jms.session(), outgoing, batch);
        return outgoing;
    }

    /** Keeps and parks one message that failed outside its mapping. */
    void park(String route, InboundMessage message, HubException reason) {
        transactions.executeWithoutResult(status -> store(route, List.of(new Mapped(message, List.of(), reason))));
    }

    private List<CanonicalMessage> store(String route, List<Mapped> batch) {
        List<Entry> entries = batch.stream().map(this::entry).toList();
        List<Arrival> arrivals = entries.stream().map(Entry::arrival).toList();
        Set<UUID> winners = journal.judge(arrivals);
        List<Entry> judged = entries.stream()
                .map(entry -> winners.contains(entry.arrival.receiptId())
                        ? entry
                        : new Entry(entry.mapped, entry.arrival.with(Outcome.DUPLICATE, null), List.of()))
                .toList();
        Set<UUID> fresh = journal.record(judged.stream().map(Entry::arrival).toList());
        List<CanonicalMessage> outgoing = new ArrayList<>();
        for (Entry entry : judged) {
            Arrival arrival = entry.arrival;
            boolean known = !fresh.contains(arrival.receiptId());
            if (known) {
                journal.revise(arrival);
            }
            if (arrival.outcome() == Outcome.PARKED) {
                boolean inLedger = !known || ledger.parked(arrival.receiptId());
                parking.park(parkRequest(route, entry.mapped, inLedger));
            } else {
                outgoing.addAll(entry.outgoing);
            }
        }
        return outgoing;
    }

    private Entry entry(Mapped mapped) {
        InboundMessage message = mapped.message();
        List<CanonicalMessage> outgoing = new ArrayList<>(mapped.events().size());
        List<String> texts = new ArrayList<>(mapped.events().size());
        Set<String> references = new LinkedHashSet<>();
        if (message.messageId().length() != HASH_LENGTH) {
            references.add(message.messageId());
        }
        CanonicalMessage.Origin origin = new CanonicalMessage.Origin(
                message.receiptId(), message.connector(), mapped.events().size());
        for (CanonicalEvent event : mapped.events()) {
            byte[] json = codec.write(event);
            outgoing.add(new CanonicalMessage(event, json, origin));
            texts.add(new String(json, StandardCharsets.UTF_8));
            references.addAll(event.data().references());
        }
        if (mapped.failure() != null) {
            references.addAll(RawReferences.of(message.body()));
        }
        Outcome outcome = mapped.failure() != null
                ? Outcome.PARKED
                : mapped.events().isEmpty() ? Outcome.IGNORED : Outcome.ACCEPTED;
        Arrival arrival = new Arrival(
                message.receiptId(),
                message.messageId(),
                message.tenant(),
                message.connector(),
                message.kind().name(),
                message.receivedAt(),
                message.contentType(),
                message.headers(),
                message.body(),
                outcome,
                mapped.failure() == null ? null : mapped.failure().getMessage(),
                texts,
                references);
        return new Entry(mapped, arrival, outgoing);
    }

    private static ParkRequest parkRequest(String route, Mapped mapped, boolean inLedger) {
        InboundMessage message = mapped.message();
        return new ParkRequest(
                message.tenant(),
                message.connector(),
                Queues.inbound(message.connector()),
                route,
                message.messageId(),
                message.receiptId(),
                mapped.failure() == null
                        ? new HubException(ErrorCode.UNEXPECTED, "parked without a reason")
                        : mapped.failure(),
                InboundCodec.properties(message),
                message.body(),
                inLedger);
    }

    /** By how they were received, because queues choose by that. */
    private static void send(Session session, List<CanonicalMessage> outgoing, List<Mapped> batch) {
        if (outgoing.isEmpty()) {
            return;
        }
        Map<UUID, String> kinds = new HashMap<>();
        for (Mapped mapped : batch) {
            kinds.put(mapped.message().receiptId(), mapped.message().kind().name());
        }
        Map<String, List<CanonicalMessage>> byKind = new LinkedHashMap<>();
        for (CanonicalMessage one : outgoing) {
            byKind.computeIfAbsent(
                            kinds.get(Objects.requireNonNull(one.origin()).receiptId()), kind -> new ArrayList<>())
                    .add(one);
        }
        try (CanonicalSender sender = new CanonicalSender(session)) {
            for (Map.Entry<String, List<CanonicalMessage>> one : byKind.entrySet()) {
                sender.send(one.getValue(), one.getKey());
            }
        } catch (JMSException e) {
            throw new HubException(ErrorCode.BROKER_UNAVAILABLE, "canonical messages could not be sent", e);
        }
    }

    private record Entry(Mapped mapped, Arrival arrival, List<CanonicalMessage> outgoing) {}
}
