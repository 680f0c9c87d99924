package dev.wasl.hub.flow;

/** Names of the broker message properties; a message carries these and no others. */
final class MessageProperties {

    static final String MESSAGE_ID = "messageId";
    static final String TENANT = "tenant";
    static final String CONNECTOR = "connector";
    static final String RECEIPT_ID = "receiptId";
    static final String KIND = "kind";
    static final String RECEIVED_AT = "receivedAt";
    static final String CONTENT_TYPE = "contentType";
    static final String HEADERS = "headers";
    static final String PARTS = "parts";

    /** How many messages the body holds, see {@link Bundles}; then only {@link #KIND} may stand beside it. */
    static final String BUNDLED = "bundled";

    /** Every property, for parking and replay. */
    static final java.util.List<String> ALL = java.util.List.of(
            MESSAGE_ID, TENANT, CONNECTOR, RECEIPT_ID, KIND, RECEIVED_AT, CONTENT_TYPE, HEADERS, PARTS, BUNDLED);

    private MessageProperties() {}
}
