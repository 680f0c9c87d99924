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
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * MTN MoMo Collections: a token, {@code POST /collection/v1_0/requesttopay}, its state, and one callback by {@code PUT} that is
 * never repeated and proves nothing. Refunds are another product with callbacks of their own.
 */
final class MtnPlayer implements GatewayPlayer {

    private static final String ROOT = "/gateways/mtn-momo";
    private static final String PAY = "/collection/v1_0/requesttopay";
    private static final int SECONDS = 3_600;
    private static final int TRIES = 1;

    private final Map<String, Accounts.Gateway> accounts;
    private final long seed;
    private final Clock clock;
    private final GatewayOrders orders = new GatewayOrders();

    MtnPlayer(Map<String, Accounts.Gateway> accounts, long seed, Clock clock) {
        this.accounts = accounts;
        this.seed = seed;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "mtn-momo";
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
        String authorization = request.header("Authorization");
        Accounts.Gateway account = account(request.header("Ocp-Apim-Subscription-Key"));
        if (account == null) {
            return refused();
        }
        if (request.method().equals("POST") && path.equals("/collection/token/")) {
            return basic(account).equals(authorization) ? token(account) : refused();
        }
        if (!("Bearer " + token(account.tenant(), clock.instant().getEpochSecond() / SECONDS)).equals(authorization)
                && !("Bearer " + token(account.tenant(), clock.instant().getEpochSecond() / SECONDS - 1))
                        .equals(authorization)) {
            return refused();
        }
        if (!account.text("target-environment").equals(request.header("X-Target-Environment"))) {
            return problem(400, "NOT_ALLOWED_TARGET_ENVIRONMENT", "Access to target environment is forbidden.");
        }
        if (request.method().equals("POST") && path.equals(PAY)) {
            return requestToPay(account.tenant(), request);
        }
        if (request.method().equals("GET") && path.startsWith(PAY + '/')) {
            Optional<GatewayOrder> found = orders.find(account.tenant(), path.substring(PAY.length() + 1));
            return found.isEmpty()
                    ? problem(404, "RESOURCE_NOT_FOUND", "Requested resource was not found.")
                    : Reply.json(200, state(found.get()));
        }
        return problem(404, "RESOURCE_NOT_FOUND", "Requested resource was not found.");
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return Reply.json(
                        429,
                        Json.object().put("statusCode", 429).put("message", "Rate limit is exceeded. Try again later."))
                .with("Retry-After", Long.toString(retryAfterSeconds));
    }

    @Override
    public Reply refused() {
        return Reply.json(
                401, Json.object().put("statusCode", 401).put("message", "Access denied due to invalid credentials."));
    }

    private Reply token(Accounts.Gateway account) {
        return Reply.json(
                200,
                Json.object()
                        .put(
                                "access_token",
                                token(account.tenant(), clock.instant().getEpochSecond() / SECONDS))
                        .put("token_type", "access_token")
                        .put("expires_in", SECONDS));
    }

    private String token(String tenant, long hour) {
        return Dice.at(seed, 95, tenant.hashCode(), hour).hex(40);
    }

    private Reply requestToPay(String tenant, Request request) {
        JsonNode body = Json.read(request.body());
        String reference = String.valueOf(request.header("X-Reference-Id"));
        String callback = request.header("X-Callback-Url");
        if (!isUuid(reference)) {
            return problem(400, "INVALID_REFERENCE_ID", "X-Reference-Id must be a UUID.");
        }
        if (orders.find(reference).isPresent()) {
            return problem(409, "RESOURCE_ALREADY_EXIST", "Duplicated reference id. Creation of resource failed.");
        }
        Money amount = amount(body);
        String payer = body.path("payer").path("partyId").asText("");
        String notes =
                body.path("payerMessage").asText("") + body.path("payeeNote").asText("");
        if (amount == null || !payer.matches("[0-9]{8,15}") || notes.contains("'")) {
            return Reply.json(400, new byte[0]);
        }
        orders.add(GatewayOrder.open(
                tenant,
                reference,
                body.path("externalId").asText(""),
                amount,
                clock.instant(),
                Map.of(
                        "payer",
                        payer,
                        "callback",
                        callback == null ? "" : callback,
                        "payerMessage",
                        body.path("payerMessage").asText(""),
                        "payeeNote",
                        body.path("payeeNote").asText(""))));
        return Reply.json(202, new byte[0]);
    }

    private static @Nullable Money amount(JsonNode body) {
        try {
            Money money = Money.ofMajor(
                    new BigDecimal(body.path("amount").asText()),
                    body.path("currency").asText());
            return money.isPositive() ? money : null;
        } catch (ArithmeticException | IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isUuid(String text) {
        try {
            return UUID.fromString(text).toString().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public List<Hook> act(String idOrReference, Act act) {
        switch (act) {
            case REFUND_PART, REFUND, DISPUTE ->
                throw new UnsupportedOperationException("Collections of MTN know no " + act.word());
            case FORGE -> {
                GatewayOrder order = orders.change(idOrReference, known -> known);
                GatewayOrder claimed = order.after(Act.SUCCEED, clock.instant());
                String guessed = "/webhooks/" + order.tenant() + "/mtn-momo/" + "A".repeat(22) + '/' + order.id();
                return List.of(hook(order, guessed, state(claimed)));
            }
            default -> {
                GatewayOrder order = orders.change(idOrReference, known -> known.after(act, clock.instant()));
                String callback = order.detail("callback");
                return callback.isEmpty() ? List.of() : List.of(hook(order, Hook.pathOf(callback), state(order)));
            }
        }
    }

    private static Hook hook(GatewayOrder order, String path, ObjectNode body) {
        return new Hook(
                        "mtn-momo",
                        order.tenant(),
                        body.path("status").asText(),
                        order.id(),
                        path,
                        "application/json",
                        Json.bytes(body),
                        sent -> Map.of(),
                        TRIES)
                .by("PUT");
    }

    /** As the state is asked for and as the callback tells it. */
    private ObjectNode state(GatewayOrder order) {
        ObjectNode state = Json.object();
        if (order.paid() != null) {
            long number = Dice.at(seed, 96, order.id().hashCode()).between(10_000_000L, 99_999_999L);
            state.put("financialTransactionId", Long.toString(number));
        }
        state.put("externalId", order.reference())
                .put("amount", order.amount().major().toPlainString())
                .put("currency", order.asked().currency());
        state.putObject("payer").put("partyIdType", "MSISDN").put("partyId", order.detail("payer"));
        state.put("payerMessage", order.detail("payerMessage")).put("payeeNote", order.detail("payeeNote"));
        return switch (order.state()) {
            case OPEN -> state.put("status", "PENDING");
            case FAILED -> state.put("status", "FAILED").put("reason", "NOT_ENOUGH_FUNDS");
            case EXPIRED -> state.put("status", "FAILED").put("reason", "COULD_NOT_PERFORM_TRANSACTION");
            default -> state.put("status", "SUCCESSFUL");
        };
    }

    private Accounts.@Nullable Gateway account(@Nullable String subscriptionKey) {
        return accounts.values().stream()
                .filter(account -> !account.text("subscription-key").isEmpty()
                        && account.text("subscription-key").equals(subscriptionKey))
                .findFirst()
                .orElse(null);
    }

    private static String basic(Accounts.Gateway account) {
        String both = account.text("api-user") + ':' + account.text("api-key");
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    private static Reply problem(int status, String code, String message) {
        return Reply.json(status, Json.object().put("code", code).put("message", message));
    }
}
