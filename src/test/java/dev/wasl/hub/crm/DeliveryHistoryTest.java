package dev.wasl.hub.crm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.crm.DeliveryHistory.Step;
import dev.wasl.hub.fold.DeliveryState;
import dev.wasl.hub.fold.Observation;
import dev.wasl.hub.fold.Statements;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DeliveryHistoryTest {

    @Test
    void a_step_told_by_webhook_and_time_line_is_one() {
        List<Step> way = way(
                Observation.webhook("1", 24, "2026-01-11T09:00:01.757Z"),
                Observation.detail("1", 41, "2026-01-11T12:00:00Z")
                        .step(24, "at hub", "2026-01-11T09:00:00Z")
                        .step(41, "out_for_delivery", "2026-01-11T11:59:00Z"));

        assertThat(way).extracting(Step::code).containsExactly(24, 41);
        assertThat(way).allMatch(Step::exact);
    }

    @Test
    void a_list_row_adds_a_step_only_when_it_shows_something_new() {
        List<Step> way = way(
                Observation.webhook("1", 24, "2026-01-11T09:00:00Z"),
                Observation.search("1", 24, "2026-01-11T10:00:00Z"),
                Observation.search("1", 30, "2026-01-11T11:00:00Z"),
                Observation.search("1", 30, "2026-01-11T12:00:00Z"));

        assertThat(way).extracting(Step::code).containsExactly(24, 30);
        assertThat(way.get(1).exact()).isFalse();
    }

    @Test
    void the_true_time_of_a_step_replaces_the_time_at_which_it_was_seen() {
        List<Step> way = way(
                Observation.search("1", 30, "2026-01-11T12:00:00Z"),
                Observation.webhook("1", 30, "2026-01-11T10:30:00Z"));

        assertThat(way).extracting(Step::at).containsExactly(Instant.parse("2026-01-11T10:30:00Z"));
    }

    @Test
    void a_hub_visited_twice_shows_twice() {
        List<Step> way = way(
                Observation.webhook("1", 24, "2026-01-11T09:00:00Z"),
                Observation.webhook("1", 30, "2026-01-11T10:00:00Z"),
                Observation.webhook("1", 24, "2026-01-11T11:00:00Z"));

        assertThat(way).extracting(Step::code).containsExactly(24, 30, 24);
    }

    @Test
    void the_way_across_a_border_is_told_rightly_as_soon_as_the_border_is_known() {
        Observation customs = Observation.detail("1", 45, "2026-01-12T10:00:00Z")
                .step(41, "out", "2026-01-11T09:00:00Z")
                .step(45, "cleared", "2026-01-12T09:00:00Z");
        Observation known = Observation.webhook("1", 41, "2026-01-13T09:00:00Z").kind(DeliveryKind.INTERNATIONAL);

        assertThat(way(customs)).extracting(Step::status).endsWith(DeliveryStatus.DELIVERED);
        assertThat(way(customs, known))
                .extracting(Step::status)
                .containsExactly(
                        DeliveryStatus.OUT_FOR_DELIVERY, DeliveryStatus.IN_TRANSIT, DeliveryStatus.OUT_FOR_DELIVERY);
        assertThat(way(known, customs)).isEqualTo(way(customs, known));
    }

    @Property(tries = 300)
    void exact_steps_end_in_the_same_way_in_any_order(@ForAll long seed) {
        Random random = new Random(seed);
        List<Observation> told = new ArrayList<>();
        Instant at = Statements.START;
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            at = at.plusSeconds(10 + random.nextInt(1000));
            int code = List.of(10, 24, 30, 41, 47).get(random.nextInt(5));
            told.add(Observation.webhook("1", code, at.toString()));
            if (random.nextBoolean()) {
                told.add(Observation.webhook(
                        "1", code, at.plusMillis(random.nextInt(1900)).toString()));
            }
        }

        List<Step> one = way(told.toArray(Observation[]::new));
        List<Step> other = way(new Statements(seed).shuffled(told).toArray(Observation[]::new));

        assertThat(other).isEqualTo(one);
    }

    @Property(tries = 300)
    void every_exact_step_is_kept_and_the_present_state_is_shown_in_its_place(@ForAll long seed) {
        List<Delivery> told = new Statements(seed).deliveries("1", 10);

        List<Step> way = new ArrayList<>();
        DeliveryState state = DeliveryState.NOTHING;
        for (Delivery delivery : told) {
            state = state.fold(delivery);
            way = DeliveryHistory.merge(way, DeliveryHistory.steps(delivery), state);
        }

        List<Step> result = way;
        told.stream()
                .flatMap(delivery -> DeliveryHistory.steps(delivery).stream())
                .filter(Step::exact)
                .forEach(step -> assertThat(result)
                        .anyMatch(kept -> kept.exact()
                                && kept.code() == step.code()
                                && Math.abs(kept.at().toEpochMilli() - step.at().toEpochMilli()) <= 2_000));
        DeliveryState.Seen newest = state.seen();
        Instant before = result.stream()
                .map(Step::at)
                .filter(at -> !at.isAfter(newest.at()))
                .max(Comparator.naturalOrder())
                .orElse(newest.at());
        Instant after = result.stream()
                .map(Step::at)
                .filter(at -> at.isAfter(newest.at()))
                .min(Comparator.naturalOrder())
                .orElse(newest.at());
        assertThat(result)
                .filteredOn(step -> !step.at().isBefore(before.minusSeconds(2))
                        && !step.at().isAfter(after))
                .extracting(Step::code)
                .contains(newest.code());
    }

    private static List<Step> way(Observation... observations) {
        List<Step> way = List.of();
        DeliveryState state = DeliveryState.NOTHING;
        for (Observation observation : observations) {
            Delivery delivery = observation.delivery();
            state = state.fold(delivery);
            way = DeliveryHistory.merge(way, DeliveryHistory.steps(delivery), state);
        }
        return way;
    }
}
