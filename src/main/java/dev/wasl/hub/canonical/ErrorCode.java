package dev.wasl.hub.canonical;

/**
 * The hub's error codes, explained in {@code src/docs/error-codes.md}. A number is never reused; a transient error may
 * pass by itself, a permanent one needs somebody.
 */
public enum ErrorCode {
    BODY_TOO_LARGE("WASL-1001", false),
    UNKNOWN_TENANT("WASL-1002", false),
    UNKNOWN_CONNECTOR("WASL-1003", false),
    BAD_SIGNATURE("WASL-1004", false),
    STALE_SIGNATURE("WASL-1005", false),
    UNSIGNED("WASL-1006", false),
    MALFORMED_REQUEST("WASL-1007", false),
    SECRET_MISSING("WASL-1008", false),
    STORE_UNAVAILABLE("WASL-1009", true),
    UNSUPPORTED_ENCODING("WASL-1010", false),
    MAPPING_BROKEN("WASL-2001", false),
    MAPPING_FAILED("WASL-2002", false),
    SCHEMA_VIOLATION("WASL-2003", false),
    MALFORMED_BODY("WASL-2004", false),
    MAPPING_MISSING("WASL-2005", false),
    UNKNOWN_STATE("WASL-2006", false),
    EFFECT_FAILED("WASL-3001", false),
    DELIVERY_ATTEMPTS_EXHAUSTED("WASL-3002", false),
    PARKED_NOT_FOUND("WASL-3003", false),
    NOT_REPLAYABLE("WASL-3004", false),
    PAYMENT_MISMATCH("WASL-4001", false),
    PAYMENT_UNCONFIRMED("WASL-4002", false),
    REFERENCE_TAKEN("WASL-4003", false),
    PAYMENT_CLOSED("WASL-4004", false),
    PAYMENT_STATE_UNREADABLE("WASL-4005", false),
    PAYMENT_REFUSED("WASL-4006", false),
    CONNECTOR_UNREACHABLE("WASL-5001", true),
    CONNECTOR_THROTTLED("WASL-5002", true),
    CONNECTOR_REFUSED("WASL-5003", false),
    CONNECTOR_ANSWER_UNREADABLE("WASL-5004", true),
    CONNECTOR_NOT_FOUND("WASL-5005", false),
    BACKFILL_CONFLICT("WASL-5006", false),
    TEMPLATE_BROKEN("WASL-6001", false),
    NO_ROUTE_TO_RECIPIENT("WASL-6002", false),
    PROVIDER_REFUSED("WASL-6003", false),
    PROVIDER_UNREACHABLE("WASL-6004", true),
    OUTCOME_UNKNOWN("WASL-6005", false),
    SPEND_CAP_REACHED("WASL-6006", false),
    CONFIGURATION("WASL-9001", false),
    DATABASE_UNAVAILABLE("WASL-9002", true),
    BROKER_UNAVAILABLE("WASL-9003", true),
    DATA_DIRECTORY("WASL-9004", false),
    ROUTE_BROKEN("WASL-9005", false),
    INVALID_REQUEST("WASL-9101", false),
    NOT_AUTHENTICATED("WASL-9102", false),
    NOT_ALLOWED("WASL-9103", false),
    NOT_FOUND("WASL-9104", false),
    METHOD_NOT_ALLOWED("WASL-9105", false),
    NOT_ACCEPTABLE("WASL-9106", false),
    UNSUPPORTED_MEDIA_TYPE("WASL-9107", false),
    CONFLICT("WASL-9108", false),
    UNEXPECTED("WASL-9999", false);

    private final String id;
    private final boolean transientError;

    ErrorCode(String id, boolean transientError) {
        this.id = id;
        this.transientError = transientError;
    }

    /** The public form, {@code WASL-2002}. */
    public String id() {
        return id;
    }

    /** Whether the same thing may succeed later without anybody doing something. */
    public boolean isTransient() {
        return transientError;
    }
}
