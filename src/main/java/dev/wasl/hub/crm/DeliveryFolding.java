package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.crm.CustomerRepository.Handle;
import dev.wasl.hub.crm.DeliveryHistory.Step;
import dev.wasl.hub.fold.DeliveryField;
import dev.wasl.hub.fold.DeliveryState;
import dev.wasl.hub.fold.FoldParts;
import dev.wasl.hub.fold.FoldTable;
import dev.wasl.hub.fold.FoldTable.Key;
import dev.wasl.hub.fold.FoldTables;
import dev.wasl.hub.fold.Told;
import dev.wasl.hub.tenant.Tenants;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Folds observations into the rows of deliveries, with their way and their attempts. */
@Component
class DeliveryFolding {

    private final FoldTable deliveries;
    private final FoldParts states;
    private final FoldParts attempts;
    private final Tenants tenants;

    DeliveryFolding(FoldTables tables, Tenants tenants) {
        this.deliveries = tables.table("crm.delivery", "tenant", "courier", "tracking_number");
        this.states = tables.parts("crm.delivery_state");
        this.attempts = tables.parts("crm.delivery_attempt");
        this.tenants = tenants;
    }

    void apply(List<CanonicalEvent> events, Map<Handle, Long> customers, Instant now) {
        Map<Key, List<Delivery>> told = new LinkedHashMap<>();
        for (CanonicalEvent event : events) {
            if (event.data() instanceof Delivery delivery) {
                Key key = new Key(event.tenant(), delivery.courier(), delivery.trackingNumber());
                told.computeIfAbsent(key, k -> new ArrayList<>()).add(delivery);
            }
        }
        Batch batch = new Batch(told, customers, now);
        deliveries.fold(told.keySet(), batch);
        states.delete(batch.statesGone);
        states.save(batch.statesNew);
        attempts.delete(batch.attemptsGone);
        attempts.save(batch.attemptsNew);
    }

    private final class Batch implements FoldTable.Folding {

        private final Map<Key, List<Delivery>> told;
        private final Map<Handle, Long> customers;
        private final String now;
        private final Map<Key, List<Map<String, Object>>> statesNew = new HashMap<>();
        private final Map<Key, List<Map<String, Object>>> statesGone = new HashMap<>();
        private final Map<Key, List<Map<String, Object>>> attemptsNew = new HashMap<>();
        private final Map<Key, List<Map<String, Object>>> attemptsGone = new HashMap<>();

        private Batch(Map<Key, List<Delivery>> told, Map<Handle, Long> customers, Instant now) {
            this.told = told;
            this.customers = customers;
            this.now = now.toString();
        }

        @Override
        public Map<Key, Map<String, Object>> fold(Collection<Key> keys, Map<Key, Map<String, Object>> existing) {
            Map<Key, List<Map<String, Object>>> knownStates = states.load(existing.keySet());
            Map<Key, List<Map<String, Object>>> knownAttempts = attempts.load(existing.keySet());
            Map<Key, Map<String, Object>> rows = new LinkedHashMap<>();
            for (Key key : keys) {
                rows.put(
                        key,
                        fold(
                                key,
                                existing.get(key),
                                knownStates.getOrDefault(key, List.of()),
                                knownAttempts.getOrDefault(key, List.of())));
            }
            return rows;
        }

        private Map<String, Object> fold(
                Key key,
                @Nullable Map<String, Object> old,
                List<Map<String, Object>> knownStates,
                List<Map<String, Object>> knownAttempts) {
            DeliveryState before = old == null ? DeliveryState.NOTHING : DeliveryState.read(old, knownAttempts);
            DeliveryState after = before;
            List<Step> steps = new ArrayList<>();
            for (Delivery delivery : Objects.requireNonNull(told.get(key))) {
                after = after.fold(delivery);
                steps.addAll(DeliveryHistory.steps(delivery));
            }
            List<Step> way = knownStates.stream().map(DeliveryHistory::read).toList();
            List<Step> longerWay = DeliveryHistory.merge(way, steps, after);
            boolean wayChanged = difference(key, way, longerWay);
            attemptDifference(key, before.attempts(), after.attempts());
            boolean changed = wayChanged || !after.equals(before);
            return row(key, old, after, changed);
        }

        private boolean difference(Key key, List<Step> way, List<Step> longerWay) {
            Set<Place> placesLeft = longerWay.stream().map(Place::of).collect(Collectors.toSet());
            statesNew.put(
                    key,
                    longerWay.stream()
                            .filter(step -> !way.contains(step))
                            .map(DeliveryHistory::write)
                            .toList());
            statesGone.put(
                    key,
                    way.stream()
                            .filter(step -> !placesLeft.contains(Place.of(step)))
                            .map(DeliveryHistory::write)
                            .toList());
            return !statesNew.get(key).isEmpty() || !statesGone.get(key).isEmpty();
        }

        private void attemptDifference(
                Key key, Map<String, Told<Delivery.Attempt>> before, Map<String, Told<Delivery.Attempt>> after) {
            attemptsNew.put(
                    key,
                    after.entrySet().stream()
                            .filter(attempt -> !attempt.getValue().equals(before.get(attempt.getKey())))
                            .map(attempt -> DeliveryState.writeAttempt(attempt.getValue()))
                            .toList());
            attemptsGone.put(
                    key,
                    before.entrySet().stream()
                            .filter(attempt -> !after.containsKey(attempt.getKey()))
                            .map(attempt -> DeliveryState.writeAttempt(attempt.getValue()))
                            .toList());
        }

        private Map<String, Object> row(
                Key key, @Nullable Map<String, Object> old, DeliveryState state, boolean changed) {
            Map<String, Object> row = new LinkedHashMap<>();
            state.write(row);
            row.put("status", state.status().name());
            row.put("state_code", state.seen().code());
            row.put("state_value", state.seen().value());
            row.put(
                    "direction",
                    state.direction() == null ? null : state.direction().name());
            row.put("succeeded", state.succeeded());
            row.put("terminal", state.status().terminal());
            row.put("unexpected", state.unexpected());
            row.put("status_at", state.statusAt().toString());
            row.put("observed_at", Objects.requireNonNull(state.observedAt()).toString());
            row.put("attempts", state.attemptCount());
            row.computeIfAbsent("cod_collected_minor", column -> state.collectedMinor());
            row.computeIfAbsent("created_at", column -> state.createdAt().toString());
            row.computeIfAbsent("delivered_at", column -> text(state.deliveredAt()));
            row.computeIfAbsent("returned_at", column -> text(state.returnedAt()));
            row.put("customer_id", customer(key, old, state));
            row.put("stored_at", old == null ? now : old.get("stored_at"));
            row.put("updated_at", old == null || changed ? now : old.get("updated_at"));
            row.put("last_receipt_at", now);
            return row;
        }

        private @Nullable Object customer(Key key, @Nullable Map<String, Object> old, DeliveryState state) {
            String phone = Contact.knownBy(
                    (String) state.value(DeliveryField.RECEIVER_PHONE),
                    (String) state.value(DeliveryField.RECEIVER_SECOND_PHONE),
                    tenants.ownPhones(key.tenant()));
            Long id = phone == null ? null : customers.get(new Handle(key.tenant(), phone));
            // a phone that is not in this batch was told before, and its customer is in the row
            return id == null && old != null ? old.get("customer_id") : id;
        }
    }

    /** What tells the steps of a way apart. */
    private record Place(Instant at, int code) {

        private static Place of(Step step) {
            return new Place(step.at(), step.code());
        }
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
