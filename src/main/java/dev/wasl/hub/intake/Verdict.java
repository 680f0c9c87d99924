package dev.wasl.hub.intake;

/** The outcome of verifying a received request; recorded with it, never the secret. */
public enum Verdict {
    /** Proved to come from the provider. */
    VALID,
    /** A signature or secret that does not match. */
    BAD_SIGNATURE,
    /** Proved, but signed too long ago. */
    STALE,
    /** No signature where one is due. */
    UNSIGNED,
    /** A signature that cannot be read. */
    MALFORMED,
    /** No secret is configured, so nothing can be proved; refused, and somebody must act. */
    UNKNOWN_SECRET
}
