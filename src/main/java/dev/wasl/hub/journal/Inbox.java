package dev.wasl.hub.journal;

import dev.wasl.hub.canonical.CanonicalMessage;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Judges whether a consumer has already applied a message; the row commits with the effect. */
public interface Inbox {

    /**
     * Marks messages as applied by a consumer and tells which were new. Must run inside the transaction of the effect.
     *
     * @param consumer the consumer's name, {@code crm}
     * @param messageIds ids of canonical messages, each qualified by tenant: see {@link #key}
     * @return the ids seen for the first time
     */
    Set<String> markApplied(String consumer, Collection<String> messageIds);

    /**
     * The messages that a consumer sees for the first time, marked as applied; the first of several with one id. Must run
     * inside the transaction of the effect.
     *
     * @param consumer the consumer's name, {@code crm}
     */
    default Collection<CanonicalMessage> fresh(String consumer, Collection<CanonicalMessage> messages) {
        Map<String, CanonicalMessage> byKey = new LinkedHashMap<>();
        for (CanonicalMessage message : messages) {
            byKey.putIfAbsent(key(message.event().tenant(), message.event().id()), message);
        }
        byKey.keySet().retainAll(markApplied(consumer, byKey.keySet()));
        return byKey.values();
    }

    /** The key of a message in the inbox. */
    static String key(String tenant, String messageId) {
        return tenant + '|' + messageId;
    }
}
