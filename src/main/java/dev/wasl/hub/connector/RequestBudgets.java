package dev.wasl.hub.connector;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * One request budget for each server that is called, whoever calls it: couriers and gateways limit the calling address,
 * not the key. What a server said about its limit survives a restart.
 */
@Component
public class RequestBudgets implements DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(RequestBudgets.class);

    private final BudgetRepository repository;
    private final Clock clock;
    private final Map<String, RequestBudget> budgets = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor alarms;

    RequestBudgets(BudgetRepository repository, Clock clock) {
        this.repository = repository;
        this.clock = clock;
        this.alarms = new ScheduledThreadPoolExecutor(1, action -> {
            Thread thread = new Thread(action, "request-budget");
            thread.setDaemon(true);
            return thread;
        });
        alarms.setRemoveOnCancelPolicy(true);
    }

    /**
     * The budget of a server.
     *
     * @param baseUrl any URL on it
     * @param requestsPerSecond the limit; 0 and very large values mean none; the strictest of all callers wins
     * @param burst calls that may follow each other at once; the smallest of all callers wins
     * @throws HubException {@code CONFIGURATION} when the URL names no server
     */
    public RequestBudget of(String baseUrl, double requestsPerSecond, int burst) {
        String source = source(baseUrl);
        RequestBudget budget = budgets.computeIfAbsent(
                source,
                key -> new RequestBudget(
                        key,
                        clock,
                        (delay, action) -> {
                            var unused = alarms.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
                        },
                        this::remember));
        budget.configure(requestsPerSecond, burst);
        return budget;
    }

    /** Reads what was remembered: at the start, and when another process called the servers until now. */
    public void restore() {
        budgets.forEach((source, budget) -> repository
                .find(source)
                .ifPresent(known -> budget.restore(known.blockedUntil(), known.rate(), known.changedAt())));
    }

    @Override
    public void destroy() {
        alarms.shutdownNow();
    }

    private void remember(String source, Instant blockedUntil, double rate) {
        LOG.warn("{} throttles: no calls until {}, then {} a second at most.", source, blockedUntil, rate);
        try {
            repository.save(source, blockedUntil, rate, clock.instant());
        } catch (DataAccessException e) {
            LOG.warn("The block of {} could not be remembered; a restart before its end would call too early.", source);
        }
    }

    private static int usualPort(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
    }

    private static String source(String baseUrl) {
        try {
            URI uri = URI.create(baseUrl);
            if (uri.getHost() != null) {
                String host = uri.getHost().toLowerCase(Locale.ROOT);
                return uri.getPort() < 0 || uri.getPort() == usualPort(uri) ? host : host + ':' + uri.getPort();
            }
        } catch (IllegalArgumentException e) {
            // falls through: the message below says what is wrong
        }
        throw new HubException(ErrorCode.CONFIGURATION, "a base URL must look like https://host, it was " + baseUrl);
    }
}
