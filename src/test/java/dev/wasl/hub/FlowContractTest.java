package dev.wasl.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.mapping.CanonicalCodec;
import dev.wasl.hub.mapping.FormBodies;
import dev.wasl.hub.mapping.MappingsForTests;
import dev.wasl.hub.vectors.Mapped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.Yaml;

/**
 * Golden examples of every inbound flow, found by folder: {@code src/test/resources/fixtures/<stem>/<case>/} holds the input
 * ({@code input.json} or {@code input.form}), optionally {@code config.yaml} with what the mapping is told, and either
 * {@code canonical.json} (an object, an array or null) or {@code rejected.yaml} ({@code code: WASL-2003}).
 * {@code -Dfixtures.update=true} writes what is expected; read the difference before you commit it.
 */
class FlowContractTest {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
    private static final Path MAPPINGS = Path.of("mappings");
    private static final Path ROUTES = Path.of("routes");
    private static final Set<String> CONFIG =
            Set.of("tenant", "country", "currency", "kind", "query", "receivedAt", "headers");
    private static final Set<String> FILES =
            Set.of("input.json", "input.form", "config.yaml", "canonical.json", "rejected.yaml");

    private final ObjectMapper mapper = new ObjectMapper();
    private final Mapped mapped = new Mapped();
    private final CanonicalCodec codec = MappingsForTests.codec();

    @TestFactory
    Stream<DynamicContainer> says_what_the_fixture_says() throws IOException {
        return folders(FIXTURES).stream().map(stem -> dynamicContainer(name(stem), cases(stem)));
    }

    @TestFactory
    Stream<DynamicTest> every_inbound_mapping_has_a_typical_and_a_rejected_fixture() throws IOException {
        return inboundMappings().stream()
                .map(stem -> dynamicTest(stem, () -> {
                    assertThat(FIXTURES.resolve(stem).resolve("typical").resolve("canonical.json"))
                            .exists();
                    assertThat(FIXTURES.resolve(stem).resolve("rejected").resolve("rejected.yaml"))
                            .exists();
                }));
    }

    @TestFactory
    Stream<DynamicTest> every_inbound_mapping_has_a_route() throws IOException {
        return inboundMappings().stream()
                .map(stem -> dynamicTest(stem, () -> {
                    assumeThat(ROUTES).as("the folder of routes").exists();
                    assertThat(ROUTES.resolve(stem + ".camel.yaml")).exists();
                }));
    }

    @Test
    void expectations_are_never_written_where_they_are_checked() {
        assertThat(Boolean.getBoolean("fixtures.update") && isContinuousIntegration())
                .as("-Dfixtures.update=true in a build with CI set")
                .isFalse();
    }

    private Stream<DynamicTest> cases(Path stem) {
        try {
            return folders(stem).stream().map(folder -> dynamicTest(name(folder), () -> check(name(stem), folder)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void check(String stem, Path folder) throws IOException {
        assertThat(fileNames(folder)).as("files in %s", folder).isSubsetOf(FILES);
        Path canonical = folder.resolve("canonical.json");
        Path rejected = folder.resolve("rejected.yaml");
        byte[] input = input(folder);
        Map<String, JsonNode> config = config(folder.resolve("config.yaml"));
        if (Files.exists(rejected)) {
            assertThat(canonical).as("either canonical.json or rejected.yaml").doesNotExist();
            HubException refused = catchThrowableOfType(HubException.class, () -> mapped.events(stem, input, config));
            assertThat(refused).as("%s is rejected", folder).isNotNull();
            if (isUpdating()) {
                Files.writeString(rejected, "code: " + refused.code().id() + "\n");
            }
            Map<String, String> expected = new Yaml().load(Files.readString(rejected));
            assertThat(refused.code().id()).as(refused.getMessage()).isEqualTo(expected.get("code"));
            return;
        }
        Mapped.Outcome outcome = mapped.outcome(stem, input, config);
        JsonNode actual = described(outcome);
        if (isUpdating()) {
            Files.writeString(canonical, pretty(actual) + "\n");
        }
        assertThat(actual).isEqualTo(mapper.readTree(canonical.toFile()));
    }

    /** Only what the mapping decides; the rest of the envelope belongs to the flow. */
    private JsonNode described(Mapped.Outcome outcome) throws IOException {
        ArrayNode all = mapper.createArrayNode();
        for (CanonicalEvent event : outcome.events()) {
            JsonNode written = mapper.readTree(codec.write(event));
            ObjectNode kept = mapper.createObjectNode();
            if (!event.id().startsWith("fixture")) {
                kept.put("id", event.id());
            }
            for (String field : List.of("type", "subject", "time", "data")) {
                kept.set(field, written.get(field));
            }
            all.add(kept);
        }
        if (outcome.batch()) {
            return all;
        }
        return all.isEmpty() ? NullNode.instance : all.get(0);
    }

    private static byte[] input(Path folder) throws IOException {
        Path json = folder.resolve("input.json");
        return Files.readAllBytes(Files.exists(json) ? json : folder.resolve("input.form"));
    }

    private Map<String, JsonNode> config(Path file) throws IOException {
        Map<String, JsonNode> variables = new HashMap<>();
        if (Files.exists(file)) {
            Map<String, Object> config = new Yaml().load(Files.readString(file));
            assertThat(CONFIG).as("keys of %s", file).containsAll(config.keySet());
            config.forEach((key, value) -> variables.put(
                    key, key.equals("query") ? FormBodies.parseQuery((String) value) : mapper.valueToTree(value)));
        }
        return variables;
    }

    private String pretty(JsonNode node) throws IOException {
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        return mapper.writer(printer).writeValueAsString(node);
    }

    private static boolean isUpdating() {
        return Boolean.getBoolean("fixtures.update") && !isContinuousIntegration();
    }

    private static boolean isContinuousIntegration() {
        return System.getenv("CI") != null;
    }

    private static List<String> inboundMappings() throws IOException {
        try (Stream<Path> files = Files.list(MAPPINGS)) {
            return files.map(FlowContractTest::name)
                    .filter(name -> name.endsWith("-in.jslt"))
                    .map(name -> name.substring(0, name.length() - ".jslt".length()))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> folders(Path parent) throws IOException {
        try (Stream<Path> found = Files.list(parent)) {
            return found.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static List<String> fileNames(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(FlowContractTest::name).toList();
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
