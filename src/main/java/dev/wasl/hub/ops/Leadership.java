package dev.wasl.hub.ops;

import java.time.Instant;
import java.util.Optional;

/**
 * Which of several hubs on one database does what must be done once: polling, schedules, change data capture. At any
 * moment at most one leads; when it ends or loses the database, another takes over within 30 seconds.
 */
public interface Leadership {

    /**
     * Whether this hub leads right now. Cheap, and false at once when the database has not confirmed it for a few
     * seconds, so worth asking before each piece of work.
     */
    boolean isLeader();

    /**
     * Runs {@code gained} each time this hub begins to lead, also when it leads already, and {@code lost} each time it
     * ceases to, also at shutdown. Never both at once, in the order of events, on one thread shared by everybody who
     * registered: both must be quick, and {@code lost} must stop the work or make it stop soon.
     */
    Registration onLeadership(Runnable gained, Runnable lost);

    /** Since when this hub leads; empty while it does not. */
    Optional<Instant> leaderSince();

    /** The name of this hub among its siblings. */
    String nodeId();

    /** The name of the hub that leads, as far as this one knows; empty while nobody does. */
    Optional<String> leader();

    /** Somebody who is told. */
    interface Registration extends AutoCloseable {

        /** Ends the registration, without calling {@code lost}. */
        @Override
        void close();
    }
}
