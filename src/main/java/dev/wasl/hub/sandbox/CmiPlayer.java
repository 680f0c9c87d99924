package dev.wasl.hub.sandbox;

import dev.wasl.hub.canonical.Money;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

/**
 * CMI: takes the hashed form that a customer's browser posts to {@code /fim/est3Dgate}, sends hashed callbacks and obeys the
 * hub's answer to them, and answers {@code ORDERSTATUS} at {@code /fim/api}. Refunds are made in its back office and told to
 * nobody.
 */
final class CmiPlayer implements GatewayPlayer {

    private static final ZoneId MOROCCO = ZoneId.of("Africa/Casablanca");
    private static final DateTimeFormatter CALLBACK_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd HH:mm:ss", Locale.ROOT).withZone(MOROCCO);
    private static final DateTimeFormatter ANSWER_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(MOROCCO);
    private static final int TRIES = 2;

    private final GatewayBooks books;

    CmiPlayer(GatewayBooks books) {
        this.books = books;
    }

    @Override
    public GatewayBooks books() {
        return books;
    }

    @Override
    public Reply answer(Request request) {
        String path = books.path(request);
        if (!request.method().equals("POST")) {
            return Reply.text(405, "text/plain", "");
        }
        return switch (path) {
            case "/fim/est3Dgate" -> pay(request.form());
            case "/fim/api" -> orderStatus(request.form().getOrDefault("DATA", ""));
            default -> Reply.text(404, "text/plain", "");
        };
    }

    @Override
    public Reply throttled(long retryAfterSeconds) {
        return Reply.text(429, "text/plain", "").with("Retry-After", Long.toString(retryAfterSeconds));
    }

    @Override
    public Reply refused() {
        return xml(Map.of("ErrMsg", "Authentication failed", "ProcReturnCode", "99", "Response", "Error"), Map.of());
    }

    private Reply pay(Map<String, String> form) {
        Accounts.Gateway account = books.account(
                        known -> known.text("client-id").equals(form.get("clientid")))
                .orElse(null);
        if (account == null || !hash(form, account.first("store-keys")).equals(form.get("HASH"))) {
            return page("3D-1004: the hash does not match");
        }
        String order = form.getOrDefault("oid", "");
        if (order.isEmpty()) {
            return page("oid is missing");
        }
        if (!"504".equals(form.get("currency"))
                || books.find(account.tenant(), order).isPresent()) {
            return page("CORE-2507: this order was processed before");
        }
        Optional<Money> amount = GatewayBooks.amount(form.getOrDefault("amount", ""), "MAD");
        if (amount.isEmpty()) {
            return page("CORE-5110: the amount is wrong");
        }
        Map<String, String> details = new LinkedHashMap<>(form);
        details.put("callback", Hook.pathOf(form.getOrDefault("CallbackURL", "")));
        books.add(GatewayOrder.open(account.tenant(), order, order, amount.get(), books.now(), details));
        return page("Card number, please: " + order);
    }

    /** A shop of the tenant's own takes the money at once and has CMI call the hub. */
    @Override
    public Optional<String> begin(String tenant, String reference, Customer customer, Dice dice) {
        Optional<Accounts.Gateway> account =
                books.account(known -> known.tenant().equals(tenant));
        if (account.isEmpty()) {
            return Optional.empty();
        }
        books.add(GatewayOrder.open(
                tenant,
                reference,
                reference,
                new Money(dice.between(50, 9_000) * 100, "MAD"),
                books.now(),
                Map.of(
                        "clientid", account.get().text("client-id"),
                        "trantype", "Auth",
                        "BillToName", customer.fullName(),
                        "email", customer.email(),
                        "lang", "fr",
                        "storetype", "3D_PAY_HOSTING",
                        "hashAlgorithm", "ver3",
                        "okUrl", "https://cctv.demo.example/ok",
                        "callback", books.webhooks(tenant))));
        return Optional.of(reference);
    }

    @Override
    public List<Hook> act(String idOrReference, Act act) {
        if (act == Act.DISPUTE) {
            throw new UnsupportedOperationException("CMI tells of no disputes");
        }
        if (act == Act.FORGE) {
            return List.of(hook(books.claimed(idOrReference), "guessed"));
        }
        GatewayOrder order = books.change(idOrReference, known -> {
            GatewayOrder after = known.after(act, books.now());
            String transaction = books.dice(93).id(14);
            return after.with("TransId", transaction)
                    .with(
                            "authorisedAt",
                            after.refunds().isEmpty() ? ANSWER_TIME.format(books.now()) : after.detail("authorisedAt"));
        });
        return switch (act) {
            case SUCCEED, SUCCEED_WITH_OTHER_AMOUNT, FAIL ->
                List.of(hook(order, books.first(order.tenant(), "store-keys")));
            default -> List.of();
        };
    }

    private Hook hook(GatewayOrder order, String storeKey) {
        boolean paid = order.paid() != null;
        Map<String, String> form = new TreeMap<>();
        for (String echoed : List.of(
                "clientid", "storetype", "trantype", "BillToName", "email", "tel", "lang", "okUrl", "hashAlgorithm")) {
            if (!order.detail(echoed).isEmpty()) {
                form.put(echoed, order.detail(echoed));
            }
        }
        form.put("oid", order.id());
        form.put("amount", order.amount().major().toPlainString());
        form.put("currency", "504");
        form.put("encoding", "UTF-8");
        form.put("rnd", "0." + Integer.toUnsignedString(order.id().hashCode()));
        form.put("EXTRA.TRXDATE", CALLBACK_TIME.format(order.changedAt()));
        form.put("TransId", order.detail("TransId"));
        form.put("AuthCode", paid ? "P12345" : "");
        form.put("ProcReturnCode", paid ? "00" : "05");
        form.put("Response", paid ? "Approved" : "Declined");
        form.put("ErrMsg", paid ? "" : "Do not honour");
        form.put("mdStatus", "1");
        form.put("maskedCreditCard", "4000 00** **** 0010");
        form.put("HASH", hash(form, storeKey));
        return new Hook(
                        books.name(),
                        order.tenant(),
                        paid ? "Approved" : "Declined",
                        order.id(),
                        order.detail("callback"),
                        "application/x-www-form-urlencoded; charset=UTF-8",
                        encoded(form).getBytes(StandardCharsets.US_ASCII),
                        sent -> Map.of(),
                        TRIES)
                .heardBy((status, answer) -> {
                    if (paid && status == 200 && answer.strip().equals("ACTION=POSTAUTH")) {
                        books.change(order.id(), known -> known.with("capturedAt", ANSWER_TIME.format(books.now())));
                    }
                });
    }

    private Reply orderStatus(String question) {
        Accounts.Gateway account = books.account(
                        known -> element(question, "Name").equals(known.text("api-user"))
                                && element(question, "Password").equals(known.text("api-password"))
                                && element(question, "ClientId").equals(known.text("client-id")))
                .orElse(null);
        if (account == null) {
            return refused();
        }
        String id = element(question, "OrderId");
        GatewayOrder order = books.find(account.tenant(), id)
                .filter(known -> !known.detail("TransId").isEmpty())
                .orElse(null);
        if (order == null) {
            return xml(
                    Map.of("ErrMsg", "No record found for " + id, "ProcReturnCode", "99", "Response", "Declined"),
                    Map.of("NUMCODE", "0"));
        }
        Map<String, String> head = new LinkedHashMap<>();
        head.put("ErrMsg", "Record(s) found for " + id);
        head.put("ProcReturnCode", "00");
        head.put("Response", "Approved");
        head.put("OrderId", order.id());
        head.put("TransId", order.detail("TransId"));
        return xml(head, extra(order));
    }

    private static Map<String, String> extra(GatewayOrder order) {
        boolean back = !order.refunds().isEmpty();
        boolean taken = order.detail("trantype").equals("Auth")
                || !order.detail("capturedAt").isEmpty();
        boolean paid = order.paid() != null;
        String minor = Long.toString(order.amount().amountMinor());
        Map<String, String> extra = new LinkedHashMap<>();
        extra.put("ORD_ID", order.id());
        extra.put("TRANS_ID", order.detail("TransId"));
        extra.put("CHARGE_TYPE_CD", back ? "C" : "S");
        extra.put("ORIG_TRANS_AMT", back ? Long.toString(order.lastRefund().amountMinor()) : minor);
        extra.put("CAPTURE_AMT", !back && paid && taken ? minor : "");
        extra.put("TRANS_STAT", back ? "C" : !paid ? "D" : taken ? "C" : "A");
        extra.put("AUTH_DTTM", order.detail("authorisedAt"));
        extra.put(
                "CAPTURE_DTTM",
                back ? ANSWER_TIME.format(order.changedAt()) : paid && taken ? order.detail("authorisedAt") : "");
        extra.put("PROC_RET_CD", paid ? "00" : "05");
        return extra;
    }

    /** The gateway's own way to the hash; its names hold no digits, so sorting without regard to case is enough. */
    private static String hash(Map<String, String> form, String storeKey) {
        Map<String, String> sorted = new TreeMap<>();
        form.forEach((name, value) -> sorted.put(name.toUpperCase(Locale.ROOT), value));
        sorted.remove("HASH");
        sorted.remove("ENCODING");
        String text = sorted.values().stream().map(CmiPlayer::escaped).collect(Collectors.joining("|"))
                + '|'
                + escaped(storeKey);
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-512").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("|", "\\|");
    }

    private static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8)
                        + '='
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String element(String xml, String name) {
        int start = xml.indexOf('<' + name + '>');
        int end = xml.indexOf("</" + name + '>');
        return start < 0 || end < start ? "" : HtmlUtils.htmlUnescape(xml.substring(start + name.length() + 2, end));
    }

    private static Reply xml(Map<String, String> head, Map<String, String> extra) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?><CC5Response>");
        head.forEach((name, value) -> element(xml, name, value));
        xml.append("<Extra>");
        extra.forEach((name, value) -> element(xml, name, value));
        xml.append("</Extra></CC5Response>");
        return Reply.text(200, "text/xml", xml.toString());
    }

    private static void element(StringBuilder xml, String name, @Nullable String value) {
        xml.append('<').append(name).append('>');
        xml.append(String.valueOf(value).replace("&", "&amp;").replace("<", "&lt;"));
        xml.append("</").append(name).append('>');
    }

    private static Reply page(String text) {
        return Reply.text(
                200,
                "text/html; charset=utf-8",
                "<html><body>" + text.replace("&", "&amp;").replace("<", "&lt;") + "</body></html>");
    }
}
