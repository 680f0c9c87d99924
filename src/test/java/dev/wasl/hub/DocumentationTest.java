package dev.wasl.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.FileSystemResource;

/** What the pages say must stay true of the code and of each other. */
class DocumentationTest {

    private static final Path ERROR_CODES = Path.of("src/docs/error-codes.md");
    private static final Pattern CODE_ROW =
            Pattern.compile("(?m)^\\| (WASL-\\d{4}) \\| (\\w+) \\| (transient|permanent) \\| ([^|]+) \\| ([^|]+) \\|$");
    private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^]]*]\\(([^)\\s]+)\\)");

    @Test
    void every_error_code_has_a_row_that_agrees_with_it() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        Matcher rows = CODE_ROW.matcher(Files.readString(ERROR_CODES));
        while (rows.find()) {
            assertThat(documented.put(rows.group(1), rows.group(2) + ' ' + rows.group(3)))
                    .as("rows of " + rows.group(1))
                    .isNull();
            assertThat(rows.group(5)).as("what to do about " + rows.group(1)).hasSizeGreaterThan(10);
        }

        Map<String, String> defined = new TreeMap<>();
        for (ErrorCode code : ErrorCode.values()) {
            defined.put(code.id(), code.name() + ' ' + (code.isTransient() ? "transient" : "permanent"));
        }
        assertThat(documented).isEqualTo(defined);
    }

    @Test
    void every_link_to_a_file_leads_somewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (String target : links(page)) {
                if (target.contains("://") || target.startsWith("mailto:")) {
                    continue;
                }
                String[] parts = target.split("#", 2);
                Path file = parts[0].isEmpty()
                        ? page
                        : Path.of("").resolve(page).resolveSibling(parts[0]).normalize();
                if (!Files.exists(file) || parts.length == 2 && !anchors(file).contains(parts[1])) {
                    broken.add(page + " -> " + target);
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    @Test
    void every_decision_has_front_matter_and_stands_in_the_list() throws IOException {
        Path folder = Path.of("src/docs/adr");
        String list = Files.readString(folder.resolve("README.md"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> file.getFileName().toString().matches("\\d{4}-.*")))
                    .isNotEmpty()
                    .allSatisfy(file -> {
                        String name = file.getFileName().toString();
                        assertThat(Files.readString(file))
                                .contains("number: " + Integer.parseInt(name.substring(0, 4)))
                                .containsPattern("(?m)^status: (proposed|accepted|superseded by \\d{4})$")
                                .containsPattern("(?m)^date: \\d{4}-\\d{2}-\\d{2}$")
                                .contains("## Context", "## Decision", "## Consequences");
                        assertThat(list).contains('(' + name + ')');
                    });
        }
    }

    @Test
    void every_setting_in_the_readme_exists_with_the_default_it_says() throws IOException {
        Map<String, Object> settings = new TreeMap<>();
        for (PropertySource<?> source : new YamlPropertySourceLoader()
                .load("application", new FileSystemResource("src/main/resources/application.yaml"))) {
            ((Map<?, ?>) source.getSource()).forEach((key, value) -> settings.put(key.toString(), value.toString()));
        }
        List<String> wrong = new ArrayList<>();
        Matcher rows = Pattern.compile("(?m)^\\| `((?:wasl|server)\\.[a-z.-]+)` \\| (?:`([^`]*)`)?")
                .matcher(Files.readString(Path.of("README.md")));
        int seen = 0;
        while (rows.find()) {
            seen++;
            Object value = settings.get(rows.group(1));
            boolean chosenByProfile = rows.group(1).equals("wasl.ops.public-metrics");
            if (value == null && !chosenByProfile
                    || value != null
                            && rows.group(2) != null
                            && !value.toString()
                                    .replace("${server.port}", "8080")
                                    .equals(rows.group(2))) {
                wrong.add(rows.group(1) + ": the page says " + rows.group(2) + ", application.yaml " + value);
            }
        }

        assertThat(seen).isGreaterThan(10);
        assertThat(wrong).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String folder : List.of("src/docs", "src/bench", "connectors")) {
            if (Files.isDirectory(Path.of(folder))) {
                try (Stream<Path> files = Files.walk(Path.of(folder))) {
                    files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
                }
            }
        }
        try (Stream<Path> files = Files.list(Path.of("."))) {
            files.filter(file -> file.toString().endsWith(".md"))
                    .map(Path::normalize)
                    .forEach(pages::add);
        }
        assertThat(pages).hasSizeGreaterThan(5);
        return pages;
    }

    private static List<String> links(Path page) throws IOException {
        String prose = Files.readString(page).replaceAll("(?s)```.*?```", "").replaceAll("`[^`\n]*`", "");
        return LINK.matcher(prose).results().map(link -> link.group(1)).toList();
    }

    /** The anchors that code hosts make of headings. */
    private static List<String> anchors(Path file) throws IOException {
        return Pattern.compile("(?m)^#{1,6} (.+)$")
                .matcher(Files.readString(file))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toList());
    }
}
