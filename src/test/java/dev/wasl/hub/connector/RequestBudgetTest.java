package dev.wasl.hub.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.RequestBudget.Ticket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RequestBudgetTest {

    private final World world = new World();

    @Test
    void the_ranks_that_are_stored_keep_their_meaning() {
        assertThat(List.of(0, 1, 2, 3, 4, 5))
                .extracting(Priority::ofRank)
                .containsExactly(
                        Priority.USER,
                        Priority.HINT,
                        Priority.RECONCILE,
                        Priority.POLL,
                        Priority.BACKFILL,
                        Priority.HISTORY);
        assertThat(Priority.values()).allMatch(priority -> Priority.ofRank(priority.rank()) == priority);
    }

    @Test
    void lets_a_burst_through_and_then_the_rate() {
        RequestBudget budget = world.budget(0.5, 3);

        List<Ticket> tickets = world.ask(budget, Priority.POLL, 5);

        assertThat(tickets).extracting(Ticket::isGranted).containsExactly(true, true, true, false, false);
        world.pass(Duration.ofSeconds(2));
        assertThat(tickets.get(3).isGranted()).isTrue();
        assertThat(tickets.get(4).isGranted()).isFalse();
        world.pass(Duration.ofSeconds(2));
        assertThat(tickets.get(4).isGranted()).isTrue();
    }

    @Test
    void the_strictest_caller_sets_the_limit_and_zero_means_none() {
        RequestBudget budget = world.budget(0, 100);
        assertThat(budget.lifted()).isTrue();

        budget.configure(0.75, 3);
        budget.configure(2, 1);

        assertThat(budget.view().limit()).isEqualTo(0.75);
        assertThat(budget.view().burst()).isEqualTo(1);
        assertThat(world.ask(budget, Priority.POLL, 2))
                .extracting(Ticket::isGranted)
                .containsExactly(true, false);
    }

    @Test
    void a_lifted_budget_grants_at_once_but_respects_a_block() {
        RequestBudget budget = world.budget(1e9, 3);
        assertThat(world.ask(budget, Priority.HISTORY, 1000)).allMatch(Ticket::isGranted);

        budget.throttled(Duration.ofSeconds(285));

        Ticket ticket = budget.request(Priority.USER);
        world.pass(Duration.ofSeconds(284));
        assertThat(ticket.isGranted()).isFalse();
        world.pass(Duration.ofSeconds(2));
        assertThat(ticket.isGranted()).isTrue();
        assertThat(budget.lifted()).isFalse();
        world.pass(Duration.ofMinutes(5));
        assertThat(budget.lifted()).isTrue();
    }

    @Test
    void waits_out_a_long_block_to_its_end() {
        RequestBudget budget = world.budget(10, 10);

        budget.throttled(Duration.ofHours(2));
        budget.throttled(Duration.ofSeconds(1));

        Ticket ticket = budget.request(Priority.USER);
        world.pass(Duration.ofHours(2).minusSeconds(1));
        assertThat(ticket.isGranted()).isFalse();
        world.pass(Duration.ofSeconds(2));
        assertThat(ticket.isGranted()).isTrue();
    }

    @Test
    void grows_patient_when_the_server_does_not_say_how_long() {
        RequestBudget budget = world.budget(10, 10);

        budget.throttled(null);
        assertThat(budget.view().blockedUntil()).isEqualTo(world.now().plusSeconds(60));
        world.pass(Duration.ofSeconds(61));
        budget.throttled(null);
        assertThat(budget.view().blockedUntil()).isEqualTo(world.now().plusSeconds(120));
        world.pass(Duration.ofSeconds(121));
        budget.answered();
        budget.throttled(null);
        assertThat(budget.view().blockedUntil()).isEqualTo(world.now().plusSeconds(60));
    }

    @Test
    void shrinks_once_for_calls_refused_together_and_recovers_slowly() {
        RequestBudget budget = world.budget(8, 10);

        budget.throttled(Duration.ofSeconds(5));
        budget.throttled(Duration.ofSeconds(5));
        assertThat(budget.view().rate()).isEqualTo(4);

        world.pass(Duration.ofSeconds(5 + 10));
        assertThat(budget.view().rate()).isBetween(4.1, 4.7);
        world.pass(Duration.ofMinutes(5));
        assertThat(budget.view().rate())
                .as("a little less than what was refused")
                .isEqualTo(8 * 0.9);
        world.pass(Duration.ofMinutes(56));
        assertThat(budget.view().rate()).as("and then a little more").isBetween(7.3, 7.99);
        world.pass(Duration.ofMinutes(61));
        assertThat(budget.view().rate()).isEqualTo(8);
    }

    @Test
    void is_not_blocked_most_of_the_time_by_a_server_that_allows_less_than_the_limit() {
        RequestBudget budget = world.budget(0.75, 3);
        double allowed = 0.5;
        Duration block = Duration.ofSeconds(285);
        int blockedSeconds = 0;
        for (int second = 0; second < 8 * 3600; second++) {
            world.pass(Duration.ofSeconds(1));
            if (budget.blockedUntil() != null) {
                blockedSeconds++;
            } else if (Objects.requireNonNull(budget.view().rate()) > allowed) {
                budget.throttled(block);
            } else {
                budget.answered();
            }
        }

        assertThat(blockedSeconds).isLessThan(8 * 3600 / 8);
    }

    @Test
    void a_server_in_trouble_slows_it_down_by_no_more_than_one_refusal_does() {
        RequestBudget budget = world.budget(8, 10);
        for (int i = 0; i < 10; i++) {
            budget.throttled(Duration.ofSeconds(60));
            world.pass(Duration.ofSeconds(61));
        }
        budget.answered();

        world.pass(Duration.ofMinutes(40));
        assertThat(budget.view().rate()).isEqualTo(8 * 0.9);
    }

    @Test
    void a_server_that_is_away_is_left_alone_and_keeps_its_rate() {
        RequestBudget budget = world.budget(8, 10);

        budget.unavailable(Duration.ofSeconds(120));

        assertThat(budget.blockedUntil()).isNotNull();
        assertThat(budget.view().rate()).isEqualTo(8);
        world.pass(Duration.ofSeconds(120));
        assertThat(budget.blockedUntil()).isNull();
    }

    @Test
    void remembers_a_block_across_a_restart() {
        RequestBudget before = world.budget(8, 3);
        before.throttled(Duration.ofSeconds(300));
        assertThat(world.remembered).hasSize(1);

        RequestBudget after = world.budget(8, 3);
        after.restore(world.remembered.get(0), 4, world.now());
        Ticket ticket = after.request(Priority.POLL);

        world.pass(Duration.ofSeconds(299));
        assertThat(ticket.isGranted()).isFalse();
        world.pass(Duration.ofSeconds(2));
        assertThat(ticket.isGranted()).isTrue();
        assertThat(after.view().rate()).isLessThan(4.5);
    }

    @Test
    void serves_the_urgent_first_and_the_raised_as_urgent() {
        RequestBudget budget = world.budget(1, 1);
        world.ask(budget, Priority.POLL, 1);
        Ticket history = budget.request(Priority.HISTORY);
        Ticket poll = budget.request(Priority.POLL);
        Ticket hint = budget.request(Priority.HINT);
        Ticket user = budget.request(Priority.USER);
        history.raise(Priority.HINT);

        assertThat(world.order(List.of(history, poll, hint, user))).containsExactly(user, history, hint, poll);
    }

    @Test
    void a_flood_of_hints_slows_a_backfill_but_does_not_stop_it() {
        RequestBudget budget = world.budget(1, 1);
        world.ask(budget, Priority.HINT, 1);
        Ticket backfill = budget.request(Priority.BACKFILL);

        for (int second = 0; second < 600 && !backfill.isGranted(); second++) {
            budget.request(Priority.HINT);
            budget.request(Priority.HINT);
            world.pass(Duration.ofSeconds(1));
        }

        assertThat(backfill.isGranted()).isTrue();
    }

    @Test
    void a_cancelled_ticket_takes_nothing() {
        RequestBudget budget = world.budget(1, 1);
        world.ask(budget, Priority.POLL, 1);
        Ticket first = budget.request(Priority.USER);
        Ticket second = budget.request(Priority.POLL);

        first.cancel();
        world.pass(Duration.ofSeconds(1));

        assertThat(second.isGranted()).isTrue();
        assertThat(first.isGranted()).isFalse();
    }

    @Test
    void counts_the_calls_of_the_last_hour() {
        RequestBudget budget = world.budget(0, 1);
        world.ask(budget, Priority.POLL, 5);
        world.pass(Duration.ofMinutes(59));
        world.ask(budget, Priority.POLL, 2);

        assertThat(budget.view().usedLastHour()).isEqualTo(7);
        world.pass(Duration.ofMinutes(2));
        assertThat(budget.view().usedLastHour()).isEqualTo(2);
        world.pass(Duration.ofHours(3));
        assertThat(budget.view().usedLastHour()).isZero();
        assertThat(budget.view().calls()).isEqualTo(7);
    }

    /** Something that happens to a budget, and the time that passes afterwards. */
    record Event(int asks, Priority priority, int throttledSeconds, long millisAfter) {}

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.of(Priority.class),
                        Arbitraries.frequency(
                                net.jqwik.api.Tuple.of(9, -1),
                                net.jqwik.api.Tuple.of(1, 20),
                                net.jqwik.api.Tuple.of(1, 400)),
                        Arbitraries.longs().between(0, 4_000))
                .as(Event::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 300)
    void never_exceeds_burst_plus_rate_in_any_window_and_serves_everybody(
            @ForAll("events") List<Event> events, @ForAll @IntRange(min = 1, max = 5) int burst) {
        World here = new World();
        double rate = 0.75;
        RequestBudget budget = here.budget(rate, burst);
        List<Ticket> tickets = new ArrayList<>();
        List<Instant> blockedUntil = new ArrayList<>();
        List<Instant> blockedFrom = new ArrayList<>();
        for (Event event : events) {
            tickets.addAll(here.ask(budget, event.priority(), event.asks()));
            if (event.throttledSeconds() >= 0) {
                budget.throttled(Duration.ofSeconds(event.throttledSeconds()));
                blockedFrom.add(here.now());
                blockedUntil.add(here.now().plusSeconds(event.throttledSeconds()));
            }
            here.pass(Duration.ofMillis(event.millisAfter()));
        }
        here.pass(Duration.ofHours(10));

        assertThat(tickets).allMatch(Ticket::isGranted);
        List<Instant> grants = here.grants;
        for (int from = 0; from < grants.size(); from++) {
            for (int to = from; to < grants.size(); to++) {
                double seconds =
                        Duration.between(grants.get(from), grants.get(to)).toNanos() / 1e9;
                assertThat(to - from + 1).isLessThanOrEqualTo((int) Math.floor(burst + rate * seconds + 1e-6));
            }
        }
        for (int block = 0; block < blockedFrom.size(); block++) {
            Instant from = blockedFrom.get(block);
            Instant until = blockedUntil.get(block);
            assertThat(grants).noneMatch(grant -> grant.isAfter(from) && grant.isBefore(until));
        }
    }

    @Property(tries = 200)
    void grants_waiting_calls_in_the_order_of_urgency(@ForAll List<Priority> priorities) {
        World here = new World();
        RequestBudget budget = here.budget(1000, 1);
        here.ask(budget, Priority.USER, 1);
        List<Ticket> tickets = priorities.stream().map(budget::request).toList();

        List<Ticket> order = here.order(tickets);

        List<Ticket> expected = new ArrayList<>(tickets);
        expected.sort(Comparator.comparing(ticket -> priorities.get(tickets.indexOf(ticket))));
        assertThat(order).containsExactlyElementsOf(expected);
    }

    /** Time that passes only when told, with the alarms that fall due in it. */
    private static final class World extends Clock {

        private record Due(Instant at, long number, Runnable action) {}

        private Instant now = Instant.parse("2026-01-10T10:00:00Z");
        private long number;
        private final PriorityQueue<Due> alarms =
                new PriorityQueue<>(Comparator.comparing(Due::at).thenComparing(Due::number));
        final List<Instant> remembered = new ArrayList<>();
        final List<Instant> grants = new ArrayList<>();
        private final List<Ticket> open = new ArrayList<>();

        RequestBudget budget(double rate, int burst) {
            RequestBudget budget = new RequestBudget(
                    "bosta.example",
                    this,
                    (delay, action) -> alarms.add(new Due(now.plus(delay), number++, action)),
                    (source, until, newRate) -> remembered.add(until));
            budget.configure(rate, burst);
            return budget;
        }

        List<Ticket> ask(RequestBudget budget, Priority priority, int times) {
            List<Ticket> tickets = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                Ticket ticket = budget.request(priority);
                tickets.add(ticket);
                open.add(ticket);
            }
            note();
            return tickets;
        }

        /** The order in which waiting tickets are granted. */
        List<Ticket> order(List<Ticket> tickets) {
            List<Ticket> order = new ArrayList<>();
            while (order.size() < tickets.size()) {
                Due next = alarms.remove();
                now = next.at();
                next.action().run();
                tickets.stream()
                        .filter(ticket -> ticket.isGranted() && !order.contains(ticket))
                        .forEach(order::add);
            }
            return order;
        }

        void pass(Duration duration) {
            Instant end = now.plus(duration);
            while (!alarms.isEmpty() && !alarms.peek().at().isAfter(end)) {
                Due next = alarms.remove();
                now = next.at().isAfter(now) ? next.at() : now;
                next.action().run();
                note();
            }
            now = end;
        }

        private void note() {
            List<Ticket> granted = open.stream().filter(Ticket::isGranted).toList();
            granted.forEach(ticket -> grants.add(now));
            open.removeAll(granted);
        }

        Instant now() {
            return now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
