package dev.wasl.hub.access;

/** What a person may do on the console. */
enum Role {
    /** Looks. */
    VIEWER,
    /** Looks and steers: replays, backfills, pauses. */
    OPERATOR,
    /** Everything. */
    ADMIN,
    /** Looks, and reads the audit. */
    AUDITOR
}
