package dev.wasl.hub.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Route files in the live folder: broken ones, repaired ones, edited ones. */
@SpringBootTest(classes = FlowTestApplication.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
class RouteFilesIT {

    private static final String GOOD = """
            - route:
                id: %s
                description: A route of a test.
                from:
                  uri: direct:%s
                  steps:
                    - setBody:
                        constant: %s
            """;

    @TempDir
    static Path folder;

    @Autowired
    RouteStatus status;

    @Autowired
    CamelContext camel;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.writeString(routes.resolve("unreadable.camel.yaml"), "- route:\n    form:\n      uri: direct:x\n");
        Files.writeString(
                routes.resolve("missing-bean.camel.yaml"),
                "- route:\n    id: missing-bean\n    from:\n      uri: direct:y\n      steps:\n        - bean:\n            ref: nobody\n");
        Files.writeString(routes.resolve("to-be-repaired.camel.yaml"), "- route:\n    form: x\n");
        Files.writeString(routes.resolve("good.camel.yaml"), GOOD.formatted("good", "good", "first"));
        registry.add("wasl.flow.routes-directory", routes::toString);
        registry.add("wasl.data-dir", () -> folder.resolve("data").toString());
    }

    @Test
    void a_broken_file_is_reported_and_never_takes_the_others_down() {
        assertThat(error("unreadable.camel.yaml")).isNotBlank();
        assertThat(error("missing-bean.camel.yaml")).contains("nobody");
        assertThat(error("good.camel.yaml")).isNull();
        assertThat(error("stripe-payment-in.camel.yaml")).isNull();
        assertThat(camel.getRouteController()
                        .getRouteStatus("stripe-payment-in")
                        .isStarted())
                .isTrue();
    }

    @Test
    void an_edit_reloads_that_file_and_a_broken_edit_keeps_the_old_route_running() throws IOException {
        Path file = folder.resolve("routes/good.camel.yaml");

        edit(file, GOOD.formatted("good", "good", "second"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(answer()).isEqualTo("second"));

        edit(file, "- route:\n    form: x\n");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(error("good.camel.yaml")).isNotBlank());
        assertThat(answer()).isEqualTo("second");

        edit(file, GOOD.formatted("good", "good", "third"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(answer()).isEqualTo("third"));
        assertThat(error("good.camel.yaml")).isNull();
    }

    @Test
    void a_repaired_file_starts() throws IOException {
        edit(folder.resolve("routes/to-be-repaired.camel.yaml"), GOOD.formatted("repaired", "z", "repaired"));

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        camel.createProducerTemplate().requestBody("direct:z", null, String.class))
                .isEqualTo("repaired"));
    }

    private String answer() {
        return camel.createProducerTemplate().requestBody("direct:good", null, String.class);
    }

    /** Writes with another time stamp than before, whatever the file system's resolution. */
    private static void edit(Path file, String text) throws IOException {
        long before = Files.getLastModifiedTime(file).toMillis();
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(before + 1_000));
    }

    private String error(String name) {
        return status.files().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow()
                .error();
    }
}
