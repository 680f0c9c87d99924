package dev.wasl.hub.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Genuine bodies, spoilt: cut off, bytes and values replaced, members doubled or taken away, nested deep. What a mapping does
 * with them is to say something or to refuse by a code of ours.
 */
public final class Mutations {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1e400",
            "1E+1000000000",
            "123456789012345678901234567890",
            "0.1000000000000000000000001",
            "\"\"",
            "\"12.3.4\"",
            "\"1e5\"",
            "\"\\u0000\"",
            "\"٣٤\"",
            "\"2026-13-45T99:99:99Z\"",
            "[]",
            "[[[]]]",
            "{}",
            "{\"id\":{\"id\":[1]}}");

    private static final Mapped MAPPED = new Mapped();

    private Mutations() {}

    /** Every fixture input of a mapping, mutated. */
    public static Arbitrary<byte[]> ofFixtures(String mapping) {
        return of(inputs(mapping));
    }

    /** These bodies, mutated. */
    public static Arbitrary<byte[]> of(List<byte[]> genuine) {
        Arbitrary<byte[]> bodies = Arbitraries.of(genuine);
        Arbitrary<byte[]> cut = Combinators.combine(bodies, share())
                .as((body, share) -> Arrays.copyOf(body, (int) (body.length * share)));
        Arbitrary<byte[]> flipped = Combinators.combine(bodies, share(), Arbitraries.bytes())
                .as((body, share, other) -> {
                    byte[] changed = body.clone();
                    if (changed.length > 0) {
                        changed[(int) (share * (changed.length - 1))] = other;
                    }
                    return changed;
                });
        Arbitrary<byte[]> replaced =
                Combinators.combine(bodies, share(), Arbitraries.of(VALUES)).as(Mutations::replaced);
        Arbitrary<byte[]> removed = Combinators.combine(bodies, share()).as((body, share) -> replaced(body, share, ""));
        Arbitrary<byte[]> doubled = bodies.map(Mutations::doubled);
        Arbitrary<byte[]> deep = Arbitraries.integers().between(1, 2_000).map(depth -> ("{\"event\":"
                        + "[".repeat(depth) + "]".repeat(depth) + "}")
                .getBytes(StandardCharsets.UTF_8));
        return Arbitraries.oneOf(cut, flipped, replaced, replaced, replaced, removed, doubled, deep);
    }

    /**
     * Maps a body.
     *
     * @throws AssertionError when the mapping ends in anything else than events, silence or a {@link HubException}
     */
    public static void mapsOrRefuses(String mapping, byte[] body, Map<String, String> notes) {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        notes.forEach(headers::put);
        for (String kind : List.of("WEBHOOK", "POLL")) {
            try {
                MAPPED.events(
                        mapping, body, Map.of("headers", headers, "kind", JsonNodeFactory.instance.textNode(kind)));
            } catch (HubException e) {
                // refused by name, as it should be
            }
        }
    }

    private static Arbitrary<Double> share() {
        return Arbitraries.doubles().between(0, 1);
    }

    private static List<byte[]> inputs(String mapping) {
        try (Stream<Path> files = Files.walk(FIXTURES.resolve(mapping))) {
            List<byte[]> inputs = new ArrayList<>();
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("input."))
                    .sorted()
                    .toList()) {
                inputs.add(Files.readAllBytes(file));
            }
            return inputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of the body's values, wherever it stands, replaced; removed when there is nothing to put there. */
    private static byte[] replaced(byte[] body, double share, String value) {
        JsonNode tree;
        try {
            tree = JSON.readTree(body);
        } catch (IOException e) {
            return replacedInForm(body, share, value);
        }
        List<Runnable> places = new ArrayList<>();
        String marker = "@@here@@";
        collect(tree, marker, places);
        if (places.isEmpty()) {
            return body;
        }
        places.get((int) (share * (places.size() - 1))).run();
        String text = tree.toString();
        return (value.isEmpty()
                        ? text.replace("\"" + marker + "\"", "null")
                        : text.replace("\"" + marker + "\"", value))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void collect(JsonNode node, String marker, List<Runnable> places) {
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                places.add(() -> object.put(name, marker));
                collect(object.get(name), marker, places);
            }
        } else if (node.isArray()) {
            node.forEach(element -> collect(element, marker, places));
        }
    }

    private static byte[] replacedInForm(byte[] body, double share, String value) {
        String[] pairs = new String(body, StandardCharsets.UTF_8).split("&");
        int at = (int) (share * (pairs.length - 1));
        pairs[at] = value.isEmpty()
                ? ""
                : pairs[at].replaceFirst("=.*", "=") + java.net.URLEncoder.encode(value, StandardCharsets.UTF_8);
        return String.join("&", pairs).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] doubled(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return (text.startsWith("{") ? text.replaceFirst("\\{", "{\"data\":{},\"event\":\"x\",") : text + '&' + text)
                .getBytes(StandardCharsets.UTF_8);
    }
}
