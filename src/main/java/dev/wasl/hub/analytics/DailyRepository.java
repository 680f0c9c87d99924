package dev.wasl.hub.analytics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.analytics.DailyTotals.Table;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Adds to the sums of days. Called last in a transaction, because every consumer meets in the row of today. */
@Repository
class DailyRepository {

    private static final JsonMapper JSON = new JsonMapper();

    private final JdbcTemplate jdbc;

    DailyRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void add(DailyTotals totals) {
        List<Map<String, Object>> changes = totals.changes();
        if (changes.isEmpty()) {
            return;
        }
        Table table = totals.table();
        String name = table.tableName();
        String keys = String.join(", ", table.dimensions());
        String sums = String.join(", ", table.sums());
        String added = table.sums().stream()
                .map(sum -> sum + " = d." + sum + " + excluded." + sum)
                .collect(Collectors.joining(", "));
        jdbc.update(
                "INSERT INTO " + name + " AS d (" + keys + ", " + sums + ") SELECT " + keys + ", " + sums
                        + " FROM json_populate_recordset(NULL::" + name + ", ?::json) ORDER BY " + keys
                        + " ON CONFLICT (" + keys + ") DO UPDATE SET " + added,
                json(changes));
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
