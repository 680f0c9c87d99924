package dev.wasl.hub.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.core.io.FileSystemResource;
import org.springframework.mock.env.MockEnvironment;

class LogContextTest {

    @AfterEach
    void clear() {
        MDC.clear();
    }

    @Test
    void a_line_within_says_route_tenant_and_message() {
        LogContext route = LogContext.route("bosta-delivery-in");
        LogContext message = LogContext.message("hvar", "evt_1");

        assertThat(MDC.getCopyOfContextMap())
                .isEqualTo(Map.of("route", "bosta-delivery-in", "tenant", "hvar", "messageId", "evt_1"));

        message.end();
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("route", "bosta-delivery-in"));
        route.end();
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    }

    @Test
    void the_end_of_an_inner_context_brings_back_the_outer_one() {
        LogContext outer = LogContext.tenant("hvar");
        LogContext inner = LogContext.message("cctv", "evt_2");
        inner.end();

        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("tenant", "hvar"));
        outer.end();
    }

    @Test
    void a_line_in_production_is_one_json_object_with_the_fields_beside_the_text() throws IOException {
        LogContext.route("bosta-delivery-in");
        LogContext.message("hvar", "evt_3");

        JsonNode line = new ObjectMapper().readTree(productionLine("Parked a message"));

        assertThat(line.path("message").asText()).isEqualTo("Parked a message");
        assertThat(line.path("route").asText()).isEqualTo("bosta-delivery-in");
        assertThat(line.path("tenant").asText()).isEqualTo("hvar");
        assertThat(line.path("messageId").asText()).isEqualTo("evt_3");
    }

    /** What the encoder writes that the production profile chooses. */
    private static byte[] productionLine(String text) throws IOException {
        Path profile = Path.of("src/main/resources/application-production.yaml");
        assertThat(Files.exists(profile)).isTrue();
        Object format = new YamlPropertySourceLoader()
                .load("production", new FileSystemResource(profile)).stream()
                        .map(source -> source.getProperty("logging.structured.format.console"))
                        .findFirst()
                        .orElseThrow();
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(MDC.getMDCAdapter());
        context.putObject(Environment.class.getName(), new MockEnvironment());
        StructuredLogEncoder encoder = new StructuredLogEncoder();
        encoder.setContext(context);
        encoder.setFormat(format.toString());
        encoder.start();
        LoggingEvent event =
                new LoggingEvent(null, context.getLogger(LogContextTest.class), Level.WARN, text, null, null);
        return encoder.encode(event);
    }
}
