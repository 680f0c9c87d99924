package dev.wasl.hub.canonical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something a customer said to the business.
 *
 * @param channel {@code WHATSAPP} or {@code SMS}
 * @param provider the connector
 * @param text as it came
 * @param inReplyTo the provider's id of the message it answers
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Interaction(
        Notification.Channel channel,
        String provider,
        String providerMessageId,
        Party from,
        @Nullable String text,
        @Nullable String inReplyTo,
        Instant occurredAt)
        implements CanonicalData {

    @Override
    public Set<String> references() {
        return References.of(providerMessageId, from.phone(), inReplyTo);
    }
}
