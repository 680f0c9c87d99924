package dev.wasl.hub.connector.stripe;

import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.intake.MessageWriter;
import dev.wasl.hub.ops.Leadership;
import dev.wasl.hub.ops.LogContext;
import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Looks for undelivered events of every tenant that gave an API key, on the instance that leads. */
@Component
class StripeCatchUpSchedule {

    private static final Logger LOG = LoggerFactory.getLogger(StripeCatchUpSchedule.class);
    private static final Duration FIRST = Duration.ofSeconds(30);

    private final Tenants tenants;
    private final StripeCatchUp catchUp;
    private final Leadership leadership;
    private final Clock clock;
    private final Map<String, Instant> caughtUpAt = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "wasl-stripe-events");
        thread.setDaemon(true);
        return thread;
    });

    StripeCatchUpSchedule(Tenants tenants, StripeApi api, MessageWriter writer, Leadership leadership, Clock clock) {
        this.tenants = tenants;
        this.catchUp = new StripeCatchUp(api, writer, clock);
        this.leadership = leadership;
        this.clock = clock;
    }

    /** Begins when the whole application is up, broker and routes included. */
    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        for (String tenant : tenants.having(StripeApi.CONNECTOR)) {
            StripeSettings settings = tenants.settings(tenant, StripeApi.CONNECTOR, StripeSettings.class)
                    .orElseThrow();
            if (settings.apiKey() != null && !settings.catchUpInterval().isZero()) {
                var unused = timer.scheduleWithFixedDelay(
                        () -> run(tenant, settings),
                        FIRST.toMillis(),
                        settings.catchUpInterval().toMillis(),
                        TimeUnit.MILLISECONDS);
            }
        }
    }

    private void run(String tenant, StripeSettings settings) {
        if (!leadership.isLeader()) {
            return;
        }
        LogContext logged = LogContext.tenant(tenant);
        Instant begun = clock.instant();
        try {
            int stored = catchUp.run(tenant, settings, caughtUpAt.get(tenant));
            caughtUpAt.put(tenant, begun);
            if (stored > 0) {
                LOG.info("Fetched {} events of {}/stripe that had not been delivered.", stored, tenant);
            }
        } catch (HubException e) {
            LOG.warn("Undelivered events of {}/stripe could not be fetched: {}", tenant, e.getMessage());
        } catch (RuntimeException e) {
            // an exception would end the schedule for good
            LOG.error("Fetching undelivered events of {}/stripe failed in a way that nobody expected.", tenant, e);
        } finally {
            logged.end();
        }
    }

    /** Ends before anything else stops, so that broker and database still answer to what is under way. */
    @EventListener(ContextClosedEvent.class)
    void stop() {
        timer.shutdownNow();
    }
}
