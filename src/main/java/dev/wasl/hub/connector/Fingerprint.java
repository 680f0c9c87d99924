package dev.wasl.hub.connector;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Identities for events whose provider gives none. */
public final class Fingerprint {

    private Fingerprint() {}

    /** Lower-case hex SHA-256 of a body. */
    public static String of(byte[] body) {
        return HexFormat.of().formatHex(sha256().digest(body));
    }

    /** Lower-case hex SHA-256 of the UTF-8 parts joined by {@code |}. */
    public static String of(String... parts) {
        return of(String.join("|", parts).getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
