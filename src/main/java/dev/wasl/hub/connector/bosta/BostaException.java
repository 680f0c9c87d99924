package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call that did not bring what was asked for; the code tells what to do about it. */
final class BostaException extends HubException {

    private static final long serialVersionUID = 1;

    private final transient @Nullable Duration retryAfter;
    private final boolean keyRefused;

    private BostaException(
            ErrorCode code,
            String detail,
            @Nullable Duration retryAfter,
            boolean keyRefused,
            @Nullable Throwable cause) {
        super(code, detail, cause);
        this.retryAfter = retryAfter;
        this.keyRefused = keyRefused;
    }

    /** No answer, or one that says "not now": try again later. */
    static BostaException unreachable(String detail, @Nullable Throwable cause) {
        return new BostaException(ErrorCode.CONNECTOR_UNREACHABLE, detail, null, false, cause);
    }

    /** The server says "not now", and perhaps when. */
    static BostaException unavailable(String detail, @Nullable Duration retryAfter) {
        return new BostaException(ErrorCode.CONNECTOR_UNREACHABLE, detail, retryAfter, false, null);
    }

    /** Too many calls. */
    static BostaException throttled(@Nullable Duration retryAfter) {
        return new BostaException(ErrorCode.CONNECTOR_THROTTLED, "Bosta throttles", retryAfter, false, null);
    }

    /** The key or the account is not accepted; every call fails until somebody changes something. */
    static BostaException keyRefused(String detail) {
        return new BostaException(ErrorCode.CONNECTOR_REFUSED, detail, null, true, null);
    }

    /** This one request is not accepted and will not be; that says nothing about other requests. */
    static BostaException requestRefused(String detail) {
        return new BostaException(ErrorCode.CONNECTOR_REFUSED, detail, null, false, null);
    }

    static BostaException notFound(String detail) {
        return new BostaException(ErrorCode.CONNECTOR_NOT_FOUND, detail, null, false, null);
    }

    static BostaException unreadable(String detail, @Nullable Throwable cause) {
        return new BostaException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, detail, null, false, cause);
    }

    /** How long the server asked to wait; null when it did not say. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    /** Whether it is about the key or the account, and so about every call. */
    boolean isKeyRefused() {
        return keyRefused;
    }
}
