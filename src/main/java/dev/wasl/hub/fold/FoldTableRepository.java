package dev.wasl.hub.fold;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.fold.FoldTable.Key;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Repository;

/**
 * Folded rows in PostgreSQL. A batch of rows is one statement with an array for each column: the same rows as one JSON
 * parameter took PostgreSQL more than twice the processor time (measured).
 */
@Repository
class FoldTableRepository implements FoldTables {

    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<Map<String, Object>> ROW = new TypeReference<>() {};
    private static final Comparator<Key> IN_ORDER =
            Comparator.comparing(Key::tenant).thenComparing(Key::system).thenComparing(Key::id);

    private final JdbcTemplate jdbc;

    FoldTableRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public FoldTable table(String name, String tenantColumn, String systemColumn, String idColumn) {
        return new Table(name, List.of(tenantColumn, systemColumn, idColumn));
    }

    @Override
    public FoldParts parts(String name) {
        return new Parts(name);
    }

    /** The columns of a table in their order, with their types. */
    private Map<String, String> columns(String table) {
        Map<String, String> columns = new LinkedHashMap<>();
        jdbc.query(
                """
                SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
                WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = ''
                ORDER BY attnum""",
                rs -> {
                    columns.put(rs.getString(1), rs.getString(2));
                },
                table);
        return columns;
    }

    private List<String> primaryKey(String table) {
        return jdbc.queryForList("""
                SELECT a.attname
                FROM pg_index i
                CROSS JOIN unnest(i.indkey) WITH ORDINALITY k(attnum, place)
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                WHERE i.indrelid = ?::regclass AND i.indisprimary
                ORDER BY k.place""", String.class, table);
    }

    private static Key keyOf(List<String> columns, Map<String, Object> row) {
        return new Key(
                String.valueOf(row.get(columns.get(0))),
                String.valueOf(row.get(columns.get(1))),
                String.valueOf(row.get(columns.get(2))));
    }

    private final class Parts implements FoldParts {

        private final String name;
        private volatile @Nullable PartStatements statements;

        private Parts(String name) {
            this.name = name;
        }

        @Override
        public Map<Key, List<Map<String, Object>>> load(Collection<Key> keys) {
            Map<Key, List<Map<String, Object>>> loaded = new LinkedHashMap<>();
            if (!keys.isEmpty()) {
                PartStatements sql = statements();
                jdbc.query(
                        sql.load,
                        rs -> {
                            Map<String, Object> row = read(rs.getString(1));
                            loaded.computeIfAbsent(keyOf(sql.key, row), key -> new ArrayList<>())
                                    .add(row);
                        },
                        keyArrays(keys));
            }
            return loaded;
        }

        @Override
        public void save(Map<Key, List<Map<String, Object>>> rows) {
            run(statements().save, statements().saved, rows);
        }

        @Override
        public void delete(Map<Key, List<Map<String, Object>>> rows) {
            run(statements().delete, statements().deleted, rows);
        }

        private void run(String sql, Parameters parameters, Map<Key, List<Map<String, Object>>> rows) {
            int size = rows.values().stream().mapToInt(List::size).sum();
            if (size > 0) {
                RowArrays arrays = new RowArrays(parameters, size);
                rows.forEach((key, parts) -> parts.forEach(part -> arrays.add(key, part)));
                jdbc.update(sql, (Object[]) arrays.arrays);
            }
        }

        private PartStatements statements() {
            PartStatements known = statements;
            if (known == null) {
                known = new PartStatements(name, primaryKey(name), columns(name));
                statements = known;
            }
            return known;
        }
    }

    private final class Table implements FoldTable {

        private final String name;
        private final List<String> keyColumns;
        private volatile @Nullable Statements statements;

        private Table(String name, List<String> keyColumns) {
            this.name = name;
            this.keyColumns = keyColumns;
        }

        @Override
        public List<Change> fold(Collection<Key> keys, Folding folding) {
            if (keys.isEmpty()) {
                return List.of();
            }
            Statements sql = statements();
            RowMapper<Key> toKey = (rs, n) -> new Key(rs.getString(1), rs.getString(2), rs.getString(3));
            Set<Key> present = new LinkedHashSet<>(jdbc.query(sql.find, toKey, keyArrays(keys)));
            List<Change> changes = new ArrayList<>();

            List<Key> absent =
                    keys.stream().filter(key -> !present.contains(key)).toList();
            if (!absent.isEmpty()) {
                // in one order everywhere, so that concurrent transactions wait for each other instead of dead-locking
                SortedMap<Key, Map<String, Object>> fresh = new TreeMap<>(IN_ORDER);
                fresh.putAll(folding.fold(absent, Map.of()));
                Set<Key> inserted = new LinkedHashSet<>(jdbc.query(sql.insert, toKey, rowArrays(fresh, sql)));
                inserted.forEach(key -> changes.add(new Change(key, null, Objects.requireNonNull(fresh.get(key)))));
                absent.stream()
                        .filter(key -> fresh.containsKey(key) && !inserted.contains(key))
                        .forEach(present::add);
            }

            if (!present.isEmpty()) {
                Map<Key, Map<String, Object>> existing = new LinkedHashMap<>();
                jdbc.query(
                        sql.lock,
                        rs -> {
                            Map<String, Object> row = read(rs.getString(1));
                            existing.put(keyOf(keyColumns, row), row);
                        },
                        keyArrays(present));
                if (existing.size() < present.size()) {
                    throw new PessimisticLockingFailureException("a row of " + name + " vanished while it was read");
                }
                Map<Key, Map<String, Object>> rows = folding.fold(existing.keySet(), existing);
                if (!rows.isEmpty()) {
                    jdbc.update(sql.update, rowArrays(rows, sql));
                }
                rows.forEach((key, row) -> changes.add(new Change(key, existing.get(key), row)));
            }
            return changes;
        }

        private Statements statements() {
            Statements known = statements;
            if (known == null) {
                known = new Statements(name, keyColumns, columns(name));
                statements = known;
            }
            return known;
        }

        private Object[] rowArrays(Map<Key, Map<String, Object>> rows, Statements sql) {
            RowArrays arrays = new RowArrays(sql.written, rows.size());
            rows.forEach(arrays::add);
            return arrays.arrays;
        }
    }

    private static Object[] keyArrays(Collection<Key> keys) {
        return new Object[] {
            keys.stream().map(Key::tenant).toArray(String[]::new),
            keys.stream().map(Key::system).toArray(String[]::new),
            keys.stream().map(Key::id).toArray(String[]::new)
        };
    }

    /**
     * The columns that a statement takes, one array parameter each.
     *
     * @param key the columns of tenant, system and id
     * @param known every column of the table
     * @param places the taken columns with the place of their parameter, from 0
     */
    private record Parameters(String table, List<String> key, Set<String> known, Map<String, Integer> places) {

        private static Parameters of(String table, List<String> key, Set<String> known, Collection<String> taken) {
            Map<String, Integer> places = new HashMap<>();
            taken.forEach(column -> places.put(column, places.size()));
            return new Parameters(table, key, known, places);
        }
    }

    /** Rows as parameters; a column without any value is no array at all, which PostgreSQL fills with nulls. */
    private static final class RowArrays {

        private final Parameters parameters;
        private final String[][] arrays;
        private final int size;
        private int rows;

        private RowArrays(Parameters parameters, int size) {
            this.parameters = parameters;
            this.arrays = new String[parameters.places().size()][];
            this.size = size;
        }

        private void add(Key key, Map<String, Object> row) {
            set(parameters.key().get(0), key.tenant(), row);
            set(parameters.key().get(1), key.system(), row);
            set(parameters.key().get(2), key.id(), row);
            row.forEach((column, value) -> set(column, value, row));
            rows++;
        }

        private void set(String column, @Nullable Object value, Map<String, Object> row) {
            Integer place = parameters.places().get(column);
            if (place != null) {
                if (value != null) {
                    String[] array = arrays[place];
                    if (array == null) {
                        array = new String[size];
                        arrays[place] = array;
                    }
                    array[rows] = value instanceof Map || value instanceof Collection ? write(value) : value.toString();
                }
            } else if (!parameters.known().contains(column)) {
                // it would be dropped in silence
                Set<String> strange = new LinkedHashSet<>(row.keySet());
                strange.removeAll(parameters.known());
                throw new IllegalStateException(parameters.table() + " has no column " + strange);
            }
        }
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> read(String json) {
        try {
            return JSON.readValue(json, ROW);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The SQL of one table. Names come from our own code and from the catalog, never from a message. */
    private static final class Statements {

        private final Parameters written;
        private final String find;
        private final String insert;
        private final String lock;
        private final String update;

        private Statements(String table, List<String> keys, Map<String, String> types) {
            Collection<String> columns = types.keySet();
            written = Parameters.of(table, keys, Set.copyOf(columns), columns);
            String keyList = String.join(", ", keys);
            String columnList = String.join(", ", columns);
            String join = equal(keys);
            List<String> others =
                    columns.stream().filter(column -> !keys.contains(column)).toList();
            String source = source(columns, types);
            find = "SELECT " + prefixed("t.", keys) + " FROM " + source(keys, types) + " JOIN " + table + " t ON "
                    + join;
            insert = "INSERT INTO " + table + " (" + columnList + ") SELECT " + unnested(columns, types)
                    + " ON CONFLICT (" + keyList + ") DO NOTHING RETURNING " + keyList;
            lock = "SELECT row_to_json(t)::text FROM " + source(keys, types) + " JOIN " + table + " t ON " + join
                    + " ORDER BY " + prefixed("t.", keys) + " FOR UPDATE OF t";
            update = "UPDATE " + table + " t SET (" + String.join(", ", others) + ") = ROW(" + prefixed("r.", others)
                    + ") FROM " + source + " WHERE " + join;
        }
    }

    /** The SQL of one table of parts. */
    private static final class PartStatements {

        private final List<String> key;
        private final Parameters saved;
        private final Parameters deleted;
        private final String load;
        private final String save;
        private final String delete;

        private PartStatements(String table, List<String> key, Map<String, String> types) {
            this.key = key;
            Collection<String> columns = types.keySet();
            saved = Parameters.of(table, key, Set.copyOf(columns), columns);
            deleted = Parameters.of(table, key, Set.copyOf(columns), key);
            String columnList = String.join(", ", columns);
            List<String> others =
                    columns.stream().filter(column -> !key.contains(column)).toList();
            List<String> owner = key.subList(0, 3);
            load = "SELECT row_to_json(t)::text FROM " + source(owner, types) + " JOIN " + table + " t ON "
                    + equal(owner);
            save = "INSERT INTO " + table + " (" + columnList + ") SELECT " + unnested(columns, types)
                    + " ON CONFLICT (" + String.join(", ", key) + ") DO UPDATE SET ("
                    + String.join(", ", others) + ") = ROW(" + prefixed("excluded.", others) + ")";
            delete = "DELETE FROM " + table + " t USING " + source(key, types) + " WHERE " + equal(key);
        }
    }

    /** Rows out of one array parameter for each column, to join with. */
    private static String source(Collection<String> columns, Map<String, String> types) {
        return columns.stream()
                        .map(column -> "?::" + types.get(column) + "[]")
                        .collect(Collectors.joining(", ", "unnest(", ")"))
                + " AS r(" + String.join(", ", columns) + ")";
    }

    /** The same rows as a list of expressions: PostgreSQL need not store them before it inserts them. */
    private static String unnested(Collection<String> columns, Map<String, String> types) {
        return columns.stream()
                .map(column -> "unnest(?::" + types.get(column) + "[])")
                .collect(Collectors.joining(", "));
    }

    private static String equal(List<String> columns) {
        return columns.stream().map(column -> "t." + column + " = r." + column).collect(Collectors.joining(" AND "));
    }

    private static String prefixed(String prefix, List<String> columns) {
        return columns.stream().map(column -> prefix + column).collect(Collectors.joining(", "));
    }
}
