package dev.wasl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What somebody writes by hand to copy every delivery into one table: fetch a page, map it, upsert it, commit. No journal, no
 * queue, no history, no second consumer, no cursor to resume from.
 */
public final class PlainBackfill {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter JAVASCRIPT_DATE = DateTimeFormatter.ofPattern("EEE MMM dd yyyy HH:mm:ss 'GMT'xx", Locale.ENGLISH);

    private PlainBackfill() {}

    /** Arguments: base URL, API key, JDBC URL, page size. Prints rows, seconds and rows per second. */
    public static void main(String[] args) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        long start = System.nanoTime();
        try (Connection connection = DriverManager.getConnection(args[2])) {
            connection.createStatement().execute("DROP TABLE IF EXISTS delivery");
            connection.createStatement().execute(
                    """
                    CREATE TABLE delivery (
                        tracking_number    text PRIMARY KEY,
                        gateway_id         text NOT NULL,
                        business_reference text,
                        kind               text,
                        state_code         integer,
                        state              text,
                        receiver_name      text,
                        receiver_phone     text,
                        city               text,
                        district           text,
                        address            text,
                        cod                numeric,
                        fees               numeric,
                        attempts           integer,
                        created_at         timestamptz,
                        updated_at         timestamptz
                    )""");
            connection.setAutoCommit(false);
            try (PreparedStatement upsert = connection.prepareStatement(
                    """
                    INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (tracking_number) DO UPDATE SET state_code = excluded.state_code, state = excluded.state,
                        receiver_name = excluded.receiver_name, receiver_phone = excluded.receiver_phone, city = excluded.city,
                        district = excluded.district, address = excluded.address, cod = excluded.cod, fees = excluded.fees,
                        attempts = excluded.attempts, updated_at = excluded.updated_at
                    WHERE delivery.updated_at <= excluded.updated_at""")) {
                int pageSize = Integer.parseInt(args[3]);
                for (int page = 1; ; page++) {
                    JsonNode deliveries = fetch(client, args[0], args[1], page, pageSize);
                    for (JsonNode delivery : deliveries) {
                        bind(upsert, delivery);
                        upsert.addBatch();
                    }
                    upsert.executeBatch();
                    connection.commit();
                    if (deliveries.size() < pageSize) {
                        break;
                    }
                }
            }
            long rows;
            try (ResultSet result = connection.createStatement().executeQuery("SELECT count(*) FROM delivery")) {
                result.next();
                rows = result.getLong(1);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(Locale.ROOT, "%d %.1f %.0f%n", rows, seconds, rows / seconds);
        }
    }

    private static JsonNode fetch(HttpClient client, String base, String key, int page, int size) throws IOException, InterruptedException {
        String body = "{\"limit\":%d,\"page\":%d,\"sortBy\":\"-createdAt\"}".formatted(size, page);
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/api/v2/deliveries/search"))
                .header("Authorization", key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        JsonNode answer = JSON.readTree(response.body());
        if (response.statusCode() != 200 || !answer.path("success").asBoolean(true)) {
            throw new IOException("page " + page + ": " + response.statusCode() + " " + answer);
        }
        return answer.path("data").path("deliveries");
    }

    private static void bind(PreparedStatement upsert, JsonNode delivery) throws SQLException {
        JsonNode receiver = delivery.path("receiver");
        JsonNode address = delivery.path("dropOffAddress");
        upsert.setString(1, delivery.path("trackingNumber").asText());
        upsert.setString(2, delivery.path("_id").asText());
        upsert.setString(3, delivery.path("businessReference").asText(null));
        upsert.setString(4, delivery.path("type").path("value").asText(null));
        upsert.setInt(5, delivery.path("state").path("code").asInt());
        upsert.setString(6, delivery.path("state").path("value").asText(null));
        upsert.setString(7, receiver.path("fullName").asText(null));
        upsert.setString(8, receiver.path("phone").asText(null));
        upsert.setString(9, address.path("city").path("name").asText(null));
        upsert.setString(10, address.path("district").path("name").asText(null));
        upsert.setString(11, address.path("firstLine").asText(null));
        upsert.setBigDecimal(12, delivery.path("cod").decimalValue());
        upsert.setBigDecimal(13, delivery.path("shipmentFees").decimalValue());
        upsert.setInt(14, delivery.path("attemptsCount").asInt());
        upsert.setTimestamp(15, time(delivery.path("createdAt")));
        upsert.setTimestamp(16, time(delivery.path("updatedAt")));
    }

    /** ISO 8601, or what JavaScript's Date prints: Bosta sends both. */
    private static Timestamp time(JsonNode value) {
        String text = value.asText("");
        if (text.isEmpty()) {
            return null;
        }
        if (Character.isDigit(text.charAt(0))) {
            return Timestamp.from(Instant.parse(text));
        }
        int zone = text.indexOf(" (");
        return Timestamp.from(JAVASCRIPT_DATE.parse(zone < 0 ? text : text.substring(0, zone), Instant::from));
    }
}
