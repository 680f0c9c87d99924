package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Twilio's Messages resource and its status callbacks, SMS only. */
final class TwilioApi implements Api {

    private static final Pattern MESSAGES =
            Pattern.compile("/2010-04-01/Accounts/([^/]+)/Messages(?:/([^/]+))?\\.json");
    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");
    private static final DateTimeFormatter RFC_2822 = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss +0000", Locale.US)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DONE =
            DateTimeFormatter.ofPattern("yyMMddHHmm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int LONGEST_BODY = 1_600;
    private static final int ANSWER_AFTER_EARLY_RECEIPT = 250;
    private static final int CALLBACK_TRIES = 2;

    private final Accounts accounts;
    private final SandboxSettings.Messages settings;
    private final long seed;
    private final Clock clock;
    private final Ring<Message> messages;
    private final WebhookSender sender;
    private final long start;
    private final AtomicLong number = new AtomicLong();

    TwilioApi(
            Accounts accounts,
            SandboxSettings.Messages settings,
            long seed,
            Clock clock,
            Ring<Message> messages,
            WebhookSender sender) {
        this.accounts = accounts;
        this.settings = settings;
        this.seed = seed;
        this.clock = clock;
        this.messages = messages;
        this.sender = sender;
        this.start = clock.millis();
    }

    @Override
    public String name() {
        return "twilio";
    }

    @Override
    public boolean serves(String path) {
        return path.startsWith("/2010-04-01/");
    }

    @Override
    public Reply answer(Request request) {
        Matcher path = MESSAGES.matcher(request.path());
        if (!path.matches()) {
            return error(404, 20404, "The requested resource " + request.path() + " was not found");
        }
        Optional<Map.Entry<String, Accounts.Twilio>> account = account(path.group(1), request);
        if (account.isEmpty()) {
            return refused();
        }
        String sid = path.group(2);
        if (request.method().equals("GET")) {
            return sid == null ? list(request, path.group(1)) : one(sid, path.group(1));
        }
        return request.method().equals("POST") && sid == null
                ? create(request, account.get().getKey(), account.get().getValue())
                : error(405, 20004, "Method not allowed");
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return error(429, 20429, "Too Many Requests");
    }

    @Override
    public Reply refused() {
        return error(401, 20003, "Authenticate");
    }

    private Optional<Map.Entry<String, Accounts.Twilio>> account(String sid, Request request) {
        return accounts.twilio().entrySet().stream()
                .filter(entry -> sid.equals(entry.getValue().accountSid()))
                .filter(entry ->
                        entry.getValue().authTokens().stream().anyMatch(token -> request.hasBasic(sid, token.trim())))
                .findFirst();
    }

    private Reply create(Request request, String tenant, Accounts.Twilio account) {
        Map<String, String> form = request.form();
        String to = form.getOrDefault("To", "");
        String from = form.getOrDefault("From", form.getOrDefault("MessagingServiceSid", ""));
        String text = form.getOrDefault("Body", "");
        if (from.isEmpty()) {
            return error(400, 21603, "A 'From' phone number or MessagingServiceSid is required.");
        }
        if (to.isEmpty()) {
            return error(400, 21604, "A 'To' phone number is required.");
        }
        if (!E164.matcher(to).matches()) {
            return error(400, 21211, "Invalid 'To' Phone Number: " + to);
        }
        if (text.isEmpty() && !form.containsKey("ContentSid") && !form.containsKey("MediaUrl")) {
            return error(400, 21602, "Message body is required.");
        }
        if (text.codePointCount(0, text.length()) > LONGEST_BODY) {
            return error(400, 21617, "The concatenated message body exceeds the 1600 character limit");
        }
        Dice dice = Dice.at(seed, 50, start, number.incrementAndGet());
        String sid = "SM" + dice.hex(32);
        Message message = new Message(clock.instant(), "sms", tenant, sid, from, to, text);
        message.became("queued");
        messages.add(message);
        Reply reply = Reply.json(201, resource(message, String.valueOf(account.accountSid()), "queued"));
        String callback = form.get("StatusCallback");
        if (callback == null || callback.isEmpty()) {
            return reply;
        }
        List<Map<String, String>> receipts = receipts(message, account);
        long pace = Math.max(1, settings.receiptDelay().toMillis());
        boolean early = dice.percent(settings.early());
        long delay = 0;
        for (int i = 0; i < receipts.size(); i++) {
            Map<String, String> receipt = receipts.get(i);
            Hook hook = hook(tenant, account, callback, receipt, dice.id(20));
            delay += dice.between(pace / 4, pace);
            message.became(Objects.requireNonNull(receipt.get("MessageStatus")));
            if (early && i == 0) {
                sender.sendNow(hook);
            } else {
                sender.send(hook, delay);
            }
        }
        return early ? reply.after(java.time.Duration.ofMillis(ANSWER_AFTER_EARLY_RECEIPT)) : reply;
    }

    private List<Map<String, String>> receipts(Message message, Accounts.Twilio account) {
        List<Map<String, String>> receipts = new ArrayList<>();
        receipts.add(receipt(message, account, "sent"));
        boolean unreachable = Dice.at(seed, 51, message.to().hashCode()).percent(settings.undelivered());
        Map<String, String> end = receipt(message, account, unreachable ? "undelivered" : "delivered");
        if (unreachable) {
            end.put("ErrorCode", message.to().hashCode() % 2 == 0 ? "30003" : "30005");
        }
        end.put("RawDlrDoneDate", DONE.format(clock.instant()));
        receipts.add(end);
        return receipts;
    }

    private static Map<String, String> receipt(Message message, Accounts.Twilio account, String status) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("SmsSid", message.id());
        form.put("SmsStatus", status);
        form.put("MessageStatus", status);
        form.put("To", message.to());
        form.put("MessageSid", message.id());
        form.put("AccountSid", String.valueOf(account.accountSid()));
        form.put("From", message.from());
        form.put("ApiVersion", "2010-04-01");
        return form;
    }

    /** Signed for the address that was given, but brought to the hub on this machine whatever its public name is. */
    private static Hook hook(
            String tenant, Accounts.Twilio account, String callback, Map<String, String> form, String token) {
        String url = callback.replaceFirst("#.*$", "");
        StringJoiner body = new StringJoiner("&");
        form.forEach((key, value) -> body.add(encoded(key) + '=' + encoded(value)));
        Map<String, String> headers = Map.of(
                "X-Twilio-Signature",
                Signatures.twilio(account.authTokens().get(0).trim(), url, form),
                "I-Twilio-Idempotency-Token",
                token,
                "User-Agent",
                "TwilioProxy/1.1");
        return new Hook(
                "twilio",
                tenant,
                form.getOrDefault("MessageStatus", ""),
                form.getOrDefault("MessageSid", ""),
                pathAndQuery(url),
                "application/x-www-form-urlencoded; charset=UTF-8",
                body.toString().getBytes(StandardCharsets.UTF_8),
                sent -> headers,
                CALLBACK_TRIES);
    }

    private static String pathAndQuery(String url) {
        try {
            URI address = URI.create(url);
            String query = address.getRawQuery();
            return address.getRawPath() + (query == null ? "" : '?' + query);
        } catch (IllegalArgumentException e) {
            return "/";
        }
    }

    private Reply list(Request request, String accountSid) {
        Map<String, String> filter = request.queryParameters();
        ObjectNode answer = Json.object();
        ArrayNode found = answer.putArray("messages");
        for (Message message : messages.newestFirst()) {
            if (filter.getOrDefault("To", message.to()).equals(message.to())
                    && filter.getOrDefault("From", message.from()).equals(message.from())) {
                found.add(resource(message, accountSid, last(message)));
            }
        }
        return Reply.json(200, answer.put("page", 0).put("page_size", 50).putNull("next_page_uri"));
    }

    private Reply one(String sid, String accountSid) {
        return messages.newestFirst().stream()
                .filter(message -> message.id().equals(sid))
                .findFirst()
                .map(message -> Reply.json(200, resource(message, accountSid, last(message))))
                .orElseGet(() -> error(404, 20404, "The requested resource was not found"));
    }

    private static String last(Message message) {
        return message.statuses().get(message.statuses().size() - 1);
    }

    private static ObjectNode resource(Message message, String accountSid, String status) {
        String date = RFC_2822.format(message.at());
        boolean wide = message.text().chars().anyMatch(c -> c > 255);
        int segments = 1 + Math.max(0, message.text().length() - 1) / (wide ? 67 : 153);
        return Json.object()
                .put("sid", message.id())
                .put("account_sid", accountSid)
                .put("api_version", "2010-04-01")
                .put("body", message.text())
                .put("date_created", date)
                .put("date_updated", date)
                .putNull("date_sent")
                .put("direction", "outbound-api")
                .putNull("error_code")
                .putNull("error_message")
                .put("from", message.from())
                .putNull("messaging_service_sid")
                .put("num_media", "0")
                .put("num_segments", Integer.toString(segments))
                .putNull("price")
                .put("price_unit", "USD")
                .put("status", status)
                .put("to", message.to())
                .put("uri", "/2010-04-01/Accounts/" + accountSid + "/Messages/" + message.id() + ".json");
    }

    private static Reply error(int status, int code, String message) {
        return Reply.json(
                status,
                Json.object()
                        .put("code", code)
                        .put("message", message)
                        .put("more_info", "https://www.twilio.com/docs/errors/" + code)
                        .put("status", status));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
