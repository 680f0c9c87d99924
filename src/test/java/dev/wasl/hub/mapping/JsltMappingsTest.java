package dev.wasl.hub.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.mapping.MappingCatalog.MappingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsltMappingsTest {

    private static final JsonNode EMPTY = JsonNodeFactory.instance.objectNode();

    @TempDir
    private Path live;

    private final AtomicLong nanos = new AtomicLong();
    private JsltMappings mappings;

    @BeforeEach
    void open() {
        mappings = new JsltMappings(new MappingSettings(live), nanos::get);
    }

    @Test
    void a_live_file_replaces_the_one_in_the_jar() throws IOException {
        write("stripe-payment-in", "// version: 7\n{\"from\": \"live\"}");

        assertThat(map("stripe-payment-in").get("from").asText()).isEqualTo("live");
    }

    @Test
    void without_a_live_file_the_one_in_the_jar_is_used_and_comes_back_when_the_live_one_goes() throws IOException {
        JsonNode thin = JsonBodies.parse("{\"object\":\"v2.core.event\"}".getBytes());
        assertThat(mappings.map("stripe-payment-in", thin, Map.of()).isNull()).isTrue();

        write("stripe-payment-in", "{\"from\": \"live\"}");
        later();
        assertThat(map("stripe-payment-in").get("from").asText()).isEqualTo("live");

        Files.delete(live.resolve("stripe-payment-in.jslt"));
        later();
        assertThat(mappings.map("stripe-payment-in", thin, Map.of()).isNull()).isTrue();
    }

    @Test
    void a_changed_file_is_picked_up_within_a_second_and_not_looked_at_more_often() throws IOException {
        write("shop-order-in", "\"one\"");
        assertThat(map("shop-order-in").asText()).isEqualTo("one");

        write("shop-order-in", "\"another\"");
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(900));
        assertThat(map("shop-order-in").asText()).isEqualTo("one");

        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(map("shop-order-in").asText()).isEqualTo("another");
    }

    @Test
    void a_change_of_the_same_length_is_seen_by_its_time() throws IOException {
        write("shop-order-in", "\"one\"");
        assertThat(map("shop-order-in").asText()).isEqualTo("one");

        write("shop-order-in", "\"two\"");
        Files.setLastModifiedTime(
                live.resolve("shop-order-in.jslt"), FileTime.from(Instant.now().plusSeconds(5)));
        later();

        assertThat(map("shop-order-in").asText()).isEqualTo("two");
    }

    @Test
    void a_broken_file_fails_every_use_of_itself_with_the_place_and_nothing_else() throws IOException {
        write("shop-order-in", "// version: 3\n{\n  \"a\": ,\n}");
        write("shop-refund-in", "\"fine\"");

        for (int use = 0; use < 2; use++) {
            HubException broken = failure("shop-order-in");
            assertThat(broken.code()).isEqualTo(ErrorCode.MAPPING_BROKEN);
            assertThat(broken).hasMessageContaining("shop-order-in").hasMessageContaining("line 3, column");
        }
        assertThat(map("shop-refund-in").asText()).isEqualTo("fine");
    }

    @Test
    void a_mended_file_works_again() throws IOException {
        write("shop-order-in", "{");
        assertThat(failure("shop-order-in").code()).isEqualTo(ErrorCode.MAPPING_BROKEN);

        write("shop-order-in", "\"mended\"");
        later();

        assertThat(map("shop-order-in").asText()).isEqualTo("mended");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "// only a comment",
                "{\"a\": unknown-function(1)}",
                "\"never closed",
                "#",
                "import \"other.jslt\" as other\nother:f(1)",
                "import \"/etc/passwd\" as p\n1",
                "// input: xml\n1",
                "def f(a) $a\nf(1, 2)",
                "test(\"a\", \"(\")"
            })
    void whatever_is_wrong_with_a_file_is_a_broken_mapping(String text) throws IOException {
        write("shop-order-in", text);

        assertThat(failure("shop-order-in").code()).isEqualTo(ErrorCode.MAPPING_BROKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "error(\"no\")",
                "def f(a) f($a)\nf(1)",
                "now()",
                "uuid()",
                "random()",
                "$nobodyGaveThis",
                "money-major(\"1.234\", \"EGP\")",
                "integer(\"x\")",
                "[for (1) .]"
            })
    void whatever_goes_wrong_while_mapping_is_a_failed_mapping(String text) throws IOException {
        write("shop-order-in", text);

        HubException failed = failure("shop-order-in");

        assertThat(failed.code()).isEqualTo(ErrorCode.MAPPING_FAILED);
        assertThat(failed).hasMessageContaining("shop-order-in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop-nothing-in", "../pom", "/etc/passwd", "a.b", "", "Stripe-Payment-In"})
    void a_name_without_a_file_is_missing(String name) {
        assertThat(failure(name).code()).isEqualTo(ErrorCode.MAPPING_MISSING);
        HubException missing = catchThrowableOfType(HubException.class, () -> mappings.input(name));
        assertThat(missing.code()).isEqualTo(ErrorCode.MAPPING_MISSING);
    }

    @Test
    void a_missing_mapping_is_found_once_it_is_there() throws IOException {
        assertThat(failure("shop-order-in").code()).isEqualTo(ErrorCode.MAPPING_MISSING);

        write("shop-order-in", "1");

        assertThat(map("shop-order-in").intValue()).isEqualTo(1);
    }

    @Test
    void a_live_file_that_goes_away_without_one_in_the_jar_is_missing() throws IOException {
        write("shop-order-in", "1");
        map("shop-order-in");

        Files.delete(live.resolve("shop-order-in.jslt"));
        later();

        assertThat(failure("shop-order-in").code()).isEqualTo(ErrorCode.MAPPING_MISSING);
    }

    @Test
    void variables_that_nobody_gave_are_null() throws IOException {
        write("shop-order-in", "[$tenant, $country, $currency, $messageId, $kind, $receivedAt, $query.n]");

        JsonNode result = mappings.map("shop-order-in", EMPTY, Map.of("tenant", TextNode.valueOf("hvar")));

        assertThat(result.get(0).asText()).isEqualTo("hvar");
        assertThat(result.get(1).isNull()).isTrue();
        assertThat(result.get(6).isNull()).isTrue();
    }

    @Test
    void the_header_says_version_and_input() throws IOException {
        write("shop-order-in", "// Orders of the shop.\n// version: 12\n\n//input:form\n{\"a\": .a}\n// version: 13");

        assertThat(mappings.input("shop-order-in")).isEqualTo(BodyFormat.FORM);
        assertThat(file("shop-order-in").version()).isEqualTo("12");
        assertThat(mappings.input("stripe-payment-in")).isEqualTo(BodyFormat.JSON);
    }

    @Test
    void the_catalog_lists_live_and_packaged_files_with_their_state() throws IOException {
        write("shop-order-in", "// version: 2\n{");
        write("twilio-receipt-in", "// version: 9\n1");
        Files.writeString(live.resolve("notes.txt"), "not a mapping");

        List<String> names = mappings.mappings().stream().map(MappingFile::name).toList();

        assertThat(names)
                .isSorted()
                .doesNotHaveDuplicates()
                .contains("bosta-delivery-in", "shop-order-in", "stripe-payment-in", "twilio-receipt-in");
        assertThat(file("shop-order-in").ok()).isFalse();
        assertThat(file("shop-order-in").version()).isEqualTo("2");
        assertThat(file("shop-order-in").problem()).contains("line");
        assertThat(file("twilio-receipt-in").source())
                .isEqualTo(live.resolve("twilio-receipt-in.jslt").toString());
        assertThat(file("stripe-payment-in").source()).isEqualTo("classpath:mappings/stripe-payment-in.jslt");
        assertThat(file("stripe-payment-in").ok()).isTrue();
    }

    @Test
    void threads_that_map_while_a_file_changes_see_the_old_or_the_new_version_and_nothing_else() throws Exception {
        write("shop-order-in", "\"v0\"");
        map("shop-order-in");
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Boolean> mapper = () -> {
                boolean good = true;
                while (!stop.get()) {
                    good &= map("shop-order-in").asText().matches("v[0-9]+");
                }
                return good;
            };
            List<Future<Boolean>> results =
                    IntStream.range(0, 4).mapToObj(i -> threads.submit(mapper)).toList();
            for (int version = 1; version <= 20; version++) {
                Path next = live.resolve("next");
                Files.writeString(next, "\"v" + version + "\"");
                Files.move(
                        next,
                        live.resolve("shop-order-in.jslt"),
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                later();
                map("shop-order-in");
            }
            stop.set(true);
            for (Future<Boolean> result : results) {
                assertThat(result.get(10, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            stop.set(true);
            threads.shutdown();
        }
        later();
        assertThat(map("shop-order-in").asText()).isEqualTo("v20");
    }

    private MappingFile file(String name) {
        return mappings.mappings().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode map(String name) {
        return mappings.map(name, EMPTY, Map.of());
    }

    private HubException failure(String name) {
        return catchThrowableOfType(HubException.class, () -> map(name));
    }

    private void later() {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(live.resolve(name + ".jslt"), text);
    }
}
