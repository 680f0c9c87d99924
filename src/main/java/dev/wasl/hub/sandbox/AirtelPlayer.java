package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Airtel Money: a token that lives three minutes, {@code POST /merchant/v1/payments/}, the enquiry, and callbacks with a hash
 * over the compact body where the tenant has a private key. Neither tells an amount. A refund is told to nobody; the
 * enquiry says it.
 */
final class AirtelPlayer implements GatewayPlayer {

    private static final String PAY = "/merchant/v1/payments/";
    private static final String ENQUIRY = "/standard/v1/payments/";
    private static final int SECONDS = 180;
    private static final int TRIES = 1;

    private final GatewayBooks books;
    private final SlotTokens tokens;

    AirtelPlayer(GatewayBooks books) {
        this.books = books;
        this.tokens = new SlotTokens(books, 97, SECONDS, 32);
    }

    @Override
    public GatewayBooks books() {
        return books;
    }

    @Override
    public Reply answer(Request request) {
        String path = books.path(request);
        boolean post = request.method().equals("POST");
        if (post && path.equals("/auth/oauth2/token")) {
            return token(Json.read(request.body()));
        }
        Optional<Accounts.Gateway> account = tokens.account(request);
        if (account.isEmpty()) {
            return refused();
        }
        String tenant = account.get().tenant();
        if (request.header("X-Country") == null || request.header("X-Currency") == null) {
            return status(400, "400", "X-Country and X-Currency are due", "ESB000008", false);
        }
        if (post && path.equals(PAY)) {
            return push(tenant, Json.read(request.body()));
        }
        if (request.method().equals("GET") && path.startsWith(ENQUIRY)) {
            return enquiry(tenant, URLDecoder.decode(path.substring(ENQUIRY.length()), StandardCharsets.UTF_8));
        }
        return status(404, "404", "Not found", "ESB000404", false);
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return status(429, "429", "Too many requests", "ESB000429", false)
                .with("Retry-After", Long.toString(retryAfterSeconds));
    }

    @Override
    public Reply refused() {
        return Reply.json(
                401,
                Json.object().put("error", "invalid_client").put("error_description", "Invalid client authentication"));
    }

    private Reply token(JsonNode body) {
        return books.account(account ->
                        account.text("client-id").equals(body.path("client_id").asText())
                                && account.text("client-secret")
                                        .equals(body.path("client_secret").asText()))
                .map(account -> Reply.json(
                        200,
                        Json.object()
                                .put("token_type", "bearer")
                                .put("access_token", tokens.of(account.tenant()))
                                .put("expires_in", Integer.toString(SECONDS))))
                .orElseGet(this::refused);
    }

    private Reply push(String tenant, JsonNode body) {
        JsonNode transaction = body.path("transaction");
        String id = transaction.path("id").asText("");
        String msisdn = body.path("subscriber").path("msisdn").asText("");
        Optional<Money> amount = GatewayBooks.amount(
                        transaction.path("amount").asText(),
                        transaction.path("currency").asText())
                .filter(Money::isPositive);
        // a number with its country code is none that Airtel knows
        if (id.isEmpty() || !msisdn.matches("[1-9][0-9]{6,9}") || amount.isEmpty()) {
            return status(200, "400", "Invalid request", "DP00800001002", false);
        }
        if (known(tenant, id).isPresent()) {
            return status(200, "400", "Transaction id is not unique", "DP00800001011", false);
        }
        books.add(GatewayOrder.open(
                tenant, id, body.path("reference").asText(id), amount.get(), books.now(), Map.of("msisdn", msisdn)));
        ObjectNode answer = Json.object();
        answer.putObject("data").putObject("transaction").put("id", false).put("status", "SUCCESS");
        answer.set("status", statusNode("200", "SUCCESS", "DP00800001006", true));
        return Reply.json(200, answer);
    }

    private Optional<GatewayOrder> known(String tenant, String id) {
        return books.find(tenant, id).filter(order -> order.id().equals(id));
    }

    private Reply enquiry(String tenant, String id) {
        Optional<GatewayOrder> found = known(tenant, id);
        if (found.isEmpty()) {
            return status(200, "404", "Transaction not found", "DP00800001007", false);
        }
        GatewayOrder order = found.get();
        ObjectNode answer = Json.object();
        ObjectNode transaction = answer.putObject("data").putObject("transaction");
        if (order.paid() != null) {
            transaction.put("airtel_money_id", number(order));
        }
        transaction.put("id", order.id()).put("message", message(order)).put("status", code(order));
        // the real one says false now and then although the transaction went well
        answer.set(
                "status",
                statusNode("200", "SUCCESS", "DP00800001001", number(order).hashCode() % 2 == 0));
        return Reply.json(200, answer);
    }

    @Override
    public List<Hook> act(String idOrReference, Act act) {
        switch (act) {
            case SUCCEED_WITH_OTHER_AMOUNT ->
                throw new UnsupportedOperationException("the customer confirms the amount of the push with the PIN");
            case REFUND_PART, DISPUTE -> throw new UnsupportedOperationException("Airtel Money knows no " + act.word());
            case FORGE -> {
                return List.of(hook(books.claimed(idOrReference), "a-guessed-private-key"));
            }
            default -> {
                GatewayOrder order = books.change(idOrReference, act);
                return act == Act.REFUND
                        ? List.of()
                        : List.of(hook(order, books.first(order.tenant(), "private-keys")));
            }
        }
    }

    private Hook hook(GatewayOrder order, String privateKey) {
        ObjectNode body = Json.object();
        ObjectNode transaction = body.putObject("transaction")
                .put("id", order.id())
                .put("message", message(order))
                .put("status_code", code(order));
        if (order.paid() != null) {
            transaction.put("airtel_money_id", number(order));
        }
        if (!privateKey.isEmpty()) {
            body.put("hash", Signatures.base64Hmac("HmacSHA256", privateKey, Json.bytes(body)));
        }
        String token = books.first(order.tenant(), "callback-tokens");
        Hook hook = books.hook(order, code(order), body, TRIES);
        return token.isEmpty() ? hook : hook.to(hook.path() + '/' + token);
    }

    private String number(GatewayOrder order) {
        Dice dice = books.diceOf(98, order.id().hashCode());
        return "MP" + dice.between(100_000, 999_999) + '.' + dice.between(1_000, 9_999) + ".L"
                + dice.between(10_000, 99_999);
    }

    private String message(GatewayOrder order) {
        return switch (order.state()) {
            case OPEN -> "Transaction in progress";
            case FAILED -> "Insufficient balance";
            case EXPIRED -> "Transaction expired";
            case REFUNDED -> "Transaction reversed, Trans ID " + number(order) + '.';
            default ->
                "Paid " + order.amount().currency() + ' '
                        + order.amount().major().toPlainString() + " to DEMO LIMITED, Trans ID " + number(order) + '.';
        };
    }

    private static String code(GatewayOrder order) {
        return switch (order.state()) {
            case OPEN -> "TIP";
            case FAILED -> "TF";
            case EXPIRED -> "TE";
            case REFUNDED -> "TR";
            default -> "TS";
        };
    }

    private static Reply status(int http, String code, String message, String responseCode, boolean success) {
        ObjectNode answer = Json.object();
        answer.putObject("data");
        answer.set("status", statusNode(code, message, responseCode, success));
        return Reply.json(http, answer);
    }

    private static ObjectNode statusNode(String code, String message, String responseCode, boolean success) {
        return Json.object()
                .put("code", code)
                .put("message", message)
                .put("result_code", "ESB000010")
                .put("response_code", responseCode)
                .put("success", success);
    }
}
