package dev.wasl.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How gateways prove their webhooks, written from their documents and not from the hub's verifiers. */
final class Proofs {

    private Proofs() {}

    static byte[] hmac(String algorithm, String secret, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
        return mac.doFinal(message);
    }

    static String hexHmac512(String secret, byte[] message) throws GeneralSecurityException {
        return HexFormat.of().formatHex(hmac("HmacSHA512", secret, message));
    }

    static String base64Hmac256(String secret, byte[] message) throws GeneralSecurityException {
        return Base64.getEncoder().encodeToString(hmac("HmacSHA256", secret, message));
    }

    /** PayPal's: RSA over the ids, the time and the checksum of the body, which stays unsigned and decimal. */
    static String paypal(PrivateKey key, String transmission, String time, String webhookId, byte[] body) throws GeneralSecurityException {
        CRC32 sum = new CRC32();
        sum.update(body);
        Signature rsa = Signature.getInstance("SHA256withRSA");
        rsa.initSign(key);
        rsa.update((transmission + '|' + time + '|' + webhookId + '|' + sum.getValue()).getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(rsa.sign());
    }

    /** An RSA key as {@code openssl genpkey} and {@code openssl req -newkey} write it. */
    static PrivateKey rsaKey(Path pem) throws Exception {
        String base64 = Files.readAllLines(pem).stream().filter(line -> !line.startsWith("-----")).collect(Collectors.joining());
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    /** CMI's, version 3, of forms whose names hold no digits and whose values need no escaping: then natural order is this order. */
    static String cmi(Map<String, String> form, String storeKey) throws GeneralSecurityException {
        StringBuilder text = new StringBuilder();
        Map<String, String> sorted = new TreeMap<>(java.util.Comparator.comparing(name -> name.toUpperCase(java.util.Locale.ROOT)));
        sorted.putAll(form);
        sorted.keySet().removeIf(name -> name.equalsIgnoreCase("encoding") || name.equalsIgnoreCase("hash"));
        sorted.values().forEach(value -> text.append(value).append('|'));
        byte[] hash = MessageDigest.getInstance("SHA-512").digest(text.append(storeKey).toString().getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(hash);
    }
}
