package dev.wasl.hub.payment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.ops.DataDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Encrypts what a connector remembers of a payment: tokens that would let anybody who reads the database confirm or ask in
 * our name. AES-256-GCM; the tenant and the id of the payment are authenticated with it, so that a value does not work in
 * another row. The first bytes name the key, so that a new one can follow an old one.
 */
@Component
final class StateSeal {

    private static final Logger LOG = LoggerFactory.getLogger(StateSeal.class);
    private static final String FILE = "payment-state.key";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final byte VERSION = 1;
    private static final int KEY_BYTES = 32;
    private static final int NAME_BYTES = 4;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    private final SecureRandom random = new SecureRandom();
    /** The current key first. */
    private final List<Key> keys;

    @Autowired
    StateSeal(
            PaymentSettings settings,
            @Value("${wasl.database}") String database,
            ObjectProvider<DataDirectory> dataDirectory,
            StateKeyRepository shared) {
        this(
                current(settings, database, dataDirectory, shared),
                settings.formerStateKeys().stream()
                        .map(key -> decoded("wasl.payments.former-state-keys", key))
                        .toList());
    }

    private static byte[] current(
            PaymentSettings settings,
            String database,
            ObjectProvider<DataDirectory> dataDirectory,
            StateKeyRepository shared) {
        if (!settings.stateKey().isEmpty()) {
            return decoded("wasl.payments.state-key", settings.stateKey());
        }
        if (!"external".equalsIgnoreCase(database)) {
            return inFile(dataDirectory.getObject().resolve(FILE));
        }
        LOG.warn("wasl.payments.state-key is not set, so the key of what gateways give the hub to remember lies in the"
                + " database beside it; set one (openssl rand -base64 32) that all hubs share");
        return shared.keyOr(fresh());
    }

    private static byte[] fresh() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    StateSeal(byte[] current, List<byte[]> former) {
        List<Key> all = new ArrayList<>();
        all.add(Key.of(current));
        former.forEach(key -> all.add(Key.of(key)));
        this.keys = List.copyOf(all);
    }

    private record Key(byte[] name, SecretKeySpec key) {

        static Key of(byte[] bytes) {
            return new Key(Arrays.copyOf(sha256(bytes), NAME_BYTES), new SecretKeySpec(bytes, "AES"));
        }
    }

    /** Encrypts the state of one payment. */
    byte[] seal(String tenant, UUID id, Map<String, String> state) {
        Key key = keys.get(0);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.ENCRYPT_MODE, key.key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(place(tenant, id));
            byte[] secret = cipher.doFinal(JSON.writeValueAsBytes(state));
            return ByteBuffer.allocate(1 + NAME_BYTES + NONCE_BYTES + secret.length)
                    .put(VERSION)
                    .put(key.name)
                    .put(nonce)
                    .put(secret)
                    .array();
        } catch (GeneralSecurityException | JsonProcessingException e) {
            throw new IllegalStateException("the state of a payment cannot be encrypted", e);
        }
    }

    /**
     * Decrypts it.
     *
     * @throws HubException {@code PAYMENT_STATE_UNREADABLE}
     */
    Map<String, String> open(String tenant, UUID id, byte[] sealed) {
        if (sealed.length <= 1 + NAME_BYTES + NONCE_BYTES || sealed[0] != VERSION) {
            throw unreadable(id, null);
        }
        byte[] name = Arrays.copyOfRange(sealed, 1, 1 + NAME_BYTES);
        for (Key key : keys) {
            if (Arrays.equals(key.name, name)) {
                return open(tenant, id, sealed, key);
            }
        }
        throw unreadable(id, null);
    }

    private static Map<String, String> open(String tenant, UUID id, byte[] sealed, Key key) {
        int start = 1 + NAME_BYTES + NONCE_BYTES;
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(
                    Cipher.DECRYPT_MODE, key.key, new GCMParameterSpec(TAG_BITS, sealed, 1 + NAME_BYTES, NONCE_BYTES));
            cipher.updateAAD(place(tenant, id));
            return JSON.readValue(cipher.doFinal(sealed, start, sealed.length - start), TEXTS);
        } catch (GeneralSecurityException | IOException e) {
            throw unreadable(id, e);
        }
    }

    private static HubException unreadable(UUID id, @org.jspecify.annotations.Nullable Exception cause) {
        return new HubException(
                ErrorCode.PAYMENT_STATE_UNREADABLE,
                "what is remembered of payment request " + id + " was encrypted with another key",
                cause);
    }

    private static byte[] place(String tenant, UUID id) {
        return (tenant + '|' + id).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] decoded(String property, String text) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw wrong(property);
        }
        if (key.length != KEY_BYTES) {
            throw wrong(property);
        }
        return key;
    }

    private static HubException wrong(String property) {
        return new HubException(
                ErrorCode.CONFIGURATION, property + " must be 32 bytes in Base64; openssl rand -base64 32 makes one");
    }

    /** The key of this data directory, made at the first start. */
    static byte[] inFile(Path file) {
        try {
            if (!Files.exists(file)) {
                write(file, Base64.getEncoder().encode(fresh()));
            }
            return decoded(file.toString(), Files.readString(file).strip());
        } catch (IOException e) {
            throw new HubException(ErrorCode.DATA_DIRECTORY, "the key in " + file + " cannot be used", e);
        }
    }

    /** Half a key after a crash would lock everything; so it appears whole or not at all. */
    private static void write(Path file, byte[] content) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] owner = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        try (var channel = Files.newByteChannel(
                part,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC),
                owner)) {
            channel.write(ByteBuffer.wrap(content));
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
