package dev.wasl.bench;

import dev.wasl.bench.PlayedGateways.Callback;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Makes complete, proved webhooks of every gateway in advance: a succeeded payment each, in the gateway's own form. They
 * carry no contact, so no notification follows. No two have the same identity, whatever a gateway makes it of.
 */
final class GatewayEvents {

    static final List<String> GATEWAYS = List.of(
            "stripe", "paypal", "paymob", "paystack", "flutterwave-v3", "flutterwave-v4", "mtn-momo", "airtel", "orange-money", "cmi");

    /** Those whose callbacks must belong to a payment that was asked for through the hub, or are only a reason to ask about one. */
    static final List<String> ASKED_FOR = List.of("paymob", "flutterwave-v3", "mtn-momo", "airtel", "orange-money");

    /** What payments are asked for in: 12500 of it. */
    static String currency(String gateway) {
        return switch (gateway) {
            case "paymob" -> "EGP";
            case "orange-money", "cmi" -> "MAD";
            default -> "UGX";
        };
    }

    private static final DateTimeFormatter MICROS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT);

    private final Properties settings;
    private final String host;
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private final StripeEvents stripe;
    private final PrivateKey paypalKey;
    private final Map<String, List<Callback>> callbacks;

    /** Gateways count their payments, so this does too: 16 digits, which a JSON number holds exactly. */
    private long number = System.currentTimeMillis() / 1000 * 1_000_000;

    /**
     * @param settings those of the hub, with the secrets of all gateways
     * @param callbacks of the payments that were asked for, by gateway
     */
    GatewayEvents(Properties settings, int port, Path paypalKey, Map<String, List<Callback>> callbacks) throws Exception {
        this.settings = settings;
        this.host = "127.0.0.1:" + port;
        this.stripe = new StripeEvents(run, of("stripe", "signing-secrets[0]"));
        this.paypalKey = Proofs.rsaKey(paypalKey);
        this.callbacks = callbacks;
    }

    private String of(String gateway, String key) {
        return settings.getProperty("wasl.tenants.portal.connectors." + gateway + '.' + key);
    }

    /** Has the callbacks of a gateway tell of these payments from now on, in turn. */
    void callBackAbout(String gateway, List<Callback> payments) {
        callbacks.put(gateway, payments);
    }

    /** The next requests of a gateway. */
    StripeEvents.Signed[] next(String gateway, int count) throws GeneralSecurityException {
        if (gateway.equals("stripe")) {
            return stripe.next(count, host, "/webhooks/portal/stripe");
        }
        StripeEvents.Signed[] events = new StripeEvents.Signed[count];
        for (int i = 0; i < count; i++) {
            number++;
            byte[] request =
                    switch (gateway) {
                        case "paypal" -> paypal();
                        case "paymob" -> paymob();
                        case "paystack" -> paystack();
                        case "flutterwave-v3" -> flutterwaveV3();
                        case "flutterwave-v4" -> flutterwaveV4();
                        case "mtn-momo" -> mtn();
                        case "airtel" -> airtel();
                        case "orange-money" -> orange();
                        case "cmi" -> cmi();
                        default -> throw new IllegalArgumentException("no gateway is called " + gateway);
                    };
            events[i] = new StripeEvents.Signed(Long.toString(number), request);
        }
        return events;
    }

    private byte[] paypal() throws GeneralSecurityException {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        String transmission = UUID.randomUUID().toString();
        byte[] body = text("""
                {"id":"WH-%1$s-36507203HX6402335","event_version":"1.0","create_time":"%2$s","resource_type":"capture",\
                "resource_version":"2.0","event_type":"PAYMENT.CAPTURE.COMPLETED","summary":"Payment completed for $ 125.0 USD",\
                "resource":{"id":"C%1$s","amount":{"currency_code":"USD","value":"125.00"},"final_capture":true,\
                "seller_protection":{"status":"ELIGIBLE","dispute_categories":["ITEM_NOT_RECEIVED","UNAUTHORIZED_TRANSACTION"]},\
                "custom_id":"ORD-%1$s","invoice_id":"INV-%1$s","seller_receivable_breakdown":{"gross_amount":\
                {"currency_code":"USD","value":"125.00"},"paypal_fee":{"currency_code":"USD","value":"4.12"},\
                "net_amount":{"currency_code":"USD","value":"120.88"}},"supplementary_data":{"related_ids":\
                {"order_id":"O%1$s"}},"status":"COMPLETED","create_time":"%2$s","update_time":"%2$s","links":[\
                {"href":"https://api.sandbox.paypal.com/v2/payments/captures/C%1$s","rel":"self","method":"GET"},\
                {"href":"https://api.sandbox.paypal.com/v2/payments/captures/C%1$s/refund","rel":"refund","method":"POST"},\
                {"href":"https://api.sandbox.paypal.com/v2/checkout/orders/O%1$s","rel":"up","method":"GET"}]},"links":[]}""", number, now);
        return request("POST", "/webhooks/portal/paypal", "application/json", body,
                "PAYPAL-TRANSMISSION-ID", transmission,
                "PAYPAL-TRANSMISSION-TIME", now,
                "PAYPAL-TRANSMISSION-SIG", Proofs.paypal(paypalKey, transmission, now, of("paypal", "webhook-ids[0]"), body),
                "PAYPAL-CERT-URL", of("paypal", "base-url") + "/v1/notifications/certs/CERT-bench",
                "PAYPAL-AUTH-ALGO", "SHA256withRSA");
    }

    private byte[] paymob() throws GeneralSecurityException {
        Callback callback = callback("paymob");
        String now = MICROS.format(LocalDateTime.now(ZoneId.of("Africa/Cairo")));
        String integration = of("paymob", "integration-ids[0]");
        String owner = of("paymob", "owner");
        String signed = "1250000" + now + "EGP" + "false" + "false" + number + integration + "true" + "false" + "false" + "false" + "true"
                + "false" + callback.key() + owner + "false" + "2346" + "MasterCard" + "card" + "true";
        byte[] body = text("""
                {"type":"TRANSACTION","obj":{"id":%1$s,"pending":false,"amount_cents":1250000,"success":true,"is_auth":false,\
                "is_capture":false,"is_standalone_payment":true,"is_voided":false,"is_refunded":false,"is_3d_secure":true,\
                "integration_id":%3$s,"profile_id":164295,"has_parent_transaction":false,"order":{"id":%5$s,"created_at":"%2$s",\
                "delivery_needed":false,"merchant":{"id":164295,"country":"EGY","city":"Cairo"},"merchant_order_id":"%6$s",\
                "amount_cents":1250000,"currency":"EGP","paid_amount_cents":1250000,"items":[]},"created_at":"%2$s",\
                "transaction_processed_callback_responses":[],"currency":"EGP","source_data":{"pan":"2346","type":"card",\
                "tenure":null,"sub_type":"MasterCard"},"api_source":"IFRAME","terminal_id":null,"is_void":false,"is_refund":false,\
                "data":{"message":"Approved","txn_response_code":"APPROVED","acq_response_code":"00","currency":"EGP"},\
                "is_hidden":false,"payment_key_claims":{"extra":{},"currency":"EGP","amount_cents":1250000,"billing_data":\
                {"email":"NA","first_name":"NA","last_name":"NA","phone_number":"NA"}},"error_occured":false,"is_live":false,\
                "other_endpoint_reference":null,"refunded_amount_cents":0,"source_id":-1,"is_captured":false,"captured_amount":0,\
                "updated_at":"%2$s","is_settled":false,"owner":%4$s,"parent_transaction":null},"issuer_bank":null,\
                "transaction_processed_callback_responses":""}""", number, now, integration, owner, callback.key(), callback.reference());
        String hmac = Proofs.hexHmac512(of("paymob", "hmac-secrets[0]"), signed.getBytes(StandardCharsets.UTF_8));
        return request("POST", callback.path() + "?hmac=" + hmac, "application/json", body);
    }

    private byte[] paystack() throws GeneralSecurityException {
        byte[] body = text("""
                {"event":"charge.success","data":{"id":%1$s,"domain":"test","status":"success","reference":"ORD-%1$s",\
                "amount":1250000,"message":null,"gateway_response":"Successful","paid_at":"%2$s","created_at":"%2$s",\
                "channel":"card","currency":"NGN","ip_address":"127.0.0.1","metadata":{"order_id":"ORD-%1$s"},"fees_breakdown":null,\
                "log":null,"fees":28750,"fees_split":null,"authorization":{"authorization_code":"AUTH_%1$s","bin":"408408",\
                "last4":"4081","exp_month":"12","exp_year":"2030","channel":"card","card_type":"visa","bank":"TEST BANK",\
                "country_code":"NG","brand":"visa","reusable":true,"account_name":null},"customer":{"id":68324,"first_name":"",\
                "last_name":"","email":"","customer_code":"CUS_bench","phone":"","metadata":null,"risk_action":"default",\
                "international_format_phone":null},"plan":{},"subaccount":{},"split":{},"order_id":null,"paidAt":"%2$s",\
                "requested_amount":1250000,"pos_transaction_data":null,"source":{"type":"api","source":"merchant_api"}}}""",
                number, millis());
        return request("POST", "/webhooks/portal/paystack", "application/json", body,
                "x-paystack-signature", Proofs.hexHmac512(of("paystack", "secret-keys[0]"), body));
    }

    private byte[] flutterwaveV3() {
        Callback callback = callback("flutterwave-v3");
        byte[] body = text("""
                {"event":"charge.completed","data":{"id":%1$s,"tx_ref":"%3$s","flw_ref":"FLW-%1$s","device_fingerprint":"N/A",\
                "amount":12500,"currency":"UGX","charged_amount":12875,"app_fee":375,"merchant_fee":0,"processor_response":"Approved",\
                "auth_model":"MOBILEMONEY","ip":"127.0.0.1","narration":"Bench","status":"successful","payment_type":"mobilemoneyug",\
                "created_at":"%2$s","account_id":17321,"customer":{"id":215604089,"name":"","phone_number":null,"email":"",\
                "created_at":"%2$s"}},"event.type":"MOBILEMONEYUG_TRANSACTION"}""", number, millis(), callback.reference());
        return request("POST", callback.path(), "application/json", body,
                "verif-hash", of("flutterwave-v3", "secret-hashes[0]"));
    }

    private byte[] flutterwaveV4() throws GeneralSecurityException {
        byte[] body = text("""
                {"webhook_id":"wbk_%1$s","timestamp":%3$s,"type":"charge.completed","data":{"id":"chg_%1$s","amount":125.00,\
                "currency":"KES","customer":{"id":"cus_%1$s","address":null,"email":"","name":{"first":"","middle":null,"last":""},\
                "phone":null,"meta":{}},"description":null,"meta":{"order_id":"ORD-%1$s"},"payment_method":{"type":"mobile_money",\
                "mobile_money":{"network":"MPESA","country_code":"254","phone_number":"700000001"},"id":"pmd_%1$s","customer_id":null,\
                "meta":{}},"redirect_url":null,"reference":"ref-%1$s","status":"succeeded","processor_response":{"type":"approved",\
                "code":"00"},"created_datetime":"%2$s"}}""", number, millis(), System.currentTimeMillis());
        return request("POST", "/webhooks/portal/flutterwave-v4", "application/json", body,
                "flutterwave-signature", Proofs.base64Hmac256(of("flutterwave-v4", "secret-hashes[0]"), body));
    }

    /** MTN proves nothing: the address of the payment is all there is. */
    private byte[] mtn() {
        Callback callback = callback("mtn-momo");
        return request("PUT", callback.path(), "application/json", text("""
                {"financialTransactionId":"%1$s","externalId":"%2$s","amount":"12500","currency":"UGX","payer":\
                {"partyIdType":"MSISDN","partyId":"256770000001"},"payerMessage":"Order %2$s","payeeNote":"%2$s",\
                "status":"SUCCESSFUL"}""", number, callback.reference()));
    }

    private byte[] airtel() throws GeneralSecurityException {
        Callback callback = callback("airtel");
        String transaction = format("""
                {"transaction":{"id":"%2$s","message":"Paid UGX 12,500 to BENCH LIMITED Charge UGX 140, Trans ID MP%1$s.",\
                "status_code":"TS","airtel_money_id":"MP%1$s"}""", number, callback.reference());
        String hash = Proofs.base64Hmac256(of("airtel", "private-keys[0]"), text(transaction + '}'));
        return request("POST", callback.path(), "application/json", text(transaction + ",\"hash\":\"" + hash + "\"}"));
    }

    private byte[] orange() {
        Callback callback = callback("orange-money");
        return request("POST", callback.path(), "application/json", text("""
                {"status":"SUCCESS","notif_token":"%2$s","txnid":"MP%1$s"}""", number, callback.key()));
    }

    private byte[] cmi() throws GeneralSecurityException {
        Callback callback = callback("cmi");
        Map<String, String> form = new LinkedHashMap<>();
        form.put("acqStan", "769000");
        form.put("amount", "12500.00");
        form.put("AuthCode", "P12345");
        form.put("BillToName", "");
        form.put("cavv", "");
        form.put("clientid", of("cmi", "client-id"));
        form.put("currency", "504");
        form.put("email", "");
        form.put("encoding", "UTF-8");
        form.put("EXTRA.TRXDATE", "20261120 11:00:04");
        form.put("hashAlgorithm", "ver3");
        form.put("HostRefNum", Long.toString(number));
        form.put("lang", "fr");
        form.put("maskedCreditCard", "4000 00** **** 0010");
        form.put("md", "bench-" + number);
        form.put("mdStatus", "1");
        form.put("oid", callback.reference());
        form.put("okUrl", "https://shop.example/ok");
        form.put("ProcReturnCode", "00");
        form.put("Response", "Approved");
        form.put("rnd", "0." + number);
        form.put("storetype", "3D_PAY_HOSTING");
        form.put("trantype", "PreAuth");
        form.put("TransId", "T" + number);
        form.put("HASH", Proofs.cmi(form, of("cmi", "store-keys[0]")));
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + '=' + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return request("POST", callback.path(), "application/x-www-form-urlencoded; charset=UTF-8", text(body));
    }

    /** The payments in turn. */
    private Callback callback(String gateway) {
        List<Callback> known = callbacks.get(gateway);
        return known.get((int) (number % known.size()));
    }

    private byte[] request(String method, String path, String type, byte[] body, String... headers) {
        StringBuilder head = new StringBuilder(method + ' ' + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.length + "\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        byte[] headBytes = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, request, 0, headBytes.length);
        System.arraycopy(body, 0, request, headBytes.length, body.length);
        return request;
    }

    private static String millis() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] text(String pattern, Object... values) {
        return text(format(pattern, values));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
