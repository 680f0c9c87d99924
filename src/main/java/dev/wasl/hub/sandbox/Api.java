package dev.wasl.hub.sandbox;

/** One provider's part of the sandbox's HTTP server. */
interface Api {

    /** The name that misbehaviour and counts go by. */
    String name();

    boolean serves(String path);

    Reply answer(Request request);

    /** What this provider answers when it throttles. */
    Reply throttled(long retryAfterSeconds);

    /** What this provider answers to a wrong key. */
    Reply refused();
}
