package dev.wasl.hub;

import dev.wasl.hub.ops.Leadership;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Leads when a test says so; another hub, {@code other}, does until then. Tells the one who registered last. */
public final class SteeredLeadership implements Leadership {

    private volatile boolean leads;
    private @Nullable Runnable gained;
    private @Nullable Runnable lost;

    public void gain() {
        leads = true;
        if (gained != null) {
            gained.run();
        }
    }

    public void lose() {
        leads = false;
        if (lost != null) {
            lost.run();
        }
    }

    /** Whether somebody wants to be told. */
    public boolean hasListener() {
        return gained != null;
    }

    @Override
    public boolean isLeader() {
        return leads;
    }

    @Override
    public Registration onLeadership(Runnable gained, Runnable lost) {
        this.gained = gained;
        this.lost = lost;
        return () -> {
            this.gained = null;
            this.lost = null;
        };
    }

    @Override
    public Optional<Instant> leaderSince() {
        return Optional.empty();
    }

    @Override
    public String nodeId() {
        return "one";
    }

    @Override
    public Optional<String> leader() {
        return Optional.of(leads ? nodeId() : "other");
    }
}
