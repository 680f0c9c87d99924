package dev.wasl.hub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.OutboundSettings;
import dev.wasl.hub.connector.PaymentsForTests;
import dev.wasl.hub.connector.TenantsForTests;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.intake.WebhookRequest;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway.Started;
import dev.wasl.hub.tenant.Tenants;
import dev.wasl.hub.vectors.Mapped;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox playing one gateway for one tenant, and what a connector needs to talk to it: settings, HTTP client, payments
 * to ask for, and the requests that the hub would get.
 */
public final class PlayedGateway implements AutoCloseable {

    /** The tenant of every payment here. */
    public static final String TENANT = "shop";

    private final String connector;
    private final TestSandbox sandbox;
    private final Map<String, Object> properties;
    private final Mapped mapped = new Mapped();
    private final List<AutoCloseable> opened = new ArrayList<>();

    /**
     * Starts to play.
     *
     * @param settings of the connector, without {@code base-url}; lists as {@code name[0]}
     */
    public PlayedGateway(String connector, Map<String, String> settings) {
        this(connector, settings, Map.of());
    }

    /**
     * Starts to play a gateway with more than one address.
     *
     * @param addresses settings that are paths at the played gateway
     */
    public PlayedGateway(String connector, Map<String, String> settings, Map<String, String> addresses) {
        this.connector = connector;
        Accounts accounts = new Accounts(
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Map.of(connector, Map.of(TENANT, Accounts.Gateway.of(TENANT, settings))));
        sandbox = new TestSandbox(TestSandbox.settings(20, null, TestSandbox.unlimited()), accounts);
        sandbox.meetHub();
        properties = new HashMap<>();
        String prefix = "wasl.tenants." + TENANT + ".connectors." + connector + '.';
        settings.forEach((key, value) -> properties.put(prefix + key, value));
        properties.put(prefix + "base-url", url());
        addresses.forEach((key, path) -> properties.put(prefix + key, url() + path));
    }

    /** Where the gateway is. */
    public String url() {
        return sandbox.url("/gateways/" + connector);
    }

    /** The tenant with its connector, which leads here. */
    public Tenants tenants() {
        return TenantsForTests.of(properties);
    }

    /** A client as the hub has. */
    public GatewayHttp http() {
        GatewayHttp http = new GatewayHttp(new OutboundSettings(false, Duration.ofSeconds(3), Duration.ofSeconds(15)));
        opened.add(http::destroy);
        return http;
    }

    /** A payment that somebody asks for; the callback address has a token of its own. */
    public AskedPayment asked(String reference, Money amount, Party customer) {
        Instant now = sandbox.clock.instant();
        return new AskedPayment(
                UUID.nameUUIDFromBytes(reference.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                TENANT,
                connector,
                reference,
                amount,
                customer,
                "Order " + reference,
                "https://shop.example/thanks",
                "https://hub.example/webhooks/" + TENANT + '/' + connector + "/cb_3f9a",
                "cb_3f9a",
                now,
                now.plus(Duration.ofMinutes(15)),
                null,
                Map.of());
    }

    /** The same payment after it was started. */
    public static AskedPayment started(AskedPayment asked, Started started) {
        return PaymentsForTests.started(asked, started.gatewayOrderId(), started.state());
    }

    /** What the hub answers to callbacks from now on. */
    public void hubAnswers(String body) {
        sandbox.hubStatus = 200;
        sandbox.hubAnswer = body;
    }

    /**
     * Lets something happen at the gateway.
     *
     * @return the callbacks that the hub got for it
     */
    public List<WebhookRequest> act(String order, String act) {
        int before = sandbox.received.size();
        HttpResponse<String> answer = control(order, act);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.body());
        }
        return sandbox.received.subList(before, sandbox.received.size()).stream()
                .map(this::request)
                .toList();
    }

    /** The control interface's answer to an act. */
    public HttpResponse<String> control(String order, String act) {
        return sandbox.post("/_sandbox/gateways/" + connector + '/' + order + '/' + act, "");
    }

    /** An order as the control interface shows it. */
    public JsonNode order(String reference) {
        for (JsonNode order :
                TestSandbox.json(sandbox.get("/_sandbox/gateways")).path(connector)) {
            if (order.path("reference").asText().equals(reference)) {
                return order;
            }
        }
        throw new AssertionError("no order " + reference);
    }

    /** Makes the gateway misbehave for a minute. */
    public void misbehave(String mode) {
        sandbox.control(
                "misbehave",
                String.format(Locale.ROOT, "{\"target\":\"%s\",\"mode\":\"%s\",\"for\":60}", connector, mode));
    }

    /** Posts a form to the gateway as a customer's browser would. */
    public HttpResponse<String> browse(String path, String form) {
        return sandbox.post("/gateways/" + connector + path, form, "Content-Type", "application/x-www-form-urlencoded");
    }

    /** Lets time pass at the gateway. */
    public void forward(Duration by) {
        sandbox.clock.advance(by);
    }

    /** What the mapping makes of a callback, with the notes that the connector took of it. */
    public List<Payment> mapped(Webhook webhook, WebhookRequest request) {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        webhook.notes(request).forEach(headers::put);
        return payments(request.body(), Map.of("headers", headers));
    }

    /** What the mapping makes of the answer to a question; there must be one. */
    public List<Payment> mapped(byte @Nullable [] answer) {
        assertThat(answer).isNotNull();
        ObjectNode polled = JsonNodeFactory.instance.objectNode();
        polled.putNull("asked");
        try {
            polled.set("answer", Json.MAPPER.readTree(answer));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return payments(Json.bytes(polled), Map.of("kind", JsonNodeFactory.instance.textNode("POLL")));
    }

    private List<Payment> payments(byte[] body, Map<String, JsonNode> context) {
        return mapped.events(connector + "-payment-in", body, context).stream()
                .map(event -> (Payment) event.data())
                .toList();
    }

    private WebhookRequest request(TestSandbox.Received received) {
        String path = received.target();
        int queryAt = path.indexOf('?');
        @Nullable String query = queryAt < 0 ? null : path.substring(queryAt + 1);
        String[] parts = (queryAt < 0 ? path : path.substring(0, queryAt)).split("/", 5);
        Map<String, List<String>> headers = new HashMap<>();
        received.headers().forEach((name, value) -> headers.put(name, List.of(value)));
        return new WebhookRequest(
                parts[2],
                parts[3],
                received.method(),
                parts.length > 4 ? parts[4] : "",
                "https://hub.example" + path,
                query,
                headers,
                received.body(),
                sandbox.clock.instant());
    }

    /** The one thing in a list. */
    public static <T> T only(List<T> list) {
        assertThat(list).hasSize(1);
        return list.get(0);
    }

    @Override
    public void close() {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        sandbox.close();
    }
}
