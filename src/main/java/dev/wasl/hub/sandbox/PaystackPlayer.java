package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Paystack: {@code POST /transaction/initialize}, {@code GET /transaction/verify/<reference>}, and signed webhooks for
 * successes, refunds and disputes. It tells nobody of a failure or an abandoned order, as the real one. Amounts are in
 * hundredths in every currency, XOF too.
 */
final class PaystackPlayer implements GatewayPlayer {

    private static final Set<String> CURRENCIES = Set.of("NGN", "GHS", "ZAR", "KES", "USD", "XOF", "EGP");
    private static final int TRIES = 4;

    private final GatewayBooks books;

    PaystackPlayer(GatewayBooks books) {
        this.books = books;
    }

    @Override
    public GatewayBooks books() {
        return books;
    }

    @Override
    public Reply answer(Request request) {
        Optional<Accounts.Gateway> account = books.account(known -> request.hasBearer(known.first("secret-keys")));
        if (account.isEmpty()) {
            return refused();
        }
        String tenant = account.get().tenant();
        String path = books.path(request);
        if (request.method().equals("POST") && path.equals("/transaction/initialize")) {
            return initialize(tenant, Json.read(request.body()));
        }
        if (request.method().equals("GET") && path.startsWith("/transaction/verify/")) {
            String reference =
                    URLDecoder.decode(path.substring("/transaction/verify/".length()), StandardCharsets.UTF_8);
            Optional<GatewayOrder> found = books.find(tenant, reference);
            return found.isEmpty()
                    ? problem(400, "Transaction reference not found.", "transaction_not_found")
                    : Reply.json(200, answer("Verification successful", transaction(found.get())));
        }
        if (request.method().equals("GET") && path.equals("/refund")) {
            return Reply.json(200, refunds(tenant, request.queryParameters().getOrDefault("transaction", "")));
        }
        return problem(404, "Not found", "not_found");
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return problem(429, "Too many requests", "too_many_requests")
                .with("Retry-After", Long.toString(retryAfterSeconds));
    }

    @Override
    public Reply refused() {
        return problem(401, "Invalid key", "invalid_Key");
    }

    private Reply initialize(String tenant, JsonNode body) {
        String currency = body.path("currency").asText("NGN");
        String email = body.path("email").asText("");
        long hundredths = body.path("amount").asLong(0);
        if (!email.contains("@")) {
            return problem(400, "Invalid Email Address Passed", "invalid_params");
        }
        if (hundredths <= 0) {
            return problem(400, "Invalid Amount Sent", "invalid_params");
        }
        if (!CURRENCIES.contains(currency)) {
            return problem(403, "Currency not supported by merchant", "unsupported_currency");
        }
        String reference = body.path("reference").asText("");
        if (!reference.isEmpty() && books.find(tenant, reference).isPresent()) {
            return problem(400, "Duplicate Transaction Reference", "duplicate_reference");
        }
        GatewayOrder order = open(
                tenant,
                reference,
                money(hundredths, currency),
                Map.of(
                        "email", email,
                        "metadata", body.path("metadata").toString(),
                        "first_name", "",
                        "last_name", "",
                        "phone", ""));
        ObjectNode data = Json.object()
                .put("authorization_url", books.url() + "/checkout/" + order.detail("access_code"))
                .put("access_code", order.detail("access_code"))
                .put("reference", order.reference());
        return Reply.json(200, answer("Authorization URL created", data));
    }

    private GatewayOrder open(String tenant, String wanted, Money amount, Map<String, String> details) {
        Dice dice = books.dice(90);
        String reference = wanted.isEmpty() ? dice.id(10) : wanted;
        String id = Long.toString(dice.between(4_000_000_000L, 4_999_999_999L));
        return books.add(GatewayOrder.open(tenant, id, reference, amount, books.now(), details)
                .with("access_code", dice.id(15)));
    }

    @Override
    public Optional<String> begin(String tenant, String reference, Customer customer, Dice dice) {
        GatewayOrder order = open(
                tenant,
                reference,
                new Money(dice.between(200, 30_000) * 100, "KES"),
                Map.of(
                        "email", customer.email(),
                        "metadata", Json.object().put("order_id", reference).toString(),
                        "first_name", customer.firstName(),
                        "last_name", customer.lastName(),
                        "phone", customer.phone()));
        return Optional.of(order.id());
    }

    @Override
    public List<Hook> act(String idOrReference, Act act) {
        if (act == Act.FORGE) {
            GatewayOrder claimed = books.claimed(idOrReference);
            return List.of(hook(claimed, "charge.success", transaction(claimed), "sk_test_guessed"));
        }
        GatewayOrder order = books.change(idOrReference, act);
        return switch (act) {
            case SUCCEED, SUCCEED_WITH_OTHER_AMOUNT -> List.of(hook(order, "charge.success", transaction(order)));
            case REFUND_PART, REFUND ->
                List.of(
                        hook(order, "refund.pending", refund(order, "pending")),
                        hook(order, "refund.processed", refund(order, "processed")));
            case DISPUTE -> List.of(hook(order, "charge.dispute.create", dispute(order)));
            default -> List.of();
        };
    }

    /** The transaction as webhooks and the verify call show it. */
    private static ObjectNode transaction(GatewayOrder order) {
        String at = at(order.changedAt());
        boolean paid = order.paid() != null;
        ObjectNode transaction = Json.object()
                .put("id", Long.parseLong(order.id()))
                .put("domain", "test")
                .put("status", status(order))
                .put("reference", order.reference())
                .put("amount", hundredths(order.amount()));
        transaction.putNull("message");
        transaction.put("gateway_response", gatewayResponse(order));
        transaction
                .put("paid_at", paid ? at : null)
                .put("created_at", at(order.createdAt()))
                .put("channel", "card")
                .put("currency", order.asked().currency())
                .put("ip_address", "203.0.113.7");
        JsonNode metadata = Json.read(order.detail("metadata").getBytes(StandardCharsets.UTF_8));
        if (metadata.isObject()) {
            transaction.set("metadata", metadata);
        } else {
            transaction.put("metadata", "");
        }
        if (paid) {
            transaction.put("fees", hundredths(order.amount()) * 15 / 1000);
        } else {
            transaction.putNull("fees");
        }
        transaction
                .putObject("customer")
                .put("id", 68_324)
                .put("first_name", order.detail("first_name"))
                .put("last_name", order.detail("last_name"))
                .put("email", order.detail("email"))
                .put("customer_code", "CUS_demo")
                .put("phone", order.detail("phone"))
                .putNull("metadata")
                .put("risk_action", "default");
        transaction
                .putObject("authorization")
                .put("authorization_code", "AUTH_demo")
                .put("bin", "408408")
                .put("last4", "4081")
                .put("channel", "card")
                .put("card_type", "visa")
                .put("bank", "TEST BANK")
                .put("country_code", "KE")
                .put("brand", "visa");
        return transaction
                .put("requested_amount", hundredths(order.asked()))
                .put("paidAt", paid ? at : null)
                .put("createdAt", at(order.createdAt()));
    }

    private static String status(GatewayOrder order) {
        return switch (order.state()) {
            case OPEN, EXPIRED -> "abandoned";
            case FAILED -> "failed";
            case REFUNDED -> "reversed";
            case PAID, PARTLY_REFUNDED, DISPUTED -> "success";
        };
    }

    private static String gatewayResponse(GatewayOrder order) {
        return switch (order.state()) {
            case OPEN, EXPIRED -> "The transaction was not completed";
            case FAILED -> "Declined";
            default -> "Successful";
        };
    }

    /** A refund's amount is text until it failed, as at the real one. */
    private static ObjectNode refund(GatewayOrder order, String status) {
        Money part = order.lastRefund();
        ObjectNode refund = Json.object()
                .put("status", status)
                .put("transaction_reference", order.reference())
                .put(
                        "refund_reference",
                        status.equals("pending")
                                ? null
                                : order.id() + "-r" + order.refunds().size())
                .put("amount", Long.toString(hundredths(part)))
                .put("currency", part.currency())
                .put("processor", "instant-transfer");
        refund.putObject("customer")
                .put("first_name", order.detail("first_name"))
                .put("last_name", order.detail("last_name"))
                .put("email", order.detail("email"));
        return refund.put("integration", 412_829).put("domain", "test");
    }

    /** The list of refunds; each was processed at once. */
    private ObjectNode refunds(String tenant, String transaction) {
        ObjectNode answer = Json.object().put("status", true).put("message", "Refunds retrieved");
        ArrayNode refunds = answer.putArray("data");
        books.find(tenant, transaction).ifPresent(order -> {
            for (int number = 1; number <= order.refunds().size(); number++) {
                Money part = order.refunds().get(number - 1).amount();
                refunds.addObject()
                        .put("id", Long.parseLong(order.id()) % 1_000_000 * 10 + number)
                        .put("domain", "test")
                        .put("transaction", Long.parseLong(order.id()))
                        .put("amount", hundredths(part))
                        .put("currency", part.currency())
                        .put("refunded_at", at(order.changedAt()))
                        .put("created_at", at(order.changedAt()))
                        .put("updated_at", at(order.changedAt()))
                        .put("status", "processed");
            }
        });
        return answer;
    }

    private static ObjectNode dispute(GatewayOrder order) {
        String at = at(order.changedAt());
        ObjectNode dispute = Json.object()
                .put("id", Long.parseLong(order.id()) % 1_000_000)
                .put("refund_amount", hundredths(order.amount()))
                .put("currency", order.asked().currency())
                .put("status", "awaiting-merchant-feedback")
                .putNull("resolution")
                .put("domain", "test");
        dispute.putObject("transaction")
                .put("id", Long.parseLong(order.id()))
                .put("domain", "test")
                .put("status", "success")
                .put("reference", order.reference())
                .put("amount", hundredths(order.amount()))
                .put("currency", order.asked().currency());
        dispute.putNull("transaction_reference");
        return dispute.put("category", "chargeback")
                .put("dueAt", at(order.changedAt().plus(1, ChronoUnit.DAYS)))
                .putNull("resolvedAt")
                .put("created_at", at)
                .put("updated_at", at);
    }

    private Hook hook(GatewayOrder order, String event, ObjectNode data) {
        return hook(order, event, data, books.first(order.tenant(), "secret-keys"));
    }

    private Hook hook(GatewayOrder order, String event, ObjectNode data, String secretKey) {
        ObjectNode body = Json.object().put("event", event);
        body.set("data", data);
        return books.hook(order, event, body, TRIES)
                .provenBy(sent -> Map.of("x-paystack-signature", Signatures.hexHmac("HmacSHA512", secretKey, sent)));
    }

    private static Reply problem(int status, String message, String code) {
        return Reply.json(
                status,
                Json.object()
                        .put("status", false)
                        .put("message", message)
                        .put("type", "validation_error")
                        .put("code", code));
    }

    private static ObjectNode answer(String message, ObjectNode data) {
        ObjectNode answer = Json.object().put("status", true).put("message", message);
        answer.set("data", data);
        return answer;
    }

    private static long hundredths(Money money) {
        return money.major().movePointRight(2).longValueExact();
    }

    private static Money money(long hundredths, String currency) {
        return Money.ofMajor(java.math.BigDecimal.valueOf(hundredths, 2), currency);
    }

    private static String at(Instant instant) {
        return Json.iso(instant.toEpochMilli());
    }
}
