package dev.wasl.hub.console;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells open pages that something changed, as server-sent events: {@code now} with the chart's series. Looks every two
 * seconds while anybody watches; says something at least every ten, so that ages on the page stay true.
 */
@Component
class NowStream implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(NowStream.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration AT_LEAST = Duration.ofSeconds(10);
    /** Then the browser connects again by itself, with whatever rights it has by then. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Now now;
    private final Set<SseEmitter> watchers = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledExecutorService timer;
    private @Nullable NowSnapshot told;

    NowStream(Now now) {
        this.now = now;
    }

    SseEmitter open() {
        SseEmitter watcher = new SseEmitter(LONGEST.toMillis());
        watcher.onCompletion(() -> watchers.remove(watcher));
        watcher.onTimeout(watcher::complete);
        watcher.onError(error -> watchers.remove(watcher));
        try {
            // Without a first byte the browser does not know that it is connected.
            watcher.send(SseEmitter.event().comment("connected"));
        } catch (IOException e) {
            watcher.completeWithError(e);
        }
        watchers.add(watcher);
        if (!isRunning()) {
            watcher.complete();
        }
        return watcher;
    }

    private void look() {
        try {
            if (watchers.isEmpty()) {
                return;
            }
            NowSnapshot snapshot = now.snapshot();
            Instant toldAt = told == null ? Instant.EPOCH : told.at();
            if (snapshot.sameAs(told) && snapshot.at().isBefore(toldAt.plus(AT_LEAST))) {
                return;
            }
            told = snapshot;
            NowController.Series series = NowController.Series.of(snapshot);
            watchers.forEach(watcher -> tell(watcher, series));
        } catch (RuntimeException e) {
            // An exception would end the schedule, and every page would stand still from then on.
            LOG.warn("Open pages were not told of the latest change.", e);
        }
    }

    private void tell(SseEmitter watcher, NowController.Series series) {
        try {
            watcher.send(SseEmitter.event().name("now").data(series, MediaType.APPLICATION_JSON));
        } catch (IOException | IllegalStateException e) {
            LOG.debug("A watcher went away.", e);
            watchers.remove(watcher);
        }
    }

    @Override
    public synchronized void start() {
        timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "console-now");
            thread.setDaemon(true);
            return thread;
        });
        var unused = timer.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Before the web server's graceful shutdown, which would wait for open streams. */
    @Override
    public synchronized void stop() {
        if (timer != null) {
            timer.shutdownNow();
            timer = null;
        }
        watchers.forEach(SseEmitter::complete);
        watchers.clear();
    }

    @Override
    public synchronized boolean isRunning() {
        return timer != null;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
