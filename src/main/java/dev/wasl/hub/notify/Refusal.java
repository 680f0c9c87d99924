package dev.wasl.hub.notify;

/** Why a provider refused a message, as far as it decides what follows. */
enum Refusal {
    /** Too fast; never processed, so it may be repeated later. */
    THROTTLED,
    /** Not sent for a reason that may pass. */
    TRANSIENT,
    /** This person cannot be reached on this channel. */
    RECIPIENT,
    /** This person asked not to be written to on this channel. */
    OPT_OUT,
    /** This message will never be accepted on this channel. */
    CONTENT,
    /** The approved template is wrong, paused or missing: somebody must mend it. */
    TEMPLATE,
    /** The account, the sender or the credentials: no message of this sender will be accepted until somebody acts. */
    CONFIG
}
