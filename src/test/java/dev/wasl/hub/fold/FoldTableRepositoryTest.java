package dev.wasl.hub.fold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.TestDatabase;
import dev.wasl.hub.fold.FoldTable.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class FoldTableRepositoryTest {

    private static final Key ONE = new Key("hvar", "bosta", "1");
    private static final Key TWO = new Key("hvar", "bosta", "2");

    private static DataSource dataSource;
    private static JdbcTemplate jdbc;

    private FoldTable things;
    private FoldParts steps;

    @BeforeAll
    static void connect() {
        dataSource = TestDatabase.empty();
        jdbc = new JdbcTemplate(dataSource);
    }

    @BeforeEach
    void create() {
        jdbc.execute("""
                CREATE TABLE thing (
                    id text, tenant text, system text, name text, amount bigint, at timestamptz, place jsonb, never text,
                    PRIMARY KEY (tenant, system, id))""");
        jdbc.execute("""
                CREATE TABLE step (
                    tenant text, system text, id text, at int, code int, value text,
                    PRIMARY KEY (tenant, system, id, at, code))""");
        things = new FoldTableRepository(jdbc).table("thing", "tenant", "system", "id");
        steps = new FoldTableRepository(jdbc).parts("step");
    }

    @AfterEach
    void drop() {
        jdbc.execute("DROP TABLE thing, step");
    }

    @Test
    void every_value_goes_into_its_column_and_the_columns_that_a_row_has_not_are_null() {
        save(Map.of(
                ONE,
                Map.of("name", "a \"b\", {c}", "at", "2026-01-10T12:00:00Z", "place", Map.of("city", "القاهرة")),
                TWO,
                Map.of("amount", 7L)));

        assertThat(thing("1"))
                .containsEntry("name", "a \"b\", {c}")
                .containsEntry("amount", null)
                .containsEntry("never", null);
        assertThat(jdbc.queryForObject("SELECT place ->> 'city' FROM thing WHERE id = '1'", String.class))
                .isEqualTo("القاهرة");
        assertThat(thing("2"))
                .containsEntry("tenant", "hvar")
                .containsEntry("system", "bosta")
                .containsEntry("name", null)
                .containsEntry("amount", 7L)
                .containsEntry("at", null)
                .containsEntry("place", null);
    }

    @Test
    void a_value_that_is_told_no_more_is_null_after_the_next_fold() {
        save(Map.of(ONE, Map.of("name", "a", "amount", 7L), TWO, Map.of("name", "b")));
        Map<String, Object> forgotten = new LinkedHashMap<>();
        forgotten.put("name", null);
        forgotten.put("amount", 8);

        save(Map.of(ONE, forgotten, TWO, Map.of("name", "c")));

        assertThat(thing("1")).containsEntry("name", null).containsEntry("amount", 8L);
        assertThat(thing("2")).containsEntry("name", "c");
    }

    @Test
    void a_column_that_the_table_has_not_is_refused_and_nothing_is_written() {
        Map<String, Object> strange = new LinkedHashMap<>();
        strange.put("name", "a");
        strange.put("colour", "red");
        strange.put("size", null);

        assertThatThrownBy(() -> save(Map.of(ONE, Map.of("name", "a"), TWO, strange)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thing has no column [colour, size]");
        assertThat(jdbc.queryForList("SELECT * FROM thing")).isEmpty();
    }

    @Test
    void transactions_that_meet_the_same_new_rows_in_opposite_orders_wait_for_each_other() throws Exception {
        List<Key> keys = IntStream.range(0, 2_000)
                .mapToObj(i -> new Key("hvar", "bosta", "n" + i))
                .toList();
        List<Key> reversed = new ArrayList<>(keys);
        Collections.reverse(reversed);
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 5; round++) {
                jdbc.execute("TRUNCATE thing");
                CyclicBarrier together = new CyclicBarrier(2);
                List<Future<Integer>> folded = Stream.of(keys, reversed)
                        .map(order -> threads.submit(() -> {
                            together.await(10, TimeUnit.SECONDS);
                            return transactions.execute(
                                    status -> things.fold(order, this::named).size());
                        }))
                        .toList();

                // a dead-lock would end one of them with an exception
                for (Future<Integer> one : folded) {
                    assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(2_000);
                }
                assertThat(jdbc.queryForObject("SELECT count(*) FROM thing", Integer.class))
                        .isEqualTo(2_000);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Rows in the order in which they are asked for. */
    private Map<Key, Map<String, Object>> named(Collection<Key> keys, Map<Key, Map<String, Object>> existing) {
        Map<Key, Map<String, Object>> rows = new LinkedHashMap<>();
        keys.forEach(key -> rows.put(key, Map.of("name", key.id())));
        return rows;
    }

    @Test
    void parts_are_saved_replaced_and_deleted_by_their_key_alone() {
        steps.save(Map.of(
                ONE,
                List.of(Map.of("at", 1, "code", 10, "value", "a"), Map.of("at", 2, "code", 20)),
                TWO,
                List.of(Map.of("at", 1, "code", 10))));
        steps.save(Map.of(ONE, List.of(Map.of("at", 2, "code", 20, "value", "b")), TWO, List.of()));
        assertThat(values()).containsExactly("1 10 a", "1 10 null", "2 20 b");

        steps.delete(Map.of(ONE, List.of(Map.of("at", 2, "code", 20, "value", "another"))));

        assertThat(values()).containsExactly("1 10 a", "1 10 null");
        assertThat(steps.load(List.of(ONE)).get(ONE)).hasSize(1);
    }

    @Test
    void parts_with_a_column_that_the_table_has_not_are_neither_saved_nor_deleted() {
        Map<Key, List<Map<String, Object>>> strange =
                Map.of(ONE, List.of(Map.of("at", 1, "code", 10, "colour", "red")));

        assertThatThrownBy(() -> steps.save(strange))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("step has no column [colour]");
        assertThatThrownBy(() -> steps.delete(strange))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("step has no column [colour]");
    }

    private void save(Map<Key, Map<String, Object>> rows) {
        things.fold(rows.keySet(), (keys, existing) -> of(rows, keys));
    }

    private static Map<Key, Map<String, Object>> of(Map<Key, Map<String, Object>> rows, Collection<Key> keys) {
        Map<Key, Map<String, Object>> asked = new LinkedHashMap<>();
        keys.forEach(key -> asked.put(key, rows.get(key)));
        return asked;
    }

    private static Map<String, Object> thing(String id) {
        return new TreeMap<>(jdbc.queryForMap("SELECT * FROM thing WHERE id = ?", id));
    }

    private static List<String> values() {
        return jdbc.query(
                "SELECT at, code, value FROM step ORDER BY at, code, value",
                (rs, n) -> rs.getInt(1) + " " + rs.getInt(2) + " " + rs.getString(3));
    }
}
