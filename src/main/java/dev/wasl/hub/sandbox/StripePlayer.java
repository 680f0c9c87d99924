package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Stripe as far as the hub asks it: Checkout Sessions, what became of them, and the list of events that did not arrive.
 * What customers do without the hub is told by {@link Payments}.
 */
final class StripePlayer implements GatewayPlayer {

    private static final int TRIES = 3;
    private static final int MOST_EVENTS = 500;

    /** Counted by Stripe in whole units, and in hundredths although they have none. */
    private static final Set<String> WHOLE = Set.of("JPY", "KRW", "MGA", "RWF", "VND", "XAF", "XOF");

    private final GatewayBooks books;

    /** The events that were told and not taken, by their id, oldest first. */
    private final Map<String, Event> undelivered = new LinkedHashMap<>();

    private record Event(String tenant, ObjectNode body) {}

    StripePlayer(GatewayBooks books) {
        this.books = books;
    }

    @Override
    public GatewayBooks books() {
        return books;
    }

    @Override
    public Reply answer(Request request) {
        Optional<Accounts.Gateway> account = books.account(known -> request.hasBearer(known.text("api-key")));
        if (account.isEmpty()) {
            return refused();
        }
        String tenant = account.get().tenant();
        String path = books.path(request);
        if (request.method().equals("POST") && path.equals("/v1/checkout/sessions")) {
            return make(tenant, request);
        }
        String id = path.substring(path.lastIndexOf('/') + 1);
        if (path.equals("/v1/events")) {
            return events(tenant, request.queryParameters());
        }
        if (path.equals("/v1/checkout/sessions/" + id)) {
            return found(tenant, "session", id, order -> session(order, true));
        }
        if (path.equals("/v1/payment_intents/" + id)) {
            return found(tenant, "intent", id, order -> intent(order, true));
        }
        if (path.equals("/v1/charges/" + id)) {
            return found(tenant, "charge", id, order -> charge(order, true));
        }
        return problem(404, "resource_missing");
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return problem(429, "rate_limit").with("Retry-After", Long.toString(retryAfterSeconds));
    }

    @Override
    public Reply refused() {
        return problem(401, "api_key_invalid");
    }

    private interface View {
        ObjectNode of(GatewayOrder order);
    }

    private Reply found(String tenant, String kind, String id, View view) {
        boolean session = kind.equals("session");
        // there is no PaymentIntent before somebody tries to pay
        return books.find(
                        tenant,
                        order -> (session ? order.id() : order.detail(kind)).equals(id)
                                && (session || !order.detail("tried").isEmpty()))
                .map(order -> Reply.json(200, view.of(order)))
                .orElseGet(() -> problem(404, "resource_missing"));
    }

    private Reply make(String tenant, Request request) {
        Map<String, String> form = request.form();
        String key = String.valueOf(request.header("Idempotency-Key"));
        Optional<GatewayOrder> before =
                books.find(tenant, order -> order.detail("key").equals(key));
        if (before.isPresent()) {
            return before.get().detail("form").equals(form.toString())
                    ? Reply.json(200, session(before.get(), false))
                    : problem(400, "idempotency_key_in_use");
        }
        Money asked;
        try {
            asked = money(
                    Long.parseLong(form.getOrDefault("line_items[0][price_data][unit_amount]", "")),
                    form.getOrDefault("line_items[0][price_data][currency]", ""));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return problem(400, "parameter_invalid_integer");
        }
        if (!form.containsKey("success_url")) {
            return problem(400, "parameter_missing");
        }
        GatewayOrder order = open(
                tenant,
                form.getOrDefault("client_reference_id", ""),
                asked,
                Map.of(
                        "key", key,
                        "form", form.toString(),
                        "order_id", form.getOrDefault("payment_intent_data[metadata][order_id]", ""),
                        "email", form.getOrDefault("customer_email", ""),
                        "expires_at", form.getOrDefault("expires_at", "0")));
        return Reply.json(200, session(order, false));
    }

    private GatewayOrder open(String tenant, String reference, Money amount, Map<String, String> details) {
        Dice dice = books.dice(96);
        return books.add(GatewayOrder.open(tenant, "cs_test_" + dice.id(24), reference, amount, books.now(), details)
                .with("intent", "pi_3" + dice.id(23))
                .with("charge", "ch_3" + dice.id(23)));
    }

    @Override
    public List<Hook> act(String idOrReference, Act act) {
        if (act == Act.FORGE) {
            GatewayOrder claimed = books.claimed(idOrReference).with("tried", "true");
            return List.of(hook(claimed, "payment_intent.succeeded", intent(claimed, false), true));
        }
        GatewayOrder order = books.change(idOrReference, known -> {
            GatewayOrder after = known.after(act, books.now());
            return act == Act.EXPIRE ? after : after.with("tried", "true");
        });
        List<Hook> hooks = new ArrayList<>();
        switch (act) {
            case SUCCEED, SUCCEED_WITH_OTHER_AMOUNT -> {
                books.change(
                        order.id(), known -> known.with("paid-at", books.now().toString()));
                hooks.add(hook(order, "payment_intent.succeeded", intent(order, false), false));
                hooks.add(hook(order, "charge.succeeded", charge(order, false), false));
                hooks.add(hook(order, "checkout.session.completed", session(order, false), false));
            }
            case FAIL -> hooks.add(hook(order, "payment_intent.payment_failed", intent(order, false), false));
            case EXPIRE -> hooks.add(hook(order, "checkout.session.expired", session(order, false), false));
            case REFUND, REFUND_PART -> {
                ObjectNode data = Json.object();
                data.set("object", charge(order, false));
                data.putObject("previous_attributes")
                        .put("amount_refunded", units(order.refunded()) - units(order.lastRefund()));
                hooks.add(changed(order, "charge.refunded", data, false));
            }
            case DISPUTE -> hooks.add(hook(order, "charge.dispute.created", dispute(order), false));
            case FORGE -> {
                // told above
            }
        }
        return hooks;
    }

    private ObjectNode session(GatewayOrder order, boolean expanded) {
        boolean paid = order.paid() != null;
        String status = paid ? "complete" : order.state() == GatewayOrder.State.EXPIRED ? "expired" : "open";
        ObjectNode session = Json.object()
                .put("id", order.id())
                .put("object", "checkout.session")
                .put("amount_total", units(order.amount()))
                .put("client_reference_id", order.reference())
                .put("created", order.createdAt().getEpochSecond())
                .put("currency", order.asked().currency().toLowerCase(Locale.ROOT));
        if (paid) {
            session.putObject("customer_details")
                    .put("email", order.detail("email"))
                    .putNull("name")
                    .putNull("phone");
        } else {
            session.putNull("customer_details");
        }
        session.put("expires_at", Long.parseLong(order.detail("expires_at"))).put("livemode", false);
        session.putObject("metadata").put("order_id", order.detail("order_id"));
        session.put("mode", "payment");
        if (order.detail("tried").isEmpty()) {
            session.putNull("payment_intent");
        } else if (expanded) {
            session.set("payment_intent", intent(order, true));
        } else {
            session.put("payment_intent", order.detail("intent"));
        }
        session.put("payment_status", paid ? "paid" : "unpaid").put("status", status);
        return session.put("url", status.equals("open") ? books.url() + "/pay/" + order.id() : null);
    }

    private ObjectNode intent(GatewayOrder order, boolean expanded) {
        boolean paid = order.paid() != null;
        ObjectNode intent = Json.object()
                .put("id", order.detail("intent"))
                .put("object", "payment_intent")
                .put("amount", units(order.amount()))
                .put("amount_received", paid ? units(order.amount()) : 0)
                .put("created", order.createdAt().getEpochSecond())
                .put("currency", order.asked().currency().toLowerCase(Locale.ROOT));
        if (order.state() == GatewayOrder.State.FAILED) {
            intent.putObject("last_payment_error")
                    .put("code", "card_declined")
                    .put("decline_code", "insufficient_funds")
                    .put("message", "Your card has insufficient funds.");
        } else {
            intent.putNull("last_payment_error");
        }
        if (!paid) {
            intent.putNull("latest_charge");
        } else if (expanded) {
            intent.set("latest_charge", charge(order, true));
        } else {
            intent.put("latest_charge", order.detail("charge"));
        }
        intent.put("livemode", false);
        intent.putObject("metadata").put("order_id", order.detail("order_id"));
        return intent.put("receipt_email", order.detail("email").isEmpty() ? null : order.detail("email"))
                .put("status", paid ? "succeeded" : "requires_payment_method");
    }

    /** Expanded as an answer is on demand; since version 2022-11-15 events hold no refunds. */
    private ObjectNode charge(GatewayOrder order, boolean expanded) {
        String paidAt = order.detail("paid-at");
        Instant created = paidAt.isEmpty() ? order.changedAt() : Instant.parse(paidAt);
        String currency = order.asked().currency().toLowerCase(Locale.ROOT);
        ObjectNode charge = Json.object()
                .put("id", order.detail("charge"))
                .put("object", "charge")
                .put("amount", units(order.amount()))
                .put("amount_captured", units(order.amount()))
                .put("amount_refunded", units(order.refunded()))
                .put("captured", true)
                .put("created", created.getEpochSecond())
                .put("currency", currency)
                .put("livemode", false);
        charge.putObject("metadata").put("order_id", order.detail("order_id"));
        charge.putObject("payment_method_details").put("type", "card");
        charge.put("paid", true)
                .put("payment_intent", order.detail("intent"))
                .put("refunded", order.state() == GatewayOrder.State.REFUNDED)
                .put("status", "succeeded");
        if (expanded && !order.refunds().isEmpty()) {
            charge.putObject("refunds")
                    .putArray("data")
                    .addObject()
                    .put(
                            "id",
                            "re_" + order.detail("charge").substring(3)
                                    + order.refunds().size())
                    .put("object", "refund")
                    .put("amount", units(order.lastRefund()))
                    .put("created", order.changedAt().getEpochSecond())
                    .put("currency", currency)
                    .put("status", "succeeded");
        }
        return charge;
    }

    private ObjectNode dispute(GatewayOrder order) {
        ObjectNode dispute = Json.object()
                .put("id", "du_" + order.detail("charge").substring(3))
                .put("object", "dispute")
                .put("amount", units(order.amount()))
                .put("charge", order.detail("charge"))
                .put("created", order.changedAt().getEpochSecond())
                .put("currency", order.asked().currency().toLowerCase(Locale.ROOT));
        dispute.putObject("metadata");
        return dispute.put("payment_intent", order.detail("intent"))
                .put("reason", "fraudulent")
                .put("status", "needs_response");
    }

    private Reply events(String tenant, Map<String, String> query) {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        int limit = Integer.parseInt(query.getOrDefault("limit", "10"));
        String after = query.get("starting_after");
        boolean more = false;
        synchronized (this) {
            List<Map.Entry<String, Event>> newestFirst = new ArrayList<>(undelivered.entrySet());
            java.util.Collections.reverse(newestFirst);
            boolean reached = after == null;
            for (Map.Entry<String, Event> entry : newestFirst) {
                if (!reached) {
                    reached = entry.getKey().equals(after);
                } else if (entry.getValue().tenant().equals(tenant)) {
                    more = data.size() == limit;
                    if (more) {
                        break;
                    }
                    data.add(entry.getValue().body());
                }
            }
        }
        return Reply.json(200, list.put("has_more", more).put("url", "/v1/events"));
    }

    private Hook hook(GatewayOrder order, String type, ObjectNode object, boolean forged) {
        ObjectNode data = Json.object();
        data.set("object", object);
        return changed(order, type, data, forged);
    }

    private Hook changed(GatewayOrder order, String type, ObjectNode data, boolean forged) {
        String secret = forged ? "whsec_guessed" : books.first(order.tenant(), "signing-secrets");
        ObjectNode event = Json.object()
                .put("id", "evt_" + books.dice(97).id(24))
                .put("object", "event")
                .put("api_version", "2025-03-31.basil")
                .put("created", books.now().getEpochSecond());
        event.set("data", data);
        event.put("livemode", false).put("pending_webhooks", 1).put("type", type);
        if (!forged) {
            remember(order.tenant(), event);
        }
        return new Hook(
                        books.name(),
                        order.tenant(),
                        type,
                        order.id(),
                        books.webhooks(order.tenant()),
                        "application/json; charset=utf-8",
                        Json.bytes(event),
                        sent -> Map.of(
                                "Stripe-Signature",
                                Signatures.stripe(secret, books.now().getEpochSecond(), sent)),
                        TRIES)
                .heardBy((status, answer) -> delivered(status, event));
    }

    private synchronized void remember(String tenant, ObjectNode event) {
        undelivered.put(event.path("id").asText(), new Event(tenant, event));
        if (undelivered.size() > MOST_EVENTS) {
            undelivered.remove(undelivered.keySet().iterator().next());
        }
    }

    private synchronized void delivered(int status, JsonNode event) {
        if (status / 100 == 2) {
            undelivered.remove(event.path("id").asText());
        }
    }

    private static long units(Money money) {
        return money.major().movePointRight(exponent(money.currency())).longValueExact();
    }

    private static Money money(long units, String currency) {
        String code = currency.toUpperCase(Locale.ROOT);
        return Money.ofMajor(BigDecimal.valueOf(units, exponent(code)), code);
    }

    private static int exponent(String currency) {
        return WHOLE.contains(currency) ? 0 : 2;
    }

    private static Reply problem(int status, String code) {
        ObjectNode problem = Json.object();
        problem.putObject("error")
                .put("type", "invalid_request_error")
                .put("code", code)
                .put("message", "demo");
        return Reply.json(status, problem);
    }
}
