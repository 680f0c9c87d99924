package dev.wasl.hub.connector.mtn;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasl.hub.canonical.Money;
import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.connector.GatewayTokens;
import dev.wasl.hub.connector.StubGateway;
import dev.wasl.hub.intake.Webhook;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.AskedPayments;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.tenant.Tenants;
import dev.wasl.hub.vectors.DecisionVectors;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The vector file of MTN MoMo. */
public final class MtnVectors extends DecisionVectors {

    @Override
    public String gateway() {
        return "mtn-momo";
    }

    @Override
    protected String connector() {
        return "mtn-momo";
    }

    @Override
    protected Map<String, String> settings() {
        return Map.of(
                "subscription-key", "sub", "api-user", "user", "api-key", "key", "target-environment", "mtnuganda");
    }

    @Override
    protected Set<String> storedFields() {
        return Set.of("referenceId", "externalId", "amount", "currency", "payerMsisdn", "callbackPathToken", "status");
    }

    @Override
    protected AskedPayment stored(JsonNode stored, String tenant) {
        // the file has one reference id for all cases; each case is a payment of its own tenant, but ids are one space
        return new AskedPayment(
                UUID.fromString(stored.get("referenceId").textValue()),
                tenant,
                connector(),
                stored.get("externalId").textValue(),
                Money.ofMajor(
                        new BigDecimal(stored.get("amount").asText()),
                        stored.get("currency").textValue()),
                new Party(null, '+' + stored.get("payerMsisdn").textValue(), null, null, null),
                null,
                null,
                "",
                stored.get("callbackPathToken").textValue(),
                NOW.minusSeconds(60),
                NOW.plus(Duration.ofMinutes(15)),
                stored.get("referenceId").textValue(),
                Map.of());
    }

    @Override
    protected Webhook webhook(AskedPayments payments) {
        return new MtnWebhook(payments);
    }

    @Override
    protected PaymentGateway gateway(Tenants tenants) {
        return new MtnGateway(tenants, StubGateway.http(), new GatewayTokens(CLOCK), CLOCK);
    }

    @Override
    protected void login(StubGateway stub) {
        stub.answers("POST", "/collection/token/", 200, "{\"access_token\":\"tok\",\"expires_in\":3600}");
    }

    @Override
    protected boolean isStatusCall(StubGateway.Call call) {
        return call.path().startsWith("/collection/v1_0/");
    }
}
