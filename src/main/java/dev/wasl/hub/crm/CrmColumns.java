package dev.wasl.hub.crm;

import dev.wasl.hub.canonical.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads columns that may be empty. */
final class CrmColumns {

    private CrmColumns() {}

    /** An amount in the row's currency; null when either is unknown. */
    static @Nullable Money money(ResultSet row, String column) throws SQLException {
        long minor = row.getLong(column);
        if (row.wasNull()) {
            return null;
        }
        String currency = row.getString("currency");
        return currency == null ? null : new Money(minor, currency);
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
