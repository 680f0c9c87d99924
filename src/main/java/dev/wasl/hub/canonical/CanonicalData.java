package dev.wasl.hub.canonical;

import java.util.Set;

/** The data part of a canonical message. */
public sealed interface CanonicalData
        permits Delivery, Payment, Notification, NotificationReceipt, Interaction, Unknown {

    /**
     * Everything a person might search this message by: tracking numbers, payment ids, order references, phones.
     * Never empty strings.
     */
    Set<String> references();
}
