package dev.wasl.hub.ops;

/** The names of the hub's queues and addresses. */
public final class Queues {

    /** The multicast address that every canonical message is sent to. */
    public static final String CANONICAL = "canonical";

    /** Where the broker puts what was delivered too often; the hub parks it from there. */
    public static final String DEAD_LETTER = "dead-letter";

    /** Where expired messages go. */
    public static final String EXPIRED = "expired";

    private static final String INBOUND = "inbound.";

    private Queues() {}

    /** The queue of a connector's received messages. */
    public static String inbound(String connector) {
        return INBOUND + connector;
    }

    /** Whether a queue holds received messages. */
    public static boolean isInbound(String queue) {
        return queue.startsWith(INBOUND);
    }

    /** The full name of a consumer's queue on the canonical address. */
    public static String canonical(String consumer) {
        return CANONICAL + "::" + consumer;
    }

    /** Whether a full name is that of a queue on the canonical address. */
    public static boolean isCanonical(String fullName) {
        return fullName.startsWith(CANONICAL + "::");
    }
}
