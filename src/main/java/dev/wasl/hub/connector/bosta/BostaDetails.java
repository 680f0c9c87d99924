package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.connector.ConnectorMemory;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.RequestBudget.Ticket;
import dev.wasl.hub.connector.Want;
import dev.wasl.hub.connector.bosta.BostaSettings.FetchDetails;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.MessageWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for single deliveries: the most urgent wish first, one at a time while the budget is limited. A delivery that Bosta
 * told of but does not find, or does not show, is asked for a few times more and then given up, visibly.
 */
final class BostaDetails {

    private static final Logger LOG = LoggerFactory.getLogger(BostaDetails.class);

    private static final Duration[] AFTER_MISS = {Duration.ofMinutes(5), Duration.ofMinutes(30), Duration.ofHours(3)};
    private static final Duration SHORTEST_DELAY = Duration.ofSeconds(10);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
    private static final int TOGETHER = 64;

    private final String tenant;
    private final BostaSettings settings;
    private final BostaClient client;
    private final ConnectorMemory memory;
    private final MessageWriter writer;
    private final ExecutorService threads;
    private final Clock clock;

    BostaDetails(
            String tenant,
            BostaSettings settings,
            BostaClient client,
            ConnectorMemory memory,
            MessageWriter writer,
            ExecutorService threads,
            Clock clock) {
        this.tenant = tenant;
        this.settings = settings;
        this.client = client;
        this.memory = memory;
        this.writer = writer;
        this.threads = threads;
        this.clock = clock;
    }

    /**
     * Fulfils the most urgent wishes that are due.
     *
     * @param history whether details of the past may be fetched, too
     * @return how many wishes were looked at; 0 when there is nothing to do
     */
    int run(boolean history) throws InterruptedException {
        if (!client.mayCall()) {
            return 0;
        }
        Priority least = settings.fetchDetails() == FetchDetails.NONE
                ? Priority.USER
                : history ? Priority.HISTORY : Priority.BACKFILL;
        List<Want> due = memory.nextWants(least, 1);
        if (due.isEmpty()) {
            return 0;
        }
        Ticket first = client.budget().request(due.get(0).priority());
        try {
            while (!first.await(LOOK_AGAIN)) {
                // something more urgent may have come up
                memory.nextWants(least, 1).forEach(want -> first.raise(want.priority()));
            }
        } catch (InterruptedException | RuntimeException e) {
            first.cancel();
            throw e;
        }
        List<Want> wants = memory.nextWants(least, client.budget().lifted() ? TOGETHER : 1);
        List<Future<Outcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < wants.size(); i++) {
            Want want = wants.get(i);
            boolean granted = i == 0;
            outcomes.add(threads.submit(() -> fetch(want, granted)));
        }
        settle(outcomes);
        return wants.size();
    }

    private record Outcome(
            Want want, @Nullable BostaRow row, @Nullable BostaException failure) {}

    private Outcome fetch(Want want, boolean granted) throws InterruptedException {
        if (!client.mayCall()) {
            return new Outcome(want, null, null);
        }
        if (!BostaTransport.isTrackingNumber(want.reference())) {
            return new Outcome(want, null, BostaException.notFound("not a tracking number"));
        }
        if (!granted) {
            client.budget().acquire(want.priority());
        }
        try {
            return new Outcome(want, BostaRow.of(tenant, client.delivery(want.reference())), null);
        } catch (BostaException e) {
            return new Outcome(want, null, e);
        }
    }

    private void settle(List<Future<Outcome>> futures) throws InterruptedException {
        List<InboundMessage> messages = new ArrayList<>();
        List<Want> answered = new ArrayList<>();
        Map<String, ConnectorMemory.Answer> answers = new HashMap<>();
        Map<Want, BostaException> failed = new LinkedHashMap<>();
        int repaired = 0;
        try {
            for (Future<Outcome> future : futures) {
                Outcome outcome = future.get();
                if (outcome.row() != null) {
                    messages.add(outcome.row().message(tenant, InboundMessage.Kind.DETAIL, clock.instant()));
                    answered.add(outcome.want());
                    Instant changedAt = outcome.row().updatedAt();
                    if (changedAt != null) {
                        answers.put(
                                outcome.want().reference(),
                                new ConnectorMemory.Answer(
                                        changedAt, outcome.row().stateCode()));
                    }
                    repaired += repairs(outcome.want(), outcome.row()) ? 1 : 0;
                } else if (outcome.failure() != null) {
                    failed.put(outcome.want(), outcome.failure());
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        } finally {
            futures.forEach(future -> future.cancel(true));
        }
        if (!messages.isEmpty()) {
            writer.writeAll(messages);
            memory.answered(answered, answers, repaired);
        }
        failed.forEach(this::postpone);
    }

    private static boolean repairs(Want want, BostaRow row) {
        return want.reason() == Want.Reason.RECONCILE
                && want.knownState() != null
                && row.stateCode() != null
                && !row.stateCode().equals(want.knownState());
    }

    private void postpone(Want want, BostaException failure) {
        String error = failure.getMessage();
        // while the key is in doubt, a refusal may be about the key as well
        boolean refused =
                failure.code() == ErrorCode.CONNECTOR_REFUSED && !failure.isKeyRefused() && client.refusal() == null;
        if (failure.code() == ErrorCode.CONNECTOR_NOT_FOUND || refused) {
            if (want.misses() < AFTER_MISS.length) {
                memory.missed(want, AFTER_MISS[want.misses()], error);
            } else {
                LOG.warn("Bosta does not show delivery {} of {}; given up: {}", want.reference(), tenant, error);
                memory.giveUp(want, error);
            }
        } else if (failure.code() != ErrorCode.CONNECTOR_THROTTLED && !failure.isKeyRefused()) {
            // what throttling or a refused key delays is not the delivery's fault
            Duration delay = SHORTEST_DELAY.multipliedBy(1L << Math.min(10, want.attempts()));
            memory.postpone(want, delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay, error);
        }
    }
}
