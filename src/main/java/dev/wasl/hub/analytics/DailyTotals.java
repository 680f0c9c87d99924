package dev.wasl.hub.analytics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What facts contribute to the sums of days: a changed fact takes back what it gave before and gives anew. */
final class DailyTotals {

    /** The columns that name a row of a daily table after tenant and day, and those that are summed. */
    enum Table {
        DELIVERY(
                "analytics.daily_delivery",
                List.of("tenant", "day", "courier", "kind", "currency"),
                List.of(
                        "created",
                        "cod_expected_minor",
                        "cod_refund_minor",
                        "delivered",
                        "returned",
                        "cancelled",
                        "lost",
                        "succeeded",
                        "fees_minor",
                        "failed_attempts",
                        "cod_collected_minor",
                        "net_deposited_minor")),
        PAYMENT(
                "analytics.daily_payment",
                List.of("tenant", "day", "gateway", "currency", "live"),
                List.of("created", "captured", "captured_minor", "fees_minor", "failed", "refunded_minor", "disputed")),
        NOTIFICATION(
                "analytics.daily_notification",
                List.of("tenant", "day", "channel", "rule"),
                List.of("requested", "delivered", "read", "failed"));

        private final String tableName;
        private final List<String> dimensions;
        private final List<String> sums;

        Table(String tableName, List<String> dimensions, List<String> sums) {
            this.tableName = tableName;
            this.dimensions = dimensions;
            this.sums = sums;
        }

        String tableName() {
            return tableName;
        }

        List<String> dimensions() {
            return dimensions;
        }

        List<String> sums() {
            return sums;
        }
    }

    private final Table table;
    private final Map<List<Object>, Map<String, Long>> rows = new HashMap<>();

    DailyTotals(Table table) {
        this.table = table;
    }

    Table table() {
        return table;
    }

    /** Replaces what a fact contributed by what it contributes now. */
    void replace(@Nullable Map<String, Object> before, Map<String, Object> after) {
        if (before != null) {
            add(before, -1);
        }
        add(after, 1);
    }

    /** The sums to add to each row, without those that change nothing. */
    List<Map<String, Object>> changes() {
        return rows.entrySet().stream()
                .filter(row -> row.getValue().values().stream().anyMatch(sum -> sum != 0))
                .map(row -> {
                    Map<String, Object> json = new LinkedHashMap<>();
                    for (int i = 0; i < table.dimensions().size(); i++) {
                        json.put(table.dimensions().get(i), row.getKey().get(i));
                    }
                    table.sums().forEach(sum -> json.put(sum, row.getValue().getOrDefault(sum, 0L)));
                    return json;
                })
                .toList();
    }

    private void add(Map<String, Object> fact, int sign) {
        switch (table) {
            case DELIVERY -> delivery(fact, sign);
            case PAYMENT -> payment(fact, sign);
            case NOTIFICATION -> notification(fact, sign);
        }
    }

    private void delivery(Map<String, Object> fact, int sign) {
        Object created = fact.get("created_day");
        long cod = number(fact, "cod_minor");
        add(fact, created, "created", sign);
        add(fact, created, "cod_expected_minor", sign * Math.max(0, cod));
        add(fact, created, "cod_refund_minor", sign * Math.max(0, -cod));
        Object ended = fact.get("ended_day");
        String end =
                switch (String.valueOf(fact.get("status"))) {
                    case "DELIVERED" -> "delivered";
                    case "RETURNED" -> "returned";
                    case "CANCELLED", "TERMINATED" -> "cancelled";
                    case "LOST", "DAMAGED" -> "lost";
                    default -> null;
                };
        if (end != null) {
            add(fact, ended, end, sign);
        }
        add(fact, ended, "succeeded", Boolean.TRUE.equals(fact.get("succeeded")) ? sign : 0);
        add(fact, ended, "fees_minor", sign * number(fact, "fees_minor"));
        days(fact, "failed_attempt_days", "failed_attempts", sign);
        add(fact, fact.get("collected_day"), "cod_collected_minor", sign * number(fact, "cod_collected_minor"));
        add(fact, fact.get("deposited_day"), "net_deposited_minor", sign * number(fact, "net_deposited_minor"));
    }

    private void payment(Map<String, Object> fact, int sign) {
        add(fact, fact.get("first_day"), "created", sign);
        Object captured = fact.get("captured_day");
        add(fact, captured, "captured", sign);
        add(fact, captured, "captured_minor", sign * number(fact, "amount_minor"));
        add(fact, captured, "fees_minor", sign * number(fact, "fee_minor"));
        Object standing = fact.get("status_day");
        switch (String.valueOf(fact.get("status"))) {
            case "FAILED" -> add(fact, standing, "failed", sign);
            case "DISPUTED", "DISPUTE_WON", "DISPUTE_LOST", "REVERSED" -> add(fact, standing, "disputed", sign);
            default -> {
                // every other status shows in sums of its own, or is not counted by day
            }
        }
        days(fact, "refund_days", "refunded_minor", sign);
    }

    private void notification(Map<String, Object> fact, int sign) {
        add(fact, fact.get("requested_day"), "requested", sign);
        add(fact, fact.get("delivered_day"), "delivered", sign);
        add(fact, fact.get("read_day"), "read", sign);
        if ("FAILED".equals(fact.get("status"))) {
            add(fact, fact.get("status_day"), "failed", sign);
        }
    }

    private void days(Map<String, Object> fact, String column, String sum, int sign) {
        if (fact.get(column) instanceof Map<?, ?> days) {
            days.forEach((day, amount) -> add(fact, day, sum, sign * ((Number) amount).longValue()));
        }
    }

    private void add(Map<String, Object> fact, @Nullable Object day, String sum, long amount) {
        if (day == null || amount == 0) {
            return;
        }
        List<Object> key = new ArrayList<>(table.dimensions().size());
        for (String column : table.dimensions()) {
            key.add(column.equals("day") ? day : Objects.requireNonNull(fact.get(column), column));
        }
        rows.computeIfAbsent(key, k -> new HashMap<>()).merge(sum, amount, Long::sum);
    }

    private static long number(Map<String, Object> fact, String column) {
        return fact.get(column) instanceof Number number ? number.longValue() : 0;
    }
}
