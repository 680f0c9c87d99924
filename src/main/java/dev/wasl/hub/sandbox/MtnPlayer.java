package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
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

    private static final String PAY = "/collection/v1_0/requesttopay";
    private static final int SECONDS = 3_600;
    private static final int TRIES = 1;

    private final GatewayBooks books;
    private final SlotTokens tokens;

    MtnPlayer(GatewayBooks books) {
        this.books = books;
        this.tokens = new SlotTokens(books, 95, SECONDS, 40);
    }

    @Override
    public GatewayBooks books() {
        return books;
    }

    @Override
    public Reply answer(Request request) {
        String path = books.path(request);
        Accounts.Gateway account = account(request.header("Ocp-Apim-Subscription-Key"));
        if (account == null) {
            return refused();
        }
        if (request.method().equals("POST") && path.equals("/collection/token/")) {
            return request.hasBasic(account.text("api-user"), account.text("api-key")) ? token(account) : refused();
        }
        if (!tokens.isFrom(account.tenant(), request)) {
            return refused();
        }
        if (!account.text("target-environment").equals(request.header("X-Target-Environment"))) {
            return problem(400, "NOT_ALLOWED_TARGET_ENVIRONMENT", "Access to target environment is forbidden.");
        }
        if (request.method().equals("POST") && path.equals(PAY)) {
            return requestToPay(account.tenant(), request);
        }
        if (request.method().equals("GET") && path.startsWith(PAY + '/')) {
            Optional<GatewayOrder> found = books.find(account.tenant(), path.substring(PAY.length() + 1));
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
                        .put("access_token", tokens.of(account.tenant()))
                        .put("token_type", "access_token")
                        .put("expires_in", SECONDS));
    }

    private Reply requestToPay(String tenant, Request request) {
        JsonNode body = Json.read(request.body());
        String reference = String.valueOf(request.header("X-Reference-Id"));
        String callback = request.header("X-Callback-Url");
        if (!isUuid(reference)) {
            return problem(400, "INVALID_REFERENCE_ID", "X-Reference-Id must be a UUID.");
        }
        if (books.find(reference).isPresent()) {
            return problem(409, "RESOURCE_ALREADY_EXIST", "Duplicated reference id. Creation of resource failed.");
        }
        Optional<Money> amount = GatewayBooks.amount(
                        body.path("amount").asText(), body.path("currency").asText())
                .filter(Money::isPositive);
        String payer = body.path("payer").path("partyId").asText("");
        String notes =
                body.path("payerMessage").asText("") + body.path("payeeNote").asText("");
        if (amount.isEmpty() || !payer.matches("[0-9]{8,15}") || notes.contains("'")) {
            return Reply.json(400, new byte[0]);
        }
        books.add(GatewayOrder.open(
                tenant,
                reference,
                body.path("externalId").asText(""),
                amount.get(),
                books.now(),
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
                GatewayOrder claimed = books.claimed(idOrReference);
                String guessed = books.webhooks(claimed.tenant()) + '/' + "A".repeat(22) + '/' + claimed.id();
                return List.of(hook(claimed, guessed));
            }
            default -> {
                GatewayOrder order = books.change(idOrReference, act);
                String callback = order.detail("callback");
                return callback.isEmpty() ? List.of() : List.of(hook(order, Hook.pathOf(callback)));
            }
        }
    }

    private Hook hook(GatewayOrder order, String path) {
        ObjectNode body = state(order);
        return books.hook(order, body.path("status").asText(), body, TRIES)
                .to(path)
                .by("PUT");
    }

    /** As the state is asked for and as the callback tells it. */
    private ObjectNode state(GatewayOrder order) {
        ObjectNode state = Json.object();
        if (order.paid() != null) {
            long number = books.diceOf(96, order.id().hashCode()).between(10_000_000L, 99_999_999L);
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
        return books.account(account -> !account.text("subscription-key").isEmpty()
                        && account.text("subscription-key").equals(subscriptionKey))
                .orElse(null);
    }

    private static Reply problem(int status, String code, String message) {
        return Reply.json(status, Json.object().put("code", code).put("message", message));
    }
}
