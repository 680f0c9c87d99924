package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call that did not bring what was asked for; the code tells what to do about it. */
final class BostaException extends HubException {

    private static final long serialVersionUID = 1;

    private final transient @Nullable Duration retryAfter;

    private BostaException(ErrorCode code, String detail, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(code, detail, cause);
        this.retryAfter = retryAfter;
    }

    /** No answer, or one that says "not now": try again later. */
    static BostaException unreachable(String detail, @Nullable Throwable cause) {
        return new BostaException(ErrorCode.CONNECTOR_UNREACHABLE, detail, null, cause);
    }

    /** Too many calls. */
    static BostaException throttled(@Nullable Duration retryAfter) {
        return new BostaException(ErrorCode.CONNECTOR_THROTTLED, "Bosta throttles", retryAfter, null);
    }

    /** The key or the request is not accepted; the same call fails again until somebody changes something. */
    static BostaException refused(String detail) {
        return new BostaException(ErrorCode.CONNECTOR_REFUSED, detail, null, null);
    }

    static BostaException notFound(String detail) {
        return new BostaException(ErrorCode.CONNECTOR_NOT_FOUND, detail, null, null);
    }

    static BostaException unreadable(String detail, @Nullable Throwable cause) {
        return new BostaException(ErrorCode.CONNECTOR_ANSWER_UNREADABLE, detail, null, cause);
    }

    /** How long the server asked to wait; null when it did not say. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
