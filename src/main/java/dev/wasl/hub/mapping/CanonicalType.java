package dev.wasl.hub.mapping;

import dev.wasl.hub.canonical.CanonicalData;
import dev.wasl.hub.canonical.Delivery;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Interaction;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.NotificationReceipt;
import dev.wasl.hub.canonical.Payment;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a type, {@code dev.wasl.<entity>.<event>.v<version>}.
 *
 * @param name the whole
 */
record CanonicalType(String name, String entity, String event, int version) {

    private static final Pattern NAME = Pattern.compile("dev\\.wasl\\.([a-z_]+)\\.([a-z_]+)\\.v([0-9]{1,4})");

    /** @throws HubException {@code SCHEMA_VIOLATION} when it is no canonical type */
    static CanonicalType parse(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new HubException(
                    ErrorCode.SCHEMA_VIOLATION, "type: not of the form dev.wasl.<entity>.<event>.v<version>");
        }
        return new CanonicalType(name, parts.group(1), parts.group(2), Integer.parseInt(parts.group(3)));
    }

    /** The record that holds the data; null when this version of the hub has none. */
    @Nullable
    Class<? extends CanonicalData> record() {
        if (version != 1) {
            return null;
        }
        return switch (entity) {
            case "delivery" -> Delivery.class;
            case "payment" -> Payment.class;
            case "notification" -> event.equals("receipt") ? NotificationReceipt.class : Notification.class;
            case "interaction" -> Interaction.class;
            default -> null;
        };
    }
}
