package dev.wasl.hub.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.delivery.ParkedMessage;
import dev.wasl.hub.delivery.ParkedMessages;
import dev.wasl.hub.journal.JournalEntry;
import dev.wasl.hub.journal.MessageJournal;
import dev.wasl.hub.notify.NotificationLog;
import dev.wasl.hub.tenant.Tenants;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Puts together, from everything that keeps a trace, what happened about one reference. */
@Component
class Journey {

    private static final int MOST_MESSAGES = 200;
    /** Shorter runs of digits are order numbers, not phones. */
    private static final int SHORTEST_PHONE = 7;

    private final MessageJournal journal;
    private final ParkedMessages parked;
    private final NotificationLog notifications;
    private final Tenants tenants;
    private final ObjectMapper json;

    Journey(
            MessageJournal journal,
            ParkedMessages parked,
            NotificationLog notifications,
            Tenants tenants,
            ObjectMapper json) {
        this.journal = journal;
        this.parked = parked;
        this.notifications = notifications;
        this.tenants = tenants;
        this.json = json;
    }

    /** What these tenants have about a reference, in time order: of more messages than some hundred the newest. */
    Page<JourneyStep> of(List<String> visible, String reference) {
        Map<UUID, JournalEntry> received = new LinkedHashMap<>();
        Map<String, NotificationLog.Entry> sent = new LinkedHashMap<>();
        boolean more = false;
        for (String candidate : candidates(visible, reference)) {
            List<JournalEntry> found = journal.findByReference(visible, candidate, MOST_MESSAGES + 1);
            boolean tooMany = found.size() > MOST_MESSAGES;
            more |= tooMany;
            found.subList(tooMany ? 1 : 0, found.size())
                    .forEach(entry -> received.putIfAbsent(entry.receiptId(), entry));
            notifications
                    .findByReference(visible, candidate, MOST_MESSAGES)
                    .forEach(entry -> sent.putIfAbsent(entry.id(), entry));
        }
        List<JourneyStep> steps = new ArrayList<>(steps(visible, List.copyOf(received.values())));
        sent.values().forEach(entry -> steps.add(JourneyStep.notified(entry)));
        return new Page<>(inOrder(steps), null, more ? true : null);
    }

    /** What became of these messages, in time order. */
    List<JourneyStep> steps(List<String> visible, List<JournalEntry> entries) {
        List<JourneyStep> steps = new ArrayList<>();
        Map<String, Set<String>> eventsByTenant = new LinkedHashMap<>();
        for (JournalEntry entry : entries) {
            steps.add(JourneyStep.received(entry));
            for (JsonNode event : events(entry)) {
                steps.add(JourneyStep.published(entry, event));
                eventsByTenant
                        .computeIfAbsent(entry.tenant(), key -> new LinkedHashSet<>())
                        .add(event.path("id").asText());
            }
        }
        eventsByTenant.forEach((tenant, ids) ->
                journal.effects(tenant, ids).forEach(effect -> steps.add(JourneyStep.applied(tenant, effect))));
        if (!entries.isEmpty()) {
            Set<UUID> receipts =
                    entries.stream().map(JournalEntry::receiptId).collect(Collectors.toCollection(LinkedHashSet::new));
            for (ParkedMessage message : parked.ofReceipts(visible, receipts)) {
                steps.add(JourneyStep.parked(message));
            }
        }
        return inOrder(steps);
    }

    /** The canonical events of a message as JSON. */
    JsonNode events(JournalEntry entry) {
        if (entry.canonical() == null) {
            return json.createArrayNode();
        }
        try {
            JsonNode events = json.readTree(entry.canonical());
            return events.isArray() ? events : json.createArrayNode().add(events);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "The journal holds canonical JSON that cannot be read: " + entry.receiptId(), e);
        }
    }

    private Set<String> candidates(List<String> visible, String reference) {
        Set<String> candidates = new LinkedHashSet<>();
        String text = TypedText.visible(reference);
        candidates.add(text);
        candidates.addAll(TrackingNumber.candidates(text));
        if (text.chars().filter(Character::isDigit).count() >= SHORTEST_PHONE
                && text.chars().noneMatch(Character::isLetter)) {
            for (String name : visible) {
                PhoneQuery.held(text, tenants.get(name).country()).ifPresent(candidates::add);
            }
        }
        candidates.remove("");
        return candidates;
    }

    private static List<JourneyStep> inOrder(List<JourneyStep> steps) {
        return steps.stream()
                .distinct()
                .sorted(Comparator.comparing(JourneyStep::at).thenComparing(JourneyStep::step))
                .toList();
    }

    /** A time inside an event; null when it has none that can be read. */
    static @Nullable Instant time(JsonNode event) {
        try {
            return event.hasNonNull("time") ? Instant.parse(event.get("time").asText()) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
