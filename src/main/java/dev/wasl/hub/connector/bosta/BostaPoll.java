package dev.wasl.hub.connector.bosta;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.ConnectorMemory;
import dev.wasl.hub.connector.PollCursor;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.Want;
import dev.wasl.hub.connector.bosta.BostaClient.Order;
import dev.wasl.hub.connector.bosta.BostaSettings.FetchDetails;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.MessageWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads what changed since the last time: pages ordered by the last change, newest first, from page 1 until a page ends
 * before the mark minus the overlap. Bosta has no filter by time of change, and its {@code count} means nothing.
 *
 * <p>While pages are read, deliveries that change jump to the front and push the others back. So a row can be seen twice,
 * which the known rows absorb, and a row that jumped is newer than what this run began with, so that the next run sees it.
 * No row moves to an earlier page, unless deliveries are deleted; a row that moved past the run that way is found by its next
 * change or by a backfill, and, when the CRM knows the delivery and it is open, by reconciliation.
 *
 * <p>A run that ends early keeps what it has: the rows are stored, and the gap that it leaves between the mark and the rows
 * it read is remembered by the number of rows before it. The next run reads the news first and then goes on in the gap, which
 * can only have moved back. So a block in the middle of a long catching-up costs no page twice.
 *
 * <p>The very first poll reads one page and begins there. The past is a backfill's business.
 */
final class BostaPoll {

    private final String tenant;
    private final BostaSettings settings;
    private final BostaClient client;
    private final ConnectorMemory memory;
    private final MessageWriter writer;
    private final Clock clock;

    BostaPoll(
            String tenant,
            BostaSettings settings,
            BostaClient client,
            ConnectorMemory memory,
            MessageWriter writer,
            Clock clock) {
        this.tenant = tenant;
        this.settings = settings;
        this.client = client;
        this.memory = memory;
        this.writer = writer;
        this.clock = clock;
    }

    /**
     * What a run did.
     *
     * @param complete whether everything there was has been read
     * @param changed rows passed on
     * @param failure why it ended early; null when it is complete or when the limit of pages ended it
     */
    record Result(
            boolean complete,
            int pages,
            int rows,
            int changed,
            @Nullable HubException failure) {}

    Result run() throws InterruptedException {
        return new Run(memory.cursor(), memory.seen()).run();
    }

    private final class Run {

        private final Map<String, String> seen;
        private PollCursor cursor;
        private int pages;
        private int rows;
        private int changed;
        private List<String> lastIds = List.of();
        private boolean lastAllKnown;

        Run(PollCursor cursor, Map<String, String> seen) {
            this.cursor = cursor;
            this.seen = seen;
        }

        Result run() throws InterruptedException {
            Instant top = null;
            Instant oldest = null;
            int page = 1;
            int offset = 0;
            try {
                Instant gapTop = cursor.gapTop();
                Instant target = gapTop == null ? cursor.mark() : gapTop;
                while (true) {
                    Batch batch = read(page);
                    if (page == 1) {
                        top = top(batch);
                    }
                    page++;
                    offset += batch.rows().size();
                    if (target == null || ends(batch, target) || reachesWhatIsStored(batch)) {
                        oldest = batch.oldest();
                        break;
                    }
                    limitPages();
                }
                if (gapTop == null) {
                    move(PollCursor.at(latest(cursor.mark(), top)));
                } else {
                    closeGap(top != null && top.isAfter(gapTop) ? top : gapTop, offset);
                }
                forget(oldest);
                return new Result(true, pages, rows, changed, null);
            } catch (EnoughException e) {
                leaveGap(top, offset);
                return new Result(false, pages, rows, changed, null);
            } catch (HubException e) {
                if (e.code() != ErrorCode.DATABASE_UNAVAILABLE) {
                    leaveGap(top, offset);
                }
                return new Result(false, pages, rows, changed, e);
            }
        }

        /** The news are read; goes on where an earlier run stopped. */
        private void closeGap(Instant top, int newsRead) throws InterruptedException {
            int offset = Math.max(Objects.requireNonNull(cursor.gapOffset()), newsRead);
            int page = offset / settings.pageSize() + 1;
            move(cursor.withGap(top, offset));
            Instant mark = Objects.requireNonNull(cursor.mark());
            while (true) {
                limitPages();
                Batch batch = read(page);
                if (ends(batch, mark)) {
                    break;
                }
                page++;
                offset = Math.max(offset, (page - 1) * settings.pageSize());
                move(cursor.withGap(top, offset));
            }
            move(PollCursor.at(top));
        }

        /** Remembers how far an interrupted run came. In a gap, that has been done page by page. */
        private void leaveGap(@Nullable Instant top, int offset) {
            if (offset > 0 && top != null && cursor.mark() != null && cursor.gapTop() == null) {
                // should somebody else have moved the cursor, theirs is as good
                memory.moveCursor(cursor, cursor.withGap(top, offset));
            }
        }

        private void limitPages() {
            if (pages >= settings.maxPages()) {
                throw new EnoughException();
            }
        }

        private Batch read(int page) throws InterruptedException {
            BostaAnswers.Page answer =
                    client.search(Order.LAST_CHANGED_FIRST, page, settings.pageSize(), Priority.POLL);
            Instant now = clock.instant();
            Batch batch = Batch.of(tenant, answer.deliveries());
            List<InboundMessage> messages = new ArrayList<>();
            List<BostaRow> wanted = new ArrayList<>();
            Map<String, ConnectorMemory.Seen> known = new LinkedHashMap<>();
            for (BostaRow row : batch.rows()) {
                boolean news = !row.digest().equals(seen.get(row.id()));
                if (news) {
                    messages.add(row.message(tenant, InboundMessage.Kind.POLL, now));
                    seen.put(row.id(), row.digest());
                }
                if (wantsDetail(news) && row.trackingNumber() != null) {
                    wanted.add(row);
                }
                Instant changedAt = row.updatedAt() == null ? now : row.updatedAt();
                known.put(row.id(), new ConnectorMemory.Seen(row.id(), changedAt, row.digest()));
            }
            if (!messages.isEmpty()) {
                // on disk before anything is remembered: a crash in between only repeats rows that have the same
                // identity
                writer.writeAll(messages);
            }
            memory.pagePolled(known.values(), wants(wanted), batch.rows().size(), messages.size());
            pages++;
            rows += batch.rows().size();
            changed += messages.size();
            lastAllKnown = messages.isEmpty();
            return batch;
        }

        /** Not for what a webhook made the hub ask for already: each call comes out of a small budget. */
        private List<Want> wants(List<BostaRow> wanted) {
            Map<String, ConnectorMemory.Answer> answers = settings.fetchDetails() == FetchDetails.ALL
                    ? Map.of()
                    : memory.answers(
                            wanted.stream().map(BostaRow::trackingNumber).toList());
            List<Want> wants = new ArrayList<>();
            for (BostaRow row : wanted) {
                String number = Objects.requireNonNull(row.trackingNumber());
                ConnectorMemory.Answer answer = answers.get(number);
                if (answer == null || row.updatedAt() == null || !tells(answer, row.updatedAt(), row.stateCode())) {
                    wants.add(Want.of(number, Want.Reason.CHANGED));
                }
            }
            return wants;
        }

        /** Details tell their time in whole seconds only, rows in milliseconds: within the second, the state decides. */
        private static boolean tells(ConnectorMemory.Answer answer, Instant changedAt, @Nullable Integer stateCode) {
            Instant second = changedAt.truncatedTo(ChronoUnit.SECONDS);
            return !answer.changedAt().isBefore(changedAt)
                    || (answer.changedAt().equals(second) && stateCode != null && stateCode.equals(answer.stateCode()));
        }

        private boolean wantsDetail(boolean news) {
            return settings.fetchDetails() == FetchDetails.ALL
                    || (settings.fetchDetails() == FetchDetails.CHANGED && news);
        }

        private boolean ends(Batch batch, Instant target) {
            if (batch.rows().isEmpty()) {
                return true;
            }
            List<String> ids = batch.ids();
            boolean again = ids.equals(lastIds) && lastAllKnown;
            lastIds = ids;
            if (again) {
                // some servers repeat the last page for ever
                return true;
            }
            Instant oldest = batch.oldest();
            return oldest == null ? lastAllKnown : oldest.isBefore(target.minus(settings.overlap()));
        }

        /**
         * Above a gap, the first page without news is enough: the rest down to the gap was stored by the run that left it.
         * Reading the overlap as well would never end when more rows than one run may read changed within it.
         */
        private boolean reachesWhatIsStored(Batch batch) {
            Instant newest = batch.newest();
            return cursor.gapTop() != null && lastAllKnown && newest != null && !newest.isAfter(cursor.gapTop());
        }

        private @Nullable Instant top(Batch batch) {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            if (batch.rows().isEmpty()) {
                // an empty account: whatever comes from now on is news
                return cursor.mark() == null ? now.minus(settings.overlap()) : null;
            }
            Instant newest = batch.newest();
            // a time in the future must not hide the changes until then: less the overlap, the mark is never ahead of
            // us
            Instant latest = now.plus(settings.overlap());
            return newest != null && newest.isAfter(latest) ? latest : newest;
        }

        private void forget(@Nullable Instant oldestOnLastPage) {
            Instant mark = cursor.mark();
            if (mark != null && oldestOnLastPage != null) {
                Instant overlap = mark.minus(settings.overlap());
                memory.forgetSeen(oldestOnLastPage.isBefore(overlap) ? oldestOnLastPage : overlap);
            }
        }

        private void move(PollCursor to) {
            if (!memory.moveCursor(cursor, to)) {
                throw new HubException(
                        ErrorCode.UNEXPECTED, "the poll cursor of " + tenant + " was moved by another instance");
            }
            cursor = to;
        }

        private @Nullable Instant latest(@Nullable Instant a, @Nullable Instant b) {
            if (a == null || b == null) {
                return a == null ? b : a;
            }
            return a.isAfter(b) ? a : b;
        }
    }

    /** A page as rows. */
    record Batch(List<BostaRow> rows) {

        static Batch of(String tenant, List<JsonNode> deliveries) {
            return new Batch(
                    deliveries.stream().map(one -> BostaRow.of(tenant, one)).toList());
        }

        List<String> ids() {
            return rows.stream().map(BostaRow::id).toList();
        }

        @Nullable
        Instant newest() {
            return rows.stream()
                    .map(BostaRow::updatedAt)
                    .filter(Objects::nonNull)
                    .max(Instant::compareTo)
                    .orElse(null);
        }

        @Nullable
        Instant oldest() {
            return rows.stream()
                    .map(BostaRow::updatedAt)
                    .filter(Objects::nonNull)
                    .min(Instant::compareTo)
                    .orElse(null);
        }
    }

    /** The limit of pages of one run is reached. */
    private static final class EnoughException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
