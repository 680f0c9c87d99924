package dev.wasl.hub.connector.paypal;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayHttp.RefusedException;
import dev.wasl.hub.connector.GatewayHttp.Request;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * PayPal's signing certificates, fetched once a day each. Whoever sends a request chooses the address, so little can be
 * made of it: two fetches at a time, few who wait for one, failures remembered for half a minute, and both memories
 * bounded. Who cannot wait is told to come again, which PayPal does.
 */
@Component
final class SigningCertificates {

    static final int LARGEST = 64 * 1024;
    static final Duration PATIENCE = Duration.ofSeconds(5);
    static final Duration KEPT = Duration.ofHours(24);
    static final Duration FAILURE_KEPT = Duration.ofSeconds(30);

    private static final int MOST_KEPT = 32;
    private static final int MOST_FAILURES_KEPT = 256;
    private static final int MOST_FETCHES = 2;
    private static final int MOST_WAITING = 16;

    private final Fetch fetch;
    private final Map<URI, Found> found = bounded(MOST_KEPT);
    private final Map<URI, Failed> failed = bounded(MOST_FAILURES_KEPT);
    private final Map<URI, CompletableFuture<Outcome>> flights = new ConcurrentHashMap<>();
    private final Semaphore fetching = new Semaphore(MOST_FETCHES);
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    @Autowired
    SigningCertificates(GatewayHttp http) {
        this(address -> address.configured()
                ? http.send(Request.get("paypal", address.url().toString())).body()
                : http.read("paypal", address.url(), LARGEST, PATIENCE));
    }

    SigningCertificates(Fetch fetch) {
        this.fetch = fetch;
    }

    /** Gets the bytes at an address. */
    interface Fetch {

        /**
         * The bytes.
         *
         * @throws HubException when they cannot be had; {@code CONNECTOR_REFUSED} when they do not exist
         */
        byte[] get(CertificateAddress address);
    }

    private sealed interface Outcome {}

    private record Found(SigningChain chain, Instant at) implements Outcome {}

    /** Nobody knows yet, or there is no certificate at the address. */
    private record Failed(boolean unknown, Instant at) implements Outcome {}

    /**
     * The certificate at an address.
     *
     * @return null when there is none, or it is unreadable
     * @throws HubException {@code STORE_UNAVAILABLE} when it could not be fetched now
     */
    @Nullable
    SigningChain at(CertificateAddress address, Instant now) {
        Outcome outcome = known(address.url(), now);
        if (outcome == null) {
            outcome = await(address, now);
        }
        if (outcome instanceof Found certificate) {
            return certificate.chain();
        }
        if (((Failed) outcome).unknown()) {
            throw later("PayPal's certificate cannot be fetched now");
        }
        return null;
    }

    private @Nullable Outcome known(URI url, Instant now) {
        synchronized (found) {
            Found certificate = found.get(url);
            if (certificate != null && now.isBefore(certificate.at().plus(KEPT))) {
                return certificate;
            }
        }
        synchronized (failed) {
            Failed failure = failed.get(url);
            return failure != null && now.isBefore(failure.at().plus(FAILURE_KEPT)) ? failure : null;
        }
    }

    private Outcome await(CertificateAddress address, Instant now) {
        CompletableFuture<Outcome> mine = new CompletableFuture<>();
        CompletableFuture<Outcome> other = flights.putIfAbsent(address.url(), mine);
        if (other == null) {
            try {
                // somebody may have landed between the look into the memory and the take-off
                Outcome landed = known(address.url(), now);
                mine.complete(landed == null ? fetch(address, now) : landed);
            } catch (RuntimeException | Error e) {
                mine.completeExceptionally(e);
                throw e;
            } finally {
                flights.remove(address.url(), mine);
            }
            return mine.join();
        }
        if (!waiting.tryAcquire()) {
            throw later("too many requests wait for PayPal's certificate");
        }
        try {
            return other.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw later("stopped while waiting for PayPal's certificate");
        } catch (ExecutionException | TimeoutException e) {
            throw later("PayPal's certificate does not come");
        } finally {
            waiting.release();
        }
    }

    private Outcome fetch(CertificateAddress address, Instant now) {
        if (!fetching.tryAcquire()) {
            throw later("too many certificates are being fetched");
        }
        Outcome outcome;
        try {
            byte[] pem = fetch.get(address);
            SigningChain chain = pem.length > LARGEST ? null : SigningChain.of(pem);
            outcome = chain == null ? new Failed(false, now) : new Found(chain, now);
        } catch (RefusedException e) {
            outcome = new Failed(false, now);
        } catch (HubException e) {
            outcome = new Failed(e.code() != ErrorCode.CONNECTOR_ANSWER_UNREADABLE, now);
        } finally {
            fetching.release();
        }
        if (outcome instanceof Found certificate) {
            synchronized (found) {
                found.put(address.url(), certificate);
            }
        } else if (outcome instanceof Failed failure) {
            synchronized (failed) {
                failed.put(address.url(), failure);
            }
        }
        return outcome;
    }

    private static HubException later(String why) {
        return new HubException(ErrorCode.STORE_UNAVAILABLE, why);
    }

    private static <V> Map<URI, V> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<URI, V> eldest) {
                return size() > most;
            }
        };
    }
}
