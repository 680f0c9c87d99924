package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Orange Money Web Payment: a token, {@code POST .../webpayment}, {@code POST .../transactionstatus}, and a notification with the
 * payment's {@code notif_token} for successes and failures only. Who lets the page run out is told of to nobody.
 */
final class OrangePlayer implements GatewayPlayer {

    private static final String ROOT = "/gateways/orange-money";
    private static final Pattern API =
            Pattern.compile("/orange-money-webpay/([a-z]{2,3})/v1/(webpayment|transactionstatus)");
    private static final int LONGEST_ORDER = 30;
    private static final int LONGEST_ADDRESS = 120;
    private static final int SECONDS = 3_600;
    private static final int TRIES = 1;

    private final Map<String, Accounts.Gateway> accounts;
    private final String url;
    private final long seed;
    private final Clock clock;
    private final GatewayOrders orders = new GatewayOrders();

    OrangePlayer(Map<String, Accounts.Gateway> accounts, String url, long seed, Clock clock) {
        this.accounts = accounts;
        this.url = url;
        this.seed = seed;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "orange-money";
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
        String path = request.path().substring(ROOT.length());
        if (!request.method().equals("POST")) {
            return problem(405, "Method not allowed");
        }
        if (path.equals("/oauth/v3/token")) {
            return token(request);
        }
        Accounts.Gateway account = accountOf(request.header("Authorization"));
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
        for (Accounts.Gateway account : accounts.values()) {
            String both = account.text("client-id") + ':' + account.text("client-secret");
            String basic = "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
            if (basic.equals(request.header("Authorization"))
                    && "client_credentials".equals(request.form().get("grant_type"))) {
                return Reply.json(
                        200,
                        Json.object()
                                .put("token_type", "Bearer")
                                .put("access_token", token(account.tenant(), slot()))
                                .put("expires_in", SECONDS));
            }
        }
        return refused();
    }

    private long slot() {
        return clock.instant().getEpochSecond() / SECONDS;
    }

    private String token(String tenant, long slot) {
        return Dice.at(seed, 99, tenant.hashCode(), slot).hex(40);
    }

    private Accounts.@Nullable Gateway accountOf(@Nullable String authorization) {
        return accounts.values().stream()
                .filter(account -> ("Bearer " + token(account.tenant(), slot())).equals(authorization)
                        || ("Bearer " + token(account.tenant(), slot() - 1)).equals(authorization))
                .findFirst()
                .orElse(null);
    }

    private Reply webPayment(Accounts.Gateway account, JsonNode body) {
        String order = body.path("order_id").asText("");
        String callback = body.path("notif_url").asText("");
        Money amount = amount(body);
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
                || amount == null) {
            return problem(400, "Invalid body field");
        }
        if (orders.find(account.tenant(), order).isPresent()) {
            return problem(400, "Order already exists");
        }
        Dice dice = Dice.at(seed, 100, order.hashCode(), clock.millis());
        String payToken = dice.hex(64);
        String notifToken = dice.hex(32);
        orders.add(GatewayOrder.open(
                account.tenant(),
                order,
                body.path("reference").asText(order),
                amount,
                clock.instant(),
                Map.of("payToken", payToken, "notifToken", notifToken, "callback", callback)));
        return Reply.json(
                201,
                Json.object()
                        .put("status", 201)
                        .put("message", "OK")
                        .put("pay_token", payToken)
                        .put("payment_url", url + ROOT + "/payment/pay_token/" + payToken)
                        .put("notif_token", notifToken));
    }

    private static @Nullable Money amount(JsonNode body) {
        try {
            Money money = Money.ofMajor(
                    new BigDecimal(body.path("amount").asText()),
                    body.path("currency").asText());
            return body.path("amount").isNumber() && money.isPositive() ? money : null;
        } catch (ArithmeticException | IllegalArgumentException e) {
            return null;
        }
    }

    private Reply transactionStatus(Accounts.Gateway account, JsonNode body) {
        Optional<GatewayOrder> found = orders.find(
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
                GatewayOrder order = orders.change(idOrReference, known -> known);
                GatewayOrder claimed = order.after(Act.SUCCEED, clock.instant());
                String guessed = "/webhooks/" + order.tenant() + "/orange-money/" + "A".repeat(22) + '/' + order.id();
                // somebody who guesses both tokens, and somebody who saw the address
                return List.of(
                        hook(claimed, guessed, "0".repeat(32)),
                        hook(claimed, Hook.pathOf(order.detail("callback")), "0".repeat(32)));
            }
            default -> {
                GatewayOrder order = orders.change(idOrReference, known -> known.after(act, clock.instant()));
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
        return new Hook(
                "orange-money",
                order.tenant(),
                status(order),
                order.id(),
                path,
                "application/json",
                Json.bytes(body),
                sent -> Map.of(),
                TRIES);
    }

    /** Orange's number of the transfer, empty while the customer did nothing. */
    private String number(GatewayOrder order) {
        if (order.state() == GatewayOrder.State.OPEN || order.state() == GatewayOrder.State.EXPIRED) {
            return "";
        }
        Dice dice = Dice.at(seed, 101, order.id().hashCode());
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
