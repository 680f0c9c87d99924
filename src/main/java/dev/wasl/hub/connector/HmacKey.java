package dev.wasl.hub.connector;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret that is ready to sign with, safe for use by many threads. The key schedule is computed once. */
public final class HmacKey {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final SecretKeySpec key;
    private final Mac prototype;

    private HmacKey(String algorithm, String secret) {
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm);
        this.prototype = initialised();
    }

    /**
     * Prepares every secret that can prove something. Empty and blank ones are left out: with an empty key anybody can sign.
     * The others are used as they are; trimming belongs to reading the configuration.
     *
     * @param algorithm the JDK's name, {@code HmacSHA256}
     */
    public static List<HmacKey> all(String algorithm, List<String> secrets) {
        return secrets.stream()
                .filter(secret -> secret != null && !secret.isBlank())
                .map(secret -> new HmacKey(algorithm, secret))
                .toList();
    }

    /** The code over the parts, one after the other. */
    public byte[] sign(byte[]... parts) {
        Mac mac;
        try {
            mac = (Mac) prototype.clone();
        } catch (CloneNotSupportedException e) {
            mac = initialised();
        }
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    /** Compares a code with its lower-case hex form in a text, in a time that does not tell how much of it is right. */
    public static boolean isHexOf(byte[] code, String text, int start, int end) {
        if (end - start != code.length * 2) {
            return false;
        }
        int difference = 0;
        for (int i = 0; i < code.length; i++) {
            difference |= HEX[code[i] >> 4 & 0xf] ^ text.charAt(start + 2 * i);
            difference |= HEX[code[i] & 0xf] ^ text.charAt(start + 2 * i + 1);
        }
        return difference == 0;
    }

    private Mac initialised() {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }
}
