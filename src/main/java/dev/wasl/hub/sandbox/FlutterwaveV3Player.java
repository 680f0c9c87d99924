package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Flutterwave v3: {@code POST /v3/payments}, the two verify calls, the list of refunds, and callbacks with the secret hash. A
 * page that nobody paid at is no transaction yet: until then nothing is found.
 */
final class FlutterwaveV3Player implements GatewayPlayer {

    private static final int TRIES = 3;

    private final GatewayBooks books;

    FlutterwaveV3Player(GatewayBooks books) {
        this.books = books;
    }

    @Override
    public GatewayBooks books() {
        return books;
    }

    @Override
    public Reply answer(Request request) {
        Optional<Accounts.Gateway> account = books.account(known -> request.hasBearer(known.text("secret-key")));
        if (account.isEmpty()) {
            return refused();
        }
        String tenant = account.get().tenant();
        String path = books.path(request);
        boolean get = request.method().equals("GET");
        if (request.method().equals("POST") && path.equals("/v3/payments")) {
            return pay(tenant, Json.read(request.body()));
        }
        if (get && path.equals("/v3/transactions/verify_by_reference")) {
            return verify(tenant, request.queryParameters().getOrDefault("tx_ref", ""));
        }
        if (get && path.matches("/v3/transactions/[0-9]+/verify")) {
            return verify(tenant, path.split("/", -1)[3]);
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
        Optional<Money> amount = GatewayBooks.amount(
                body.path("amount").asText(), body.path("currency").asText("NGN"));
        if (amount.isEmpty()) {
            return problem(400, "amount or currency is invalid");
        }
        GatewayOrder order = open(
                tenant,
                reference,
                amount.get(),
                Map.of(
                        "email", email,
                        "name", body.path("customer").path("name").asText("Anonymous customer"),
                        "phone",
                                body.path("customer")
                                        .path("phonenumber")
                                        .asText("")
                                        .replace("+", "")));
        ObjectNode answer = Json.object().put("status", "success").put("message", "Hosted Link");
        answer.putObject("data").put("link", books.url() + "/hosted/pay/" + order.detail("flw_ref"));
        return Reply.json(200, answer);
    }

    private GatewayOrder open(String tenant, String reference, Money amount, Map<String, String> details) {
        Dice dice = books.dice(91);
        String id = Long.toString(dice.between(200_000_000L, 299_999_999L));
        return books.add(GatewayOrder.open(tenant, id, reference, amount, books.now(), details)
                .with("flw_ref", "FLW-MOCK-" + dice.hex(20)));
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
            GatewayOrder claimed = books.claimed(idOrReference);
            return List.of(hook(claimed, "charge.completed", transaction(claimed), "guessed"));
        }
        GatewayOrder order = books.change(idOrReference, act);
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
        Optional<GatewayOrder> found = books.find(tenant, idOrReference)
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
        books.orders().stream().filter(order -> order.tenant().equals(tenant)).forEach(order -> {
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
        return hook(order, event, data, books.first(order.tenant(), "secret-hashes"));
    }

    private Hook hook(GatewayOrder order, String event, ObjectNode data, String secretHash) {
        ObjectNode body = Json.object().put("event", event);
        body.set("data", data);
        body.put("event.type", "MOBILEMONEYUG_TRANSACTION");
        return books.hook(order, event, body, TRIES).provenBy(sent -> Map.of("verif-hash", secretHash));
    }

    private static Reply problem(int status, String message) {
        return Reply.json(
                status,
                Json.object().put("status", "error").put("message", message).putNull("data"));
    }
}
