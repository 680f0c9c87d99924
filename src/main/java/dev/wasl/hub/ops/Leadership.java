package dev.wasl.hub.ops;

/** Which of several instances runs what must run once: pollers, change capture, schedules. */
public interface Leadership {

    /** Whether this instance leads at the moment. */
    boolean isLeader();

    /**
     * Registers work that only the leader does. {@code gained} is called at once when this instance leads already.
     *
     * @param gained starts the work; returns quickly
     * @param lost stops it; returns once it has stopped
     * @return ends the registration; calls {@code lost} when this instance leads
     */
    AutoCloseable onLeadership(Runnable gained, Runnable lost);
}
