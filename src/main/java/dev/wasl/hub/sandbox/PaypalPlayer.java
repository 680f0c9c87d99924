package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * PayPal: orders, captures, and webhooks that its certificate proves. The payer approves an order, and whoever made it
 * captures it: the tenant's own shop at once, the hub by its own call, after which the order is paid.
 */
final class PaypalPlayer implements GatewayPlayer {

    private static final String CERTIFICATE = "/v1/notifications/certs/CERT-demo";
    private static final String TOKEN = "A21AA-demo-";
    private static final int TRIES = 4;

    private final GatewayBooks books;

    PaypalPlayer(GatewayBooks books) {
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
        if (!post && path.equals(CERTIFICATE)) {
            return Reply.text(
                    200, "application/x-pem-file", DemoCertificate.get().signerPem());
        }
        if (post && path.equals("/v1/oauth2/token")) {
            return login(request);
        }
        Optional<Accounts.Gateway> account = books.account(known -> request.hasBearer(TOKEN + known.tenant()));
        if (account.isEmpty()) {
            return refused();
        }
        String tenant = account.get().tenant();
        if (post && path.equals("/v1/notifications/verify-webhook-signature")) {
            return Reply.json(200, Json.object().put("verification_status", "SUCCESS"));
        }
        if (post && path.equals("/v2/checkout/orders")) {
            return make(tenant, request);
        }
        String[] parts = path.split("/", -1);
        if (path.startsWith("/v2/checkout/orders/") && parts.length >= 5) {
            Optional<GatewayOrder> found = books.find(tenant, parts[4]);
            if (found.isEmpty()) {
                return missing();
            }
            return post && path.endsWith("/capture") ? capture(found.get()) : Reply.json(200, order(found.get()));
        }
        if (!post && path.startsWith("/v2/payments/captures/") && parts.length == 5) {
            return books.find(
                            tenant,
                            order -> order.paid() != null && captureId(order).equals(parts[4]))
                    .map(order -> Reply.json(200, captureOf(order)))
                    .orElseGet(PaypalPlayer::missing);
        }
        return missing();
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return problem(429, "RATE_LIMIT_REACHED").with("Retry-After", Long.toString(retryAfterSeconds));
    }

    @Override
    public Reply refused() {
        return Reply.json(
                401,
                Json.object()
                        .put("error", "invalid_token")
                        .put("error_description", "Access Token not found in cache"));
    }

    private Reply login(Request request) {
        return books.account(account -> request.hasBasic(account.text("client-id"), account.text("client-secret")))
                .map(account -> Reply.json(
                        200,
                        Json.object()
                                .put("access_token", TOKEN + account.tenant())
                                .put("token_type", "Bearer")
                                .put("expires_in", 32_400)))
                .orElseGet(this::refused);
    }

    private Reply make(String tenant, Request request) {
        String requestId = String.valueOf(request.header("PayPal-Request-Id"));
        Optional<GatewayOrder> before =
                books.find(tenant, order -> order.detail("request").equals(requestId));
        if (before.isPresent()) {
            return Reply.json(200, order(before.get()));
        }
        JsonNode body = Json.read(request.body());
        JsonNode unit = body.path("purchase_units").path(0);
        JsonNode amount = unit.path("amount");
        Optional<Money> asked = GatewayBooks.amount(
                amount.path("value").asText(), amount.path("currency_code").asText());
        if (asked.isEmpty()) {
            return problem(422, "UNPROCESSABLE_ENTITY");
        }
        GatewayOrder order = open(
                tenant,
                unit.path("custom_id").asText(),
                asked.get(),
                Map.of("request", requestId, "email", "", "name", ""));
        return Reply.json(201, order(order));
    }

    private GatewayOrder open(String tenant, String reference, Money amount, Map<String, String> details) {
        Dice dice = books.dice(91);
        return books.add(GatewayOrder.open(tenant, id(dice), reference, amount, books.now(), details)
                .with("capture", id(dice)));
    }

    private static String id(Dice dice) {
        return dice.id(17).toUpperCase(java.util.Locale.ROOT);
    }

    @Override
    public Optional<String> begin(String tenant, String reference, Customer customer, Dice dice) {
        return Optional.of(open(
                        tenant,
                        reference,
                        new Money(dice.between(500, 40_000), "USD"),
                        Map.of("request", "", "email", customer.email(), "name", customer.latinName(), "shop", "true"))
                .id());
    }

    private Reply capture(GatewayOrder order) {
        if (order.paid() != null || order.detail("approved").isEmpty()) {
            return problem(422, order.paid() != null ? "ORDER_ALREADY_CAPTURED" : "ORDER_NOT_APPROVED");
        }
        return Reply.json(201, order(books.change(order.id(), Act.SUCCEED)));
    }

    @Override
    public List<Hook> act(String idOrReference, Act act) {
        if (act == Act.FORGE) {
            GatewayOrder claimed = books.claimed(idOrReference);
            return List.of(hook(claimed, "PAYMENT.CAPTURE.COMPLETED", "capture", captureOf(claimed), true));
        }
        if (act == Act.SUCCEED && books.claimed(idOrReference).detail("shop").isEmpty()) {
            GatewayOrder approved = books.change(idOrReference, known -> known.with("approved", "true"));
            return List.of(hook(approved, "CHECKOUT.ORDER.APPROVED", "checkout-order", order(approved), false));
        }
        GatewayOrder order = books.change(idOrReference, act);
        return switch (act) {
            case SUCCEED, SUCCEED_WITH_OTHER_AMOUNT ->
                List.of(hook(order, "PAYMENT.CAPTURE.COMPLETED", "capture", captureOf(order), false));
            case FAIL -> List.of(hook(order, "PAYMENT.CAPTURE.DENIED", "capture", captureOf(order), false));
            case EXPIRE ->
                List.of(hook(order, "CHECKOUT.PAYMENT-APPROVAL.REVERSED", "checkout-order", reversal(order), false));
            case REFUND, REFUND_PART ->
                List.of(hook(
                        order,
                        "PAYMENT.CAPTURE.REFUNDED",
                        "refund",
                        refund(order, order.refunds().size()),
                        false));
            case DISPUTE -> List.of(hook(order, "CUSTOMER.DISPUTE.CREATED", "dispute", dispute(order), false));
            case FORGE -> List.of();
        };
    }

    private static String captureId(GatewayOrder order) {
        return order.detail("capture");
    }

    private ObjectNode order(GatewayOrder order) {
        ObjectNode json =
                Json.object().put("id", order.id()).put("intent", "CAPTURE").put("status", status(order));
        ObjectNode unit = json.putArray("purchase_units")
                .addObject()
                .put("reference_id", "default")
                .put("custom_id", order.reference());
        unit.set("amount", amount(order.asked()));
        if (order.paid() != null || order.state() == GatewayOrder.State.FAILED) {
            ObjectNode payments = unit.putObject("payments");
            payments.putArray("captures").add(captureOf(order));
            if (!order.refunds().isEmpty()) {
                ArrayNode refunds = payments.putArray("refunds");
                for (int number = 1; number <= order.refunds().size(); number++) {
                    refunds.add(refund(order, number));
                }
            }
        }
        if (!order.detail("email").isEmpty()) {
            ObjectNode payer = json.putObject("payer");
            payer.putObject("name").put("given_name", order.detail("name"));
            payer.put("email_address", order.detail("email"));
        }
        json.put("create_time", at(order.createdAt())).put("update_time", at(order.changedAt()));
        ArrayNode links = json.putArray("links");
        link(links, "/v2/checkout/orders/" + order.id(), "self", "GET");
        link(links, "/checkoutnow?token=" + order.id(), "payer-action", "GET");
        return json;
    }

    private static String status(GatewayOrder order) {
        return switch (order.state()) {
            case OPEN -> order.detail("approved").isEmpty() ? "PAYER_ACTION_REQUIRED" : "APPROVED";
            case EXPIRED -> "VOIDED";
            default -> "COMPLETED";
        };
    }

    private ObjectNode captureOf(GatewayOrder order) {
        String status =
                switch (order.state()) {
                    case FAILED -> "DECLINED";
                    case REFUNDED -> "REFUNDED";
                    case PARTLY_REFUNDED -> "PARTIALLY_REFUNDED";
                    default -> "COMPLETED";
                };
        ObjectNode capture = Json.object().put("id", captureId(order)).put("status", status);
        capture.set("amount", amount(order.amount()));
        capture.put("final_capture", true).put("custom_id", order.reference());
        if (order.paid() != null) {
            ObjectNode breakdown = capture.putObject("seller_receivable_breakdown");
            breakdown.set("gross_amount", amount(order.amount()));
            breakdown.set(
                    "paypal_fee",
                    amount(new Money(
                            order.amount().amountMinor() * 44 / 1000,
                            order.amount().currency())));
        }
        capture.putObject("supplementary_data").putObject("related_ids").put("order_id", order.id());
        capture.put("create_time", at(order.createdAt())).put("update_time", at(order.changedAt()));
        ArrayNode links = capture.putArray("links");
        link(links, "/v2/payments/captures/" + captureId(order), "self", "GET");
        link(links, "/v2/checkout/orders/" + order.id(), "up", "GET");
        return capture;
    }

    private ObjectNode refund(GatewayOrder order, int number) {
        GatewayOrder.Refund one = order.refunds().get(number - 1);
        long total = order.refunds().subList(0, number).stream()
                .mapToLong(refund -> refund.amount().amountMinor())
                .sum();
        ObjectNode refund = Json.object()
                .put("id", captureId(order).substring(0, 15) + "R" + number)
                .put("status", "COMPLETED");
        refund.set("amount", amount(one.amount()));
        refund.put("custom_id", order.reference());
        refund.putObject("seller_payable_breakdown")
                .set(
                        "total_refunded_amount",
                        amount(new Money(total, one.amount().currency())));
        String time = at(one.at());
        refund.put("create_time", time).put("update_time", time);
        ArrayNode links = refund.putArray("links");
        link(links, "/v2/payments/captures/" + captureId(order), "up", "GET");
        return refund;
    }

    private ObjectNode reversal(GatewayOrder order) {
        ObjectNode reversal = Json.object().put("order_id", order.id());
        ObjectNode unit = reversal.putArray("purchase_units").addObject().put("custom_id", order.reference());
        unit.set("amount", amount(order.asked()));
        return reversal.put("create_time", at(order.changedAt()));
    }

    private ObjectNode dispute(GatewayOrder order) {
        ObjectNode dispute =
                Json.object().put("dispute_id", "PP-D-" + order.id().substring(0, 5));
        dispute.putArray("disputed_transactions")
                .addObject()
                .put("seller_transaction_id", captureId(order))
                .put("custom", order.reference());
        dispute.put("reason", "MERCHANDISE_OR_SERVICE_NOT_RECEIVED");
        dispute.set("dispute_amount", amount(order.amount()));
        return dispute.put("status", "OPEN")
                .put("create_time", at(order.changedAt()))
                .put("update_time", at(order.changedAt()));
    }

    private void link(ArrayNode links, String path, String rel, String method) {
        links.addObject().put("href", books.url() + path).put("rel", rel).put("method", method);
    }

    private Hook hook(GatewayOrder order, String event, String type, ObjectNode resource, boolean forged) {
        Dice dice = books.diceOf(
                92, order.id().hashCode(), event.hashCode(), order.refunds().size());
        ObjectNode body = Json.object()
                .put("id", "WH-" + id(dice) + '-' + id(dice))
                .put("event_version", "1.0")
                .put("create_time", at(books.now()))
                .put("resource_type", type)
                .put("resource_version", "2.0")
                .put("event_type", event)
                .put("summary", "A demo event");
        body.set("resource", resource);
        body.putArray("links");
        return books.hook(order, event, body, TRIES).provenBy(sent -> proof(order.tenant(), sent, forged));
    }

    /** Made anew for every try, as each is a transmission of its own. */
    private Map<String, String> proof(String tenant, byte[] body, boolean forged) {
        CRC32 sum = new CRC32();
        sum.update(body);
        String id = transmission();
        String time = books.now().truncatedTo(ChronoUnit.SECONDS).toString();
        byte[] message = (id + '|' + time + '|' + books.first(tenant, "webhook-ids") + '|' + sum.getValue())
                .getBytes(StandardCharsets.US_ASCII);
        byte[] signature = forged
                ? DemoCertificate.signAsStranger(message)
                : DemoCertificate.get().sign(message);
        // the certificate is where the tenant says that PayPal is
        String base = books.account(account -> account.tenant().equals(tenant))
                .map(account -> account.text("base-url"))
                .filter(told -> !told.isEmpty())
                .orElseGet(books::url);
        return Map.of(
                "PAYPAL-TRANSMISSION-ID",
                id,
                "PAYPAL-TRANSMISSION-TIME",
                time,
                "PAYPAL-TRANSMISSION-SIG",
                Base64.getEncoder().encodeToString(signature),
                "PAYPAL-CERT-URL",
                base + CERTIFICATE,
                "PAYPAL-AUTH-ALGO",
                "SHA256withRSA");
    }

    private String transmission() {
        Dice dice = books.dice(93);
        return String.join("-", List.of(dice.hex(8), dice.hex(4), dice.hex(4), dice.hex(4), dice.hex(12)));
    }

    private static ObjectNode amount(Money money) {
        return Json.object()
                .put("currency_code", money.currency())
                .put("value", money.major().toPlainString());
    }

    private static Reply missing() {
        return problem(404, "RESOURCE_NOT_FOUND");
    }

    private static Reply problem(int status, String name) {
        return Reply.json(
                status, Json.object().put("name", name).put("message", "demo").put("debug_id", "demo"));
    }

    private static String at(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
