package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Orange Money Web Payment: a token, {@code POST .../webpayment}, {@code POST .../transactionstatus}, and a notification with the
 * payment's {@code notif_token} for successes and failures only. Who lets the page run out is told of to nobody.
 */
final class OrangePlayer implements GatewayPlayer {

    private static final Pattern API =
            Pattern.compile("/orange-money-webpay/([a-z]{2,3})/v1/(webpayment|transactionstatus)");
    private static final int LONGEST_ORDER = 30;
    private static final int LONGEST_ADDRESS = 120;
    private static final int SECONDS = 3_600;
    private static final int TRIES = 1;

    private final GatewayBooks books;
    private final SlotTokens tokens;

    OrangePlayer(GatewayBooks books) {
        this.books = books;
        this.tokens = new SlotTokens(books, 99, SECONDS, 40);
    }

    @Override
    public GatewayBooks books() {
        return books;
    }

    @Override
    public Reply answer(Request request) {
        String path = books.path(request);
        if (!request.method().equals("POST")) {
            return problem(405, "Method not allowed");
        }
        if (path.equals("/oauth/v3/token")) {
            return token(request);
        }
        Accounts.Gateway account = tokens.account(request).orElse(null);
        if (account == null) {
            return refused();
        }
        Matcher api = API.matcher(path);
        if (!api.matches() || !api.group(1).equals(account.text("country"))) {
            return problem(404, "Not found");
        }
        JsonNode body = Json.read(request.body());
        return api.group(2).equals("webpayment") ? webPayment(account, body) : transactionStatus(account, body);
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return problem(429, "Too many requests").with("Retry-After", Long.toString(retryAfterSeconds));
    }

    @Override
    public Reply refused() {
        return problem(401, "Unauthorized");
    }

    private Reply token(Request request) {
        return books.account(account -> request.hasBasic(account.text("client-id"), account.text("client-secret"))
                        && "client_credentials".equals(request.form().get("grant_type")))
                .map(account -> Reply.json(
                        200,
                        Json.object()
                                .put("token_type", "Bearer")
                                .put("access_token", tokens.of(account.tenant()))
                                .put("expires_in", SECONDS)))
                .orElseGet(this::refused);
    }

    private Reply webPayment(Accounts.Gateway account, JsonNode body) {
        String order = body.path("order_id").asText("");
        String callback = body.path("notif_url").asText("");
        Optional<Money> amount = GatewayBooks.amount(
                        body.path("amount").asText(), body.path("currency").asText())
                .filter(money -> body.path("amount").isNumber() && money.isPositive());
        if (!account.text("merchant-key").equals(body.path("merchant_key").asText())) {
            return problem(400, "Invalid merchant key");
        }
        if (order.isEmpty()
                || order.length() > LONGEST_ORDER
                || body.path("reference").asText("").length() > LONGEST_ORDER
                || callback.isEmpty()
                || callback.length() > LONGEST_ADDRESS
                || body.path("return_url").asText("").isEmpty()
                || body.path("cancel_url").asText("").isEmpty()
                || amount.isEmpty()) {
            return problem(400, "Invalid body field");
        }
        if (books.find(account.tenant(), order).isPresent()) {
            return problem(400, "Order already exists");
        }
        Dice dice = books.diceOf(100, order.hashCode(), books.now().toEpochMilli());
        String payToken = dice.hex(64);
        String notifToken = dice.hex(32);
        books.add(GatewayOrder.open(
                account.tenant(),
                order,
                body.path("reference").asText(order),
                amount.get(),
                books.now(),
                Map.of("payToken", payToken, "notifToken", notifToken, "callback", callback)));
        return Reply.json(
                201,
                Json.object()
                        .put("status", 201)
                        .put("message", "OK")
                        .put("pay_token", payToken)
                        .put("payment_url", books.url() + "/payment/pay_token/" + payToken)
                        .put("notif_token", notifToken));
    }

    private Reply transactionStatus(Accounts.Gateway account, JsonNode body) {
        Optional<GatewayOrder> found = books.find(
                        account.tenant(), body.path("order_id").asText(""))
                .filter(order ->
                        order.detail("payToken").equals(body.path("pay_token").asText("")))
                .filter(order ->
                        order.asked().major().compareTo(body.path("amount").decimalValue()) == 0);
        if (found.isEmpty()) {
            return problem(400, "Bad request: no such order");
        }
        GatewayOrder order = found.get();
        return Reply.json(
                201,
                Json.object()
                        .put("status", status(order))
                        .put("order_id", order.id())
                        .put("txnid", number(order)));
    }

    @Override
    public List<Hook> act(String idOrReference, Act act) {
        switch (act) {
            case SUCCEED_WITH_OTHER_AMOUNT ->
                throw new UnsupportedOperationException("the page shows the amount, and the customer pays that");
            case REFUND_PART, REFUND, DISPUTE ->
                throw new UnsupportedOperationException("this API of Orange knows no " + act.word());
            case FORGE -> {
                GatewayOrder claimed = books.claimed(idOrReference);
                String guessed = books.webhooks(claimed.tenant()) + '/' + "A".repeat(22) + '/' + claimed.id();
                // somebody who guesses both tokens, and somebody who saw the address
                return List.of(
                        hook(claimed, guessed, "0".repeat(32)),
                        hook(claimed, Hook.pathOf(claimed.detail("callback")), "0".repeat(32)));
            }
            default -> {
                GatewayOrder order = books.change(idOrReference, act);
                return act == Act.EXPIRE
                        ? List.of()
                        : List.of(hook(order, Hook.pathOf(order.detail("callback")), order.detail("notifToken")));
            }
        }
    }

    private Hook hook(GatewayOrder order, String path, String notifToken) {
        ObjectNode body = Json.object()
                .put("status", status(order))
                .put("notif_token", notifToken)
                .put("txnid", number(order));
        return books.hook(order, status(order), body, TRIES).to(path);
    }

    /** Orange's number of the transfer, empty while the customer did nothing. */
    private String number(GatewayOrder order) {
        if (order.state() == GatewayOrder.State.OPEN || order.state() == GatewayOrder.State.EXPIRED) {
            return "";
        }
        Dice dice = books.diceOf(101, order.id().hashCode());
        return "MP" + dice.between(100_000, 999_999) + '.' + dice.between(1_000, 9_999) + ".A"
                + dice.between(10_000, 99_999);
    }

    private static String status(GatewayOrder order) {
        return switch (order.state()) {
            case OPEN -> "INITIATED";
            case FAILED -> "FAILED";
            case EXPIRED -> "EXPIRED";
            default -> "SUCCESS";
        };
    }

    private static Reply problem(int status, String message) {
        return Reply.json(
                status,
                Json.object().put("code", status).put("message", message).put("description", message));
    }
}
