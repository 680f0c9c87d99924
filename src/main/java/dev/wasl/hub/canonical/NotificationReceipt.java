package dev.wasl.hub.canonical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a provider reports about a message it was given.
 *
 * @param provider the connector, {@code twilio}, {@code whatsapp} or {@code smtp}
 * @param providerMessageId the provider's id of the message
 * @param notificationId the hub's id, where the provider echoes it
 * @param attemptNo the attempt, where the provider echoes it
 * @param rawStatus the provider's own word
 * @param errorCode the provider's error code, raw
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NotificationReceipt(
        Notification.Channel channel,
        String provider,
        String providerMessageId,
        @Nullable String notificationId,
        @Nullable Integer attemptNo,
        Notification.Status status,
        @Nullable String rawStatus,
        @Nullable String errorCode,
        @Nullable String errorDetail,
        @Nullable String recipient,
        Instant occurredAt)
        implements CanonicalData {

    @Override
    public Set<String> references() {
        return References.of(providerMessageId, notificationId, recipient);
    }
}
