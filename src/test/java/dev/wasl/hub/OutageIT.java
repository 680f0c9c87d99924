package dev.wasl.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What the hub says of itself while its database, then also its broker, is away. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"wasl.sandbox.enabled=false", "wasl.database=external", "camel.main.shutdown-timeout=5"})
@AutoConfigureObservability(tracing = false)
@DirtiesContext
class OutageIT {

    private static final PGSimpleDataSource DATABASE = (PGSimpleDataSource) TestDatabase.empty();
    /** Less than the ten seconds after which Prometheus gives a scrape up. */
    private static final Duration SOON = Duration.ofSeconds(9);

    @TempDir
    static Path folder;

    @LocalServerPort
    int port;

    @Autowired
    @Qualifier("embeddedBroker")
    DisposableBean broker;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("wasl.data-dir", () -> folder.resolve("data").toString());
        registry.add("spring.datasource.url", DATABASE::getUrl);
        registry.add("spring.datasource.username", DATABASE::getUser);
        registry.add("spring.datasource.password", () -> "trusted");
    }

    @Test
    void tells_in_time_what_is_away() throws Exception {
        assertThat(get("/actuator/health").statusCode()).isEqualTo(200);
        assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(get("/actuator/prometheus").body()).containsPattern("(?m)^wasl_payments_open 0\\.0$");

        assertThat(get("/actuator/prometheus").body())
                .contains("disk_free_bytes{path=\"" + folder.resolve("data") + "\"}");

        databaseAnswers(false);

        HttpResponse<String> health = get("/actuator/health");
        assertThat(health.statusCode()).as(health.body()).isEqualTo(503);
        assertThat(new ObjectMapper().readTree(health.body()).get("status").asText())
                .isEqualTo("DOWN");
        assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(get("/actuator/health/readiness").statusCode())
                .as("webhooks are kept without the database")
                .isEqualTo(200);
        // what was read just before counts for some seconds; each of these scrapes has to be in time
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(get("/actuator/prometheus"))
                .returns(200, HttpResponse::statusCode)
                .extracting(HttpResponse::body, InstanceOfAssertFactories.STRING)
                .containsPattern("(?m)^wasl_payments_open NaN$"));
        HttpResponse<String> refused = send("/api/v1/ledger", "nobody-knows");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json;charset=UTF-8");
        assertThat(refused.body()).contains("WASL-9002");

        databaseAnswers(true);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(get("/actuator/health").statusCode()).isEqualTo(200));

        broker.destroy();

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                        get("/actuator/health/readiness").statusCode())
                .isEqualTo(503));
        assertThat(get("/actuator/health").statusCode()).isEqualTo(503);
        assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(get("/actuator/prometheus").statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(path, "wasl-demo-key");
    }

    private HttpResponse<String> send(String path, String key) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Authorization", "Bearer " + key)
                        .timeout(SOON)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void databaseAnswers(boolean answers) throws SQLException {
        PGSimpleDataSource other = new PGSimpleDataSource();
        other.setUrl(DATABASE.getUrl().replaceFirst("/" + DATABASE.getDatabaseName() + "\\b", "/postgres"));
        other.setUser(DATABASE.getUser());
        try (Connection connection = other.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + DATABASE.getDatabaseName() + " ALLOW_CONNECTIONS " + answers);
            if (!answers) {
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                        + DATABASE.getDatabaseName() + "'");
            }
        }
    }
}
