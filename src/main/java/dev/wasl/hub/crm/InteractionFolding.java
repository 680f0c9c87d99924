package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.CanonicalData;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.Interaction;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.crm.CustomerRepository.Handle;
import dev.wasl.hub.fold.FoldTable;
import dev.wasl.hub.fold.FoldTable.Key;
import dev.wasl.hub.fold.FoldTables;
import dev.wasl.hub.fold.NotificationState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Keeps what was said between the business and its customers: one row per notification and per message received. */
@Component
class InteractionFolding {

    private static final String OUT = "OUT";
    private static final String IN = "IN";

    private final FoldTable interactions;
    private final CustomerRepository customerRepository;

    InteractionFolding(FoldTables tables, CustomerRepository customerRepository) {
        this.interactions = tables.table("crm.interaction", "tenant", "direction", "interaction_id");
        this.customerRepository = customerRepository;
    }

    void apply(List<CanonicalEvent> events, Map<Handle, Long> byPhone, Instant now) {
        Map<Key, List<CanonicalData>> told = new LinkedHashMap<>();
        for (CanonicalEvent event : events) {
            Key key = null;
            if (event.data() instanceof Notification notification) {
                key = new Key(event.tenant(), OUT, notification.notificationId());
            } else if (event.data() instanceof Interaction interaction) {
                key = new Key(event.tenant(), IN, interaction.provider() + ":" + interaction.providerMessageId());
            }
            if (key != null) {
                told.computeIfAbsent(key, k -> new ArrayList<>()).add(event.data());
            }
        }
        if (told.isEmpty()) {
            return;
        }
        interactions.fold(told.keySet(), (keys, existing) -> {
            Map<Key, Map<String, Object>> rows = new LinkedHashMap<>();
            for (Key key : keys) {
                Map<String, Object> old = existing.get(key);
                List<CanonicalData> said = Objects.requireNonNull(told.get(key));
                if (said.get(0) instanceof Interaction interaction) {
                    if (old == null) {
                        rows.put(key, received(interaction, now));
                    }
                } else {
                    rows.put(key, sent(key, old, said, now));
                }
            }
            link(rows, byPhone);
            return rows;
        });
    }

    private static Map<String, Object> sent(
            Key key, @Nullable Map<String, Object> old, List<CanonicalData> said, Instant now) {
        NotificationState before = old == null ? NotificationState.NOTHING : NotificationState.read(key.id(), old);
        NotificationState after = before;
        for (CanonicalData data : said) {
            after = after.fold((Notification) data);
        }
        Map<String, Object> row = new LinkedHashMap<>();
        after.write(row);
        row.put("occurred_at", after.firstAt().toString());
        row.put("customer_id", old == null ? null : old.get("customer_id"));
        row.put("stored_at", old == null ? now.toString() : old.get("stored_at"));
        row.put("updated_at", old == null || !after.equals(before) ? now.toString() : old.get("updated_at"));
        return row;
    }

    private static Map<String, Object> received(Interaction interaction, Instant now) {
        Party from = interaction.from();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("channel", interaction.channel().name());
        row.put("provider", interaction.provider());
        row.put("provider_message_id", interaction.providerMessageId());
        row.put("name", from.name());
        row.put("phone", from.phone());
        row.put("second_phone", from.secondPhone());
        row.put("phone_raw", from.phoneRaw());
        row.put("email", from.email());
        row.put("body", interaction.text());
        row.put("in_reply_to", interaction.inReplyTo());
        row.put("status", "RECEIVED");
        row.put("status_at", interaction.occurredAt().toString());
        row.put("occurred_at", interaction.occurredAt().toString());
        row.put("stored_at", now.toString());
        row.put("updated_at", now.toString());
        return row;
    }

    private void link(Map<Key, Map<String, Object>> rows, Map<Handle, Long> byPhone) {
        Map<Key, Handle> addresses = new HashMap<>();
        rows.forEach((key, row) -> {
            Object phone = row.get("phone");
            Object email = row.get("email");
            Long id = phone == null ? null : byPhone.get(new Handle(key.tenant(), phone.toString()));
            if (id != null) {
                row.put("customer_id", id);
            } else if (row.get("customer_id") == null && email != null) {
                addresses.put(key, Handle.ofEmail(key.tenant(), email.toString().trim()));
            }
        });
        Map<Handle, Long> byEmail = customerRepository.byEmail(new LinkedHashSet<>(addresses.values()));
        addresses.forEach(
                (key, address) -> Objects.requireNonNull(rows.get(key)).put("customer_id", byEmail.get(address)));
    }
}
