package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Flutterwave v4: a token for the client's credentials, {@code POST /orchestration/direct-charges}, {@code GET
 * /charges/<id>}, and signed events. Mobile money only.
 */
final class FlutterwaveV4Player implements GatewayPlayer {

    private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);
    private static final int TRIES = 3;
    private static final int DICE = 92;

    private record Token(String tenant, Instant until) {}

    private final GatewayBooks books;
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();
    private final Map<String, String> idempotency = new ConcurrentHashMap<>();

    FlutterwaveV4Player(GatewayBooks books) {
        this.books = books;
    }

    @Override
    public GatewayBooks books() {
        return books;
    }

    @Override
    public Reply answer(Request request) {
        String path = books.path(request);
        boolean post = request.method().equals("POST");
        if (post && path.equals("/token")) {
            return token(request.form());
        }
        String tenant = tenantOf(request.header("Authorization"));
        if (tenant == null) {
            return refused();
        }
        if (post && path.equals("/orchestration/direct-charges")) {
            return charge(tenant, request.header("X-Idempotency-Key"), Json.read(request.body()));
        }
        if (path.equals("/charges")) {
            String reference = request.queryParameters().getOrDefault("reference", "");
            ObjectNode answer = Json.object().put("status", "success").put("message", "Charges fetched");
            books.find(tenant, reference)
                    .ifPresentOrElse(order -> answer.putArray("data").add(shown(order)), () -> answer.putArray("data"));
            return Reply.json(200, answer);
        }
        if (path.startsWith("/charges/")) {
            return books.find(tenant, path.substring("/charges/".length()))
                    .map(order -> Reply.json(200, success(shown(order))))
                    .orElseGet(() -> problem(404, "10404", "Charge not found"));
        }
        return problem(404, "10404", "Not found");
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return problem(429, "10429", "Too many requests").with("Retry-After", Long.toString(retryAfterSeconds));
    }

    @Override
    public Reply refused() {
        return problem(401, "10401", "Unauthorized");
    }

    private Reply token(Map<String, String> form) {
        Optional<Accounts.Gateway> account =
                books.account(known -> known.text("client-id").equals(form.get("client_id"))
                        && known.text("client-secret").equals(form.get("client_secret")));
        if (account.isEmpty()) {
            return Reply.json(401, Json.object().put("error", "unauthorized_client"));
        }
        String value = "demo-" + books.dice(DICE).id(40);
        tokens.put(value, new Token(account.get().tenant(), books.now().plus(TOKEN_LIFE)));
        return Reply.json(
                200,
                Json.object()
                        .put("access_token", value)
                        .put("expires_in", TOKEN_LIFE.toSeconds())
                        .put("token_type", "Bearer"));
    }

    private Reply charge(String tenant, @Nullable String key, JsonNode body) {
        String known = key == null ? null : idempotency.get(tenant + ' ' + key);
        if (known != null) {
            return books.find(tenant, known)
                    .map(order -> Reply.json(201, success(shown(order))).with("X-Idempotency-Cache-Hit", "true"))
                    .orElseGet(() -> problem(409, "10409", "Charge is gone"));
        }
        JsonNode mobile = body.path("payment_method").path("mobile_money");
        String email = body.path("customer").path("email").asText("");
        String reference = body.path("reference").asText("");
        if (!email.contains("@") || mobile.path("network").asText("").isEmpty() || reference.length() < 6) {
            return problem(400, "10400", "Request is not valid");
        }
        Optional<Money> amount = GatewayBooks.amount(
                body.path("amount").asText(), body.path("currency").asText(""));
        if (amount.isEmpty()) {
            return problem(400, "10400", "Request is not valid");
        }
        GatewayOrder order = open(
                tenant,
                reference,
                amount.get(),
                Map.of(
                        "email", email,
                        "first",
                                body.path("customer").path("name").path("first").asText(""),
                        "last", body.path("customer").path("name").path("last").asText(""),
                        "country_code", mobile.path("country_code").asText(""),
                        "number", mobile.path("phone_number").asText(""),
                        "network", mobile.path("network").asText(""),
                        "meta", body.path("meta").toString()));
        if (key != null) {
            idempotency.put(tenant + ' ' + key, order.id());
        }
        return Reply.json(201, success(shown(order)));
    }

    private GatewayOrder open(String tenant, String reference, Money amount, Map<String, String> details) {
        String id = "chg_" + books.dice(DICE).id(10);
        return books.add(GatewayOrder.open(tenant, id, reference, amount, books.now(), details));
    }

    @Override
    public Optional<String> begin(String tenant, String reference, Customer customer, Dice dice) {
        return Optional.of(open(
                        tenant,
                        reference,
                        new Money(dice.between(100, 30_000) * 50, "KES"),
                        Map.of(
                                "email", customer.email(),
                                "first", customer.firstName(),
                                "last", customer.lastName(),
                                "country_code", "254",
                                "number", "7" + String.format(java.util.Locale.ROOT, "%08d", customer.number()),
                                "network", "MPESA",
                                "meta", Json.object().put("order_id", reference).toString()))
                .id());
    }

    @Override
    public List<Hook> act(String idOrReference, Act act) {
        if (act == Act.FORGE) {
            GatewayOrder claimed = books.claimed(idOrReference);
            return List.of(hook(claimed, "charge.completed", shown(claimed), "guessed"));
        }
        GatewayOrder order = books.change(idOrReference, act);
        return switch (act) {
            case SUCCEED, SUCCEED_WITH_OTHER_AMOUNT, FAIL -> List.of(hook(order, "charge.completed", shown(order)));
            case REFUND_PART, REFUND -> List.of(hook(order, "refund.completed", refund(order)));
            case DISPUTE -> List.of(hook(order, "chargeback.created", chargeback(order)));
            default -> List.of();
        };
    }

    private static ObjectNode shown(GatewayOrder order) {
        ObjectNode charge = Json.object()
                .put("id", order.id())
                .put("amount", order.amount().major())
                .put("currency", order.asked().currency());
        ObjectNode customer = charge.putObject("customer").put("id", "cus_demo").putNull("address");
        customer.put("email", order.detail("email"));
        customer.putObject("name")
                .put("first", order.detail("first"))
                .putNull("middle")
                .put("last", order.detail("last"));
        customer.putObject("phone")
                .put("country_code", order.detail("country_code"))
                .put("number", order.detail("number"));
        charge.putNull("description");
        charge.set("meta", Json.read(order.detail("meta").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        ObjectNode method = charge.putObject("payment_method").put("type", "mobile_money");
        method.putObject("mobile_money")
                .put("network", order.detail("network"))
                .put("country_code", order.detail("country_code"))
                .put("phone_number", order.detail("number"));
        charge.putNull("redirect_url").put("reference", order.reference()).put("status", status(order));
        charge.putObject("processor_response")
                .put("type", processor(order))
                .put("code", order.paid() != null ? "00" : order.state() == GatewayOrder.State.OPEN ? "02" : "51");
        if (order.state() == GatewayOrder.State.OPEN) {
            charge.putObject("next_action")
                    .put("type", "payment_instruction")
                    .putObject("payment_instruction")
                    .put("note", "Please authorise this payment on your mobile device.");
        }
        // nanoseconds, as the real one
        return charge.put(
                "created_datetime", Json.iso(order.createdAt().toEpochMilli()).replace("Z", "511152Z"));
    }

    private static String status(GatewayOrder order) {
        return switch (order.state()) {
            case OPEN -> "pending";
            case FAILED -> "failed";
            case EXPIRED -> "voided";
            default -> "succeeded";
        };
    }

    private static String processor(GatewayOrder order) {
        return switch (order.state()) {
            case OPEN -> "pending";
            case FAILED, EXPIRED -> "insufficient_funds";
            default -> "approved";
        };
    }

    private static ObjectNode refund(GatewayOrder order) {
        return Json.object()
                .put("id", "rfd_" + order.id().substring(4) + order.refunds().size())
                .put("charge_id", order.id())
                .put("amount_refunded", order.lastRefund().major())
                .put("currency", order.asked().currency())
                .put("reason", "requested_by_customer")
                .put("status", "succeeded")
                .put("created_datetime", Json.iso(order.changedAt().toEpochMilli()));
    }

    private static ObjectNode chargeback(GatewayOrder order) {
        return Json.object()
                .put("id", "chb_" + order.id().substring(4))
                .put("charge_id", order.id())
                .put("amount", order.amount().major())
                .put("currency", order.asked().currency())
                .put("status", "pending")
                .put("created_datetime", Json.iso(order.changedAt().toEpochMilli()));
    }

    private Hook hook(GatewayOrder order, String type, ObjectNode data) {
        return hook(order, type, data, books.first(order.tenant(), "secret-hashes"));
    }

    private Hook hook(GatewayOrder order, String type, ObjectNode data, String secretHash) {
        ObjectNode body = Json.object()
                .put("webhook_id", "wbk_" + books.dice(DICE).id(20))
                .put("timestamp", books.now().toEpochMilli())
                .put("type", type);
        body.set("data", data);
        return books.hook(order, type, body, TRIES)
                .provenBy(
                        sent -> Map.of("flutterwave-signature", Signatures.base64Hmac("HmacSHA256", secretHash, sent)));
    }

    private @Nullable String tenantOf(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith("Bearer ")) {
            return null;
        }
        Token token = tokens.get(authorization.substring("Bearer ".length()));
        return token == null || books.now().isAfter(token.until()) ? null : token.tenant();
    }

    private static ObjectNode success(ObjectNode data) {
        ObjectNode answer = Json.object().put("status", "success").put("message", "Charge created");
        answer.set("data", data);
        return answer;
    }

    private static Reply problem(int status, String code, String message) {
        ObjectNode answer = Json.object().put("status", "failed");
        answer.putObject("error")
                .put("type", "REQUEST_NOT_VALID")
                .put("code", code)
                .put("message", message);
        return Reply.json(status, answer);
    }
}
