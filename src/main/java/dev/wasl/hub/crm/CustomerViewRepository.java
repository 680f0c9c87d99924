package dev.wasl.hub.crm;

import dev.wasl.hub.crm.Customers.CustomerView;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Repository;

@Repository
class CustomerViewRepository {

    private final NamedParameterJdbcTemplate jdbc;

    CustomerViewRepository(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    List<CustomerView> findByPhone(Collection<String> tenants, String phone) {
        return jdbc.query(
                """
                SELECT c.id, c.tenant, c.phone, c.email, c.first_seen_at, c.last_seen_at,
                       ARRAY(SELECT a.phone FROM crm.customer_alias a WHERE a.customer_id = c.id AND a.phone <> c.phone
                             ORDER BY a.created_at, a.phone) AS other_phones,
                       ARRAY(SELECT n.name FROM (
                                 SELECT c.name, c.name_at AS at
                                 UNION ALL
                                 SELECT d.receiver_name, max(d.observed_at) FROM crm.delivery d
                                 WHERE d.customer_id = c.id AND d.receiver_name IS NOT NULL GROUP BY d.receiver_name
                             ) n WHERE n.name IS NOT NULL GROUP BY n.name ORDER BY max(n.at) DESC LIMIT 10) AS names,
                       (SELECT count(*) FROM crm.delivery d WHERE d.customer_id = c.id) AS deliveries,
                       (SELECT count(*) FROM crm.payment p WHERE p.customer_id = c.id) AS payments
                FROM crm.customer_alias k JOIN crm.customer c ON c.id = k.customer_id
                WHERE k.phone = :phone AND k.tenant = ANY (:tenants)
                ORDER BY c.tenant
                """,
                new MapSqlParameterSource()
                        .addValue("phone", phone)
                        .addValue("tenants", tenants.toArray(String[]::new)),
                (row, number) -> new CustomerView(
                        row.getString("id"),
                        row.getString("tenant"),
                        row.getString("phone"),
                        Set.copyOf(texts(row, "other_phones")),
                        List.copyOf(texts(row, "names")),
                        row.getString("email"),
                        row.getInt("deliveries"),
                        row.getInt("payments"),
                        CrmColumns.instant(row, "first_seen_at"),
                        CrmColumns.instant(row, "last_seen_at")));
    }

    private static Set<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return new LinkedHashSet<>(List.of((String[]) array.getArray()));
    }
}
