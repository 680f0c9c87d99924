package dev.wasl.hub.analytics;

import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.fold.DeliveryField;
import dev.wasl.hub.fold.DeliveryState;
import dev.wasl.hub.fold.FoldTable.Key;
import dev.wasl.hub.fold.NotificationState;
import dev.wasl.hub.fold.PaymentState;
import dev.wasl.hub.fold.Told;
import dev.wasl.hub.tenant.Tenant;
import dev.wasl.hub.tenant.Tenants;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Turns folded states into the rows of facts: what is counted, and on which of the tenant's days. */
@Component
class Facts {

    /** What is known about a delivery here: nothing that tells who it was for. */
    static final Set<DeliveryField> DELIVERY_FIELDS = EnumSet.of(
            DeliveryField.KIND,
            DeliveryField.CITY,
            DeliveryField.ZONE,
            DeliveryField.CURRENCY,
            DeliveryField.COD,
            DeliveryField.COD_COLLECTED,
            DeliveryField.FEES,
            DeliveryField.NET_DEPOSITED,
            DeliveryField.DEPOSITED_AT,
            DeliveryField.CREATED_AT,
            DeliveryField.DELIVERED_AT,
            DeliveryField.RETURNED_AT,
            DeliveryField.SLA_ORDER_EXCEEDED,
            DeliveryField.SLA_E2E_EXCEEDED);

    private final Tenants tenants;

    Facts(Tenants tenants) {
        this.tenants = tenants;
    }

    Map<String, Object> delivery(Key key, DeliveryState state, String now) {
        String tenant = key.tenant();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("tenant", tenant);
        row.put("courier", key.system());
        state.write(row);
        row.putIfAbsent("kind", "OTHER");
        row.putIfAbsent("currency", currency(tenant));
        row.put("status", state.status().name());
        row.put("succeeded", state.succeeded());
        row.put("attempts", state.attemptCount());
        row.put("failed_attempt_days", failedAttempts(tenant, state));
        row.computeIfAbsent("cod_collected_minor", column -> state.collectedMinor());
        row.computeIfAbsent("created_at", column -> state.createdAt().toString());
        row.computeIfAbsent("delivered_at", column -> text(state.deliveredAt()));
        row.computeIfAbsent("returned_at", column -> text(state.returnedAt()));
        row.put("ended_at", text(state.endedAt()));
        row.put("created_day", day(tenant, state.createdAt()));
        row.put("ended_day", day(tenant, state.endedAt()));
        row.put("collected_day", day(tenant, collectedAt(state)));
        row.put("deposited_day", day(tenant, depositedAt(state)));
        row.put("observed_at", Objects.requireNonNull(state.observedAt()).toString());
        row.put("updated_at", now);
        return row;
    }

    private Map<String, Object> failedAttempts(String tenant, DeliveryState state) {
        Map<String, Object> days = new TreeMap<>();
        state.attempts().values().stream()
                .map(Told::value)
                .filter(attempt -> attempt.outcome() == Delivery.Attempt.Outcome.FAILED && attempt.at() != null)
                .forEach(attempt -> days.merge(
                        Objects.requireNonNull(day(tenant, attempt.at())), 1, (a, b) -> (Integer) a + (Integer) b));
        return days;
    }

    /** Cash changes hands at the door; where nobody told when that was, the statement of the cash is the time. */
    private static @Nullable Instant collectedAt(DeliveryState state) {
        if (state.collectedMinor() == null) {
            return null;
        }
        Instant delivered = state.deliveredAt();
        return delivered == null ? state.toldAt(DeliveryField.COD_COLLECTED) : delivered;
    }

    private static @Nullable Instant depositedAt(DeliveryState state) {
        if (state.value(DeliveryField.NET_DEPOSITED) == null) {
            return null;
        }
        return state.value(DeliveryField.DEPOSITED_AT) instanceof Instant at
                ? at
                : state.toldAt(DeliveryField.NET_DEPOSITED);
    }

    Map<String, Object> attempt(String tenant, Told<Delivery.Attempt> told) {
        Map<String, Object> row = DeliveryState.writeAttempt(told);
        row.put("attempted_day", day(tenant, told.value().at()));
        return row;
    }

    Map<String, Object> payment(Key key, PaymentState state, String now) {
        String tenant = key.tenant();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("tenant", tenant);
        row.put("gateway", key.system());
        state.write(row);
        row.putIfAbsent("currency", currency(tenant));
        row.put("status", state.status().name());
        row.put("amount_minor", state.amountMinor());
        row.put("refunded_minor", state.refundedMinor());
        row.put("first_at", Objects.requireNonNull(state.firstAt()).toString());
        row.put("captured_at", text(state.capturedAt()));
        row.put("status_at", state.statusAt().toString());
        row.put("first_day", day(tenant, state.firstAt()));
        row.put("captured_day", day(tenant, state.takenAt()));
        row.put("status_day", day(tenant, state.statusAt()));
        Map<String, Object> refunds = new TreeMap<>();
        state.refundings()
                .forEach(refunding -> refunds.merge(
                        Objects.requireNonNull(day(tenant, refunding.at())),
                        refunding.minor(),
                        (a, b) -> (Long) a + (Long) b));
        row.put("refund_days", refunds);
        row.put("updated_at", now);
        return row;
    }

    Map<String, Object> notification(Key key, NotificationState state, String now) {
        String tenant = key.tenant();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("tenant", tenant);
        state.write(row);
        Instant read = state.firsts().get(Notification.Status.READ);
        Instant reported = state.firsts().get(Notification.Status.DELIVERED);
        // whoever reads a message has received it, even when the receipt for that was lost
        Instant delivered = reported == null || (read != null && read.isBefore(reported)) ? read : reported;
        row.put("requested_at", state.firstAt().toString());
        row.put("delivered_at", text(delivered));
        row.put("read_at", text(read));
        row.put("requested_day", day(tenant, state.firstAt()));
        row.put("delivered_day", day(tenant, delivered));
        row.put("read_day", day(tenant, read));
        row.put("status_day", day(tenant, state.standing().occurredAt()));
        row.put("updated_at", now);
        return row;
    }

    private @Nullable String day(String tenant, @Nullable Instant at) {
        if (at == null) {
            return null;
        }
        ZoneId zone = tenants.find(tenant).map(Tenant::timeZone).orElse(ZoneOffset.UTC);
        return at.atZone(zone).toLocalDate().toString();
    }

    private String currency(String tenant) {
        return tenants.find(tenant).map(Tenant::currency).orElse("XXX");
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
