package dev.wasl.hub.intake;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Receipt ids: UUID version 7 (RFC 9562), which grow with time and so keep their index in order. */
public final class ReceiptIds {

    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000000000000000L;
    private static final long RANDOM_62_BITS = 0x3fffffffffffffffL;

    private ReceiptIds() {}

    /** A new id for something that was received at a time. */
    public static UUID next(Instant receivedAt) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (receivedAt.toEpochMilli() << 16) | VERSION_7 | random.nextInt(1 << 12);
        return new UUID(high, VARIANT | (random.nextLong() & RANDOM_62_BITS));
    }
}
