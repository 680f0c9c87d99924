package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Party;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a rule would like to say about an event.
 *
 * @param happenedAt when the thing happened that is to be told
 * @param plan the channels that can reach the person; empty while nobody knows how
 * @param firstChannel the channel that is meant, even while the plan is empty
 * @param receiptId the received message that it came from, if any
 */
record Candidate(
        String tenant,
        Rule rule,
        String cause,
        String subject,
        @Nullable String reference,
        String language,
        Party recipient,
        Map<String, String> variables,
        List<PlannedStep> plan,
        Channel firstChannel,
        String eventId,
        Instant happenedAt,
        @Nullable UUID receiptId) {}
