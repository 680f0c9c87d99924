package dev.wasl.hub.notify;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.wasl.hub.canonical.Notification.Channel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One channel of a notification's plan, decided when it was requested.
 *
 * @param address E.164 or e-mail
 * @param deadline seconds until the next channel takes over; null: only a failure makes it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PlannedStep(
        Channel channel,
        String provider,
        String address,
        @Nullable Long deadline,
        Rule.OnUnknown onUnknown) {

    @Nullable
    Duration deadlineAfter() {
        return deadline == null ? null : Duration.ofSeconds(deadline);
    }

    /** The connector that carries a channel. */
    static String provider(Channel channel) {
        return switch (channel) {
            case WHATSAPP -> "whatsapp";
            case SMS -> "twilio";
            case EMAIL -> "smtp";
        };
    }
}
