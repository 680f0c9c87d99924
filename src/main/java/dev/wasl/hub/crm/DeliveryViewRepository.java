package dev.wasl.hub.crm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.canonical.Address;
import dev.wasl.hub.canonical.DeliveryKind;
import dev.wasl.hub.canonical.DeliveryStatus;
import dev.wasl.hub.connector.OpenDeliveries.OpenDelivery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
class DeliveryViewRepository {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private static final String COLUMNS = """
            id, tenant, courier, tracking_number, business_reference, kind, status, state_code, state_value, succeeded,
            unexpected, receiver_name, receiver_phone, city, pickup_address, drop_off_address, cod_minor,
            cod_collected_minor, fees_minor, currency, attempts, promised_date, created_at, delivered_at, returned_at, updated_at
            """;

    private final NamedParameterJdbcTemplate jdbc;

    DeliveryViewRepository(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<DeliveryView> page(Deliveries.Filter filter) {
        MapSqlParameterSource parameters = new MapSqlParameterSource()
                .addValue("tenants", filter.tenants().toArray(String[]::new))
                .addValue("limit", filter.limit());
        String more = "";
        if (filter.status() != null) {
            more += " AND status = :status";
            parameters.addValue("status", filter.status().name());
        }
        if (filter.unexpected()) {
            more += " AND unexpected";
        }
        if (filter.updatedSince() != null) {
            more += " AND updated_at >= :since";
            parameters.addValue("since", Timestamp.from(filter.updatedSince()));
        }
        if (filter.before() != null) {
            more += " AND (updated_at, id) < (:updatedAt, :id)";
            parameters
                    .addValue("updatedAt", Timestamp.from(filter.before().updatedAt()))
                    .addValue("id", filter.before().id());
        }
        return jdbc.query(
                "SELECT " + COLUMNS + " FROM crm.delivery WHERE tenant = ANY (:tenants)" + more
                        + " ORDER BY updated_at DESC, id DESC LIMIT :limit",
                parameters,
                (row, number) -> view(row, List.of(), List.of()));
    }

    List<DeliveryView> find(Collection<String> tenants, String trackingNumber) {
        return jdbc.query(
                "SELECT " + COLUMNS
                        + " FROM crm.delivery WHERE tracking_number = :tracking AND tenant = ANY (:tenants)"
                        + " ORDER BY tenant, courier",
                new MapSqlParameterSource()
                        .addValue("tracking", trackingNumber)
                        .addValue("tenants", tenants.toArray(String[]::new)),
                (row, number) -> {
                    MapSqlParameterSource key = new MapSqlParameterSource()
                            .addValue("tenant", row.getString("tenant"))
                            .addValue("courier", row.getString("courier"))
                            .addValue("tracking", trackingNumber);
                    return view(row, history(key), attempts(key));
                });
    }

    Set<String> acrossBorder(String tenant, String courier, Collection<String> trackingNumbers) {
        return Set.copyOf(jdbc.queryForList(
                """
                SELECT tracking_number FROM crm.delivery
                WHERE tenant = :tenant AND courier = :courier AND tracking_number = ANY (:tracking) AND kind = 'INTERNATIONAL'
                """,
                new MapSqlParameterSource()
                        .addValue("tenant", tenant)
                        .addValue("courier", courier)
                        .addValue("tracking", trackingNumbers.toArray(String[]::new)),
                String.class));
    }

    List<OpenDelivery> silent(String tenant, String courier, Instant before, int limit) {
        return jdbc.query(
                """
                SELECT tracking_number, state_code FROM crm.delivery
                WHERE tenant = :tenant AND courier = :courier AND NOT terminal
                    AND greatest(last_receipt_at, asked_at) < :before
                ORDER BY greatest(last_receipt_at, asked_at) LIMIT :limit
                """,
                new MapSqlParameterSource()
                        .addValue("tenant", tenant)
                        .addValue("courier", courier)
                        .addValue("before", Timestamp.from(before))
                        .addValue("limit", limit),
                (row, number) -> new OpenDelivery(row.getString(1), row.getInt(2)));
    }

    List<OpenDelivery> unpaid(String tenant, String courier, Instant endedSince, Instant before, int limit) {
        return jdbc.query(
                """
                SELECT tracking_number, state_code FROM crm.delivery
                WHERE tenant = :tenant AND courier = :courier AND status_at >= :endedSince
                    AND terminal AND succeeded AND cashout_at IS NULL AND greatest(cod_minor, cod_collected_minor) > 0
                    AND greatest(last_receipt_at, asked_at) < :before
                ORDER BY greatest(last_receipt_at, asked_at) LIMIT :limit
                """,
                new MapSqlParameterSource()
                        .addValue("tenant", tenant)
                        .addValue("courier", courier)
                        .addValue("endedSince", Timestamp.from(endedSince))
                        .addValue("before", Timestamp.from(before))
                        .addValue("limit", limit),
                (row, number) -> new OpenDelivery(row.getString(1), row.getInt(2)));
    }

    void asked(String tenant, String courier, Collection<String> trackingNumbers, Instant at) {
        // what is locked is being heard of right now; waiting for it could dead-lock
        jdbc.update(
                """
                WITH found AS (
                    SELECT id FROM crm.delivery
                    WHERE tenant = :tenant AND courier = :courier AND tracking_number = ANY (:tracking)
                    FOR NO KEY UPDATE SKIP LOCKED)
                UPDATE crm.delivery d SET asked_at = :at FROM found WHERE d.id = found.id
                """,
                new MapSqlParameterSource()
                        .addValue("tenant", tenant)
                        .addValue("courier", courier)
                        .addValue("tracking", trackingNumbers.toArray(String[]::new))
                        .addValue("at", Timestamp.from(at)));
    }

    private List<DeliveryView.State> history(MapSqlParameterSource key) {
        return jdbc.query(
                """
                SELECT status, state_code, state_value, at FROM crm.delivery_state
                WHERE tenant = :tenant AND courier = :courier AND tracking_number = :tracking ORDER BY at, state_code
                """,
                key,
                (row, number) -> new DeliveryView.State(
                        status(row.getString("status")),
                        Objects.requireNonNullElse(row.getString("state_value"), row.getString("state_code")),
                        row.getTimestamp("at").toInstant(),
                        null));
    }

    private List<DeliveryView.Attempt> attempts(MapSqlParameterSource key) {
        return jdbc.query(
                """
                SELECT type, outcome, attempted_at, exception_reason FROM crm.delivery_attempt
                WHERE tenant = :tenant AND courier = :courier AND tracking_number = :tracking
                ORDER BY attempted_at NULLS FIRST, attempt_id
                """,
                key,
                (row, number) -> new DeliveryView.Attempt(
                        number + 1,
                        row.getString("type"),
                        row.getString("outcome"),
                        CrmColumns.instant(row, "attempted_at"),
                        row.getString("exception_reason")));
    }

    private static DeliveryView view(
            ResultSet row, List<DeliveryView.State> history, List<DeliveryView.Attempt> attempts) throws SQLException {
        boolean succeeded = row.getBoolean("succeeded");
        boolean open = row.wasNull();
        return new DeliveryView(
                row.getString("id"),
                row.getString("tenant"),
                row.getString("courier"),
                row.getString("tracking_number"),
                row.getString("business_reference"),
                row.getString("kind") == null ? null : DeliveryKind.valueOf(row.getString("kind")),
                status(row.getString("status")),
                Objects.requireNonNullElse(row.getString("state_value"), row.getString("state_code")),
                open ? null : succeeded,
                row.getBoolean("unexpected"),
                row.getString("receiver_name"),
                row.getString("receiver_phone"),
                row.getString("city"),
                address(row.getString("pickup_address")),
                address(row.getString("drop_off_address")),
                CrmColumns.money(row, "cod_minor"),
                CrmColumns.money(row, "cod_collected_minor"),
                CrmColumns.money(row, "fees_minor"),
                row.getInt("attempts"),
                row.getDate("promised_date") == null
                        ? null
                        : row.getDate("promised_date").toLocalDate(),
                CrmColumns.instant(row, "created_at"),
                CrmColumns.instant(row, "delivered_at"),
                CrmColumns.instant(row, "returned_at"),
                row.getTimestamp("updated_at").toInstant(),
                history,
                attempts);
    }

    private static DeliveryStatus status(@Nullable String name) {
        return name == null ? DeliveryStatus.OTHER : DeliveryStatus.valueOf(name);
    }

    private static @Nullable Address address(@Nullable String json) {
        try {
            return json == null ? null : JSON.readValue(json, Address.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an address in crm.delivery is not readable", e);
        }
    }
}
