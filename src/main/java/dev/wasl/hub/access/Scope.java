package dev.wasl.hub.access;

import java.util.Arrays;
import java.util.Optional;

/** What an API key may do. The names are part of the public contract. */
public enum Scope {
    READ_DELIVERIES("read:deliveries"),
    READ_CUSTOMERS("read:customers"),
    READ_PAYMENTS("read:payments"),
    READ_MESSAGES("read:messages"),
    /** The bytes of messages as they came, personal data included. */
    READ_RAW("read:raw"),
    /** Connectors, ledger, parked messages, notifications, health. */
    READ_OPS("read:ops"),
    WRITE_PARKED("write:parked"),
    WRITE_CONNECTORS("write:connectors"),
    /** Asking for payments, recording cash, bank transfers and payouts, correcting what is expected. */
    WRITE_PAYMENTS("write:payments"),
    /** Sending held notifications after all. */
    WRITE_NOTIFICATIONS("write:notifications"),
    /** Listing, making and revoking API keys. */
    WRITE_KEYS("write:keys"),
    METRICS("metrics");

    private final String id;

    Scope(String id) {
        this.id = id;
    }

    /** The public form, {@code read:deliveries}. */
    public String id() {
        return id;
    }

    /** How Spring Security names it. */
    String authority() {
        return "SCOPE_" + id;
    }

    /** The scope of this public form. */
    public static Optional<Scope> of(String id) {
        return Arrays.stream(values()).filter(scope -> scope.id.equals(id)).findFirst();
    }
}
