package dev.wasl.hub.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Slows down guessing of passwords: a few attempts per login and address, and ten times as many per address, in one
 * window. Attempts count when they begin, so that many at once gain nothing. Kept in memory of this instance.
 */
@Component
class LoginThrottle {

    private static final int REMEMBERED = 10_000;
    private static final int ADDRESS_FACTOR = 10;
    private static final int LONGEST_NAME = 100;

    private final AccessSettings settings;
    private final Clock clock;
    private final Map<String, Attempts> attempts = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Attempts> eldest) {
            return size() > REMEMBERED;
        }
    };

    LoginThrottle(AccessSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Counts an attempt that begins.
     *
     * @return how long the caller has to wait instead; zero when the attempt may go on
     */
    synchronized Duration begin(String username, String address) {
        Duration forAddress = count(address, settings.loginFailures() * ADDRESS_FACTOR);
        Duration forPair = count(pair(username, address), settings.loginFailures());
        return forAddress.compareTo(forPair) > 0 ? forAddress : forPair;
    }

    /** Forgets the attempts of a login that succeeded, and takes it off the address. */
    synchronized void succeeded(String username, String address) {
        attempts.remove(pair(username, address));
        attempts.computeIfPresent(
                address, (key, before) -> new Attempts(Math.max(0, before.count() - 1), before.until()));
    }

    private Duration count(String key, int allowed) {
        Instant now = clock.instant();
        Attempts before = attempts.get(key);
        if (before == null || !now.isBefore(before.until())) {
            attempts.put(key, new Attempts(1, now.plus(settings.loginWindow())));
            return Duration.ZERO;
        }
        attempts.put(key, new Attempts(Math.min(before.count() + 1, allowed + 1), before.until()));
        return before.count() < allowed ? Duration.ZERO : Duration.between(now, before.until());
    }

    private static String pair(String username, String address) {
        String name = username.strip().toLowerCase(Locale.ROOT);
        return address + ' ' + name.substring(0, Math.min(name.length(), LONGEST_NAME));
    }

    private record Attempts(int count, Instant until) {}
}
