package dev.wasl.hub.journal;

import java.time.Clock;
import java.time.LocalDate;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Makes the journal's months before they begin, drops those whose time is over, and forgets old judgements. Safe on
 * several instances at once: every step is idempotent.
 */
@Component
class JournalUpkeep implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(JournalUpkeep.class);
    private static final long HOURS = 6;
    private static final int MONTHS_AHEAD = 2;

    private final UpkeepRepository repository;
    private final Clock clock;
    private final Period keepMessages;
    private final Period keepJudgements;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "wasl-journal-upkeep"));

    JournalUpkeep(
            UpkeepRepository repository,
            Clock clock,
            @Value("${wasl.journal.keep-messages}") Period keepMessages,
            @Value("${wasl.journal.keep-judgements}") Period keepJudgements) {
        this.repository = repository;
        this.clock = clock;
        this.keepMessages = keepMessages;
        this.keepJudgements = keepJudgements;
    }

    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        var unused = timer.scheduleWithFixedDelay(this::run, 0, HOURS, TimeUnit.HOURS);
    }

    void run() {
        try {
            LocalDate today = LocalDate.now(clock.withZone(ZoneOffset.UTC));
            // the running month keeps what is already in the default partition; months ahead get their own
            for (int i = 1; i <= MONTHS_AHEAD; i++) {
                repository.createMonth(YearMonth.from(today).plusMonths(i));
            }
            int dropped = repository.dropMonthsBefore(YearMonth.from(today.minus(keepMessages)));
            int forgotten = repository.forget(today.minus(keepMessages), today.minus(keepJudgements));
            if (dropped > 0 || forgotten > 0) {
                LOG.info("Dropped {} months of the journal and {} old judgements", dropped, forgotten);
            }
        } catch (RuntimeException e) {
            LOG.warn("The journal's upkeep failed and is tried again in {} hours: {}", HOURS, e.getMessage());
        }
    }

    @Override
    public void destroy() {
        timer.shutdownNow();
    }
}
