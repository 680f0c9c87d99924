package dev.wasl.hub.connector.cmi;

import dev.wasl.hub.canonical.Party;
import dev.wasl.hub.payment.AskedPayment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

/** The page that posts a hashed form to CMI from the customer's browser, which is the only way to CMI's own page. */
final class CmiPage {

    static final String HASH_ALGORITHM = "ver3";
    static final String STORE_TYPE = "3D_PAY_HOSTING";

    private static final String SCRIPT = "document.forms[0].submit()";

    private CmiPage() {}

    static String of(AskedPayment payment, CmiSettings settings) {
        StringBuilder inputs = new StringBuilder();
        fields(payment, settings).forEach((name, value) -> inputs.append("<input type=\"hidden\" name=\"")
                .append(HtmlUtils.htmlEscape(name, "UTF-8"))
                .append("\" value=\"")
                .append(HtmlUtils.htmlEscape(value, "UTF-8"))
                .append("\">\n"));
        String action = HtmlUtils.htmlEscape(settings.baseUrl() + "/fim/est3Dgate", "UTF-8");
        return String.format(Locale.ROOT, """
                <!DOCTYPE html>
                <html lang="fr">
                <head>
                <meta charset="UTF-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-%s'">
                <meta name="referrer" content="no-referrer">
                <meta name="robots" content="noindex">
                <title>CMI</title>
                </head>
                <body>
                <form method="post" action="%s" accept-charset="UTF-8">
                %s<button type="submit">Payer · ادفع · Pay</button>
                </form>
                <script>%s</script>
                </body>
                </html>
                """, sha256(SCRIPT), action, inputs, SCRIPT);
    }

    /** What CMI is sent; the hash is the last field. */
    static Map<String, String> fields(AskedPayment payment, CmiSettings settings) {
        String back = payment.returnUrl() != null ? payment.returnUrl() : settings.shopUrl();
        Party customer = payment.customer();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("clientid", settings.clientId());
        fields.put("storetype", STORE_TYPE);
        fields.put("trantype", "PreAuth");
        fields.put("amount", payment.amount().major().toPlainString());
        fields.put("currency", "504");
        fields.put("oid", CmiGateway.order(payment));
        fields.put("okUrl", String.valueOf(back));
        fields.put("failUrl", String.valueOf(back));
        fields.put("shopurl", settings.shopUrl() == null ? String.valueOf(back) : settings.shopUrl());
        fields.put("CallbackURL", payment.callbackUrl());
        fields.put("CallbackResponse", "true");
        fields.put("lang", settings.language());
        fields.put("rnd", UUID.randomUUID().toString());
        fields.put("hashAlgorithm", HASH_ALGORITHM);
        fields.put("encoding", "UTF-8");
        fields.put("refreshtime", "5");
        put(fields, "BillToName", customer.name());
        put(fields, "email", customer.email());
        put(fields, "tel", customer.phone());
        fields.put("HASH", CmiHash.of(fields, settings.storeKeys().get(0)));
        return fields;
    }

    /** Browsers send CR LF for a line feed in a field, which the hash would not survive. */
    private static void put(Map<String, String> fields, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            fields.put(name, value.replaceAll("\\p{Cntrl}+", " ").strip());
        }
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
