package dev.wasl.hub.analytics;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.fold.DeliveryState;
import dev.wasl.hub.fold.FoldParts;
import dev.wasl.hub.fold.FoldTable;
import dev.wasl.hub.fold.FoldTable.Change;
import dev.wasl.hub.fold.FoldTable.Key;
import dev.wasl.hub.fold.FoldTables;
import dev.wasl.hub.fold.NotificationState;
import dev.wasl.hub.fold.PaymentState;
import dev.wasl.hub.journal.Inbox;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Applies canonical messages to facts and daily sums. One call is one transaction with the inbox. A late or corrected
 * message changes the day that it belongs to, however long ago: the changed fact takes back what it gave and gives anew.
 */
@Component("analyticsProjection")
public class AnalyticsProjection {

    private static final String CONSUMER = "analytics";

    private final Inbox inbox;
    private final Facts facts;
    private final FoldTable deliveries;
    private final FoldParts attempts;
    private final FoldTable payments;
    private final FoldTable notifications;
    private final DailyRepository daily;
    private final TransactionTemplate transaction;
    private final Clock clock;

    AnalyticsProjection(
            Inbox inbox,
            Facts facts,
            FoldTables tables,
            DailyRepository daily,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.inbox = inbox;
        this.facts = facts;
        this.deliveries = tables.table("analytics.fact_delivery", "tenant", "courier", "tracking_number");
        this.attempts = tables.parts("analytics.fact_attempt");
        this.payments = tables.table("analytics.fact_payment", "tenant", "gateway", "gateway_payment_id");
        this.notifications = tables.table("analytics.fact_notification", "tenant", "direction", "notification_id");
        this.daily = daily;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    /** Applies a batch, all of it or nothing. Messages applied before have no effect. */
    public void apply(List<CanonicalMessage> messages) {
        if (!messages.isEmpty()) {
            transaction.executeWithoutResult(status -> applyOnce(messages));
        }
    }

    private void applyOnce(List<CanonicalMessage> messages) {
        List<CanonicalEvent> events = inbox.fresh(CONSUMER, messages).stream()
                .map(CanonicalMessage::event)
                .toList();
        String now = clock.instant().truncatedTo(ChronoUnit.MICROS).toString();
        List<Change> deliveryChanges = deliveries(events, now);
        List<Change> paymentChanges = payments(events, now);
        List<Change> notificationChanges = notifications(events, now);
        add(DailyTotals.Table.DELIVERY, deliveryChanges);
        add(DailyTotals.Table.PAYMENT, paymentChanges);
        add(DailyTotals.Table.NOTIFICATION, notificationChanges);
    }

    private void add(DailyTotals.Table table, List<Change> changes) {
        DailyTotals totals = new DailyTotals(table);
        changes.forEach(change -> totals.replace(change.before(), change.after()));
        daily.add(totals);
    }

    private List<Change> deliveries(List<CanonicalEvent> events, String now) {
        Map<Key, List<Delivery>> told = byKey(events, Delivery.class, event -> {
            Delivery delivery = (Delivery) event.data();
            return new Key(event.tenant(), delivery.courier(), delivery.trackingNumber());
        });
        Map<Key, List<Map<String, Object>>> attemptsNew = new HashMap<>();
        Map<Key, List<Map<String, Object>>> attemptsGone = new HashMap<>();
        List<Change> changes = deliveries.fold(told.keySet(), (keys, existing) -> {
            Map<Key, List<Map<String, Object>>> knownAttempts = attempts.load(existing.keySet());
            Map<Key, Map<String, Object>> rows = new LinkedHashMap<>();
            for (Key key : keys) {
                Map<String, Object> old = existing.get(key);
                DeliveryState before = old == null
                        ? DeliveryState.NOTHING
                        : DeliveryState.read(old, knownAttempts.getOrDefault(key, List.of()));
                DeliveryState after = before;
                for (Delivery delivery : Objects.requireNonNull(told.get(key))) {
                    after = after.fold(delivery);
                }
                after = after.only(Facts.DELIVERY_FIELDS);
                if (!after.equals(before)) {
                    rows.put(key, facts.delivery(key, after, now));
                    attemptsNew.put(key, rowsOf(key, after, before));
                    attemptsGone.put(
                            key,
                            rowsOf(key, before, after).stream()
                                    .filter(gone(after))
                                    .toList());
                }
            }
            return rows;
        });
        attempts.delete(attemptsGone);
        attempts.save(attemptsNew);
        return changes;
    }

    private static Predicate<Map<String, Object>> gone(DeliveryState after) {
        return row -> !after.attempts().containsKey(String.valueOf(row.get("attempt_id")));
    }

    /** The attempts of one state that the other does not have, or has otherwise. */
    private List<Map<String, Object>> rowsOf(Key key, DeliveryState state, DeliveryState other) {
        return state.attempts().entrySet().stream()
                .filter(attempt -> !attempt.getValue().equals(other.attempts().get(attempt.getKey())))
                .map(attempt -> facts.attempt(key.tenant(), attempt.getValue()))
                .toList();
    }

    private List<Change> payments(List<CanonicalEvent> events, String now) {
        Map<Key, List<Payment>> told = byKey(events, Payment.class, event -> {
            Payment payment = (Payment) event.data();
            return new Key(event.tenant(), payment.gateway(), payment.gatewayPaymentId());
        });
        return payments.fold(told.keySet(), (keys, existing) -> {
            Map<Key, Map<String, Object>> rows = new LinkedHashMap<>();
            for (Key key : keys) {
                Map<String, Object> old = existing.get(key);
                PaymentState before = old == null ? PaymentState.NOTHING : PaymentState.read(old);
                PaymentState after = before;
                for (Payment payment : Objects.requireNonNull(told.get(key))) {
                    after = after.fold(payment);
                }
                after = after.anonymous();
                if (!after.equals(before)) {
                    rows.put(key, facts.payment(key, after, now));
                }
            }
            return rows;
        });
    }

    private List<Change> notifications(List<CanonicalEvent> events, String now) {
        Map<Key, List<Notification>> told = byKey(
                events,
                Notification.class,
                event -> new Key(event.tenant(), "OUT", ((Notification) event.data()).notificationId()));
        return notifications.fold(told.keySet(), (keys, existing) -> {
            Map<Key, Map<String, Object>> rows = new LinkedHashMap<>();
            for (Key key : keys) {
                Map<String, Object> old = existing.get(key);
                NotificationState before =
                        old == null ? NotificationState.NOTHING : NotificationState.read(key.id(), old);
                NotificationState after = before;
                for (Notification notification : Objects.requireNonNull(told.get(key))) {
                    after = after.fold(NotificationState.anonymous(notification));
                }
                if (!after.equals(before)) {
                    rows.put(key, facts.notification(key, after, now));
                }
            }
            return rows;
        });
    }

    private static <D> Map<Key, List<D>> byKey(
            List<CanonicalEvent> events, Class<D> type, Function<CanonicalEvent, Key> key) {
        Map<Key, List<D>> byKey = new LinkedHashMap<>();
        for (CanonicalEvent event : events) {
            if (type.isInstance(event.data())) {
                byKey.computeIfAbsent(key.apply(event), k -> new ArrayList<>()).add(type.cast(event.data()));
            }
        }
        return byKey;
    }
}
