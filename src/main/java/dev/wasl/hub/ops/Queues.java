package dev.wasl.hub.ops;

/** The names of the hub's queues and addresses. */
public final class Queues {

    /** The multicast address that every canonical message is sent to. */
    public static final String CANONICAL = "canonical";

    /** Where the broker puts what was delivered too often; the hub parks it from there. */
    public static final String DEAD_LETTER = "dead-letter";

    /** Where expired messages go. */
    public static final String EXPIRED = "expired";

    private Queues() {}

    /** The queue of a connector's received messages. */
    public static String inbound(String connector) {
        return "inbound." + connector;
    }
}
