package dev.wasl.hub.canonical;

import org.jspecify.annotations.Nullable;

/** Any failure that the hub explains by one of its own codes. */
public class HubException extends RuntimeException {

    private final ErrorCode code;

    public HubException(ErrorCode code, String detail) {
        this(code, detail, null);
    }

    public HubException(ErrorCode code, String detail, @Nullable Throwable cause) {
        super(code.id() + ": " + detail, cause);
        this.code = code;
    }

    /** The code and the detail, never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** The code, which says whether trying again can help. */
    public ErrorCode code() {
        return code;
    }
}
