package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.Backfill;
import dev.wasl.hub.connector.ConnectorMemory;
import dev.wasl.hub.connector.ConnectorMemory.StoredPage;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.Want;
import dev.wasl.hub.connector.bosta.BostaClient.Order;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.MessageWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads everything, the newest created first. That order only ever changes at the front: new deliveries push the rest to
 * later pages, so a page that is read after its predecessor misses nothing and repeats as many rows as were new. Repeated
 * rows are left out; what slips through has the same identity and is judged downstream.
 *
 * <p>Pages are fetched one after the other, never at once: a page fetched before its predecessor could miss the row that
 * was pushed over their border in between. Storing is what overlaps with fetching. The cursor moves over a page once it and
 * every page before it are on disk.
 */
final class BostaBackfill {

    private static final int IN_FLIGHT = 4;

    private final String tenant;
    private final BostaClient client;
    private final ConnectorMemory memory;
    private final MessageWriter writer;
    private final ExecutorService writers;
    private final Clock clock;

    BostaBackfill(
            String tenant,
            BostaClient client,
            ConnectorMemory memory,
            MessageWriter writer,
            ExecutorService writers,
            Clock clock) {
        this.tenant = tenant;
        this.client = client;
        this.memory = memory;
        this.writer = writer;
        this.writers = writers;
        this.clock = clock;
    }

    /** Why a run returned. */
    enum End {
        /** Everything is read and stored. */
        DONE,
        /** It was told to stop, or the backfill is not there any more. */
        STOPPED,
        /** A call or a store failed; trying again later goes on where it stopped. */
        FAILED,
        /** Bosta does not accept the request and will not: it is paused, with the reason, until somebody acts. */
        REFUSED
    }

    /**
     * Goes on with a backfill until it is done, it fails or it is told to stop.
     *
     * @param goOn asked before each page
     */
    End run(Backfill backfill, BooleanSupplier goOn) throws InterruptedException {
        return new Run(backfill).run(goOn);
    }

    private final class Run {

        private final Backfill backfill;
        private final Deque<Pending> pending = new ArrayDeque<>();
        private Map<String, String> previous = Map.of();
        private Map<String, String> beforePrevious = Map.of();
        private List<String> lastIds = List.of();
        private int repeats;
        private long calls;
        private Instant lastStored = clock.instant();

        Run(Backfill backfill) {
            this.backfill = backfill;
        }

        End run(BooleanSupplier goOn) throws InterruptedException {
            boolean done = false;
            try {
                // one page back: deletions are the one thing that moves rows to earlier pages
                int page = Math.max(1, backfill.nextPage() - 1);
                while (!done && goOn.getAsBoolean() && client.mayCall()) {
                    calls++;
                    BostaAnswers.Page answer =
                            client.search(Order.LAST_CREATED_FIRST, page, backfill.pageSize(), Priority.BACKFILL);
                    done = last(page, answer);
                    page++;
                    if (!storeWhatIsReady(IN_FLIGHT - 1)) {
                        return End.STOPPED;
                    }
                }
                if (!storeWhatIsReady(0)) {
                    return End.STOPPED;
                }
            } catch (HubException e) {
                if (!storeFetched(e)) {
                    return End.STOPPED;
                }
                String error = String.valueOf(e.getMessage());
                if (e instanceof BostaException refused
                        && refused.code() == ErrorCode.CONNECTOR_REFUSED
                        && !refused.isKeyRefused()) {
                    memory.backfillPaused(backfill.id(), error);
                    return End.REFUSED;
                }
                memory.backfillFailed(backfill.id(), error);
                return End.FAILED;
            } finally {
                pending.forEach(one -> one.stored().cancel(true));
                if (calls > 0) {
                    memory.backfillCalls(backfill.id(), calls);
                }
            }
            if (done) {
                memory.backfillDone(backfill.id());
                return End.DONE;
            }
            return End.STOPPED;
        }

        /** After a failure, lets the pages fetched before it be stored. */
        private boolean storeFetched(HubException failure) throws InterruptedException {
            if (failure.code() == ErrorCode.STORE_UNAVAILABLE) {
                return true;
            }
            try {
                return storeWhatIsReady(0);
            } catch (HubException second) {
                return true;
            }
        }

        /** Takes a page over; tells whether it is the last. */
        private boolean last(int number, BostaAnswers.Page answer) {
            if (answer.deliveries().isEmpty()) {
                return true;
            }
            List<BostaRow> rows =
                    BostaPoll.Batch.of(tenant, answer.deliveries()).rows();
            List<String> ids = rows.stream().map(BostaRow::id).toList();
            // a server that repeats its last page for ever; once could be chance, when as many rows were new as a page
            // holds
            repeats = ids.equals(lastIds) ? repeats + 1 : 0;
            lastIds = ids;
            if (repeats == 2) {
                return true;
            }
            List<BostaRow> fresh = rows.stream()
                    .filter(row -> !row.digest().equals(previous.get(row.id())))
                    .filter(row -> !row.digest().equals(beforePrevious.get(row.id())))
                    .filter(this::inRange)
                    .toList();
            pending.add(new Pending(number, rows, fresh, answer.total(), writers.submit(() -> store(fresh))));
            beforePrevious = previous;
            previous = new HashMap<>();
            rows.forEach(row -> previous.put(row.id(), row.digest()));
            Instant oldest = rows.get(rows.size() - 1).createdAt();
            return backfill.createdFrom() != null && oldest != null && oldest.isBefore(backfill.createdFrom());
        }

        private boolean inRange(BostaRow row) {
            Instant created = row.createdAt();
            return created == null
                    || ((backfill.createdFrom() == null || !created.isBefore(backfill.createdFrom()))
                            && (backfill.createdTo() == null || !created.isAfter(backfill.createdTo())));
        }

        private @Nullable Void store(List<BostaRow> rows) {
            if (!rows.isEmpty()) {
                Instant now = clock.instant();
                writer.writeAll(rows.stream()
                        .map(row -> row.message(tenant, InboundMessage.Kind.BACKFILL, now))
                        .toList());
            }
            return null;
        }

        /** Moves the cursor over stored pages, waiting until at most some are left. */
        private boolean storeWhatIsReady(int left) throws InterruptedException {
            while (!pending.isEmpty()
                    && (pending.size() > left || pending.peek().stored().isDone())) {
                Pending head = pending.peek();
                await(head.stored());
                pending.remove();
                if (head.number() >= backfill.nextPage() && !move(head)) {
                    return false;
                }
            }
            return true;
        }

        private boolean move(Pending page) {
            Instant now = clock.instant();
            Duration busy = Duration.between(lastStored, now);
            lastStored = now;
            List<Want> wants = new ArrayList<>();
            if (backfill.withDetails()) {
                page.fresh().stream()
                        .map(BostaRow::trackingNumber)
                        .filter(Objects::nonNull)
                        .forEach(number -> wants.add(Want.of(number, Want.Reason.BACKFILL)));
            }
            long made = calls;
            calls = 0;
            return memory.backfillStored(
                    backfill.id(),
                    new StoredPage(
                            page.number(),
                            page.fresh().size(),
                            page.rows().get(0).createdAt(),
                            page.rows().get(page.rows().size() - 1).createdAt(),
                            page.total(),
                            made,
                            busy.isNegative() ? Duration.ZERO : busy),
                    wants);
        }
    }

    private record Pending(
            int number,
            List<BostaRow> rows,
            List<BostaRow> fresh,
            @Nullable Long total,
            Future<?> stored) {}

    private static void await(Future<?> future) throws InterruptedException {
        try {
            future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
