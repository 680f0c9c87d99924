package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.Notification.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of handing a message to a provider. */
sealed interface Outcome {

    /**
     * The provider has it.
     *
     * @param status {@code ACCEPTED}, or {@code SENT} where nothing further will be reported
     */
    record Accepted(String providerMessageId, Status status) implements Outcome {}

    /**
     * It is certain that the provider does not send it.
     *
     * @param code the provider's code, raw, or a word of ours in capitals
     * @param retryAfter how long the provider wants to be left alone
     */
    record Refused(
            Refusal refusal,
            String code,
            String detail,
            @Nullable Duration retryAfter) implements Outcome {}

    /** Nobody can tell. Sending again could be a second message to a person. */
    record Unclear(String detail) implements Outcome {}
}
