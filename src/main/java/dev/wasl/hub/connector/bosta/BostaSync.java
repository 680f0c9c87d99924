package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.connector.ConnectorSync;
import dev.wasl.hub.connector.OpenDeliveries;
import dev.wasl.hub.connector.RequestBudget;
import dev.wasl.hub.connector.RequestBudget.Priority;
import dev.wasl.hub.connector.RequestBudgets;
import dev.wasl.hub.connector.bosta.BostaSettings.FetchDetails;
import dev.wasl.hub.intake.MessageWriter;
import dev.wasl.hub.ops.Leadership;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Asks Bosta, for every tenant that configured it, on the instance that leads. */
@Component
class BostaSync {

    private static final String CONNECTOR = "bosta";

    private final Tenants tenants;
    private final ConnectorSync sync;
    private final RequestBudgets budgets;
    private final CamelContext camel;
    private final MessageWriter writer;
    private final Leadership leadership;
    private final ObjectProvider<OpenDeliveries> open;
    private final MeterRegistry meters;
    private final Clock clock;

    private final Map<String, BostaTenant> running = new ConcurrentHashMap<>();
    private Leadership.@Nullable Registration registration;

    BostaSync(
            Tenants tenants,
            ConnectorSync sync,
            RequestBudgets budgets,
            CamelContext camel,
            MessageWriter writer,
            Leadership leadership,
            ObjectProvider<OpenDeliveries> open,
            MeterRegistry meters,
            Clock clock) {
        this.tenants = tenants;
        this.sync = sync;
        this.budgets = budgets;
        this.camel = camel;
        this.writer = writer;
        this.leadership = leadership;
        this.open = open;
        this.meters = meters;
        this.clock = clock;
    }

    /** Begins when the whole application is up, broker and routes included. */
    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        List<String> configured = tenants.having(CONNECTOR);
        configured.forEach(this::register);
        if (!configured.isEmpty()) {
            ProducerTemplate template = camel.createProducerTemplate();
            registration = leadership.onLeadership(() -> gained(template), this::lost);
        }
    }

    /** Ends before anything else stops, so that broker and database still answer to what is under way. */
    @EventListener(ContextClosedEvent.class)
    void stop() {
        List<BostaTenant> stopping = new ArrayList<>(running.values());
        if (registration != null) {
            registration.close();
        }
        lost();
        stopping.forEach(BostaTenant::stop);
    }

    private void register(String tenant) {
        BostaSettings settings = settings(tenant);
        sync.register(
                tenant,
                CONNECTOR,
                new ConnectorSync.Participant(
                        settings.backfillPageSize(), settings.fetchDetails() != FetchDetails.NONE, () -> wake(tenant)));
        // every tenant has its say about the limit before the first call
        budget(settings);
        measure(tenant, settings);
    }

    private synchronized void gained(ProducerTemplate template) {
        budgets.restore();
        for (String tenant : tenants.having(CONNECTOR)) {
            BostaSettings settings = settings(tenant);
            BostaClient client = new BostaClient(
                    tenant,
                    settings,
                    new BostaTransport(camel, template, tenant, settings),
                    budget(settings),
                    meters,
                    clock);
            BostaTenant work = new BostaTenant(
                    tenant,
                    settings,
                    client,
                    sync.memory(tenant, CONNECTOR),
                    new CountingWriter(writer, meters),
                    open.getIfAvailable(),
                    leadership::isLeader,
                    clock);
            BostaTenant before = running.put(tenant, work);
            if (before != null) {
                before.end();
            }
            work.start();
        }
    }

    /** Returns without waiting: should the next one begin while a call is still out, cursors move for one of them only. */
    private synchronized void lost() {
        running.values().forEach(BostaTenant::end);
        running.clear();
    }

    /** Looks at once for deliveries to ask for, if this instance leads. */
    void hinted(String tenant) {
        BostaTenant work = running.get(tenant);
        if (work != null) {
            work.hinted();
        }
    }

    private void wake(String tenant) {
        BostaTenant work = running.get(tenant);
        if (work != null) {
            work.wake();
        }
    }

    private BostaSettings settings(String tenant) {
        return tenants.settings(tenant, CONNECTOR, BostaSettings.class).orElseThrow();
    }

    private RequestBudget budget(BostaSettings settings) {
        return budgets.of(settings.baseUrl(), settings.requestsPerSecond(), settings.burst());
    }

    private void measure(String tenant, BostaSettings settings) {
        Tags tags = Tags.of("tenant", tenant, "connector", CONNECTOR);
        RequestBudget budget = budget(settings);
        Gauge.builder("wasl.connector.blocked", budget, one -> {
                    Instant until = one.blockedUntil();
                    return until == null
                            ? 0
                            : Duration.between(clock.instant(), until).toMillis() / 1000.0;
                })
                .description("Time until the source's block ends")
                .baseUnit("seconds")
                .tags(tags)
                .register(meters);
        for (Priority priority : Priority.values()) {
            Gauge.builder("wasl.connector.wants", running, all -> {
                        BostaTenant work = all.get(tenant);
                        return work == null ? 0 : work.waiting().getOrDefault(priority, 0L);
                    })
                    .description("Things that wait to be asked for")
                    .tags(tags.and("priority", priority.name().toLowerCase(Locale.ROOT)))
                    .register(meters);
        }
    }
}
