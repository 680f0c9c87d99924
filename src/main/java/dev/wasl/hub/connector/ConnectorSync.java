package dev.wasl.hub.connector;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.SyncRepository.Row;
import dev.wasl.hub.connector.SyncState.Phase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the connectors that ask do, and what they are told to do. Works on every instance: states are read from the
 * database, commands are written there and carried out by the leading instance within a second.
 */
@Service
public class ConnectorSync {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectorSync.class);
    private static final Duration SILENT = Duration.ofSeconds(30);
    private static final int LARGEST_PAGE = 1500;

    private final SyncRepository sync;
    private final WantRepository wants;
    private final BackfillRepository backfills;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final Map<Key, Participant> participants = new ConcurrentHashMap<>();

    ConnectorSync(
            SyncRepository sync,
            WantRepository wants,
            BackfillRepository backfills,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.sync = sync;
        this.wants = wants;
        this.backfills = backfills;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
    }

    private record Key(String tenant, String connector) {}

    /**
     * A connector that takes part.
     *
     * @param backfillPageSize rows a page when a backfill does not say
     * @param backfillDetails whether a backfill that does not say fetches details
     * @param wake looks for orders at once, if this instance leads; must return quickly
     */
    public record Participant(int backfillPageSize, boolean backfillDetails, Runnable wake) {}

    /** The memory of one tenant's connector. */
    public ConnectorMemory memory(String tenant, String connector) {
        return new ConnectorMemory(tenant, connector, sync, wants, backfills, transaction, clock);
    }

    /** Makes one tenant's connector visible and commandable. */
    public void register(String tenant, String connector, Participant participant) {
        sync.register(tenant, connector);
        participants.put(new Key(tenant, connector), participant);
    }

    /** Every tenant's connector that asks, sorted by tenant and connector. */
    public List<SyncState> states() {
        Instant now = clock.instant();
        return sync.rows(LocalDate.ofInstant(now, ZoneOffset.UTC)).stream()
                .filter(row -> participants.containsKey(new Key(row.tenant(), row.connector())))
                .map(row -> state(row, now))
                .toList();
    }

    /**
     * One of them.
     *
     * @return empty when the tenant has no such connector or it does not ask
     */
    public Optional<SyncState> state(String tenant, String connector) {
        return states().stream()
                .filter(state ->
                        state.tenant().equals(tenant) && state.connector().equals(connector))
                .findFirst();
    }

    /**
     * Polls now, also when polling is paused or the connector waits for somebody's attention.
     *
     * @throws HubException {@code UNKNOWN_CONNECTOR}
     */
    public void runNow(String tenant, String connector) {
        Participant participant = participant(tenant, connector);
        sync.requestRun(tenant, connector, clock.instant());
        participant.wake().run();
    }

    /**
     * Switches polling and reconciliation off, until {@link #resumePolling}. Webhook hints and backfills go on.
     *
     * @throws HubException {@code UNKNOWN_CONNECTOR}
     */
    public void pausePolling(String tenant, String connector) {
        pause(tenant, connector, true);
    }

    /**
     * Switches polling on again.
     *
     * @throws HubException {@code UNKNOWN_CONNECTOR}
     */
    public void resumePolling(String tenant, String connector) {
        pause(tenant, connector, false);
    }

    /**
     * Asks for one thing before everything else, because somebody waits for it.
     *
     * @param reference the source's number of it
     * @throws HubException {@code UNKNOWN_CONNECTOR}
     */
    public void refresh(String tenant, String connector, String reference) {
        Participant participant = participant(tenant, connector);
        memory(tenant, connector).want(List.of(Want.of(reference, Want.Reason.USER)));
        participant.wake().run();
    }

    /**
     * Starts a backfill.
     *
     * @throws HubException {@code BACKFILL_CONFLICT} when one is running or paused, {@code UNKNOWN_CONNECTOR},
     *     {@code MALFORMED_REQUEST} for a page size or a range that cannot be
     */
    public Backfill startBackfill(String tenant, String connector, BackfillRequest request) {
        Participant participant = participant(tenant, connector);
        int pageSize = request.pageSize() == null ? participant.backfillPageSize() : request.pageSize();
        if (pageSize < 1 || pageSize > LARGEST_PAGE) {
            throw new HubException(ErrorCode.MALFORMED_REQUEST, "a page has 1 to " + LARGEST_PAGE + " rows");
        }
        if (request.createdFrom() != null
                && request.createdTo() != null
                && request.createdFrom().isAfter(request.createdTo())) {
            throw new HubException(ErrorCode.MALFORMED_REQUEST, "the range ends before it begins");
        }
        boolean details = request.withDetails() == null ? participant.backfillDetails() : request.withDetails();
        UUID id = UUID.randomUUID();
        try {
            backfills.start(id, tenant, connector, request, pageSize, details, clock.instant());
        } catch (DuplicateKeyException e) {
            throw new HubException(
                    ErrorCode.BACKFILL_CONFLICT, "a backfill of " + tenant + "/" + connector + " is not finished");
        }
        LOG.info("Backfill {} of {}/{} begins.", id, tenant, connector);
        participant.wake().run();
        return backfills.active(tenant, connector).orElseGet(() -> latest(tenant, connector));
    }

    /**
     * Pauses the running backfill; pausing a paused one changes nothing.
     *
     * @throws HubException {@code BACKFILL_CONFLICT} when none is active, {@code UNKNOWN_CONNECTOR}
     */
    public Backfill pauseBackfill(String tenant, String connector) {
        return change(tenant, connector, Backfill.State.PAUSED);
    }

    /**
     * Lets the paused backfill go on; resuming a running one changes nothing.
     *
     * @throws HubException {@code BACKFILL_CONFLICT} when none is active, {@code UNKNOWN_CONNECTOR}
     */
    public Backfill resumeBackfill(String tenant, String connector) {
        return change(tenant, connector, Backfill.State.RUNNING);
    }

    /**
     * Ends the active backfill; what it stored stays.
     *
     * @throws HubException {@code BACKFILL_CONFLICT} when none is active, {@code UNKNOWN_CONNECTOR}
     */
    public Backfill cancelBackfill(String tenant, String connector) {
        return change(tenant, connector, Backfill.State.CANCELLED);
    }

    /** The backfills of one tenant's connector, the latest first. */
    public List<Backfill> backfills(String tenant, String connector, int limit) {
        return backfills.latest(tenant, connector, limit);
    }

    private Backfill change(String tenant, String connector, Backfill.State to) {
        Participant participant = participant(tenant, connector);
        Backfill active = backfills
                .active(tenant, connector)
                .orElseThrow(() -> new HubException(
                        ErrorCode.BACKFILL_CONFLICT, "no backfill of " + tenant + "/" + connector + " is active"));
        if (active.state() != to) {
            Instant endedAt = to == Backfill.State.CANCELLED ? clock.instant() : null;
            backfills.change(active.id(), active.state(), to, endedAt);
            LOG.info("Backfill {} of {}/{} is now {}.", active.id(), tenant, connector, to);
            participant.wake().run();
        }
        return latest(tenant, connector);
    }

    private Backfill latest(String tenant, String connector) {
        return backfills.latest(tenant, connector, 1).get(0);
    }

    private void pause(String tenant, String connector, boolean paused) {
        Participant participant = participant(tenant, connector);
        sync.pause(tenant, connector, paused);
        participant.wake().run();
    }

    private Participant participant(String tenant, String connector) {
        Participant participant = participants.get(new Key(tenant, connector));
        if (participant == null) {
            throw new HubException(
                    ErrorCode.UNKNOWN_CONNECTOR, tenant + " has no connector " + connector + " that polls");
        }
        return participant;
    }

    private SyncState state(Row row, Instant now) {
        boolean alive = row.beatAt() != null && row.beatAt().isAfter(now.minus(SILENT));
        Instant blockedUntil =
                row.blockedUntil() != null && row.blockedUntil().isAfter(now) ? row.blockedUntil() : null;
        return new SyncState(
                row.tenant(),
                row.connector(),
                alive ? row.phase() : Phase.STANDBY,
                row.paused(),
                row.cursor().mark(),
                row.cursor().gapTop() != null,
                row.lastRunAt(),
                row.lastSuccessAt(),
                row.beatAt(),
                row.rowsSeen(),
                row.rowsChanged(),
                row.details(),
                row.inconsistent(),
                row.calls(),
                row.throttled(),
                blockedUntil,
                alive ? row.budget() : null,
                wants.count(row.tenant(), row.connector()),
                wants.countGivenUp(row.tenant(), row.connector()),
                row.repairedToday(),
                row.repairedTotal(),
                row.errorCode(),
                row.error(),
                row.errorAt(),
                backfills.latest(row.tenant(), row.connector(), 1).stream()
                        .findFirst()
                        .orElse(null));
    }
}
