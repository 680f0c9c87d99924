package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.fold.DeliveryState;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The way a delivery took, told by several channels with different exactness. */
final class DeliveryHistory {

    /** Webhook and time line give the same moment rounded differently. */
    private static final Duration SAME = Duration.ofSeconds(2);

    private DeliveryHistory() {}

    /**
     * A step of the way.
     *
     * @param status null when the time line has a step that we do not know
     * @param statusAbroad what it means if the delivery crosses a border; null when it means the same
     * @param exact whether the state was reached at that time, not only seen
     */
    record Step(
            Instant at,
            int code,
            @Nullable String value,
            @Nullable DeliveryStatus status,
            @Nullable DeliveryStatus statusAbroad,
            boolean exact) {}

    /** What one observation tells about the way. */
    static List<Step> steps(Delivery delivery) {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(
                delivery.observedAt().truncatedTo(ChronoUnit.MICROS),
                delivery.rawStateCode(),
                delivery.rawStateValue(),
                delivery.status(),
                delivery.statusAbroad(),
                delivery.via() == Delivery.Via.WEBHOOK));
        if (delivery.timeline() != null) {
            for (Delivery.Step step : delivery.timeline()) {
                if (step.done() && step.at() != null) {
                    steps.add(new Step(
                            step.at().truncatedTo(ChronoUnit.MICROS),
                            step.code(),
                            step.value(),
                            step.status(),
                            step.statusAbroad(),
                            true));
                }
            }
        }
        return steps;
    }

    /**
     * The history that results from what was known and what is told now. Exact steps of the same code within two
     * seconds are one; a step that was only seen is kept when it shows something that the steps around it do not. The
     * newest state is always shown.
     */
    static List<Step> merge(Collection<Step> known, Collection<Step> told, DeliveryState state) {
        List<Step> all = new ArrayList<>(known);
        all.addAll(told);
        if (state.way().open() != null) {
            all.add(seen(state.way().open()));
        }
        if (state.way().end() != null) {
            all.add(seen(state.way().end()));
        }
        List<Step> merged = new ArrayList<>();
        for (Step step : withoutRepeats(withoutTwins(all, state.seen().code()))) {
            boolean abroad = state.crossesBorder() && step.statusAbroad() != null;
            DeliveryStatus meaning = abroad ? step.statusAbroad() : step.status();
            DeliveryStatus status = meaning == null ? null : state.statusOf(meaning, step.at());
            merged.add(new Step(step.at(), step.code(), step.value(), status, step.statusAbroad(), step.exact()));
        }
        return merged;
    }

    private static Step seen(DeliveryState.Seen seen) {
        return new Step(seen.at(), seen.code(), seen.value(), seen.status(), null, seen.via() == Delivery.Via.WEBHOOK);
    }

    private static List<Step> withoutTwins(List<Step> all, int presentCode) {
        all.sort(Comparator.comparing(Step::at)
                .thenComparing(Step::code)
                .thenComparing(Step::exact, Comparator.reverseOrder())
                .thenComparing(step -> String.valueOf(step.value())));
        List<Step> kept = new ArrayList<>();
        Map<Integer, Integer> lastOfCode = new HashMap<>();
        for (Step step : all) {
            Integer place = lastOfCode.get(step.code());
            Step last = place == null ? null : kept.get(place);
            if (place != null && last != null && !step.at().isAfter(last.at().plus(SAME))) {
                kept.set(place, together(last, step));
            } else {
                lastOfCode.put(step.code(), kept.size());
                kept.add(step);
            }
        }
        // of several states at one moment the present one is last, so that it is not taken for a repeat
        kept.sort(Comparator.comparing(Step::at)
                .thenComparing(step -> step.code() == presentCode)
                .thenComparing(Step::code));
        return kept;
    }

    private static Step together(Step one, Step later) {
        return new Step(
                one.exact() || !later.exact() ? one.at() : later.at(),
                one.code(),
                one.value() == null || (later.value() != null && later.value().compareTo(one.value()) < 0)
                        ? later.value()
                        : one.value(),
                one.status() == null ? later.status() : one.status(),
                one.statusAbroad() == null ? later.statusAbroad() : one.statusAbroad(),
                one.exact() || later.exact());
    }

    private static List<Step> withoutRepeats(List<Step> steps) {
        List<Step> kept = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            Step before = kept.isEmpty() ? null : kept.get(kept.size() - 1);
            Step after = i + 1 < steps.size() ? steps.get(i + 1) : null;
            boolean shownBefore = before != null && before.code() == step.code();
            boolean shownExactlyAfter = after != null && after.code() == step.code() && after.exact();
            if (step.exact() || (!shownBefore && !shownExactlyAfter)) {
                kept.add(step);
            }
        }
        return kept;
    }

    static Map<String, Object> write(Step step) {
        Map<String, Object> row = new HashMap<>();
        row.put("at", step.at().toString());
        row.put("state_code", step.code());
        row.put("state_value", step.value());
        row.put("status", step.status() == null ? null : step.status().name());
        row.put(
                "status_abroad",
                step.statusAbroad() == null ? null : step.statusAbroad().name());
        row.put("exact", step.exact());
        return row;
    }

    static Step read(Map<String, Object> row) {
        return new Step(
                OffsetDateTime.parse(Objects.toString(row.get("at"))).toInstant(),
                ((Number) Objects.requireNonNull(row.get("state_code"))).intValue(),
                Objects.toString(row.get("state_value"), null),
                status(row.get("status")),
                status(row.get("status_abroad")),
                Boolean.TRUE.equals(row.get("exact")));
    }

    private static @Nullable DeliveryStatus status(@Nullable Object name) {
        return name == null ? null : DeliveryStatus.valueOf(name.toString());
    }
}
