package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Flutterwave v3: {@code POST /v3/payments}, the two verify calls, the list of refunds, and callbacks with the secret hash. A
 * page that nobody paid at is no transaction yet: until then nothing is found.
 */
final class FlutterwaveV3Player implements GatewayPlayer {

    private static final String ROOT = "/gateways/flutterwave-v3";
    private static final int TRIES = 3;

    private final Map<String, Accounts.Gateway> accounts;
    private final String url;
    private final long seed;
    private final Clock clock;
    private final GatewayOrders orders = new GatewayOrders();
    private long count;

    FlutterwaveV3Player(Map<String, Accounts.Gateway> accounts, String url, long seed, Clock clock) {
        this.accounts = accounts;
        this.url = url;
        this.seed = seed;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "flutterwave-v3";
    }

    @Override
    public List<GatewayOrder> orders() {
        return orders.newestFirst();
    }

    @Override
    public List<String> tenants() {
        return List.copyOf(accounts.keySet());
    }

    @Override
    public Reply answer(Request request) {
        String tenant = tenantOf(request.header("Authorization"));
        if (tenant == null) {
            return refused();
        }
        String path = request.path().substring(ROOT.length());
        boolean get = request.method().equals("GET");
        if (request.method().equals("POST") && path.equals("/v3/payments")) {
            return pay(tenant, Json.read(request.body()));
        }
        if (get && path.equals("/v3/transactions/verify_by_reference")) {
            return verify(tenant, request.queryParameters().getOrDefault("tx_ref", ""));
        }
        if (get && path.matches("/v3/transactions/[0-9]+/verify")) {
            return verify(tenant, path.split("/")[3]);
        }
        if (get && path.equals("/v3/refunds")) {
            return Reply.json(200, refunds(tenant));
        }
        return problem(404, "Cannot " + request.method() + ' ' + path);
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return problem(429, "Too many requests").with("Retry-After", Long.toString(retryAfterSeconds));
    }

    @Override
    public Reply refused() {
        return problem(401, "Invalid authorization key");
    }

    private Reply pay(String tenant, JsonNode body) {
        String reference = body.path("tx_ref").asText("");
        String email = body.path("customer").path("email").asText("");
        if (reference.isEmpty()
                || !email.contains("@")
                || !body.path("redirect_url").isTextual()) {
            return problem(400, "tx_ref, customer.email and redirect_url are required");
        }
        Money amount;
        try {
            amount = Money.ofMajor(
                    new BigDecimal(body.path("amount").asText()),
                    body.path("currency").asText("NGN"));
        } catch (RuntimeException e) {
            return problem(400, "amount or currency is invalid");
        }
        GatewayOrder order = open(
                tenant,
                reference,
                amount,
                Map.of(
                        "email", email,
                        "name", body.path("customer").path("name").asText("Anonymous customer"),
                        "phone",
                                body.path("customer")
                                        .path("phonenumber")
                                        .asText("")
                                        .replace("+", "")));
        ObjectNode answer = Json.object().put("status", "success").put("message", "Hosted Link");
        answer.putObject("data").put("link", url + ROOT + "/hosted/pay/" + order.detail("flw_ref"));
        return Reply.json(200, answer);
    }

    private synchronized GatewayOrder open(String tenant, String reference, Money amount, Map<String, String> details) {
        Instant now = clock.instant();
        Dice dice = Dice.at(seed, 91, now.toEpochMilli(), ++count);
        GatewayOrder order = GatewayOrder.open(
                        tenant,
                        Long.toString(dice.between(200_000_000L, 299_999_999L)),
                        reference,
                        amount,
                        now,
                        details)
                .with("flw_ref", "FLW-MOCK-" + dice.hex(20));
        orders.add(order);
        return order;
    }

    @Override
    public Optional<String> begin(String tenant, String reference, Customer customer, Dice dice) {
        return Optional.of(open(
                        tenant,
                        reference,
                        new Money(dice.between(20, 4_000) * 500, "UGX"),
                        Map.of(
                                "email", customer.email(),
                                "name", customer.fullName(),
                                "phone", "25670" + String.format(java.util.Locale.ROOT, "%07d", customer.number())))
                .id());
    }

    @Override
    public List<Hook> act(String idOrReference, Act act) {
        if (act == Act.DISPUTE) {
            throw new UnsupportedOperationException("Flutterwave v3 does not say what it sends of a chargeback");
        }
        if (act == Act.FORGE) {
            GatewayOrder order = orders.change(idOrReference, known -> known);
            return List.of(
                    hook(order, "charge.completed", transaction(order.after(Act.SUCCEED, clock.instant())), "guessed"));
        }
        GatewayOrder order = orders.change(idOrReference, known -> known.after(act, clock.instant()));
        return switch (act) {
            case SUCCEED, SUCCEED_WITH_OTHER_AMOUNT, FAIL ->
                List.of(hook(order, "charge.completed", transaction(order)));
            case REFUND_PART, REFUND ->
                List.of(hook(
                        order, "refund.completed", refund(order, order.refunds().size())));
            default -> List.of();
        };
    }

    private Reply verify(String tenant, String idOrReference) {
        Optional<GatewayOrder> found = orders.find(tenant, idOrReference)
                .filter(order ->
                        order.state() != GatewayOrder.State.OPEN && order.state() != GatewayOrder.State.EXPIRED);
        if (found.isEmpty()) {
            return problem(400, "No transaction was found for this id");
        }
        ObjectNode answer = Json.object().put("status", "success").put("message", "Transaction fetched successfully");
        answer.set("data", transaction(found.get()));
        return Reply.json(200, answer);
    }

    private static ObjectNode transaction(GatewayOrder order) {
        BigDecimal amount = order.amount().major();
        boolean paid = order.paid() != null;
        ObjectNode data = Json.object()
                .put("id", Long.parseLong(order.id()))
                .put("tx_ref", order.reference())
                .put("flw_ref", order.detail("flw_ref"))
                .put("device_fingerprint", "N/A")
                .put("amount", amount)
                .put("currency", order.asked().currency())
                .put("charged_amount", amount)
                .put("app_fee", paid ? fee(order.amount()) : BigDecimal.ZERO)
                .put("merchant_fee", 0)
                .put("processor_response", paid ? "Approved" : "Transaction has been declined")
                .put("auth_model", "MOBILEMONEY")
                .put("ip", "203.0.113.9")
                .put("narration", "Demo shop")
                .put("status", paid ? "successful" : "failed")
                .put("payment_type", "mobilemoneyug")
                .put("created_at", Json.iso(order.changedAt().toEpochMilli()))
                .put("account_id", 17_321);
        data.putObject("customer")
                .put("id", Long.parseLong(order.id()) % 1_000_000)
                .put("name", order.detail("name"))
                .put("phone_number", order.detail("phone"))
                .put("email", order.detail("email"))
                .put("created_at", Json.iso(order.createdAt().toEpochMilli()));
        return data;
    }

    /** About three per cent, in what the currency can express. */
    private static BigDecimal fee(Money amount) {
        return new Money(amount.amountMinor() * 29 / 1_000, amount.currency()).major();
    }

    private ObjectNode refunds(String tenant) {
        ObjectNode answer = Json.object().put("status", "success").put("message", "Refunds fetched");
        ArrayNode data = answer.putArray("data");
        orders.newestFirst().stream()
                .filter(order -> order.tenant().equals(tenant))
                .forEach(order -> {
                    for (int number = 1; number <= order.refunds().size(); number++) {
                        data.add(refund(order, number));
                    }
                });
        return answer;
    }

    private static ObjectNode refund(GatewayOrder order, int number) {
        return Json.object()
                .put("id", Long.parseLong(order.id()) % 1_000_000 * 10 + number)
                .put("account_id", 17_321)
                .put("tx_id", Long.parseLong(order.id()))
                .put("flw_ref", "URF_" + order.id() + '_' + number)
                .put("wallet_id", 74_639)
                .put("amount_refunded", order.refunds().get(number - 1).amount().major())
                .put("status", "completed")
                .put("destination", "payment_source")
                .put("created_at", Json.iso(order.changedAt().toEpochMilli()));
    }

    private Hook hook(GatewayOrder order, String event, ObjectNode data) {
        Accounts.Gateway account = accounts.get(order.tenant());
        return hook(order, event, data, account == null ? "" : account.first("secret-hashes"));
    }

    private static Hook hook(GatewayOrder order, String event, ObjectNode data, String secretHash) {
        ObjectNode body = Json.object().put("event", event);
        body.set("data", data);
        body.put("event.type", "MOBILEMONEYUG_TRANSACTION");
        return new Hook(
                "flutterwave-v3",
                order.tenant(),
                event,
                order.id(),
                "/webhooks/" + order.tenant() + "/flutterwave-v3",
                "application/json",
                Json.bytes(body),
                sent -> Map.of("verif-hash", secretHash),
                TRIES);
    }

    private @Nullable String tenantOf(@Nullable String authorization) {
        for (Accounts.Gateway account : accounts.values()) {
            if (("Bearer " + account.text("secret-key")).equals(authorization)) {
                return account.tenant();
            }
        }
        return null;
    }

    private static Reply problem(int status, String message) {
        return Reply.json(
                status,
                Json.object().put("status", "error").put("message", message).putNull("data"));
    }
}
