package dev.wasl.hub.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.canonical.PaymentStatus;
import dev.wasl.hub.connector.StubGateway;
import dev.wasl.hub.connector.TenantsForTests;
import dev.wasl.hub.flow.PaymentPath;
import dev.wasl.hub.fold.PaymentState;
import dev.wasl.hub.intake.InboundMessage;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookCalls;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.AskedPayments;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.payment.PaymentsUnderTest;
import dev.wasl.hub.tenant.Tenants;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the decisions of gateways that sign nothing: a callback is sent to the hub's servlet while a payment is stored, the
 * gateway's status API is played on loopback, and what the hub answers, asks and makes of it is compared. Everything in
 * between is the hub's own: verifier, mapping, the guard with its database, the query, the fold.
 */
public abstract class DecisionVectors implements GatewayVectors {

    protected static final Instant NOW = Instant.parse("2026-11-20T08:00:00Z");
    protected static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    private static final AtomicInteger CASES = new AtomicInteger();
    private static final Set<String> VECTOR = Set.of("id", "request", "stored", "statusApi", "expected", "note");
    private static final Set<String> REQUEST = Set.of("method", "path", "headers", "body");
    private static final Set<String> STATUS_API = Set.of("method", "path", "requestBody", "http", "body");
    private static final Set<String> EXPECTED = Set.of("apply", "canonicalStatus", "http", "statusApiCalled");

    private final ObjectMapper json = new ObjectMapper();

    /** The connector's name. */
    protected abstract String connector();

    /** The settings of the connector; the base URL is added. */
    protected abstract Map<String, String> settings();

    /** The fields of {@code stored} that {@link #stored} reads. */
    protected abstract Set<String> storedFields();

    /** The stored payment of a case; of its addresses only the token counts. */
    protected abstract AskedPayment stored(JsonNode stored, String tenant);

    protected abstract Webhook webhook(AskedPayments payments);

    protected abstract PaymentGateway gateway(Tenants tenants);

    /** Lets the played gateway hand out tokens. */
    protected abstract void login(StubGateway stub);

    /** Whether a call asked for the state of a payment. */
    protected abstract boolean isStatusCall(StubGateway.Call call);

    @Override
    public Map<String, Function<JsonNode, VectorCase>> sections() {
        return Map.of("vectors", this::decision);
    }

    private VectorCase decision(JsonNode vector) {
        return new VectorCase(vector.get("id").textValue(), () -> {
            assertThat(unknown(vector)).as("fields that nobody checks").isEmpty();
            try (StubGateway stub = new StubGateway()) {
                decide(vector, stub);
            }
        });
    }

    private List<String> unknown(JsonNode vector) {
        return Stream.of(
                        unknown(vector, VECTOR),
                        unknown(vector.get("request"), REQUEST),
                        unknown(vector.get("stored"), storedFields()),
                        unknown(vector.get("statusApi"), STATUS_API),
                        unknown(vector.get("expected"), EXPECTED))
                .flatMap(names -> names)
                .toList();
    }

    private static Stream<String> unknown(JsonNode node, Set<String> known) {
        return GatewayVectors.names(node).filter(name -> !known.contains(name));
    }

    private void decide(JsonNode vector, StubGateway stub) throws Exception {
        String tenant = "case" + CASES.incrementAndGet();
        JsonNode statusApi = vector.get("statusApi");
        login(stub);
        if (!statusApi.isNull()) {
            // no status: the connection ends without an answer
            stub.answers(
                    statusApi.get("method").textValue(),
                    path(statusApi),
                    statusApi.path("http").asInt(0),
                    statusApi.path("body").asText(""));
        }
        Tenants tenants = tenants(tenant, stub);
        List<InboundMessage> received = new ArrayList<>();
        PaymentsUnderTest payments = new PaymentsUnderTest(tenants, gateway(tenants), received, CLOCK);
        AskedPayment asked = stored(vector.get("stored"), tenant);
        PaymentStatus before =
                PaymentStatus.valueOf(vector.get("stored").get("status").textValue());
        payments.store(asked, before);

        int http = call(vector.get("request"), tenant, webhook(payments), tenants, payments);
        PaymentPath path = new PaymentPath(tenants, payments.expectations());
        List<Payment> published = publish(path, received);
        assertThat(published).as("a callback is only a hint").isEmpty();
        payments.askWhatIsDue(connector());
        published = publish(path, received);

        JsonNode expected = vector.get("expected");
        List<StubGateway.Call> asks =
                stub.calls().stream().filter(this::isStatusCall).toList();
        assertThat(http)
                .as("the answer to the gateway")
                .isEqualTo(expected.get("http").intValue());
        // after a 401 the token is renewed once
        int calls = statusApi.path("http").asInt() == 401 ? 2 : 1;
        assertThat(asks.size())
                .as("calls of the status API")
                .isEqualTo(expected.path("statusApiCalled").asBoolean(!statusApi.isNull()) ? calls : 0);
        for (StubGateway.Call ask : asks) {
            assertThat(ask.method() + ' ' + ask.path())
                    .isEqualTo(statusApi.get("method").textValue() + ' ' + path(statusApi));
            if (statusApi.has("requestBody")) {
                assertThat(ask.json())
                        .isEqualTo(json.readTree(statusApi.get("requestBody").textValue()));
            }
        }
        PaymentStatus after = folded(before, published);
        boolean applied = after != before;
        assertThat(applied)
                .as("changes the state, now %s", after)
                .isEqualTo(expected.get("apply").booleanValue());
        if (expected.has("canonicalStatus")) {
            assertThat(after.name()).isEqualTo(expected.get("canonicalStatus").textValue());
        }
        assertThat(payments.isStillAsStored(asked.id(), before))
                .as("the stored request")
                .isEqualTo(!applied);
    }

    private int call(JsonNode request, String tenant, Webhook webhook, Tenants tenants, PaymentsUnderTest payments)
            throws Exception {
        Map<String, String> headers = new HashMap<>();
        request.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().textValue()));
        String path = request.get("path").textValue();
        assertThat(path).startsWith("/webhooks/");
        return new WebhookCalls(webhook, tenants, payments.writer(), CLOCK)
                .call(
                        request.get("method").textValue(),
                        '/' + tenant + path.substring("/webhooks".length()),
                        headers,
                        request.path("body").asText(""));
    }

    private List<Payment> publish(PaymentPath path, List<InboundMessage> received) {
        List<InboundMessage> batch = List.copyOf(received);
        received.clear();
        return batch.stream()
                .flatMap(message -> path.of(connector() + "-payment-in", message).published().stream())
                .toList();
    }

    private String path(JsonNode statusApi) {
        return statusApi.get("path").textValue().replace("{country}", settings().getOrDefault("country", ""));
    }

    private Tenants tenants(String tenant, StubGateway stub) {
        Map<String, Object> properties = new HashMap<>();
        String prefix = "wasl.tenants." + tenant + ".connectors." + connector() + '.';
        settings().forEach((key, value) -> properties.put(prefix + key, value));
        properties.put(prefix + "base-url", stub.url());
        return TenantsForTests.of(properties);
    }

    /** Where all that was published leaves a payment. */
    private static PaymentStatus folded(PaymentStatus before, List<Payment> published) {
        PaymentState state = PaymentState.NOTHING.fold(statement(before));
        for (Payment payment : published) {
            state = state.fold(payment);
        }
        return state.status();
    }

    private static Payment statement(PaymentStatus status) {
        return new Payment(
                "vectors",
                "stored",
                "stored",
                "stored",
                null,
                null,
                status,
                null,
                null,
                null,
                null,
                null,
                null,
                NOW.minusSeconds(60),
                true,
                null,
                null,
                null,
                null,
                "REQUERIED");
    }

    /** Text, or null for absent and null. */
    protected static @Nullable String text(JsonNode node, String field) {
        return node.path(field).isTextual() ? node.path(field).textValue() : null;
    }
}
