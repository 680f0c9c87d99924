package dev.wasl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The calls that the hub makes before callbacks can be genuine: PayPal's certificate, and the start of a payment at the
 * gateways whose callbacks prove little or nothing. Every other call, status queries too, is answered 503.
 */
final class PlayedGateways implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final byte[] certificate;
    private final Deque<Callback> callbacks = new ConcurrentLinkedDeque<>();
    private final AtomicLong orders = new AtomicLong(217_503_754);

    /** @param certificate PEM of what signs PayPal's events */
    PlayedGateways(int port, byte[] certificate) throws IOException {
        this.certificate = certificate;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /**
     * What a gateway knows of a payment that was started at it.
     *
     * @param path where it is told of
     * @param reference how the hub called it
     * @param key what the gateway gave it: Paymob's number of the order, Orange's token; empty elsewhere
     */
    record Callback(String path, String reference, String key) {}

    /** What the last start of a payment told. */
    Callback lastStarted() {
        return callbacks.getLast();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        JsonNode asked = body(exchange);
        String key = UUID.randomUUID().toString().replace("-", "");
        if (path.contains("/v1/notifications/certs/")) {
            send(exchange, 200, "application/x-pem-file", certificate);
        } else if (path.contains("/token")) {
            json(exchange, 200, "{\"access_token\":\"bench\",\"token_type\":\"Bearer\",\"expires_in\":36000}");
        } else if (path.endsWith("/collection/v1_0/requesttopay")) {
            String callback = exchange.getRequestHeaders().getFirst("X-Callback-Url");
            callbacks.add(new Callback(pathOf(callback), asked.path("externalId").asText(), ""));
            json(exchange, 202, "");
        } else if (path.endsWith("/webpayment")) {
            callbacks.add(new Callback(pathOf(asked.path("notif_url").asText()), asked.path("reference").asText(), key));
            json(exchange, 201, """
                    {"status":201,"message":"OK","pay_token":"%1$s%1$s","payment_url":"https://pay.example/%1$s","notif_token":"%1$s"}"""
                    .formatted(key));
        } else if (path.endsWith("/v1/intention/")) {
            String order = Long.toString(orders.incrementAndGet());
            callbacks.add(new Callback("/webhooks/portal/paymob", asked.path("special_reference").asText(), order));
            json(exchange, 201, """
                    {"id":"pi_test_%1$s","intention_order_id":%2$s,"client_secret":"egy_csk_test_%1$s","status":"intended"}"""
                    .formatted(key, order));
        } else if (path.endsWith("/v3/payments")) {
            callbacks.add(new Callback("/webhooks/portal/flutterwave-v3", asked.path("tx_ref").asText(), ""));
            json(exchange, 200, "{\"status\":\"success\",\"message\":\"Hosted Link\",\"data\":{\"link\":\"https://pay.example/%s\"}}".formatted(key));
        } else if (path.endsWith("/merchant/v1/payments/")) {
            callbacks.add(new Callback("/webhooks/portal/airtel", asked.path("transaction").path("id").asText(), ""));
            json(exchange, 200, "{\"data\":{\"transaction\":{\"status\":\"Success.\"}},\"status\":{\"code\":\"200\",\"success\":true}}");
        } else {
            json(exchange, 503, "{}");
        }
    }

    private static JsonNode body(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean isJson = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")).contains("json");
        return isJson ? JSON.readTree(body) : JSON.createObjectNode();
    }

    private static void json(HttpExchange exchange, int status, String body) throws IOException {
        send(exchange, status, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    static String pathOf(String url) {
        return URI.create(url).getRawPath();
    }
}
