package dev.wasl.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.connector.airtel.AirtelVectors;
import dev.wasl.hub.connector.cmi.CmiVectors;
import dev.wasl.hub.connector.flutterwave.FlutterwaveV3Vectors;
import dev.wasl.hub.connector.flutterwave.FlutterwaveV4Vectors;
import dev.wasl.hub.connector.mtn.MtnVectors;
import dev.wasl.hub.connector.orange.OrangeVectors;
import dev.wasl.hub.connector.paymob.PaymobVectors;
import dev.wasl.hub.connector.paypal.PayPalVectors;
import dev.wasl.hub.connector.paystack.PaystackVectors;
import dev.wasl.hub.connector.stripe.StripeVectors;
import dev.wasl.hub.connector.twilio.TwilioVectors;
import dev.wasl.hub.connector.whatsapp.WhatsAppVectors;
import dev.wasl.hub.vectors.GatewayVectors;
import dev.wasl.hub.vectors.GatewayVectors.VectorCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs every case of every vector file: {@code mvn test -Dtest=VectorsTest -Dwasl.vectors=DIR}, by default those in
 * {@code src/test/resources/vectors}. Nothing is left out in silence: a gateway, a section or a field that nobody runs
 * fails. What a file marks as implementationDefined is run and its outcome shown, but not judged.
 */
class VectorsTest {

    private static final List<GatewayVectors> GATEWAYS = List.of(
            new PaymobVectors(),
            new PayPalVectors(),
            new CmiVectors(),
            new FlutterwaveV3Vectors(),
            new FlutterwaveV4Vectors(),
            new PaystackVectors(),
            new AirtelVectors(),
            new MtnVectors(),
            new OrangeVectors(),
            new StripeVectors(),
            new TwilioVectors(),
            new WhatsAppVectors());

    private final ObjectMapper mapper = new ObjectMapper();

    @TestFactory
    Stream<DynamicNode> decides_every_vector_as_the_gateway_does() throws IOException {
        List<DynamicNode> nodes = new ArrayList<>();
        List<String> withoutConnector = new ArrayList<>();
        List<Path> files = files();
        for (Path file : files) {
            JsonNode content = mapper.readTree(file.toFile());
            String gateway = content.path("gateway").asText(stem(file));
            Optional<GatewayVectors> known = GATEWAYS.stream()
                    .filter(g -> g.gateway().equals(gateway))
                    .filter(g -> g.version()
                            .map(version ->
                                    version.equals(content.path("version").asText()))
                            .orElse(true))
                    .findFirst();
            if (known.isPresent()) {
                nodes.add(container(file, content, known.get()));
            } else {
                withoutConnector.add(gateway + " (" + file.getFileName() + ")");
            }
        }
        nodes.add(dynamicTest("every file has a connector", () -> {
            assertThat(files).as("vector files").isNotEmpty();
            assertThat(withoutConnector)
                    .as("gateways that the hub does not know")
                    .isEmpty();
        }));
        return nodes.stream();
    }

    private static List<Path> files() throws IOException {
        String chosen = System.getProperty("wasl.vectors");
        Path shipped = Path.of("src/test/resources/vectors");
        List<Path> folders = chosen == null
                ? List.of(shipped.resolve("payments"), shipped.resolve("messaging"))
                : List.of(Path.of(chosen));
        List<Path> files = new ArrayList<>();
        for (Path folder : folders) {
            try (Stream<Path> found = Files.list(folder)) {
                found.filter(file -> file.toString().endsWith(".json")).sorted().forEach(files::add);
            }
        }
        return files;
    }

    private static DynamicContainer container(Path file, JsonNode content, GatewayVectors gateway) {
        gateway.open(content);
        Map<String, Function<JsonNode, VectorCase>> sections = gateway.sections();
        List<DynamicTest> tests = new ArrayList<>();
        List<String> notRun = new ArrayList<>();
        GatewayVectors.names(content)
                .filter(name -> content.get(name).isContainerNode())
                .forEach(name -> {
                    if (sections.containsKey(name)) {
                        content.get(name).forEach(vector -> tests.add(test(sections.get(name), vector, name)));
                    } else {
                        notRun.add(name);
                    }
                });
        int cases = tests.size();
        tests.add(dynamicTest("nothing of " + file.getFileName() + " is left out (" + cases + " cases)", () -> {
            assertThat(cases).isPositive();
            assertThat(notRun).as("sections that nobody runs").isEmpty();
        }));
        return dynamicContainer(file.getFileName().toString(), tests);
    }

    /** A case that cannot even be read is a failed test of its own, not the end of the others. */
    private static DynamicTest test(Function<JsonNode, VectorCase> section, JsonNode vector, String sectionName) {
        try {
            VectorCase found = section.apply(vector);
            return dynamicTest(found.name(), found.check()::run);
        } catch (RuntimeException | AssertionError e) {
            return dynamicTest(
                    sectionName + " " + vector.path("id").asText("without id"), () -> fail("cannot be read", e));
        }
    }

    private static String stem(Path file) {
        return file.getFileName().toString().replaceFirst("\\.json$", "");
    }
}
