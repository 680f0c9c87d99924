package dev.wasl.hub.sandbox;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;

/**
 * The certificate that the played PayPal signs with, and the authority that issued it, made anew in every process: no
 * private key stands in the repository, and nothing outside of this machine trusts them. The few structures of X.509 that
 * this takes are written here because the JDK can read certificates only.
 */
final class DemoCertificate {

    static final String COMMON_NAME = "messageverificationcerts.sandbox.paypal.com";

    private static final byte[] SHA256_WITH_RSA =
            sequence(objectId(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b), tagged(0x05));

    private final KeyPair signer;
    private final String signerPem;
    private final String authorityPem;

    private DemoCertificate() {
        KeyPair authority = keys();
        String issuer = "Wasl sandbox authority";
        signer = keys();
        authorityPem = pem(certificate(1, issuer, issuer, authority.getPublic(), authority.getPrivate(), true));
        signerPem = pem(certificate(2, issuer, COMMON_NAME, signer.getPublic(), authority.getPrivate(), false));
    }

    /** The one of this process; making it takes a moment, so it is made when somebody asks. */
    static DemoCertificate get() {
        return Holder.ONE;
    }

    private static final class Holder {
        private static final DemoCertificate ONE = new DemoCertificate();
    }

    /** The signing certificate alone, as PayPal served it in some years. */
    String signerPem() {
        return signerPem;
    }

    /** What a hub must trust to believe it. */
    String authorityPem() {
        return authorityPem;
    }

    /** An RSA signature with SHA-256. */
    byte[] sign(byte[] message) {
        return sign(signer.getPrivate(), message);
    }

    /** The same by a key that nobody certified. */
    static byte[] signAsStranger(byte[] message) {
        return sign(keys().getPrivate(), message);
    }

    private static byte[] sign(PrivateKey key, byte[] message) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot sign", e);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no RSA", e);
        }
    }

    private static byte[] certificate(
            int serial, String issuer, String subject, PublicKey key, PrivateKey issuerKey, boolean authority) {
        byte[] validity = sequence(tagged(0x17, ascii("200101000000Z")), tagged(0x17, ascii("491231235959Z")));
        byte[] basicConstraints = sequence(
                objectId(0x55, 0x1d, 0x13),
                tagged(0x01, new byte[] {-1}),
                tagged(0x04, sequence(tagged(0x01, new byte[] {-1}))));
        byte[] signed = sequence(
                tagged(0xa0, tagged(0x02, new byte[] {2})),
                tagged(0x02, BigInteger.valueOf(serial).toByteArray()),
                SHA256_WITH_RSA,
                name(issuer),
                validity,
                name(subject),
                key.getEncoded(),
                authority ? tagged(0xa3, sequence(basicConstraints)) : new byte[0]);
        return sequence(signed, SHA256_WITH_RSA, tagged(0x03, new byte[] {0}, sign(issuerKey, signed)));
    }

    private static byte[] name(String commonName) {
        byte[] text = commonName.getBytes(StandardCharsets.UTF_8);
        return sequence(tagged(0x31, sequence(objectId(0x55, 0x04, 0x03), tagged(0x0c, text))));
    }

    private static byte[] objectId(int... bytes) {
        byte[] id = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            id[i] = (byte) bytes[i];
        }
        return tagged(0x06, id);
    }

    private static byte[] sequence(byte[]... parts) {
        return tagged(0x30, parts);
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream tagged = new ByteArrayOutputStream();
        tagged.write(tag);
        int length = content.size();
        if (length < 0x80) {
            tagged.write(length);
        } else {
            byte[] digits = BigInteger.valueOf(length).toByteArray();
            int from = digits[0] == 0 ? 1 : 0;
            tagged.write(0x80 | digits.length - from);
            tagged.write(digits, from, digits.length - from);
        }
        tagged.writeBytes(content.toByteArray());
        return tagged.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String pem(byte[] certificate) {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, ascii("\n")).encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
    }
}
