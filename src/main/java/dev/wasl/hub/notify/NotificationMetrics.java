package dev.wasl.hub.notify;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Counts what happened to notifications: {@code wasl.notification}, by channel and status. */
@Component
class NotificationMetrics {

    private final MeterRegistry registry;

    NotificationMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Counts the changes of notifications whose transaction has committed. */
    void count(Collection<Notice> notices) {
        for (Notice notice : notices) {
            for (Change change : notice.changes()) {
                if (change.event() != null) {
                    registry.counter(
                                    "wasl.notification",
                                    "channel",
                                    change.event().channel().name().toLowerCase(Locale.ROOT),
                                    "status",
                                    change.status().name().toLowerCase(Locale.ROOT))
                            .increment();
                }
            }
        }
    }
}
