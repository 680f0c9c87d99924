package dev.wasl.hub.sandbox;

import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/** Starts the sandbox before anything that calls it, stops it after, and begins the story once the hub is ready. */
final class SandboxLifecycle implements SmartLifecycle {

    private static final int BEFORE_ITS_CALLERS = Integer.MIN_VALUE + 1_000;

    private final SandboxSettings settings;
    private final Environment environment;
    private final Clock clock;
    private volatile @Nullable Sandbox sandbox;
    private volatile int hubPort;

    SandboxLifecycle(SandboxSettings settings, Environment environment, Clock clock) {
        this.settings = settings;
        this.environment = environment;
        this.clock = clock;
    }

    @Override
    public synchronized void start() {
        if (sandbox == null) {
            sandbox = new Sandbox(settings, port -> Accounts.of(environment, port), clock);
        }
    }

    @Override
    public synchronized void stop() {
        Sandbox running = sandbox;
        sandbox = null;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public boolean isRunning() {
        return sandbox != null;
    }

    @Override
    public int getPhase() {
        return BEFORE_ITS_CALLERS;
    }

    /** Remembers the hub's own port, and not that of a separate management server. */
    @EventListener
    void hubListens(WebServerInitializedEvent event) {
        if (event.getApplicationContext().getServerNamespace() == null) {
            hubPort = event.getWebServer().getPort();
        }
    }

    /** Begins the story; without a web server there is nobody to tell it to. */
    @EventListener(ApplicationReadyEvent.class)
    void hubIsReady() {
        Sandbox running = sandbox;
        if (running != null && hubPort > 0) {
            String path = environment.getProperty("server.servlet.context-path", "");
            running.hubIsAt("http://127.0.0.1:" + hubPort + path);
        }
    }

    /** Stops telling before the hub's web server goes. */
    @EventListener(ContextClosedEvent.class)
    void hubLeaves() {
        Sandbox running = sandbox;
        if (running != null) {
            running.hubLeaves();
        }
    }

    Optional<SandboxStatus.Report> report() {
        return Optional.ofNullable(sandbox).map(Sandbox::report);
    }
}
