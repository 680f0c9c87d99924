package dev.wasl.hub.fold;

import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Party;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all statements about one notification amount to, whatever their order. Delivered and read are final for
 * whichever attempt says so; before that the latest attempt counts, and within an attempt the higher rank.
 *
 * @param newest the statement that holds; null before the first
 * @param firsts when each status was first reached
 */
public record NotificationState(@Nullable Notification newest, Map<Notification.Status, Instant> firsts) {

    /** A notification of which nothing was heard. */
    public static final NotificationState NOTHING = new NotificationState(null, Collections.emptyMap());

    private static final Comparator<Notification> ORDER = Comparator.<Notification>comparingInt(
                    n -> n.status().rank() >= Notification.Status.DELIVERED.rank()
                            ? n.status().rank()
                            : 0)
            .thenComparingInt(Notification::attemptNo)
            .thenComparingInt(n -> n.status().rank())
            .thenComparing(Notification::occurredAt, Comparator.reverseOrder())
            .thenComparing(Notification::toString);

    /** The state after one more statement. */
    public NotificationState fold(Notification notification) {
        Notification told = at(notification, Told.micros(notification.occurredAt()));
        Map<Notification.Status, Instant> folded = new EnumMap<>(Notification.Status.class);
        folded.putAll(firsts);
        folded.merge(told.status(), told.occurredAt(), (a, b) -> a.isBefore(b) ? a : b);
        return new NotificationState(newest == null || ORDER.compare(told, newest) > 0 ? told : newest, folded);
    }

    /** The statement that holds. */
    public Notification standing() {
        if (newest == null) {
            throw new IllegalStateException("nothing was said");
        }
        return newest;
    }

    /** The earliest statement about the notification. */
    public Instant firstAt() {
        return Collections.min(firsts.values());
    }

    /** A statement without the person it went to, for those who must not keep personal data. */
    public static Notification anonymous(Notification n) {
        return new Notification(
                n.notificationId(),
                n.rule(),
                n.cause(),
                n.channel(),
                n.provider(),
                null,
                n.attemptNo(),
                n.status(),
                new Party(null, null, null, null, null),
                n.language(),
                n.template(),
                n.subjectReference(),
                n.errorCode(),
                null,
                n.occurredAt());
    }

    /** Adds the columns of a row, and {@code fold} with what {@link #read} needs beside them. */
    public void write(Map<String, Object> row) {
        Notification n = standing();
        Column.put(row, "rule", n.rule());
        Column.put(row, "cause", n.cause());
        Column.put(row, "channel", n.channel());
        Column.put(row, "provider", n.provider());
        Column.put(row, "provider_message_id", n.providerMessageId());
        Column.put(row, "attempt_no", n.attemptNo());
        Column.put(row, "status", n.status());
        Column.put(row, "status_at", n.occurredAt());
        Column.put(row, "name", n.recipient().name());
        Column.put(row, "phone", n.recipient().phone());
        Column.put(row, "second_phone", n.recipient().secondPhone());
        Column.put(row, "phone_raw", n.recipient().phoneRaw());
        Column.put(row, "email", n.recipient().email());
        Column.put(row, "language", n.language());
        Column.put(row, "template", n.template());
        Column.put(row, "subject_reference", n.subjectReference());
        Column.put(row, "error_code", n.errorCode());
        Column.put(row, "error_detail", n.errorDetail());
        Map<String, Object> times = new LinkedHashMap<>();
        firsts.forEach((status, at) -> times.put(status.name(), at.toString()));
        row.put("fold", Map.of("firsts", times));
    }

    /** The state that {@link #write} wrote, of the notification with this id. */
    public static NotificationState read(String notificationId, Map<String, Object> row) {
        Map<Notification.Status, Instant> firsts = new EnumMap<>(Notification.Status.class);
        Column.map(Column.map(row, "fold"), "firsts")
                .forEach(
                        (status, at) -> firsts.put(Notification.Status.valueOf(status.toString()), Column.instant(at)));
        return new NotificationState(
                new Notification(
                        notificationId,
                        String.valueOf(row.get("rule")),
                        String.valueOf(row.get("cause")),
                        Notification.Channel.valueOf(String.valueOf(row.get("channel"))),
                        Column.text(row, "provider"),
                        Column.text(row, "provider_message_id"),
                        Column.integer(row, "attempt_no"),
                        Notification.Status.valueOf(String.valueOf(row.get("status"))),
                        new Party(
                                Column.text(row, "name"),
                                Column.text(row, "phone"),
                                Column.text(row, "second_phone"),
                                Column.text(row, "phone_raw"),
                                Column.text(row, "email")),
                        Column.text(row, "language"),
                        Column.text(row, "template"),
                        Column.text(row, "subject_reference"),
                        Column.text(row, "error_code"),
                        Column.text(row, "error_detail"),
                        Column.instant(row, "status_at")),
                firsts);
    }

    private static Notification at(Notification n, Instant at) {
        return new Notification(
                n.notificationId(),
                n.rule(),
                n.cause(),
                n.channel(),
                n.provider(),
                n.providerMessageId(),
                n.attemptNo(),
                n.status(),
                n.recipient(),
                n.language(),
                n.template(),
                n.subjectReference(),
                n.errorCode(),
                n.errorDetail(),
                at);
    }
}
