package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Paymob in Egypt: intentions, transaction queries, and callbacks whose {@code hmac} is over twenty values. A refund is a
 * transaction of its own, after which the first one is told again. It tells nobody of an order that nobody paid.
 */
final class PaymobPlayer implements GatewayPlayer {

    private static final int TRIES = 3;
    private static final long OWNER = 302_852;
    private static final String TOKEN = "demo-paymob-token-";

    private static final DateTimeFormatter CAIRO = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneId.of("Africa/Cairo"));

    private static final List<String> SIGNED = List.of(
            "/amount_cents",
            "/created_at",
            "/currency",
            "/error_occured",
            "/has_parent_transaction",
            "/id",
            "/integration_id",
            "/is_3d_secure",
            "/is_auth",
            "/is_capture",
            "/is_refunded",
            "/is_standalone_payment",
            "/is_voided",
            "/order/id",
            "/owner",
            "/pending",
            "/source_data/pan",
            "/source_data/sub_type",
            "/source_data/type",
            "/success");

    private final GatewayBooks books;

    PaymobPlayer(GatewayBooks books) {
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
        if (post && path.equals("/api/auth/tokens")) {
            return login(Json.read(request.body()).path("api_key").asText());
        }
        if (post && path.equals("/v1/intention/")) {
            String tenant = tenantBy("secret-key", String.valueOf(request.header("Authorization")), "Token ");
            return tenant == null ? refused() : intention(tenant, Json.read(request.body()));
        }
        Optional<Accounts.Gateway> account = books.account(known -> request.hasBearer(TOKEN + known.tenant()));
        if (account.isEmpty()) {
            return refused();
        }
        String tenant = account.get().tenant();
        if (post && path.equals("/api/ecommerce/orders/transaction_inquiry")) {
            JsonNode asked = Json.read(request.body());
            String order = asked.path("order_id")
                    .asText(asked.path("merchant_order_id").asText());
            return found(books.find(tenant, order));
        }
        if (!post && path.startsWith("/api/acceptance/transactions/")) {
            String id = path.substring("/api/acceptance/transactions/".length());
            return found(books.find(tenant, order -> order.detail("transaction").equals(id)));
        }
        return problem(404, "Not found.");
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return problem(429, "Request was throttled.").with("Retry-After", Long.toString(retryAfterSeconds));
    }

    @Override
    public Reply refused() {
        return problem(401, "incorrect credentials");
    }

    private Reply login(String apiKey) {
        String tenant = tenantBy("api-key", apiKey, "");
        return tenant == null
                ? problem(403, "incorrect credentials")
                : Reply.json(201, Json.object().put("token", TOKEN + tenant));
    }

    private @Nullable String tenantBy(String key, String given, String prefix) {
        return books.account(account -> !account.text(key).isEmpty() && given.equals(prefix + account.text(key)))
                .map(Accounts.Gateway::tenant)
                .orElse(null);
    }

    private Reply found(Optional<GatewayOrder> order) {
        return order.filter(known -> !known.detail("transaction").isEmpty())
                .map(known -> Reply.json(200, transaction(known)))
                .orElseGet(() -> problem(404, "Transaction not found."));
    }

    private Reply intention(String tenant, JsonNode body) {
        String reference = body.path("special_reference").asText("");
        if (!reference.isEmpty() && books.find(tenant, reference).isPresent()) {
            ObjectNode problem = Json.object().put("message", "duplicate");
            problem.putArray("special_reference").add("Order with this special_reference already exists.");
            return Reply.json(400, problem);
        }
        if (body.path("amount").asLong(0) <= 0
                || !body.path("billing_data").path("phone_number").isTextual()) {
            return problem(400, "This field is required.");
        }
        JsonNode billing = body.path("billing_data");
        GatewayOrder order = open(
                tenant,
                reference,
                new Money(body.path("amount").asLong(), body.path("currency").asText("EGP")),
                Map.of(
                        "first_name", billing.path("first_name").asText(),
                        "last_name", billing.path("last_name").asText(),
                        "email", billing.path("email").asText(),
                        "phone", billing.path("phone_number").asText()));
        String secret = "egy_csk_test_" + order.id();
        return Reply.json(
                201,
                Json.object()
                        .put("id", "pi_test_" + order.id())
                        .put("client_secret", secret)
                        .put("intention_order_id", Long.parseLong(order.id()))
                        .put("special_reference", reference)
                        .put("status", "intended"));
    }

    private GatewayOrder open(String tenant, String reference, Money amount, Map<String, String> details) {
        String id = Long.toString(books.dice(94).between(200_000_000L, 299_999_999L));
        return books.add(GatewayOrder.open(tenant, id, reference, amount, books.now(), details));
    }

    @Override
    public Optional<String> begin(String tenant, String reference, Customer customer, Dice dice) {
        return Optional.of(open(
                        tenant,
                        reference,
                        new Money(dice.between(50, 9_000) * 100, "EGP"),
                        Map.of(
                                "first_name", customer.firstName(),
                                "last_name", customer.lastName(),
                                "email", customer.email(),
                                "phone", customer.phone()))
                .id());
    }

    @Override
    public List<Hook> act(String idOrReference, Act act) {
        if (act == Act.DISPUTE) {
            throw new UnsupportedOperationException("Paymob tells nobody of disputes");
        }
        if (act == Act.FORGE) {
            GatewayOrder claimed = books.claimed(idOrReference).with("transaction", "1");
            return List.of(hook(claimed, transaction(claimed), "guessed"));
        }
        boolean attempt = act == Act.SUCCEED || act == Act.SUCCEED_WITH_OTHER_AMOUNT || act == Act.FAIL;
        String id = Long.toString(books.dice(95).between(100_000_000L, 199_999_999L));
        GatewayOrder order = books.change(idOrReference, known -> {
            GatewayOrder after = known.after(act, books.now());
            return attempt
                    ? after.with("transaction", id).with("at", books.now().toString())
                    : after;
        });
        List<Hook> hooks = new ArrayList<>();
        if (act == Act.REFUND || act == Act.REFUND_PART) {
            hooks.add(hook(order, refundOf(order, id), null));
        }
        if (act != Act.EXPIRE) {
            hooks.add(hook(order, transaction(order), null));
        }
        return hooks;
    }

    /** The transaction of an order as callbacks and queries show it. */
    private ObjectNode transaction(GatewayOrder order) {
        boolean success = order.paid() != null;
        boolean refunded = !order.refunds().isEmpty();
        Instant created = order.detail("at").isEmpty() ? order.changedAt() : Instant.parse(order.detail("at"));
        ObjectNode transaction = Json.object()
                .put("id", Long.parseLong(order.detail("transaction")))
                .put("pending", false)
                .put("amount_cents", order.amount().amountMinor())
                .put("success", success)
                .put("is_auth", false)
                .put("is_capture", false)
                .put("is_standalone_payment", true)
                .put("is_voided", false)
                .put("is_refunded", refunded)
                .put("is_3d_secure", true)
                .put("integration_id", integration(order.tenant()))
                .put("profile_id", 164_295)
                .put("has_parent_transaction", false);
        transaction
                .putObject("order")
                .put("id", Long.parseLong(order.id()))
                .put("created_at", CAIRO.format(order.createdAt()))
                .put("merchant_order_id", order.reference())
                .put("amount_cents", order.asked().amountMinor())
                .put("currency", order.asked().currency());
        transaction
                .put("created_at", CAIRO.format(created))
                .put("currency", order.amount().currency());
        transaction
                .putObject("source_data")
                .put("pan", "2346")
                .put("type", "card")
                .put("sub_type", "MasterCard");
        transaction.put("is_void", false).put("is_refund", false);
        transaction
                .putObject("data")
                .put("message", success ? "Approved" : "Insufficient funds")
                .put("txn_response_code", success ? "APPROVED" : "DECLINED")
                .put("acq_response_code", success ? "00" : "51");
        ObjectNode billing = transaction
                .putObject("payment_key_claims")
                .put("amount_cents", order.asked().amountMinor())
                .putObject("billing_data");
        billing.put("email", order.detail("email"))
                .put("first_name", order.detail("first_name"))
                .put("last_name", order.detail("last_name"))
                .put("phone_number", order.detail("phone"));
        transaction.put("error_occured", false).put("is_live", false);
        if (refunded) {
            transaction.put("refunded_amount_cents", order.refunded().amountMinor());
        } else {
            transaction.putNull("refunded_amount_cents");
        }
        transaction.put("is_captured", false).putNull("captured_amount");
        transaction.put("updated_at", CAIRO.format(order.changedAt())).put("owner", OWNER);
        return transaction.putNull("parent_transaction");
    }

    private ObjectNode refundOf(GatewayOrder order, String id) {
        return transaction(order)
                .put("id", Long.parseLong(id))
                .put("amount_cents", order.lastRefund().amountMinor())
                .put("is_refunded", false)
                .put("is_refund", true)
                .put("has_parent_transaction", true)
                .put("parent_transaction", Long.parseLong(order.detail("transaction")))
                .put("created_at", CAIRO.format(order.changedAt()));
    }

    private long integration(String tenant) {
        String first = books.first(tenant, "integration-ids");
        return first.isEmpty() ? 0 : Long.parseLong(first);
    }

    private Hook hook(GatewayOrder order, ObjectNode transaction, @Nullable String otherSecret) {
        String secret = otherSecret != null ? otherSecret : books.first(order.tenant(), "hmac-secrets");
        StringBuilder signed = new StringBuilder();
        SIGNED.forEach(value -> signed.append(transaction.at(value).asText()));
        String hmac = Signatures.hexHmac("HmacSHA512", secret, signed.toString().getBytes(StandardCharsets.UTF_8));
        ObjectNode body = Json.object().put("type", "TRANSACTION");
        body.set("obj", transaction);
        body.putNull("issuer_bank").put("transaction_processed_callback_responses", "");
        return books.hook(order, "TRANSACTION", body, TRIES).to(books.webhooks(order.tenant()) + "?hmac=" + hmac);
    }

    private static Reply problem(int status, String detail) {
        return Reply.json(status, Json.object().put("detail", detail));
    }
}
