package dev.wasl.hub.notify;

import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One call of a provider, as stored. Changed only by its {@link Notice}. */
final class Attempt {

    final int no;
    final int step;
    final Channel channel;
    final String provider;
    final String requestHash;
    final @Nullable Integer segments;
    final Instant createdAt;
    Status state;

    @Nullable
    Refusal refusal;

    @Nullable
    String providerMessageId;

    @Nullable
    String errorCode;

    @Nullable
    String errorDetail;

    Instant leaseUntil;

    @Nullable
    Instant evidenceAt;

    Instant updatedAt;
    boolean changed;

    Attempt(
            int no,
            int step,
            Channel channel,
            String provider,
            String requestHash,
            @Nullable Integer segments,
            Status state,
            Instant leaseUntil,
            Instant createdAt) {
        this.no = no;
        this.step = step;
        this.channel = channel;
        this.provider = provider;
        this.requestHash = requestHash;
        this.segments = segments;
        this.state = state;
        this.leaseUntil = leaseUntil;
        this.createdAt = createdAt;
        this.updatedAt = createdAt;
    }
}
