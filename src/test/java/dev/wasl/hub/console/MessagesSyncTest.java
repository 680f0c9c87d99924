package dev.wasl.hub.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of all languages say the same things, and exactly the things that the pages need. */
class MessagesSyncTest {

    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\d}");

    private final Properties english = read("messages.properties");

    @ParameterizedTest
    @ValueSource(strings = {"messages_ar.properties", "messages_fr.properties"})
    void every_language_has_every_text(String file) {
        assertThat(read(file).stringPropertyNames())
                .as(file + ": add what is missing, remove what English does not have")
                .containsExactlyInAnyOrderElementsOf(english.stringPropertyNames());
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages_ar.properties", "messages_fr.properties"})
    void every_language_uses_the_same_values(String file) {
        Properties other = read(file);

        for (String key : english.stringPropertyNames()) {
            assertThat(placeholders(other.getProperty(key, "")))
                    .as(file + " " + key)
                    .isEqualTo(placeholders(english.getProperty(key)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages.properties", "messages_ar.properties", "messages_fr.properties"})
    void no_apostrophe_swallows_a_value(String file) {
        Properties texts = read(file);

        for (String key : texts.stringPropertyNames()) {
            String text = texts.getProperty(key);
            assertThat(text).as(file + " " + key).isNotBlank();
            if (!placeholders(text).isEmpty()) {
                Object[] values = {"ONE", "TWO", "THREE"};
                assertThat(new MessageFormat(text).format(values))
                        .as(file + " " + key + ": write ’ instead of '")
                        .doesNotContain("{");
            }
        }
    }

    @Test
    void arabic_is_written_in_arabic() {
        Properties arabic = read("messages_ar.properties");
        Set<String> untranslated = arabic.stringPropertyNames().stream()
                .filter(key -> arabic.getProperty(key).codePoints().noneMatch(c -> c >= 0x0600 && c <= 0x06ff))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(untranslated).containsExactly("now.reason.connector"); // names and a colon
    }

    @Test
    void every_text_is_used_and_every_used_text_exists() throws IOException {
        Set<String> used = new TreeSet<>();
        String sources = contents(RESOURCES.resolve("templates"), ".html")
                + contents(Path.of("src/main/java/dev/wasl/hub/console"), ".java");
        Matcher literal = Pattern.compile("#\\{([a-zA-Z.]+)[(}]|text\\(\\s*\"([a-zA-Z.]+)\"")
                .matcher(sources);
        while (literal.find()) {
            used.add(literal.group(1) != null ? literal.group(1) : literal.group(2));
        }
        for (dev.wasl.hub.connector.SyncState.Phase phase : dev.wasl.hub.connector.SyncState.Phase.values()) {
            used.add("connector.state." + phase.name().toLowerCase(java.util.Locale.ROOT));
        }
        for (dev.wasl.hub.canonical.Notification.Channel channel :
                dev.wasl.hub.canonical.Notification.Channel.values()) {
            used.add("channel." + channel.name().toLowerCase(java.util.Locale.ROOT));
        }
        for (Theme theme : Theme.values()) {
            used.add("theme." + theme.id());
        }
        Stream.of("arrived", "sent", "waiting", "withdrawn", "failed")
                .forEach(reach -> used.add("notification." + reach));
        used.removeIf(key -> key.endsWith(".")); // the beginning of a key that is put together, all listed above

        assertThat(english.stringPropertyNames()).containsExactlyInAnyOrderElementsOf(used);
    }

    private static String contents(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .map(MessagesSyncTest::text)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> placeholders(String text) {
        return PLACEHOLDER.matcher(text).results().map(result -> result.group()).collect(Collectors.toSet());
    }

    private static Properties read(String file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(RESOURCES.resolve(file))) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
