package dev.wasl.hub.flow;

import dev.wasl.hub.canonical.HubException;

/** One message out of a broker message, which may hold many. */
interface Piece {

    /** Whose it is; {@code unknown} when a broker message does not say. */
    String tenant();

    /** By which id the journal and the log know it. */
    String messageId();

    /**
     * What a route handles.
     *
     * @throws HubException if nothing can be read from it
     */
    Object item();

    /**
     * Makes it a piece of work for a person.
     *
     * @param stage the route that failed
     */
    void park(String stage, HubException reason);
}
