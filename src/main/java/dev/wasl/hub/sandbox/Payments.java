package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Payments by Stripe and what becomes of them: captured, failed, refunded in part or whole, disputed. Only those that
 * go on are kept; each is generated again from the seed and its number.
 */
final class Payments {

    /** What happens in one step of a payment. */
    enum Move {
        CREATED,
        PROCESSING,
        REQUIRES_CAPTURE,
        SUCCEEDED,
        SUCCEEDED_BY_CHECKOUT,
        DECLINED,
        CANCELED,
        REFUNDED_IN_PART,
        REFUNDED,
        DISPUTED,
        DISPUTE_WON,
        DISPUTE_LOST
    }

    /**
     * One payment.
     *
     * @param amount in Stripe's units of the currency: hundredths, also for UGX
     * @param partOf the first refund's share of the amount, in the same units
     */
    record Payment(
            int number,
            String tenant,
            String intent,
            String charge,
            String dispute,
            String currency,
            long amount,
            long partOf,
            String order,
            Customer customer,
            List<Move> moves) {}

    private static final String API_VERSION = "2026-10-28.endive";
    private static final int TRIES = 6;

    private final Accounts accounts;
    private final List<String> tenants;
    private final Parcels parcels;
    private final long seed;
    private final long anchor;
    private final Clock clock;

    /** How many moves each payment that goes on has made. */
    private final SortedMap<Integer, Integer> open = new TreeMap<>();

    private int count;

    Payments(Accounts accounts, Parcels parcels, long seed, long anchor, Clock clock) {
        this.accounts = accounts;
        this.tenants = List.copyOf(accounts.stripe().keySet());
        this.parcels = parcels;
        this.seed = seed;
        this.anchor = anchor;
        this.clock = clock;
    }

    /** Whether any tenant takes payments here. */
    boolean any() {
        return !tenants.isEmpty();
    }

    synchronized int count() {
        return count;
    }

    synchronized int openCount() {
        return open.size();
    }

    /** A payment whose story goes on. */
    synchronized OptionalInt anyOpen(Dice dice) {
        if (open.isEmpty()) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(List.copyOf(open.keySet()).get(dice.below(open.size())));
    }

    /**
     * The next move of a payment, or the first of a new one when its number is {@link #count()}.
     *
     * @param now epoch milliseconds
     * @return the webhooks that tell it, none when it had ended
     */
    synchronized List<Hook> advance(int number, long now) {
        if (tenants.isEmpty() || number > count) {
            return List.of();
        }
        if (number == count) {
            open.put(number, 0);
            count++;
        }
        Integer made = open.get(number);
        if (made == null) {
            return List.of();
        }
        Payment payment = payment(number);
        if (made + 1 == payment.moves().size()) {
            open.remove(number);
        } else {
            open.put(number, made + 1);
        }
        return tell(payment, made, now);
    }

    private Payment payment(int number) {
        Dice dice = Dice.at(seed, 70, anchor, number);
        String tenant = tenants.get(dice.below(tenants.size()));
        String currency = dice.percent(12)
                ? "ugx"
                : Optional.ofNullable(accounts.currencies().get(tenant))
                        .orElse("EGP")
                        .toLowerCase(java.util.Locale.ROOT);
        // UGX has no cents, yet Stripe counts it in hundredths that must be 00.
        long amount = currency.equals("ugx") ? dice.between(50, 4_000) * 100_000 : dice.between(90, 25_000) * 100 / 2;
        long part = currency.equals("ugx") ? amount / 2 / 100 * 100 : amount / 2;
        return new Payment(
                number,
                tenant,
                "pi_3" + dice.id(23),
                "ch_3" + dice.id(23),
                "du_1" + dice.id(23),
                currency,
                amount,
                part,
                (tenant.equals("portal") ? "INV-" : "ORD-") + (20_000 + number),
                parcels.customer(parcels.customerOf(dice.below(Parcels.LIMIT))),
                moves(dice));
    }

    private static List<Move> moves(Dice dice) {
        List<Move> moves = new ArrayList<>();
        moves.add(Move.CREATED);
        int path = dice.below(100);
        if (path < 5) {
            moves.add(Move.CANCELED);
            return moves;
        }
        if (path < 17) {
            moves.add(Move.DECLINED);
        } else if (path < 22) {
            moves.add(Move.REQUIRES_CAPTURE);
        } else if (path < 28) {
            moves.add(Move.PROCESSING);
        }
        moves.add(dice.percent(30) ? Move.SUCCEEDED_BY_CHECKOUT : Move.SUCCEEDED);
        int after = dice.below(100);
        if (after < 14) {
            moves.add(Move.REFUNDED_IN_PART);
            if (dice.percent(35)) {
                moves.add(Move.REFUNDED);
            }
        } else if (after < 22) {
            moves.add(Move.REFUNDED);
        } else if (after < 29) {
            moves.add(Move.DISPUTED);
            moves.add(dice.percent(50) ? Move.DISPUTE_WON : Move.DISPUTE_LOST);
        }
        return moves;
    }

    private List<Hook> tell(Payment payment, int made, long now) {
        Move move = payment.moves().get(made);
        long seconds = now / 1000;
        List<Hook> hooks = new ArrayList<>();
        Events events = new Events(payment, made, seconds, hooks);
        switch (move) {
            case CREATED ->
                events.add("payment_intent.created", intent(payment, "requires_payment_method", 0, seconds));
            case PROCESSING -> events.add("payment_intent.processing", intent(payment, "processing", 0, seconds));
            case REQUIRES_CAPTURE -> {
                ObjectNode intent = intent(payment, "requires_capture", 0, seconds);
                intent.put("capture_method", "manual").put("amount_capturable", payment.amount());
                events.add("payment_intent.amount_capturable_updated", intent);
            }
            case SUCCEEDED, SUCCEEDED_BY_CHECKOUT -> {
                events.add("payment_intent.succeeded", intent(payment, "succeeded", payment.amount(), seconds));
                events.add("charge.succeeded", charge(payment, 0, seconds));
                if (move == Move.SUCCEEDED_BY_CHECKOUT) {
                    events.add("checkout.session.completed", session(payment, seconds));
                }
            }
            case DECLINED -> {
                ObjectNode intent = intent(payment, "requires_payment_method", 0, seconds);
                intent.putObject("last_payment_error")
                        .put("code", "card_declined")
                        .put("decline_code", payment.number() % 2 == 0 ? "insufficient_funds" : "do_not_honor")
                        .put("message", "Your card was declined.")
                        .put("type", "card_error");
                events.add("payment_intent.payment_failed", intent);
                events.add(
                        "charge.failed",
                        charge(payment, 0, seconds)
                                .put("status", "failed")
                                .put("paid", false)
                                .put("captured", false)
                                .put("amount_captured", 0)
                                .put("failure_code", "card_declined"));
            }
            case CANCELED ->
                events.add(
                        "payment_intent.canceled",
                        intent(payment, "canceled", 0, seconds).put("cancellation_reason", "abandoned"));
            case REFUNDED_IN_PART -> {
                events.add("charge.refunded", charge(payment, payment.partOf(), seconds), 0);
                events.add("refund.created", refund(payment, payment.partOf(), made, seconds));
            }
            case REFUNDED -> {
                long before = payment.moves().contains(Move.REFUNDED_IN_PART) ? payment.partOf() : 0;
                events.add("charge.refunded", charge(payment, payment.amount(), seconds), before);
                events.add("refund.created", refund(payment, payment.amount() - before, made, seconds));
            }
            case DISPUTED -> {
                events.add("charge.dispute.created", dispute(payment, "needs_response", seconds));
                events.add("charge.dispute.funds_withdrawn", dispute(payment, "needs_response", seconds));
            }
            case DISPUTE_WON -> {
                events.add("charge.dispute.closed", dispute(payment, "won", seconds));
                events.add("charge.dispute.funds_reinstated", dispute(payment, "won", seconds));
            }
            case DISPUTE_LOST -> events.add("charge.dispute.closed", dispute(payment, "lost", seconds));
        }
        return hooks;
    }

    private static ObjectNode intent(Payment payment, String status, long received, long seconds) {
        ObjectNode intent = Json.object()
                .put("id", payment.intent())
                .put("object", "payment_intent")
                .put("amount", payment.amount())
                .put("amount_capturable", 0)
                .put("amount_received", received)
                .putNull("canceled_at")
                .put("capture_method", "automatic")
                .put("created", seconds)
                .put("currency", payment.currency())
                .put("description", "طلب رقم " + payment.order() + " / order");
        if (received > 0) {
            intent.put("latest_charge", payment.charge());
        } else {
            intent.putNull("latest_charge");
        }
        intent.put("livemode", false);
        intent.putObject("metadata").put("order_id", payment.order());
        intent.putArray("payment_method_types").add("card");
        return intent.put("receipt_email", payment.customer().email()).put("status", status);
    }

    private static ObjectNode charge(Payment payment, long refunded, long seconds) {
        ObjectNode charge = Json.object()
                .put("id", payment.charge())
                .put("object", "charge")
                .put("amount", payment.amount())
                .put("amount_captured", payment.amount())
                .put("amount_refunded", refunded);
        charge.putObject("billing_details")
                .put("email", payment.customer().email())
                .put("name", payment.customer().fullName())
                .put("phone", payment.customer().phone());
        charge.put("captured", true).put("created", seconds).put("currency", payment.currency());
        charge.put("livemode", false);
        charge.putObject("metadata").put("order_id", payment.order());
        return charge.put("paid", true)
                .put("payment_intent", payment.intent())
                .put("receipt_email", payment.customer().email())
                .put("refunded", refunded == payment.amount())
                .put("status", "succeeded");
    }

    private static ObjectNode refund(Payment payment, long amount, int made, long seconds) {
        ObjectNode refund = Json.object()
                .put("id", "re_3" + payment.intent().substring(4) + made)
                .put("object", "refund")
                .put("amount", amount)
                .put("charge", payment.charge())
                .put("created", seconds)
                .put("currency", payment.currency());
        refund.putObject("metadata");
        return refund.put("payment_intent", payment.intent())
                .put("reason", "requested_by_customer")
                .put("status", "succeeded");
    }

    private static ObjectNode dispute(Payment payment, String status, long seconds) {
        ObjectNode dispute = Json.object()
                .put("id", payment.dispute())
                .put("object", "dispute")
                .put("amount", payment.amount())
                .put("charge", payment.charge())
                .put("created", seconds)
                .put("currency", payment.currency())
                .put("livemode", false);
        dispute.putObject("metadata");
        return dispute.put("payment_intent", payment.intent())
                .put("reason", "fraudulent")
                .put("status", status);
    }

    private static ObjectNode session(Payment payment, long seconds) {
        ObjectNode session = Json.object()
                .put("id", "cs_test_" + payment.intent().substring(4))
                .put("object", "checkout.session")
                .put("amount_total", payment.amount())
                .put("client_reference_id", payment.order())
                .put("created", seconds)
                .put("currency", payment.currency());
        session.putObject("customer_details")
                .put("email", payment.customer().email())
                .put("name", payment.customer().fullName())
                .put("phone", payment.customer().phone());
        session.put("livemode", false);
        session.putObject("metadata");
        return session.put("mode", "payment")
                .put("payment_intent", payment.intent())
                .put("payment_status", "paid")
                .put("status", "complete");
    }

    /** Collects the events of one move; one change makes several, as at Stripe. */
    private final class Events {

        private final Payment payment;
        private final int made;
        private final long seconds;
        private final List<Hook> hooks;

        Events(Payment payment, int made, long seconds, List<Hook> hooks) {
            this.payment = payment;
            this.made = made;
            this.seconds = seconds;
            this.hooks = hooks;
        }

        void add(String type, ObjectNode object, long refundedBefore) {
            ObjectNode event = event(type, object);
            event.withObject("/data").putObject("previous_attributes").put("amount_refunded", refundedBefore);
            hook(type, event);
        }

        void add(String type, ObjectNode object) {
            hook(type, event(type, object));
        }

        private ObjectNode event(String type, ObjectNode object) {
            Dice dice = Dice.at(seed, 71, anchor, payment.number(), made, hooks.size());
            ObjectNode event = Json.object()
                    .put("id", "evt_3" + dice.id(23))
                    .put("object", "event")
                    .put("api_version", API_VERSION)
                    .put("created", seconds);
            event.putObject("data").set("object", object);
            event.put("livemode", false).put("pending_webhooks", 1);
            event.putObject("request")
                    .put("id", "req_" + dice.id(14))
                    .put("idempotency_key", "key-" + payment.order() + '-' + made);
            return event.put("type", type);
        }

        private void hook(String type, ObjectNode event) {
            Accounts.Stripe account = accounts.stripe().get(payment.tenant());
            String secret =
                    account == null ? "" : account.signingSecrets().get(0).trim();
            hooks.add(new Hook(
                    "stripe",
                    payment.tenant(),
                    type,
                    payment.intent(),
                    "/webhooks/" + payment.tenant() + "/stripe",
                    "application/json; charset=utf-8",
                    Json.indented(event),
                    body -> Map.of(
                            "Stripe-Signature",
                            Signatures.stripe(secret, clock.instant().getEpochSecond(), body),
                            "User-Agent",
                            "Stripe/1.0 (+https://stripe.com/docs/webhooks)"),
                    TRIES));
        }
    }
}
