package dev.wasl.hub.connector.orange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.connector.PaymentsForTests;
import dev.wasl.hub.connector.StubGateway;
import dev.wasl.hub.connector.TenantsForTests;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.AskedPayments;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.payment.PaymentGateway.Started;
import dev.wasl.hub.tenant.Tenants;
import dev.wasl.hub.vectors.DecisionVectors;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** The vector file of Orange Money Web Payment. */
public final class OrangeVectors extends DecisionVectors {

    private static final String API = "/orange-money-webpay/ma/v1/";

    private JsonNode initResponse = MissingNode.getInstance();

    @Override
    public String gateway() {
        return "orange-money";
    }

    @Override
    public void open(JsonNode file) {
        initResponse = file.path("initResponse");
    }

    @Override
    public Map<String, Function<JsonNode, VectorCase>> sections() {
        Map<String, Function<JsonNode, VectorCase>> sections = new HashMap<>(super.sections());
        sections.put("initResponse", this::initResponse);
        return sections;
    }

    /** Each member of the answer to a start must be what the hub goes on with, or say that it went well. */
    private VectorCase initResponse(JsonNode member) {
        JsonNode whole = initResponse;
        return new VectorCase("initResponse " + member.asText(), () -> {
            try (StubGateway stub = new StubGateway()) {
                login(stub);
                stub.answers("POST", API + "webpayment", whole.path("status").asInt(), whole.toString());
                Map<String, Object> properties = new HashMap<>();
                settings()
                        .forEach((key, value) ->
                                properties.put("wasl.tenants.cctv.connectors.orange-money." + key, value));
                properties.put("wasl.tenants.cctv.connectors.orange-money.base-url", stub.url());
                Started started = gateway(TenantsForTests.of(properties))
                        .start(PaymentsForTests.payment(
                                "cctv", connector(), UUID.randomUUID(), "ORD-9501", new Money(120_000, "MAD"), null));

                assertThat(Set.of(
                                "201",
                                "OK",
                                String.valueOf(started.link()),
                                String.valueOf(started.state().get(OrangeGateway.PAY_TOKEN)),
                                String.valueOf(started.state().get(OrangeGateway.NOTIF_TOKEN))))
                        .contains(member.asText());
            }
        });
    }

    @Override
    protected String connector() {
        return "orange-money";
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of(
                "client-id", "client",
                "client-secret", "secret",
                "merchant-key", "merchant",
                "country", "ma",
                "return-url", "https://shop.example");
    }

    @Override
    protected Set<String> storedFields() {
        return Set.of("orderId", "amount", "currency", "payToken", "notifToken", "callbackPathToken", "status");
    }

    @Override
    protected AskedPayment stored(JsonNode stored, String tenant) {
        Map<String, String> state = new HashMap<>();
        state.put(OrangeGateway.PAY_TOKEN, stored.get("payToken").textValue());
        String notifToken = text(stored, "notifToken");
        if (notifToken != null) {
            state.put(OrangeGateway.NOTIF_TOKEN, notifToken);
        }
        return new AskedPayment(
                UUID.randomUUID(),
                tenant,
                connector(),
                stored.get("orderId").textValue(),
                Money.ofMajor(
                        new BigDecimal(stored.get("amount").asText()),
                        stored.get("currency").textValue()),
                new Party("Yassine", null, null, null, null),
                null,
                null,
                "",
                stored.get("callbackPathToken").textValue(),
                NOW.minusSeconds(60),
                NOW.plus(Duration.ofMinutes(15)),
                stored.get("orderId").textValue(),
                state);
    }

    @Override
    protected Webhook webhook(AskedPayments payments) {
        return new OrangeWebhook(payments);
    }

    @Override
    protected PaymentGateway gateway(Tenants tenants) {
        return new OrangeGateway(tenants, StubGateway.http(), new GatewayTokens(CLOCK), CLOCK);
    }

    @Override
    protected void login(StubGateway stub) {
        stub.answers("POST", "/oauth/v3/token", 200, "{\"access_token\":\"tok\",\"expires_in\":3600}");
    }

    @Override
    protected boolean isStatusCall(StubGateway.Call call) {
        return call.path().endsWith("/transactionstatus");
    }
}
