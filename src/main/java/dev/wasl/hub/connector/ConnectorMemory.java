package dev.wasl.hub.connector;

import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.SyncState.Phase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What one tenant's connector remembers in the database while it asks its source: how far it is, which rows it has passed
 * on, what it still wants. Every method is one transaction. Cursors move by compare and set, so that an instance that has
 * lost the lead without noticing cannot move them.
 */
public final class ConnectorMemory {

    private final String tenant;
    private final String connector;
    private final SyncRepository sync;
    private final WantRepository wants;
    private final BackfillRepository backfills;
    private final TransactionTemplate transaction;
    private final Clock clock;

    ConnectorMemory(
            String tenant,
            String connector,
            SyncRepository sync,
            WantRepository wants,
            BackfillRepository backfills,
            TransactionTemplate transaction,
            Clock clock) {
        this.tenant = tenant;
        this.connector = connector;
        this.sync = sync;
        this.wants = wants;
        this.backfills = backfills;
        this.transaction = transaction;
        this.clock = clock;
    }

    /**
     * What people ordered.
     *
     * @param paused polling is switched off
     * @param runRequestedAt somebody wants a poll now; null when nobody does
     */
    public record Orders(boolean paused, @Nullable Instant runRequestedAt) {}

    /**
     * A row that was passed on.
     *
     * @param changedAt the source's time of its last change
     * @param digest of its content
     */
    public record Seen(String externalId, Instant changedAt, String digest) {}

    /**
     * How new the answer to a wish was.
     *
     * @param changedAt the source's time of the last change
     * @param stateCode the source's code of the state; null when it did not say
     */
    public record Answer(Instant changedAt, @Nullable Integer stateCode) {}

    /** What happened since the last beat. */
    public record Counts(long calls, long throttled, long inconsistent) {}

    /**
     * A page of a backfill that is stored.
     *
     * @param number 1-based
     * @param newestAt creation time of its first row; null when unknown
     * @param oldestAt creation time of its last row; null when unknown
     * @param sourceTotal what the source says it has; null when it does not say
     * @param calls made since the page before
     * @param busy the time it took
     */
    public record StoredPage(
            int number,
            int rows,
            @Nullable Instant newestAt,
            @Nullable Instant oldestAt,
            @Nullable Long sourceTotal,
            long calls,
            Duration busy) {}

    /** Makes the connector known; harmless when it is. */
    public void register() {
        sync.register(tenant, connector);
    }

    /** What people ordered. */
    public Orders orders() {
        return sync.orders(tenant, connector);
    }

    /** How far polling is. */
    public PollCursor cursor() {
        return sync.readCursor(tenant, connector);
    }

    /**
     * Moves the poll cursor.
     *
     * @return false when it was not where it was thought to be: somebody else moved it
     */
    public boolean moveCursor(PollCursor from, PollCursor to) {
        return from.equals(to) || sync.moveCursor(tenant, connector, from, to);
    }

    /** Tells that a poll begins; orders given before are fulfilled by it. */
    public void runStarted() {
        sync.runStarted(tenant, connector, clock.instant());
    }

    /** Tells that a poll read everything there was. */
    public void runSucceeded() {
        sync.runSucceeded(tenant, connector, clock.instant());
    }

    /** Tells what went wrong last. */
    public void failed(String code, String error) {
        sync.failed(tenant, connector, code, error, clock.instant());
    }

    /** Tells that this instance works for the connector, what it is at, and what it did since the last beat. */
    public void beat(Phase phase, RequestBudget.View budget, Counts counts) {
        sync.beat(tenant, connector, phase, budget, counts, clock.instant());
    }

    /** The rows passed on around the mark: digest by external id. */
    public Map<String, String> seen() {
        return sync.seen(tenant, connector);
    }

    /**
     * Remembers a page of a poll after its new rows were stored.
     *
     * @param rows every dated row of the page
     * @param wanted what is to be asked for because of it
     * @param read rows on the page
     * @param changed rows passed on
     */
    public void pagePolled(Collection<Seen> rows, Collection<Want> wanted, int read, int changed) {
        transaction.executeWithoutResult(status -> {
            if (!rows.isEmpty()) {
                sync.saveSeen(tenant, connector, rows);
            }
            save(wanted);
            sync.countRows(tenant, connector, read, changed, 0);
        });
    }

    /** How new the answers to earlier wishes were, by reference; without those never asked for. */
    public Map<String, Answer> answers(Collection<String> references) {
        return references.isEmpty() ? Map.of() : sync.details(tenant, connector, references);
    }

    /** Forgets rows, and answers about them, that changed last before a moment that polls no longer look at. */
    public void forgetSeen(Instant before) {
        transaction.executeWithoutResult(status -> {
            sync.forgetSeen(tenant, connector, before);
            sync.forgetDetails(tenant, connector, before);
        });
    }

    /** Adds wishes. One that exists becomes as urgent as the more urgent of both. */
    public void want(Collection<Want> wanted) {
        transaction.executeWithoutResult(status -> save(wanted));
    }

    /**
     * The most urgent wishes that are due.
     *
     * @param leastUrgent nothing less urgent than this
     */
    public List<Want> nextWants(Priority leastUrgent, int limit) {
        return wants.next(tenant, connector, leastUrgent, clock.instant(), limit);
    }

    /** How many wishes wait, by urgency. */
    public Map<Priority, Long> wantCounts() {
        return wants.count(tenant, connector);
    }

    /**
     * Ends wishes whose answers were stored; those that arose again meanwhile stay.
     *
     * @param answers how new each answer is, by reference; what says no time is left out
     * @param repaired how many of the answers only reconciliation found
     */
    public void answered(Collection<Want> answered, Map<String, Answer> answers, int repaired) {
        transaction.executeWithoutResult(status -> {
            wants.delete(tenant, connector, answered);
            if (!answers.isEmpty()) {
                sync.saveDetails(tenant, connector, answers);
            }
            sync.countRows(tenant, connector, 0, 0, answered.size());
            if (repaired > 0) {
                sync.countRepaired(tenant, connector, LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC), repaired);
            }
        });
    }

    /** Puts a wish off after a failure that says nothing about the thing. */
    public void postpone(Want want, Duration by, String error) {
        wants.postpone(tenant, connector, want, false, clock.instant().plus(by), error, null);
    }

    /** Puts a wish off because the source does not know the thing. */
    public void missed(Want want, Duration by, String error) {
        wants.postpone(tenant, connector, want, true, clock.instant().plus(by), error, null);
    }

    /** Gives a wish up because the source does not know the thing; it stays visible. */
    public void giveUp(Want want, String error) {
        Instant now = clock.instant();
        wants.postpone(tenant, connector, want, true, now, error, now);
    }

    /** The running or paused backfill. */
    public Optional<Backfill> activeBackfill() {
        return backfills.active(tenant, connector);
    }

    /**
     * Moves a backfill over a page that was stored.
     *
     * @return false when the backfill is not there: cancelled, or moved by somebody else
     */
    public boolean backfillStored(UUID id, StoredPage page, Collection<Want> wanted) {
        Boolean moved = transaction.execute(status -> {
            if (!backfills.stored(id, page)) {
                return false;
            }
            save(wanted);
            return true;
        });
        return Boolean.TRUE.equals(moved);
    }

    /** Counts calls that a backfill made without storing a page. */
    public void backfillCalls(UUID id, long calls) {
        backfills.countCalls(id, calls);
    }

    /** Tells why a backfill does not go on at the moment. */
    public void backfillFailed(UUID id, String error) {
        backfills.failed(id, error);
    }

    /** Pauses a running backfill because the source will go on refusing what it asks for. */
    public void backfillPaused(UUID id, String error) {
        backfills.paused(id, error);
    }

    /** Ends a backfill that read everything. */
    public void backfillDone(UUID id) {
        backfills.change(id, Backfill.State.RUNNING, Backfill.State.DONE, clock.instant());
    }

    private void save(Collection<Want> wanted) {
        Map<Want.Reason, Map<String, Want>> byReason = new EnumMap<>(Want.Reason.class);
        for (Want want : wanted) {
            byReason.computeIfAbsent(want.reason(), reason -> new LinkedHashMap<>())
                    .put(want.reference(), want);
        }
        byReason.forEach(
                (reason, all) -> wants.save(tenant, connector, reason, new ArrayList<>(all.values()), clock.instant()));
    }
}
