package dev.wasl.hub.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Notification.Status;
import dev.wasl.hub.mapping.JsonBodies;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Tells what an HTTP answer, or its absence, proves. Only what proves that nothing was sent may be repeated: a time-out,
 * a reset or a bare 5xx leaves it open.
 */
final class HttpOutcomes {

    private static final Duration LONGEST_PAUSE = Duration.ofHours(6);

    private HttpOutcomes() {}

    /** What a call without answer proves. */
    static Outcome failure(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof ConnectTimeoutException
                    || cause instanceof ConnectionRequestTimeoutException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException
                    || cause instanceof SSLHandshakeException
                    || cause instanceof SSLPeerUnverifiedException) {
                return new Outcome.Refused(
                        Refusal.TRANSIENT, "UNREACHABLE", "no connection: " + cause.getMessage(), null);
            }
        }
        return new Outcome.Unclear(
                failure == null
                        ? "no answer"
                        : "no answer: " + failure.getClass().getSimpleName());
    }

    /** What a good answer proves: without the message's id, nothing. */
    static Outcome acceptance(int status, String id) {
        return id.isBlank()
                ? new Outcome.Unclear("HTTP " + status + " without a message id")
                : new Outcome.Accepted(id, Status.ACCEPTED);
    }

    /** What an error answer with the provider's code proves. */
    static Outcome refusal(
            String provider, int status, @Nullable String code, String detail, @Nullable Duration retryAfter) {
        Refusal known = ProviderCodes.meaning(provider, code).orElse(null);
        String shown = code == null ? "HTTP-" + status : code;
        if (status == 429) {
            // never processed, so always safe to repeat, whatever else the answer says
            return new Outcome.Refused(
                    known == null || known == Refusal.TRANSIENT ? Refusal.THROTTLED : known, shown, detail, retryAfter);
        }
        if (known != null) {
            return new Outcome.Refused(known, shown, detail, retryAfter);
        }
        // Meta's code 1 is "unknown error", whatever the status: it does not say whether the message left
        if (status >= 500 || status == 408 || ("whatsapp".equals(provider) && "1".equals(code))) {
            return new Outcome.Unclear("HTTP " + status);
        }
        if ((status >= 300 && status < 400) || status == 401 || status == 403 || status == 404 || status == 407) {
            return new Outcome.Refused(Refusal.CONFIG, shown, detail, retryAfter);
        }
        return new Outcome.Refused(Refusal.CONTENT, shown, detail, retryAfter);
    }

    /** The answer's JSON; missing when it is none. */
    static JsonNode json(byte[] body) {
        try {
            return JsonBodies.parse(body);
        } catch (HubException e) {
            return MissingNode.getInstance();
        }
    }

    /** {@code Retry-After}, in seconds or as a date, bounded. */
    static @Nullable Duration retryAfter(@Nullable String header, Clock clock) {
        if (header == null || header.isBlank()) {
            return null;
        }
        Duration wanted;
        try {
            wanted = header.strip().matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(header.strip()))
                    : Duration.between(
                            clock.instant(),
                            Instant.from(ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)));
        } catch (DateTimeException e) {
            return null;
        }
        return wanted.isNegative() ? null : wanted.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wanted;
    }

    static String shorten(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= 300 ? line : line.substring(0, 300);
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
