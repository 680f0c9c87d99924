package dev.wasl.hub.connector;

import dev.wasl.hub.canonical.HubException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The short-lived tokens that gateways hand out for credentials, kept in memory until shortly before they end. While one
 * caller logs in, others with the same key wait for its outcome, good or bad, instead of logging in too.
 */
@Component
public final class GatewayTokens {

    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final Clock clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Known>> logins = new ConcurrentHashMap<>();

    public GatewayTokens(Clock clock) {
        this.clock = clock;
    }

    /**
     * A token as the gateway gave it.
     *
     * @param value what goes into the header
     * @param validFor from now on
     */
    public record Token(String value, Duration validFor) {

        /** Without the value, which a log must not show. */
        @Override
        public String toString() {
            return "Token[" + validFor + ']';
        }
    }

    private record Known(String value, Instant until) {}

    /**
     * Makes a call with a token. When the gateway answers 401 the token is given up and the call made once again with a
     * new one; it must therefore be one that a gateway refuses before doing anything.
     *
     * @param key tenant, connector and account: whatever the token is for
     * @param login asks for a token; its exception is thrown to everybody who waits
     */
    public <T> T call(String key, Supplier<Token> login, Function<String, T> call) {
        Known token = token(key, login);
        try {
            return call.apply(token.value());
        } catch (GatewayHttp.RefusedException e) {
            if (e.status() != 401) {
                throw e;
            }
            known.remove(key, token);
            return call.apply(token(key, login).value());
        }
    }

    private Known token(String key, Supplier<Token> login) {
        Known token = known.get(key);
        if (token != null && clock.instant().isBefore(token.until())) {
            return token;
        }
        CompletableFuture<Known> mine = new CompletableFuture<>();
        CompletableFuture<Known> other = logins.putIfAbsent(key, mine);
        if (other != null) {
            return outcome(other);
        }
        try {
            Known again = known.get(key);
            mine.complete(again != null && clock.instant().isBefore(again.until()) ? again : ask(key, login));
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
        } finally {
            logins.remove(key, mine);
        }
        return outcome(mine);
    }

    private Known ask(String key, Supplier<Token> login) {
        Instant asked = clock.instant();
        Token token = login.get();
        Duration margin = min(MARGIN, token.validFor().dividedBy(10));
        Known fresh = new Known(token.value(), asked.plus(token.validFor()).minus(margin));
        known.put(key, fresh);
        return fresh;
    }

    private static Known outcome(CompletableFuture<Known> login) {
        try {
            return login.join();
        } catch (CompletionException e) {
            @Nullable Throwable cause = e.getCause();
            if (cause instanceof GatewayHttp.RefusedException refused) {
                throw refused.again();
            }
            if (cause instanceof HubException failed) {
                throw new HubException(failed.code(), "no token from the gateway", failed);
            }
            throw e;
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
