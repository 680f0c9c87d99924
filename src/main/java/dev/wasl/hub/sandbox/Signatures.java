package dev.wasl.hub.sandbox;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The proofs that the played providers put on their webhooks. */
final class Signatures {

    private Signatures() {}

    /** {@code Stripe-Signature} of a body sent at an instant, in epoch seconds. */
    static String stripe(String secret, long epochSeconds, byte[] body) {
        byte[] time = (epochSeconds + ".").getBytes(StandardCharsets.US_ASCII);
        byte[] signed = new byte[time.length + body.length];
        System.arraycopy(time, 0, signed, 0, time.length);
        System.arraycopy(body, 0, signed, time.length, body.length);
        return "t=" + epochSeconds + ",v1=" + HexFormat.of().formatHex(hmac("HmacSHA256", secret, signed));
    }

    /** {@code X-Twilio-Signature}: the address and the sorted form. */
    static String twilio(String authToken, String url, Map<String, String> form) {
        StringBuilder signed = new StringBuilder(url);
        new TreeMap<>(form).forEach((key, value) -> signed.append(key).append(value));
        return Base64.getEncoder()
                .encodeToString(hmac("HmacSHA1", authToken, signed.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** {@code X-Hub-Signature-256}. */
    static String meta(String appSecret, byte[] body) {
        return "sha256=" + HexFormat.of().formatHex(hmac("HmacSHA256", appSecret, body));
    }

    /** A code in lower-case hex, keyed by the UTF-8 text of a secret. */
    static String hexHmac(String algorithm, String key, byte[] message) {
        return HexFormat.of().formatHex(hmac(algorithm, key, message));
    }

    /** A code in Base64, keyed by the UTF-8 text of a secret. */
    static String base64Hmac(String algorithm, String key, byte[] message) {
        return Base64.getEncoder().encodeToString(hmac(algorithm, key, message));
    }

    private static byte[] hmac(String algorithm, String key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm + " is missing from this Java", e);
        }
    }
}
