package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.crm.Payments.PaymentView;
import java.sql.Timestamp;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
class PaymentViewRepository {

    private static final RowMapper<PaymentView> ROW = (row, number) -> new PaymentView(
            row.getString("id"),
            row.getString("tenant"),
            row.getString("gateway"),
            row.getString("gateway_payment_id"),
            row.getString("merchant_reference"),
            PaymentStatus.valueOf(row.getString("status")),
            CrmColumns.money(row, "amount_minor"),
            CrmColumns.money(row, "refunded_minor"),
            CrmColumns.money(row, "fee_minor"),
            row.getString("customer_phone"),
            row.getString("customer_email"),
            row.getString("method"),
            row.getString("failure_code"),
            row.getBoolean("live"),
            row.getTimestamp("occurred_at").toInstant(),
            row.getTimestamp("updated_at").toInstant());

    private final NamedParameterJdbcTemplate jdbc;

    PaymentViewRepository(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<PaymentView> page(Payments.Filter filter) {
        MapSqlParameterSource parameters = new MapSqlParameterSource()
                .addValue("tenants", filter.tenants().toArray(String[]::new))
                .addValue("reference", filter.reference())
                .addValue(
                        "status",
                        filter.status() == null ? null : filter.status().name())
                .addValue("limit", filter.limit());
        String more = "";
        if (filter.reference() != null) {
            more += " AND (merchant_reference = :reference OR gateway_payment_id = :reference)";
        }
        if (filter.status() != null) {
            more += " AND status = :status";
        }
        if (filter.before() != null) {
            more += " AND (updated_at, id) < (:updatedAt, :id)";
            parameters
                    .addValue("updatedAt", Timestamp.from(filter.before().updatedAt()))
                    .addValue("id", filter.before().id());
        }
        return jdbc.query(String.format(Locale.ROOT, """
                SELECT id, tenant, gateway, gateway_payment_id, merchant_reference, status, amount_minor, refunded_minor,
                       fee_minor, currency, customer_phone, customer_email, method, failure_code, live, occurred_at,
                       updated_at
                FROM crm.payment WHERE tenant = ANY (:tenants) %s
                ORDER BY updated_at DESC, id DESC LIMIT :limit
                """, more), parameters, ROW);
    }
}
