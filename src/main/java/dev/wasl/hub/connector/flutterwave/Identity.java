package dev.wasl.hub.connector.flutterwave;

import dev.wasl.hub.connector.Fingerprint;

/** The identities of events. */
final class Identity {

    private static final int MAX_LENGTH = 200;

    private Identity() {}

    /** An id if it is short and printable, else the hash of the body. */
    static String plainOr(String id, byte[] body) {
        return id.length() <= MAX_LENGTH && id.chars().allMatch(c -> c > ' ' && c < 0x7f) ? id : Fingerprint.of(body);
    }
}
