package dev.wasl.hub.access;

import dev.wasl.hub.ops.DatabaseHealth;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;

/**
 * Finds the key of a request. Every request costs one hash; the table is asked at most once per key and
 * {@code wasl.access.key-cache}, which is also how long a revoked key may still work. While the database is away, a key
 * that was good goes on for a few minutes: whoever watches the hub is to see what happens then.
 */
@Component
class ApiKeys {

    /** Enough for every real key, and a bound for what guesses can occupy. */
    private static final int REMEMBERED = 1024;

    /** How long after the last answer about it a good key works while the database is away. */
    private static final Duration AWAY = Duration.ofMinutes(5);

    private final ApiKeyRepository repository;
    private final DatabaseHealth database;
    private final AccessSettings settings;
    private final Clock clock;
    private final Map<String, Remembered> cache = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
            return size() > REMEMBERED;
        }
    };

    ApiKeys(ApiKeyRepository repository, DatabaseHealth database, AccessSettings settings, Clock clock) {
        this.repository = repository;
        this.database = database;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * The usable key that this text is, if it is one.
     *
     * @throws org.springframework.dao.DataAccessException when the database is away and nothing recent is known
     */
    Optional<ApiKey> find(String key) {
        String hash = hash(key);
        Instant now = clock.instant();
        Remembered remembered;
        synchronized (cache) {
            remembered = cache.get(hash);
        }
        if (remembered == null || !now.isBefore(remembered.until())) {
            try {
                remembered = new Remembered(database.look(() -> lookUp(hash, now)), now.plus(settings.keyCache()));
                synchronized (cache) {
                    cache.put(hash, remembered);
                }
            } catch (DataAccessResourceFailureException e) {
                if (remembered == null
                        || remembered.key().isEmpty()
                        || !now.isBefore(remembered.until().plus(AWAY))) {
                    throw e;
                }
            }
        }
        return remembered.key().filter(apiKey -> apiKey.usable(now));
    }

    private Optional<ApiKey> lookUp(String hash, Instant now) {
        Optional<ApiKey> found = repository.findByHash(hash);
        found.filter(apiKey -> apiKey.usable(now)).ifPresent(apiKey -> repository.used(apiKey.id(), now));
        return found;
    }

    /** Forgets what was looked up, after keys were changed here. */
    void forget() {
        synchronized (cache) {
            cache.clear();
        }
    }

    /** SHA-256, hex. */
    static String hash(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    private record Remembered(Optional<ApiKey> key, Instant until) {}
}
