package dev.wasl.hub.ops;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What the log lines of this thread are about, as fields {@code route}, {@code tenant} and {@code messageId}, until it
 * ends. Contexts nest: what a new one does not name stays, and its end brings back what was there.
 */
public final class LogContext {

    private static final String ROUTE = "route";
    private static final String TENANT = "tenant";
    private static final String MESSAGE_ID = "messageId";

    private final String key;
    private final @Nullable String before;
    private final @Nullable LogContext outer;

    private LogContext(String key, String value, @Nullable LogContext outer) {
        this.key = key;
        this.before = MDC.get(key);
        this.outer = outer;
        MDC.put(key, value);
    }

    /** Lines of a route, or of a loop that works like one. */
    public static LogContext route(String route) {
        return new LogContext(ROUTE, route, null);
    }

    /** Lines about a business. */
    public static LogContext tenant(String tenant) {
        return new LogContext(TENANT, tenant, null);
    }

    /**
     * Lines about one message.
     *
     * @param messageId the id by which the journal finds it
     */
    public static LogContext message(String tenant, String messageId) {
        return new LogContext(MESSAGE_ID, messageId, tenant(tenant));
    }

    /** To be called by the same thread, in a {@code finally}. */
    public void end() {
        if (before == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, before);
        }
        if (outer != null) {
            outer.end();
        }
    }
}
