package dev.wasl.hub.fold;

import static dev.wasl.hub.fold.Observation.detail;
import static dev.wasl.hub.fold.Observation.search;
import static dev.wasl.hub.fold.Observation.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.Delivery.Attempt.Outcome;
import dev.wasl.hub.canonical.Delivery.Attempt.Type;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeliveryStateTest {

    @Test
    void the_newest_observation_tells_the_status_whenever_it_comes() {
        DeliveryState state = of(
                webhook("1", 41, "2026-01-11T09:00:00Z"),
                search("1", 24, "2026-01-11T08:00:00Z"),
                webhook("1", 10, "2026-01-10T08:00:00Z"));

        assertThat(state.status()).isEqualTo(DeliveryStatus.OUT_FOR_DELIVERY);
        assertThat(state.statusAt()).isEqualTo("2026-01-11T09:00:00Z");
        assertThat(state.unexpected()).isFalse();
    }

    @Test
    void at_the_same_moment_the_one_further_on_its_way_holds_and_then_the_better_informed() {
        assertThat(of(webhook("1", 41, "2026-01-11T09:00:00Z"), detail("1", 24, "2026-01-11T09:00:00Z"))
                        .status())
                .isEqualTo(DeliveryStatus.OUT_FOR_DELIVERY);
        assertThat(of(
                                detail("1", 41, "2026-01-11T09:00:00Z"),
                                search("1", 41, "2026-01-11T09:00:00Z"),
                                webhook("1", 41, "2026-01-11T09:00:00Z"))
                        .seen()
                        .via())
                .isEqualTo(Delivery.Via.DETAIL);
    }

    @Test
    void a_delivery_that_ended_stays_ended_and_the_newer_open_state_is_flagged() {
        DeliveryState state = of(webhook("1", 45, "2026-01-11T09:00:00Z"), search("1", 24, "2026-01-11T10:00:00Z"));

        assertThat(state.status()).isEqualTo(DeliveryStatus.DELIVERED);
        assertThat(state.unexpected()).isTrue();
        assertThat(of(webhook("1", 24, "2026-01-11T08:00:00Z"), webhook("1", 45, "2026-01-11T09:00:00Z"))
                        .unexpected())
                .isFalse();
    }

    @Test
    void a_return_after_delivery_is_an_ordinary_end() {
        DeliveryState state = of(webhook("1", 46, "2026-01-12T09:00:00Z"), webhook("1", 45, "2026-01-11T09:00:00Z"));

        assertThat(state.status()).isEqualTo(DeliveryStatus.RETURNED);
        assertThat(state.succeeded()).isFalse();
        assertThat(state.unexpected()).isFalse();
        assertThat(state.endedAt()).isEqualTo("2026-01-12T09:00:00Z");
    }

    @Test
    void another_second_end_holds_but_is_flagged() {
        DeliveryState state = of(webhook("1", 48, "2026-01-11T09:00:00Z"), webhook("1", 45, "2026-01-12T09:00:00Z"));

        assertThat(state.status()).isEqualTo(DeliveryStatus.DELIVERED);
        assertThat(state.unexpected()).isTrue();
    }

    @Test
    void filing_a_delivery_away_does_not_undo_its_end() {
        DeliveryState state = of(webhook("1", 45, "2026-01-11T09:00:00Z"), search("1", 104, "2026-02-11T09:00:00Z"));

        assertThat(state.status()).isEqualTo(DeliveryStatus.DELIVERED);
        assertThat(state.unexpected()).isFalse();
        assertThat(of(search("1", 104, "2026-02-11T09:00:00Z")).status()).isEqualTo(DeliveryStatus.ARCHIVED);
    }

    @Test
    void an_unknown_state_is_no_transition_but_is_flagged() {
        DeliveryState state = of(webhook("1", 41, "2026-01-11T09:00:00Z"), webhook("1", 999, "2026-01-11T10:00:00Z"));

        assertThat(state.status()).isEqualTo(DeliveryStatus.OUT_FOR_DELIVERY);
        assertThat(state.unexpected()).isTrue();
    }

    @Test
    void an_exchange_that_is_out_after_it_was_collected_is_on_its_way_back() {
        Observation out = webhook("1", 41, "2026-01-13T09:00:00Z").kind(DeliveryKind.EXCHANGE);
        assertThat(of(out).status()).isEqualTo(DeliveryStatus.OUT_FOR_DELIVERY);

        DeliveryState state = of(out, webhook("1", 23, "2026-01-12T09:00:00Z").kind(DeliveryKind.EXCHANGE));
        assertThat(state.status()).isEqualTo(DeliveryStatus.OUT_FOR_RETURN);
        assertThat(state.direction()).isEqualTo(Delivery.Direction.RETURN);

        DeliveryState byTimeline = of(
                out,
                detail("1", 24, "2026-01-12T10:00:00Z")
                        .kind(DeliveryKind.EXCHANGE)
                        .step(23, "collected", "2026-01-12T09:00:00Z"));
        assertThat(byTimeline.status()).isEqualTo(DeliveryStatus.OUT_FOR_RETURN);
    }

    @Test
    void a_delivery_across_a_border_is_neither_delivered_at_customs_nor_returned_at_the_door() {
        Observation customs = webhook("1", 45, "2026-01-12T09:00:00Z").kind(DeliveryKind.INTERNATIONAL);
        Observation customsByDetail = detail("1", 45, "2026-01-12T09:00:01Z").delivered("2026-01-12T09:00:00Z");
        Observation atTheDoor = detail("1", 60, "2026-01-15T09:00:01Z");

        for (DeliveryState state : List.of(of(customs, customsByDetail), of(customsByDetail, customs))) {
            assertThat(state.kind()).isEqualTo(DeliveryKind.INTERNATIONAL);
            assertThat(state.status()).isEqualTo(DeliveryStatus.IN_TRANSIT);
            assertThat(state.direction()).isEqualTo(Delivery.Direction.FORWARD);
            assertThat(state.succeeded()).isNull();
            assertThat(state.deliveredAt()).isNull();
            assertThat(state.endedAt()).isNull();
        }
        for (DeliveryState state : List.of(
                of(customs, customsByDetail, atTheDoor),
                of(atTheDoor, customsByDetail, customs),
                of(customsByDetail, customs, atTheDoor))) {
            assertThat(state.status()).isEqualTo(DeliveryStatus.DELIVERED);
            assertThat(state.succeeded()).isTrue();
            assertThat(state.endedAt()).isEqualTo("2026-01-15T09:00:01Z");
            assertThat(state.unexpected()).isFalse();
        }
        assertThat(of(customsByDetail).status()).isEqualTo(DeliveryStatus.DELIVERED);
    }

    @Test
    void a_returned_exchange_succeeded_and_a_returned_parcel_did_not() {
        assertThat(of(search("1", 46, "2026-01-12T09:00:00Z").kind(DeliveryKind.EXCHANGE))
                        .succeeded())
                .isTrue();
        assertThat(of(search("1", 46, "2026-01-12T09:00:00Z").kind(DeliveryKind.SEND))
                        .succeeded())
                .isFalse();
        assertThat(of(search("1", 46, "2026-01-12T09:00:00Z").kind(null)).succeeded())
                .isNull();
    }

    @Test
    void what_is_absent_does_not_erase_what_was_told() {
        DeliveryState state = of(
                detail("1", 45, "2026-01-11T09:00:00Z")
                        .cod(185_000)
                        .codCollected(185_000)
                        .fees(5_400),
                search("1", 45, "2026-01-19T09:00:00Z").cod(190_000));

        assertThat(state.value(DeliveryField.COD)).isEqualTo(190_000L);
        assertThat(state.value(DeliveryField.COD_COLLECTED)).isEqualTo(185_000L);
        assertThat(state.value(DeliveryField.FEES)).isEqualTo(5_400L);
    }

    @Test
    void what_was_to_be_collected_counts_as_collected_until_somebody_says_what_was() {
        Observation row = search("1", 45, "2026-01-11T09:00:00.200Z").cod(75_000);
        Observation hook = webhook("1", 45, "2026-01-11T09:00:00Z").codCollected(70_000);

        assertThat(of(row).collectedMinor()).isEqualTo(75_000L);
        assertThat(of(row, hook).collectedMinor()).isEqualTo(70_000L);
        assertThat(of(hook, row).collectedMinor()).isEqualTo(70_000L);
        assertThat(of(search("1", 41, "2026-01-11T09:00:00Z").cod(75_000)).collectedMinor())
                .isNull();
        assertThat(of(search("1", 46, "2026-01-11T09:00:00Z").cod(75_000)).collectedMinor())
                .isNull();
    }

    @Test
    void a_field_keeps_its_own_time() {
        DeliveryState state = of(
                detail("1", 24, "2026-01-11T01:00:00Z").cod(100),
                webhook("1", 41, "2026-01-11T03:00:00Z"),
                detail("1", 24, "2026-01-11T02:00:00Z").cod(200));

        assertThat(state.value(DeliveryField.COD)).isEqualTo(200L);
    }

    @Test
    void a_detail_outweighs_a_list_row_of_the_same_moment() {
        DeliveryState state = of(
                detail("1", 24, "2026-01-11T01:00:00Z").cod(100),
                search("1", 24, "2026-01-11T01:00:00Z").cod(900));

        assertThat(state.value(DeliveryField.COD)).isEqualTo(100L);
    }

    @Test
    void the_moment_of_delivery_is_the_one_told_or_else_the_first_seen() {
        Observation seen = search("1", 45, "2026-01-19T09:00:00Z");
        Observation heard = webhook("1", 45, "2026-01-11T09:00:05Z");
        Observation told = detail("1", 45, "2026-01-19T09:00:00Z").delivered("2026-01-11T09:00:00Z");

        assertThat(of(seen).deliveredAt()).isEqualTo("2026-01-19T09:00:00Z");
        assertThat(of(seen, heard).deliveredAt()).isEqualTo("2026-01-11T09:00:05Z");
        assertThat(of(told, heard, seen).deliveredAt()).isEqualTo("2026-01-11T09:00:00Z");
    }

    @Test
    void a_failed_attempt_known_from_a_webhook_gives_way_to_the_list_of_attempts() {
        Observation failed = webhook("1", 47, "2026-01-11T09:00:00Z").problem(7, "no answer", 1);
        Observation listed =
                detail("1", 47, "2026-01-11T09:30:00Z").attempt("a1", Outcome.FAILED, "2026-01-11T08:59:00Z");
        Observation later = webhook("1", 47, "2026-01-12T09:00:00Z").problem(3, "postponed", 2);

        assertThat(of(failed).attempts()).hasSize(1);
        assertThat(of(listed, failed).attempts()).containsOnlyKeys("a1");
        assertThat(of(later, failed, listed).attempts())
                .containsOnlyKeys(
                        "a1", "#" + Instant.parse("2026-01-12T09:00:00Z").toEpochMilli());
    }

    @Test
    void attempts_are_counted_at_the_door_as_soon_as_they_are_listed_and_counters_count_until_then() {
        Observation counter = search("1", 41, "2026-01-13T10:00:00Z").attemptNo(3);
        Observation listed = detail("1", 41, "2026-01-13T09:00:00Z")
                .kind(DeliveryKind.RTO)
                .attempt("a2", Type.RETURN, Outcome.OPEN, "2026-01-13T08:00:00Z")
                .attempt("a1", Outcome.FAILED, "2026-01-12T08:00:00Z");
        Observation collected = detail("1", 41, "2026-01-13T09:00:00Z")
                .kind(DeliveryKind.RETURN_PICKUP)
                .attempt("a3", Type.RETURN, Outcome.OPEN, "2026-01-13T08:00:00Z")
                .attempt("a2", Type.PICKUP, Outcome.SUCCEEDED, "2026-01-12T08:00:00Z")
                .attempt("a1", Type.PICKUP, Outcome.FAILED, "2026-01-11T08:00:00Z");

        assertThat(of(counter).attemptCount()).isEqualTo(3);
        assertThat(of(counter.kind(DeliveryKind.RTO), listed).attemptCount()).isEqualTo(1);
        assertThat(of(listed, counter).attemptCount()).isEqualTo(1);
        assertThat(of(collected, counter.kind(null)).attemptCount()).isEqualTo(2);
    }

    @Test
    void a_failure_that_is_newer_than_the_list_of_attempts_counts_as_one_more() {
        Observation listed = detail("1", 47, "2026-01-11T09:30:00Z")
                .kind(DeliveryKind.RETURN_PICKUP)
                .attempt("a1", Type.PICKUP, Outcome.FAILED, "2026-01-11T08:59:00Z");
        Observation later = webhook("1", 47, "2026-01-12T09:00:00Z")
                .kind(DeliveryKind.RETURN_PICKUP)
                .problem(3, "postponed", 2);

        assertThat(of(listed, later).attemptCount()).isEqualTo(2);
    }

    @Test
    void no_two_fields_share_a_key() {
        assertThat(Stream.of(DeliveryField.values()).map(DeliveryField::key).collect(Collectors.toSet()))
                .hasSize(DeliveryField.values().length)
                .allMatch(key -> key.length() == 2);
        assertThat(Stream.of(PaymentField.values()).map(PaymentField::key).collect(Collectors.toSet()))
                .hasSize(PaymentField.values().length)
                .allMatch(key -> key.length() == 2);
    }

    private static DeliveryState of(Observation... observations) {
        DeliveryState state = DeliveryState.NOTHING;
        for (Observation observation : observations) {
            state = state.fold(observation.delivery());
        }
        return state;
    }
}
