package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.crm.CustomerRepository.Handle;
import dev.wasl.hub.fold.FoldParts;
import dev.wasl.hub.fold.FoldTable;
import dev.wasl.hub.fold.FoldTable.Key;
import dev.wasl.hub.fold.FoldTables;
import dev.wasl.hub.fold.PaymentField;
import dev.wasl.hub.fold.PaymentState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Folds statements of gateways into the rows of payments, with their history. */
@Component
class PaymentFolding {

    private final FoldTable payments;
    private final FoldParts events;
    private final CustomerRepository customerRepository;

    PaymentFolding(FoldTables tables, CustomerRepository customerRepository) {
        this.payments = tables.table("crm.payment", "tenant", "gateway", "gateway_payment_id");
        this.events = tables.parts("crm.payment_event");
        this.customerRepository = customerRepository;
    }

    void apply(List<CanonicalEvent> canonical, Map<Handle, Long> byPhone, Instant now) {
        Map<Key, List<Payment>> told = new LinkedHashMap<>();
        Map<Key, List<Map<String, Object>>> history = new LinkedHashMap<>();
        for (CanonicalEvent event : canonical) {
            if (event.data() instanceof Payment payment) {
                Key key = new Key(event.tenant(), payment.gateway(), payment.gatewayPaymentId());
                told.computeIfAbsent(key, k -> new ArrayList<>()).add(payment);
                history.computeIfAbsent(key, k -> new ArrayList<>()).add(history(payment));
            }
        }
        if (told.isEmpty()) {
            return;
        }
        payments.fold(told.keySet(), (keys, existing) -> {
            Map<Key, PaymentState> states = new LinkedHashMap<>();
            Map<Key, Map<String, Object>> rows = new LinkedHashMap<>();
            for (Key key : keys) {
                Map<String, Object> old = existing.get(key);
                PaymentState before = old == null ? PaymentState.NOTHING : PaymentState.read(old);
                PaymentState after = before;
                for (Payment payment : Objects.requireNonNull(told.get(key))) {
                    after = after.fold(payment);
                }
                states.put(key, after);
                rows.put(key, row(old, after, !after.equals(before), now));
            }
            link(states, rows, byPhone);
            return rows;
        });
        events.save(distinct(history));
    }

    /** Customers by phone first; by e-mail only when the payment shows no phone. */
    private void link(Map<Key, PaymentState> states, Map<Key, Map<String, Object>> rows, Map<Handle, Long> byPhone) {
        Map<Key, Handle> addresses = new HashMap<>();
        states.forEach((key, state) -> {
            Map<String, Object> row = Objects.requireNonNull(rows.get(key));
            Object phone = state.value(PaymentField.CUSTOMER_PHONE);
            Object email = state.value(PaymentField.CUSTOMER_EMAIL);
            Long id = phone == null ? null : byPhone.get(new Handle(key.tenant(), phone.toString()));
            if (id != null) {
                row.put("customer_id", id);
            } else if (row.get("customer_id") == null && email != null) {
                addresses.put(key, Handle.ofEmail(key.tenant(), email.toString().trim()));
            }
        });
        Set<Handle> wanted = new LinkedHashSet<>(addresses.values());
        Map<Handle, Long> byEmail = customerRepository.byEmail(wanted);
        addresses.forEach(
                (key, address) -> Objects.requireNonNull(rows.get(key)).put("customer_id", byEmail.get(address)));
    }

    private static Map<String, Object> row(
            @Nullable Map<String, Object> old, PaymentState state, boolean changed, Instant now) {
        Map<String, Object> row = new LinkedHashMap<>();
        state.write(row);
        row.put("status", state.status().name());
        row.put("status_at", state.statusAt().toString());
        row.put("amount_minor", state.amountMinor());
        row.put("refunded_minor", state.refundedMinor());
        row.put(
                "captured_at",
                state.capturedAt() == null ? null : state.capturedAt().toString());
        row.put("occurred_at", Objects.requireNonNull(state.lastAt()).toString());
        row.put("created_at", Objects.requireNonNull(state.firstAt()).toString());
        row.put("customer_id", old == null ? null : old.get("customer_id"));
        row.put("stored_at", old == null ? now.toString() : old.get("stored_at"));
        row.put("updated_at", old == null || changed ? now.toString() : old.get("updated_at"));
        return row;
    }

    private static Map<String, Object> history(Payment payment) {
        Map<String, Object> row = new HashMap<>();
        row.put("gateway_event_id", payment.gatewayEventId());
        row.put("event_type", payment.gatewayEventType());
        row.put("status", payment.status().name());
        row.put("amount_minor", minor(payment.amount()));
        row.put("refunded_minor", minor(payment.refundedTotal()));
        row.put("refund_minor", minor(payment.refundAmount()));
        row.put("refund_id", payment.refundId());
        row.put("currency", payment.amount() == null ? null : payment.amount().currency());
        row.put("failure_code", payment.failureCode());
        row.put("occurred_at", payment.occurredAt().toString());
        return row;
    }

    /** One statement can become several events with the gateway's one id; a statement twice in a batch is one row. */
    private static Map<Key, List<Map<String, Object>>> distinct(Map<Key, List<Map<String, Object>>> history) {
        Map<Key, List<Map<String, Object>>> distinct = new LinkedHashMap<>();
        history.forEach((key, rows) -> {
            Map<Object, Map<String, Object>> byId = new LinkedHashMap<>();
            rows.forEach(row -> byId.put(row.get("gateway_event_id"), row));
            distinct.put(key, List.copyOf(byId.values()));
        });
        return distinct;
    }

    private static @Nullable Long minor(@Nullable Money money) {
        return money == null ? null : money.amountMinor();
    }
}
