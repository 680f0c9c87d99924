package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Meta's WhatsApp Cloud API: sends, the statuses that follow, and customers who answer. */
final class WhatsappApi implements Api {

    private static final Pattern MESSAGES = Pattern.compile("/v[0-9]+\\.[0-9]+/([^/]+)/messages");
    private static final Duration WINDOW = Duration.ofHours(24);
    private static final int MOST_WINDOWS = 50_000;
    private static final int WEBHOOK_TRIES = 6;
    private static final int ANSWER_AFTER_EARLY_RECEIPT = 250;
    private static final List<String> REPLIES = List.of(
            "شكراً جزيلاً 🌹",
            "مرحبا، أين طلبي؟ 😊",
            "ممكن التأجيل لبكرة؟",
            "Ok / thanks",
            "العنوان اتغير، كلموني من فضلكم");

    private final Accounts accounts;
    private final SandboxSettings.Messages settings;
    private final Parcels parcels;
    private final long seed;
    private final Clock clock;
    private final Ring<Message> messages;
    private final WebhookSender sender;
    private final long start;
    private final AtomicLong number = new AtomicLong();

    /** When each customer wrote last; free text passes for 24 hours after that. */
    private final Map<String, Long> windows = new ConcurrentHashMap<>();

    WhatsappApi(
            Accounts accounts,
            SandboxSettings.Messages settings,
            Parcels parcels,
            long seed,
            Clock clock,
            Ring<Message> messages,
            WebhookSender sender) {
        this.accounts = accounts;
        this.settings = settings;
        this.parcels = parcels;
        this.seed = seed;
        this.clock = clock;
        this.messages = messages;
        this.sender = sender;
        this.start = clock.millis();
    }

    @Override
    public String name() {
        return "whatsapp";
    }

    @Override
    public boolean serves(String path) {
        return MESSAGES.matcher(path).matches();
    }

    @Override
    public Reply answer(Request request) {
        Matcher path = MESSAGES.matcher(request.path());
        if (!path.matches() || !request.method().equals("POST")) {
            return error(404, 100, "OAuthException", "Unsupported request");
        }
        Optional<Map.Entry<String, Accounts.Whatsapp>> account = accounts.whatsapp().entrySet().stream()
                .filter(entry -> path.group(1).equals(entry.getValue().phoneNumberId()))
                .findFirst();
        if (account.isEmpty()) {
            return error(400, 33, "GraphMethodException", "Object with ID '" + path.group(1) + "' does not exist");
        }
        String token = account.get().getValue().accessToken();
        if (token == null || !("Bearer " + token.trim()).equals(request.header("Authorization"))) {
            return refused();
        }
        return send(
                Json.read(request.body()), account.get().getKey(), account.get().getValue());
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return error(429, 130429, "OAuthException", "(#130429) Rate limit hit");
    }

    @Override
    public Reply refused() {
        return error(401, 190, "OAuthException", "Error validating access token: The session is invalid");
    }

    private Reply send(JsonNode body, String tenant, Accounts.Whatsapp account) {
        if (!body.path("messaging_product").asText().equals("whatsapp")) {
            return error(400, 100, "OAuthException", "(#100) The parameter messaging_product is required.");
        }
        String input = body.path("to").asText("");
        String digits = input.replaceAll("[^0-9]", "");
        if (digits.length() < 7) {
            return error(400, 131009, "OAuthException", "(#131009) Parameter value is not valid: to");
        }
        String type = body.path("type").asText("text");
        if (!body.path(type).isObject()) {
            return error(400, 131008, "OAuthException", "(#131008) Required parameter is missing: " + type);
        }
        if (type.equals("template")
                && (body.at("/template/name").asText("").isEmpty()
                        || body.at("/template/language/code").asText("").isEmpty())) {
            return error(400, 131008, "OAuthException", "(#131008) Required parameter is missing: template");
        }
        Dice dice = Dice.at(seed, 60, start, number.incrementAndGet());
        String id = "wamid."
                + Base64.getEncoder().encodeToString(("HBgM" + dice.hex(27)).getBytes(StandardCharsets.US_ASCII));
        Message message = new Message(
                clock.instant(),
                "whatsapp",
                tenant,
                id,
                String.valueOf(account.phoneNumberId()),
                '+' + digits,
                body.toString());
        message.became("accepted");
        messages.add(message);

        ObjectNode answer = Json.object().put("messaging_product", "whatsapp");
        answer.putArray("contacts")
                .addObject()
                .put("input", input)
                .put("wa_id", digits)
                .put("user_id", userId(digits));
        answer.putArray("messages").addObject().put("id", id).put("message_status", "accepted");
        Reply reply = Reply.json(200, answer);
        boolean early = dice.percent(settings.early());
        report(message, tenant, account, type, digits, body.path("biz_opaque_callback_data"), dice, early);
        return early ? reply.after(Duration.ofMillis(ANSWER_AFTER_EARLY_RECEIPT)) : reply;
    }

    private void report(
            Message message,
            String tenant,
            Accounts.Whatsapp account,
            String type,
            String digits,
            JsonNode callbackData,
            Dice dice,
            boolean early) {
        List<ObjectNode> statuses = new ArrayList<>();
        boolean absent = Dice.at(seed, 61, digits.hashCode()).percent(settings.notOnWhatsapp());
        boolean outside = type.equals("text") && settings.enforceWindow() && !windowOpen(digits);
        if (absent) {
            statuses.add(failure(131026, "Message undeliverable", "Message Undeliverable."));
        } else if (outside) {
            statuses.add(failure(
                    131047,
                    "Re-engagement message",
                    "Message failed to send because more than 24 hours have passed since the customer last replied"
                            + " to this number."));
        } else {
            statuses.add(Json.object().put("status", "sent"));
            boolean read = dice.percent(60);
            // Somebody who has the chat open reads at once: delivered is skipped then.
            if (!read || !dice.percent(10)) {
                statuses.add(Json.object().put("status", "delivered"));
            }
            if (read) {
                statuses.add(Json.object().put("status", "read"));
            }
        }
        long pace = Math.max(1, settings.receiptDelay().toMillis());
        long delay = 0;
        boolean together = statuses.size() > 1 && dice.percent(5);
        List<ObjectNode> batch = new ArrayList<>();
        for (int i = 0; i < statuses.size(); i++) {
            ObjectNode status = statuses.get(i);
            delay += dice.between(pace / 4, pace);
            complete(status, message, digits, callbackData, (clock.millis() + delay) / 1000);
            message.became(status.path("status").asText());
            batch.add(status);
            if (together && i == 0) {
                continue;
            }
            Hook hook = statusHook(tenant, account, digits, message.id(), List.copyOf(batch));
            batch.clear();
            if (early && i == 0) {
                sender.sendNow(hook);
            } else {
                sender.send(hook, delay);
            }
        }
        if (!absent && !outside && dice.percent(settings.replies())) {
            reply(tenant, account, digits, message, dice, delay + dice.between(pace, pace * 4));
        }
    }

    private void reply(
            String tenant, Accounts.Whatsapp account, String digits, Message message, Dice dice, long delay) {
        long at = clock.millis() + delay;
        if (windows.size() >= MOST_WINDOWS) {
            windows.clear();
        }
        windows.put(digits, at);
        ObjectNode value = value(account, digits);
        ObjectNode inbound = value.putArray("messages")
                .addObject()
                .put("from", digits)
                .put("from_user_id", userId(digits))
                .put("id", "wamid.IN" + dice.hex(24))
                .put("timestamp", Long.toString(at / 1000))
                .put("type", "text");
        inbound.putObject("text").put("body", dice.pick(REPLIES));
        if (dice.percent(50)) {
            inbound.putObject("context")
                    .put("from", String.valueOf(account.phoneNumberId()))
                    .put("id", message.id());
        }
        sender.send(hook(tenant, account, "message", message.id() + "-reply", value), delay);
    }

    private boolean windowOpen(String digits) {
        Long wrote = windows.get(digits);
        return wrote != null && clock.millis() - wrote < WINDOW.toMillis();
    }

    private static ObjectNode failure(int code, String title, String details) {
        ObjectNode status = Json.object().put("status", "failed");
        ObjectNode error = status.putArray("errors").addObject();
        error.put("code", code).put("title", title).put("message", title);
        error.putObject("error_data").put("details", details);
        error.put(
                "href",
                "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/");
        return status;
    }

    private static void complete(
            ObjectNode status, Message message, String digits, JsonNode callbackData, long epochSeconds) {
        status.put("id", message.id())
                .put("timestamp", Long.toString(epochSeconds))
                .put("recipient_id", digits)
                .put("recipient_user_id", userId(digits));
        if (callbackData.isTextual()) {
            status.put("biz_opaque_callback_data", callbackData.asText());
        }
        if (status.path("status").asText().equals("sent")) {
            status.putObject("pricing")
                    .put("billable", true)
                    .put("pricing_model", "PMP")
                    .put("type", "regular")
                    .put("category", "utility");
        }
    }

    private Hook statusHook(
            String tenant, Accounts.Whatsapp account, String digits, String subject, List<ObjectNode> statuses) {
        ObjectNode value = value(account, digits);
        value.putArray("statuses").addAll(statuses);
        String event = statuses.get(statuses.size() - 1).path("status").asText();
        return hook(tenant, account, event, subject, value);
    }

    private ObjectNode value(Accounts.Whatsapp account, String digits) {
        ObjectNode value = Json.object().put("messaging_product", "whatsapp");
        value.putObject("metadata")
                .put("display_phone_number", "15550783881")
                .put("phone_number_id", String.valueOf(account.phoneNumberId()));
        OptionalInt customer = parcels.customerByPhone(digits);
        ObjectNode contact = value.putArray("contacts").addObject();
        contact.putObject("profile")
                .put(
                        "name",
                        customer.isPresent()
                                ? parcels.customer(customer.getAsInt()).fullName()
                                : "زبون");
        contact.put("wa_id", digits).put("user_id", userId(digits));
        return value;
    }

    private static Hook hook(String tenant, Accounts.Whatsapp account, String event, String subject, ObjectNode value) {
        ObjectNode root = Json.object().put("object", "whatsapp_business_account");
        ObjectNode change = root.putArray("entry")
                .addObject()
                .put("id", "102290129340398")
                .putArray("changes")
                .addObject();
        change.set("value", value);
        change.put("field", "messages");
        String secret = account.appSecrets().isEmpty()
                ? ""
                : account.appSecrets().get(0).trim();
        return new Hook(
                "whatsapp",
                tenant,
                event,
                subject,
                "/webhooks/" + tenant + "/whatsapp",
                "application/json",
                Json.escapedLikeMeta(root),
                body -> secret.isEmpty() ? Map.of() : Map.of("X-Hub-Signature-256", Signatures.meta(secret, body)),
                WEBHOOK_TRIES);
    }

    private static String userId(String digits) {
        return (digits.startsWith("20") ? "EG." : "XX.")
                + Dice.at(62, digits.hashCode()).between(1L << 60, Long.MAX_VALUE);
    }

    private static Reply error(int status, int code, String type, String message) {
        ObjectNode body = Json.object();
        ObjectNode error = body.putObject("error");
        error.put("message", message).put("type", type).put("code", code);
        error.putObject("error_data").put("messaging_product", "whatsapp").put("details", message);
        error.put("fbtrace_id", "A" + Integer.toHexString(message.hashCode()));
        return Reply.json(status, body);
    }
}
