package dev.wasl.hub.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Measures the colours of the style sheet as WCAG 2 does. */
class ContrastTest {

    private static final Pattern BLOCK = Pattern.compile("(:root[^{]*)\\{([^}]*)}");
    private static final Pattern COLOUR = Pattern.compile("(--[a-z-]+):\\s*(#[0-9a-f]{6})");

    @ParameterizedTest
    @CsvSource({
        "--ink, --ground, 7",
        "--ink, --surface, 7",
        "--ink, --ok-ground, 7",
        "--ink, --warn-ground, 7",
        "--ink, --bad-ground, 7",
        "--quiet, --ground, 4.5",
        "--quiet, --surface, 4.5",
        "--quiet, --sunken, 4.5",
        "--ok, --surface, 4.5",
        "--warn, --surface, 4.5",
        "--bad, --surface, 4.5",
        "--ok, --ok-ground, 4.5",
        "--warn, --warn-ground, 4.5",
        "--bad, --bad-ground, 4.5",
        "--on-accent, --accent, 4.5",
        "--accent, --surface, 3"
    })
    void text_can_be_read_in_light_and_dark(String text, String ground, double least) throws IOException {
        for (String theme : new String[] {"light", "dark"}) {
            Map<String, String> colours = colours(theme);
            assertThat(contrast(colours.get(text), colours.get(ground)))
                    .as(theme + ": " + text + " on " + ground)
                    .isGreaterThanOrEqualTo(least);
        }
    }

    @Test
    void the_system_and_the_chosen_dark_are_the_same() throws IOException {
        String css = css();
        Matcher blocks = BLOCK.matcher(css);
        Map<String, String> bySelector = new HashMap<>();
        while (blocks.find()) {
            bySelector.put(
                    blocks.group(1).strip(),
                    blocks.group(2).replaceAll("\\s+", " ").strip());
        }

        assertThat(bySelector.get(":root:not([data-theme=\"light\"])"))
                .isNotNull()
                .isEqualTo(bySelector.get(":root[data-theme=\"dark\"]"));
    }

    @Test
    void every_colour_is_a_variable_and_every_side_is_logical() throws IOException {
        String rules = css().replaceAll("(?s)^.*/\\* Ground \\*/", "");

        assertThat(rules).doesNotContainPattern("#[0-9a-fA-F]{3,8}\\b");
        assertThat(rules)
                .doesNotContainPattern("(margin|padding|border)-(left|right|top|bottom)")
                .doesNotContainPattern("[^-]\\b(left|right):")
                .doesNotContainPattern("text-align: (left|right)");
    }

    private static Map<String, String> colours(String theme) throws IOException {
        Map<String, String> colours = new HashMap<>();
        Matcher blocks = BLOCK.matcher(css());
        while (blocks.find()) {
            String selector = blocks.group(1).strip();
            if (selector.equals(":root") || (theme.equals("dark") && selector.contains("dark"))) {
                Matcher values = COLOUR.matcher(blocks.group(2));
                while (values.find()) {
                    colours.put(values.group(1), values.group(2));
                }
            }
        }
        return colours;
    }

    private static String css() throws IOException {
        return Files.readString(Path.of("src/main/resources/static/css/console.css"));
    }

    private static double contrast(String one, String other) {
        double a = luminance(one);
        double b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(String hex) {
        int rgb = Integer.parseInt(hex.substring(1), 16);
        return 0.2126 * channel(rgb >> 16 & 255) + 0.7152 * channel(rgb >> 8 & 255) + 0.0722 * channel(rgb & 255);
    }

    private static double channel(int value) {
        double share = value / 255.0;
        return share <= 0.03928 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }
}
