package dev.wasl.hub.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.wasl.hub.TestDatabase;
import dev.wasl.hub.canonical.CanonicalData;
import dev.wasl.hub.canonical.CanonicalEvent;
import dev.wasl.hub.canonical.CanonicalMessage;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Interaction;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.journal.Inbox;
import dev.wasl.hub.journal.Ledger;
import dev.wasl.hub.mapping.BodyFormat;
import dev.wasl.hub.mapping.CanonicalCodec;
import dev.wasl.hub.mapping.MappingEngine;
import dev.wasl.hub.payment.PaymentExpectations;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The flow with a real broker and a real database, and with mappings and consumers that a test can steer. No
 * configuration by annotation, so that the scan of the whole application does not find it.
 */
@EnableAutoConfiguration(exclude = {FlywayAutoConfiguration.class, SecurityAutoConfiguration.class})
@EnableConfigurationProperties(FlowProperties.class)
@ComponentScan({
    "dev.wasl.hub.flow",
    "dev.wasl.hub.journal",
    "dev.wasl.hub.delivery",
    "dev.wasl.hub.tenant",
    "dev.wasl.hub.ops.broker"
})
class FlowTestApplication {

    @Bean
    DataSource dataSource() {
        return TestDatabase.fresh();
    }

    /** Readiness asks for it. */
    @Bean
    HealthIndicator brokerHealthIndicator() {
        return () -> Health.up().build();
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    MeterRegistry meters() {
        return new SimpleMeterRegistry();
    }

    @Bean
    SteeredMapping mapping() {
        return new SteeredMapping();
    }

    @Bean
    CanonicalCodec codec() {
        return new PlainCodec();
    }

    /** Takes everything for proved and expected. */
    @Bean
    PaymentExpectations expectations() {
        return statements -> statements.stream()
                .<PaymentExpectations.Judgement>map(statement -> new PaymentExpectations.Admitted())
                .toList();
    }

    @Bean("crmProjection")
    RecordingConsumer crm(Inbox inbox, Ledger ledger, TransactionTemplate transactions) {
        return new RecordingConsumer("crm", inbox, ledger, transactions);
    }

    @Bean("analyticsProjection")
    RecordingConsumer analytics(Inbox inbox, Ledger ledger, TransactionTemplate transactions) {
        return new RecordingConsumer("analytics", inbox, ledger, transactions);
    }

    @Bean("notifications")
    RecordingConsumer notifications(Inbox inbox, Ledger ledger, TransactionTemplate transactions) {
        return new RecordingConsumer("notify", inbox, ledger, transactions);
    }

    @Bean("bostaHints")
    Hints hints() {
        return new Hints();
    }

    /** Takes what the connector would look into. */
    static final class Hints {
        public void hint(List<CanonicalMessage> messages) {}
    }

    /** Maps {@code {"text": ...}} to an interaction; breaks on demand. */
    static final class SteeredMapping implements MappingEngine {

        final Set<String> broken = ConcurrentHashMap.newKeySet();

        @Override
        public JsonNode map(String mapping, JsonNode input, Map<String, JsonNode> context) {
            if (broken.contains(mapping)) {
                throw new HubException(ErrorCode.MAPPING_BROKEN, mapping + " line 3");
            }
            if (input.has("bug")) {
                throw new IllegalStateException("a defect of the hub, not of the mapping");
            }
            if (input.path("silent").asBoolean()) {
                return JsonNodeFactory.instance.nullNode();
            }
            if (input.has("parts")) {
                var array = JsonNodeFactory.instance.arrayNode();
                for (int i = 0; i < input.get("parts").asInt(); i++) {
                    array.add(event(input, context));
                }
                return array;
            }
            return event(input, context);
        }

        @Override
        public BodyFormat input(String mapping) {
            return BodyFormat.JSON;
        }

        private static ObjectNode event(JsonNode input, Map<String, JsonNode> context) {
            ObjectNode event = JsonNodeFactory.instance.objectNode();
            event.put("type", "dev.wasl.interaction.received.v1");
            event.put("subject", "interaction/" + context.get("messageId").textValue());
            event.put("time", "2026-11-20T08:00:00Z");
            event.putObject("data").put("text", input.path("text").asText());
            return event;
        }
    }

    /** JSON without schemas. */
    static final class PlainCodec implements CanonicalCodec {

        private final JsonMapper json = JsonMapper.builder()
                .addModule(new JavaTimeModule())
                .disable(com.fasterxml.jackson.databind.SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build();

        @Override
        public CanonicalEvent validate(JsonNode event) {
            String text = event.path("data").path("text").asText();
            CanonicalData data = new Interaction(
                    Notification.Channel.SMS,
                    "test",
                    event.get("id").asText(),
                    new Party(null, "+201000000001", null, null, null),
                    text,
                    null,
                    Instant.parse(event.get("time").asText()));
            return new CanonicalEvent(
                    "1.0",
                    event.get("id").asText(),
                    event.get("source").asText(),
                    event.get("type").asText(),
                    event.get("subject").asText(),
                    Instant.parse(event.get("time").asText()),
                    "application/json",
                    null,
                    event.get("tenant").asText(),
                    event.get("correlationid").asText(),
                    null,
                    null,
                    data);
        }

        @Override
        public CanonicalEvent read(byte[] bytes) {
            try {
                return validate(json.readTree(bytes));
            } catch (IOException e) {
                throw new HubException(ErrorCode.MALFORMED_BODY, "not JSON", e);
            }
        }

        @Override
        public byte[] write(CanonicalEvent event) {
            try {
                return json.writeValueAsBytes(event);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Applies like a real consumer: inbox, effect and ledger in one transaction. */
    static class RecordingConsumer {

        final List<String> texts = new CopyOnWriteArrayList<>();
        final List<Integer> batches = new CopyOnWriteArrayList<>();
        volatile Consumer<String> before = text -> {};

        private final String name;
        private final Inbox inbox;
        private final Ledger ledger;
        private final TransactionTemplate transactions;

        RecordingConsumer(String name, Inbox inbox, Ledger ledger, TransactionTemplate transactions) {
            this.name = name;
            this.inbox = inbox;
            this.ledger = ledger;
            this.transactions = transactions;
        }

        public void apply(List<CanonicalMessage> messages) {
            List<String> applied = transactions.execute(status -> {
                Set<String> fresh = inbox.markApplied(
                        name,
                        messages.stream()
                                .map(m ->
                                        Inbox.key(m.event().tenant(), m.event().id()))
                                .toList());
                List<String> effects = new ArrayList<>();
                for (CanonicalMessage message : messages) {
                    String text = ((Interaction) message.event().data()).text();
                    before.accept(text);
                    if (fresh.contains(
                            Inbox.key(message.event().tenant(), message.event().id()))) {
                        effects.add(text);
                    }
                }
                if ("crm".equals(name)) {
                    ledger.applied(messages);
                }
                return effects;
            });
            texts.addAll(applied);
            batches.add(messages.size());
        }
    }
}
